"""Changes of the archive's key: rotated, or compromised. Each is an event, with its consequences.

Every step can be the last one before a crash (``keys`` says why that is safe); the same command
again goes on from there. Not here: who may ask for it.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from application.journal import Entry
from application.keys import Keys
from application.log import Log
from application.log_ports import Head
from domain.errors import InvalidInput, LogDiverged, NotFound, Refused
from domain.evaluation.archive_keys import ArchiveKey
from domain.syntax import is_time
from domain.transparency.signed_note import VerifierKey

Note = Callable[[Entry], None]
"""Writes an entry of the journal, durably."""


class Changed(NamedTuple):
    """The key that is in force now, and the head that it signed.

    ``unsigned`` says why there is none, where the log signs nothing.
    """

    in_force: ArchiveKey
    head: Head | None
    unsigned: str = ""


class KeyChanges:
    """Replaces the key of one archive; usable by any number of threads."""

    def __init__(self, keys: Keys, log: Log, note: Note) -> None:
        self._keys, self._log, self._note = keys, log, note

    def rotate(self) -> Changed:
        """Put a new key in force; the one before signs one more head with it, and is destroyed.

        A rotation that was cut short is finished instead.

        Raises:
            LogDiverged: when the log signs nothing, and so no head could hand over.
        """
        with self._log.held():
            begun = self._keys.is_handing_over
            head = self._log.checkpoint()
            if not begun:
                old = self._keys.key.key_id.hex()
                self._replace("key.rotated", old=old)
                head = self._log.checkpoint()
        return Changed(self._keys.known()[-1], head)

    def compromised(self, key_id: str, since: str, now: str) -> Changed:
        """Say that a key is in other hands; a new one is put in force if it was.

        Said again of the same key, it changes nothing.

        Args:
            key_id: of any key of the archive; "" for the one in force.
            since: a claim, a time in the format's form; "" for none.
            now: the time.

        Raises:
            NotFound: when the archive has had no such key.
            InvalidInput: when ``since`` is no time, or one to come.
            Refused: when the key is compromised since another time.
        """
        if since and not (is_time(since) and since <= now):
            expected = "a UTC time of 27 characters, not after now"
            raise InvalidInput("since", expected, ascii(since[:80]))
        with self._log.held():
            key = self._found(key_id)
            if not key.compromised:
                claim = {"since": since} if since else {}
                self._say(key, {"old": key.id, **claim})
            elif since not in {"", key.compromised}:
                raise Refused(f"key {key.id}", f"since {key.compromised}, as it was said", since)
            return self._with_head()

    def _found(self, key_id: str) -> ArchiveKey:
        known = self._keys.known()
        found = [key for key in known if key.id == (key_id or known[-1].id)]
        if not found:
            expected = f"one of {', '.join(key.id for key in known)}"
            raise NotFound("key", expected, ascii(key_id[:80]))
        return found[0]

    def _say(self, key: ArchiveKey, facts: dict[str, Any]) -> None:
        if key.ended:
            self._note(Entry("key.compromised", facts))
            self._keys.follow()
        else:
            self._replace("key.compromised", **facts)

    def _replace(self, event_type: str, **facts: Any) -> None:
        def tell(key: VerifierKey) -> None:
            self._note(Entry(event_type, {**facts, "key": key.encode()}))

        self._keys.replace(tell)

    def _with_head(self) -> Changed:
        """A head by the key in force, at once: it is what proofs are made by from now on."""
        try:
            head, unsigned = self._log.checkpoint(), ""
        except LogDiverged as problem:
            head, unsigned = None, str(problem)
        return Changed(self._keys.known()[-1], head, unsigned)
