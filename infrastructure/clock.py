"""Time and chance, from the operating system (`application.ports.Clock`).

Not here: any reason to believe the time; it is a claim until a timestamp proves it.
"""

import os
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from threading import Lock

_RANDOM_BITS = 74
_VARIANT = 0b10 << 62
_LOW = (1 << 62) - 1


class SystemClock:
    """Usable by any number of threads; two clocks, or two processes, don't know of each other."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._microseconds = 0
        self._second = -1
        self._second_text = ""
        self._last_id = 0
        self._high = -1
        self._high_text = ""

    def now(self) -> str:
        """UTC in 27 characters; never less than the last answer, whatever is done to the time."""
        with self._lock:
            latest = max(self._microseconds, time.time_ns() // 1000)
            self._microseconds = latest
            second, fraction = divmod(latest, 1_000_000)
            if second != self._second:
                self._second = second
                self._second_text = f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%S}"
            return f"{self._second_text}.{fraction:06d}Z"

    def event_id(self) -> str:
        """A new UUIDv7 (RFC 9562, section 5.7), greater than the last one.

        Of the 74 bits for chance, 72 are. Within a millisecond, they are counted up by a random
        step (section 6.2, method 2); where they run over, the next millisecond is taken.
        """
        chance = int.from_bytes(os.urandom(9))
        with self._lock:
            milliseconds = time.time_ns() // 1_000_000
            if milliseconds > self._last_id >> _RANDOM_BITS:
                self._last_id = milliseconds << _RANDOM_BITS | chance
            else:
                self._last_id += 1 + (chance >> 40)
            return self._as_uuid(self._last_id)

    def _as_uuid(self, number: int) -> str:
        """Put version and variant between the 122 bits; the first 60 seldom change."""
        high, low = number >> 62, f"{_VARIANT | number & _LOW:016x}"
        if high != self._high:
            digits = f"{high:015x}"
            self._high = high
            self._high_text = f"{digits[:8]}-{digits[8:12]}-7{digits[12:]}"
        return f"{self._high_text}-{low[:4]}-{low[4:]}"

    def salts(self, count: int) -> Sequence[str]:
        """So many salts: 128 random bits each, in hex."""
        digits = os.urandom(16 * count).hex()
        if count == 1:
            return [digits]
        return [digits[start : start + 32] for start in range(0, 32 * count, 32)]
