"""Threads that have heads stamped or cosigned while an archive is served, one for each who does.

An authority that fails is asked again later, and later each time; another one does not wait for
it. Not here: what is stamped (``stamping``).
"""

from collections.abc import Callable, Sequence
from threading import Event, Thread
from typing import Final, Protocol, TypeVar

from application.stamping import Stamped

LOOK: Final = 2.0
"""Seconds between two looks for a new head."""

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 600.0
"""Seconds until an authority that failed is asked again: twice as many each time."""

Told = Callable[[str, Exception], None]
"""(authority, fault): what hears of each failure."""


class _Named(Protocol):
    @property
    def name(self) -> str: ...


Asked_contra = TypeVar("Asked_contra", bound=_Named, contravariant=True)


class _Stamper(Protocol[Asked_contra]):
    def stamp_next(self, asked: Asked_contra, /) -> Stamped | None: ...


class StampingThreads:
    """Stamps until it is closed; ``faults`` has what failed last, by authority, while it fails."""

    def __init__(
        self,
        stamper: _Stamper[Asked_contra],
        authorities: Sequence[Asked_contra],
        told: Told,
        pause: Callable[[int], float] | None = None,
    ) -> None:
        """Begin; ``pause`` says how long to wait after so many failures in a row."""
        self._told = told
        self._pause = pause or pause_after
        self._closed = Event()
        self.faults: dict[str, Exception] = {}
        self._threads = [
            Thread(target=self._run, args=(stamper, each), name="stamping", daemon=True)
            for each in authorities
        ]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop. Who is being asked is not waited for: what it answers is asked for again."""
        self._closed.set()

    def _run(self, stamper: _Stamper[Asked_contra], authority: Asked_contra) -> None:
        failures = 0
        while not self._closed.is_set():
            try:
                stamped = stamper.stamp_next(authority)
            except Exception as fault:  # noqa: BLE001 - told, and tried again
                failures += 1
                self.faults[authority.name] = fault
                self._told(authority.name, fault)
                self._closed.wait(self._pause(failures))
                continue
            failures = 0
            self.faults.pop(authority.name, None)
            if stamped is None:
                self._closed.wait(LOOK)


def pause_after(failures: int) -> float:
    """Seconds to wait after so many failures in a row."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(failures - 1, 30))
