"""Sessions of browsers: in memory, gone with the process, never longer than the token counts.

A cookie holds 256 random bits; here is their SHA-256. A token itself is never kept. Not here: the
cookie (``access``), and which token counts (``application.access_book``).
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_urlsafe
from threading import Lock
from time import monotonic
from typing import Final

from application.access import Principal

IDLE: Final = 30 * 60
"""Seconds without a request after which a session ends."""

LONGEST: Final = 12 * 60 * 60
"""Seconds after which it ends in any case."""

MOST: Final = 20
"""Sessions of one token at once; one more ends the one that was used least lately."""


@dataclass(slots=True)
class Session:
    """Somebody who signed in; ``csrf`` is what their forms carry."""

    who: Principal
    csrf: str
    began: float
    used: float


class Sessions:
    """All of one service; usable by any number of threads."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now, self._lock = now, Lock()
        self._kept: OrderedDict[bytes, Session] = OrderedDict()

    def begin(self, who: Principal) -> str:
        """Begin a session; return what the cookie holds."""
        secret, now = token_urlsafe(32), self._now()
        with self._lock:
            self._forget(self._is_over)
            of_token = [key for key, kept in self._kept.items() if kept.who.token == who.token]
            for key in of_token[: max(0, len(of_token) + 1 - MOST)]:
                del self._kept[key]
            self._kept[_key(secret)] = Session(who, token_urlsafe(32), now, now)
        return secret

    def find(self, secret: str) -> Session | None:
        """The session of a cookie, which goes on by that; None where there is none any more."""
        key = _key(secret)
        with self._lock:
            found = self._kept.get(key)
            if found is None or self._is_over(found):
                self._kept.pop(key, None)
                return None
            found.used = self._now()
            self._kept.move_to_end(key)
            return found

    def lives(self, secret: str) -> bool:
        """Whether a session goes on; to ask does not keep it alive."""
        with self._lock:
            found = self._kept.get(_key(secret))
            return found is not None and not self._is_over(found)

    def end(self, secret: str) -> None:
        """End a session, if it is there."""
        with self._lock:
            self._kept.pop(_key(secret), None)

    def _is_over(self, session: Session) -> bool:
        now = self._now()
        return now - session.used > IDLE or now - session.began > LONGEST

    def _forget(self, which: Callable[[Session], bool]) -> None:
        for key in [key for key, kept in self._kept.items() if which(kept)]:
            del self._kept[key]


def _key(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
