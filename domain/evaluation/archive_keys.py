"""The keys of an archive, by the events of its own stream: which is in force, and which were.

Of the events that this stream has, only those of keys follow rules (format, section 5). Not here:
private keys, and what a verifier makes of all this (``domain.verification.policy``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from domain.errors import InvalidInput
from domain.evaluation.events import Event
from domain.evaluation.stream import place_of, refused
from domain.transparency.signed_note import VerifierKey


class ArchiveKey(NamedTuple):
    """A key of an archive; times are those of the format, 4.4, or "" for none.

    It is in force from ``begun`` up to and not including ``ended``; the event that began it has the
    ``version``. ``compromised`` is the time that was claimed, or else when it was said.
    """

    id: str
    key: str
    begun: str
    version: int
    ended: str = ""
    compromised: str = ""

    @property
    def state(self) -> str:
        """``in force``, ``retired`` or ``compromised``."""
        if self.compromised:
            return "compromised"
        return "retired" if self.ended else "in force"


@dataclass(slots=True)
class ArchiveKeys:
    """All keys of an archive, in the order in which they came in force."""

    keys: list[ArchiveKey] = field(default_factory=list[ArchiveKey])

    @property
    def in_force(self) -> ArchiveKey | None:
        """The one in force; None before the first event."""
        return self.keys[-1] if self.keys else None

    def apply(self, event: Event) -> None:
        """Take in the next event of the stream.

        Raises:
            Refused: when it may not follow; nothing has changed then.
        """
        if take := _TAKE.get(event.type):
            take(self, event)

    def _create(self, event: Event) -> None:
        if not self.keys:
            self.keys.append(_begun(event, self.keys))

    def _rotate(self, event: Event) -> None:
        in_force, old = self.in_force, event.facts["old"]
        if in_force is None or in_force.id != old:
            expected = f"the key in force, {in_force.id if in_force else 'none'}, as old"
            raise refused(event, expected, old)
        self._replace(event)

    def _compromise(self, event: Event) -> None:
        old, has_key = event.facts["old"], "key" in event.facts
        at = next((at for at, key in enumerate(self.keys) if key.id == old), None)
        if at is None or self.keys[at].compromised:
            raise refused(event, "a key of this archive, that is not compromised yet", old)
        if has_key != (at == len(self.keys) - 1):
            expected = "a new key if the one in force is compromised, and none else"
            raise refused(event, expected, "one" if has_key else "none")
        if has_key:
            self._replace(event)
        told = event.facts.get("since", event.at)
        self.keys[at] = self.keys[at]._replace(compromised=told)

    def _replace(self, event: Event) -> None:
        begun = _begun(event, self.keys)
        self.keys[-1] = self.keys[-1]._replace(ended=event.at)
        self.keys.append(begun)


_TAKE: Final[Mapping[str, Any]] = {
    "archive.created": ArchiveKeys._create,
    "key.rotated": ArchiveKeys._rotate,
    "key.compromised": ArchiveKeys._compromise,
}


def _begun(event: Event, before: Sequence[ArchiveKey]) -> ArchiveKey:
    """The key that an event puts in force."""
    key = VerifierKey.parse(event.facts["key"])
    if key.name != event.origin:
        raise InvalidInput(place_of(event), f"a key of {event.origin}", key.name)
    key_id = key.key_id.hex()
    if any(each.id == key_id for each in before):
        raise refused(event, "a key whose id no key of this archive has had", key_id)
    return ArchiveKey(key_id, key.encode(), event.at, event.version)
