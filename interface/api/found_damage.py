"""Streams whose evidence, or whose tables, were found damaged since the service started.

Whoever meets damage notes it here: answers, pages, and the work behind them. It stands until the
stream was read again and was sound. Not here: looking for damage, and who is told of it.
"""

from collections.abc import Callable, Iterable, Mapping
from threading import Lock
from typing import NamedTuple

from domain.errors import EvidenceDamaged, StreamDamaged


class Found(NamedTuple):
    """When damage was met first, and which."""

    at: str
    damage: StreamDamaged


class FoundDamage:
    """The first damage of each stream in which some was met; usable by any number of threads.

    That of its evidence counts before that of its tables.
    """

    def __init__(self, now: Callable[[], str], forgetters: Iterable[Callable[[], None]]) -> None:
        """Begin with none; each of ``forgetters`` lets go of what was made of damaged streams."""
        self._now, self._forgetters = now, forgetters
        self._lock, self._found = Lock(), dict[str, Found]()

    @property
    def all(self) -> Mapping[str, Found]:
        """All that stands, by stream."""
        with self._lock:
            return {**self._found}

    def note(self, fault: BaseException, *streams: str) -> None:
        """Note it, if it is damage or its cause is: of the stream that it names, and of these."""
        damage = fault if isinstance(fault, StreamDamaged) else fault.__cause__
        if not isinstance(damage, StreamDamaged):
            return
        found = Found(self._now(), type(damage)(*damage.args))  # without what it holds on to
        with self._lock:
            new = {each for each in {damage.stream, *streams} - {""} if self._is_news(each, damage)}
            self._found |= dict.fromkeys(new, found)
        for forget in self._forgetters if new else ():
            forget()

    def of(self, *streams: str) -> Found | None:
        """The damage of the first of these streams that has some."""
        with self._lock:
            return next((self._found[each] for each in streams if each in self._found), None)

    def mend(self, stream: str) -> None:
        """Let go of a stream that was read again and is sound."""
        with self._lock:
            self._found.pop(stream, None)

    def _is_news(self, stream: str, damage: StreamDamaged) -> bool:
        known = self._found.get(stream)
        if known is None:
            return True
        return isinstance(damage, EvidenceDamaged) > isinstance(known.damage, EvidenceDamaged)
