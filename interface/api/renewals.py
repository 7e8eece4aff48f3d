"""Renewals of timestamps that go on from request to request, in the order that they began with.

Those that are renewed least come first, so one that broke off loses nothing: whoever begins again
goes on with the others. Kept in memory, for this process. Not here: what a renewal is
(``application.stamping``).
"""

from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from itertools import count
from threading import Lock
from typing import Final

from application.stamp_ports import Authority
from application.stamping import Stamped, Stamper, Unrenewed
from domain.errors import Eval752Error, Refused

_MOST: Final = 16
"""Renewals that are kept; who begins another one then ends the oldest."""


class _Renewal:
    """One renewal: what is left of it, and the fault that it ended with, to be told next."""

    def __init__(self, left: Unrenewed) -> None:
        self.lock = Lock()
        self._pairs, self._full = deque(left.pairs), left.full
        self._fault: Eval752Error | None = None

    def take(
        self, stamper: Stamper, limit: int, is_enough: Callable[[], bool]
    ) -> tuple[Sequence[Stamped], bool]:
        """Do some of it: what was done, and whether all is."""
        renewed: list[Stamped] = []
        try:
            if self._fault:
                raise self._fault
            while self._pairs and len(renewed) < limit and not (renewed and is_enough()):
                renewed.append(stamper.renew(*self._pairs[0]))
                self._pairs.popleft()
            if not self._pairs and self._full:
                raise stamper.full(self._full)
        except Eval752Error as fault:
            if not renewed:
                raise
            self._fault = fault  # what was kept is told first
        return renewed, not (self._pairs or self._fault)


class Renewals:
    """All renewals that are under way; usable by any number of threads."""

    def __init__(self, stamper: Stamper, authorities: Sequence[Authority]) -> None:
        self._stamper, self._authorities = stamper, authorities
        self._lock, self._numbers = Lock(), count(1)
        self._going: OrderedDict[int, _Renewal] = OrderedDict()

    def begin(self) -> int:
        """Begin one, and return its number."""
        renewal = _Renewal(self._stamper.unrenewed(self._authorities))
        with self._lock:
            number = next(self._numbers)
            self._going[number] = renewal
            while len(self._going) > _MOST:
                self._going.popitem(last=False)
        return number

    def go_on(
        self, number: int, limit: int, is_enough: Callable[[], bool]
    ) -> tuple[Sequence[Stamped], bool]:
        """Do more of one, one stamp at least and until enough; whether all of it is done.

        Raises:
            Refused: when an authority gives none, or heads are full; what was kept before stays.
        """
        renewal = self._going.get(number)
        if renewal is None:
            remedy = "Begin again: what was renewed least comes first."
            raise Refused("cursor", "a renewal that is under way", "one that ended", remedy)
        is_over = True
        try:
            with renewal.lock:
                renewed, is_over = renewal.take(self._stamper, limit, is_enough)
        finally:
            if is_over:
                self._going.pop(number, None)
        return renewed, is_over
