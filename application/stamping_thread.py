"""Threads that have heads stamped or cosigned while an archive is served, one for each who does.

An authority that fails is asked again later, and later each time; another one does not wait for
it. Who wants to wait for them asks for a round: the thread does it, so that nobody is asked for
the same twice. Not here: what is stamped (``stamping``).
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from itertools import islice
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from typing import Final, Protocol, TypeVar

from application.stamping import Stamped

LOOK: Final = 2.0
"""Seconds between two looks for a new head."""

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 600.0
"""Seconds until an authority that failed is asked again: twice as many each time."""

REMEMBERED: Final = 10_000
"""How much of what was done is known to who asks for it afterwards."""

Told = Callable[[str, Exception], None]
"""(authority, fault): what hears of each failure."""


class _Named(Protocol):
    @property
    def name(self) -> str: ...


Asked_contra = TypeVar("Asked_contra", bound=_Named, contravariant=True)


class _Stamper(Protocol[Asked_contra]):
    def stamp_next(self, asked: Asked_contra, /) -> Stamped | None: ...


Round = Future[Exception | None]
"""Ends when one of them had nothing left, or with what it failed with."""


class StampingThreads:
    """Stamps until it is closed; ``faults`` has what failed last, by authority, while it fails.

    ``names`` are all who are asked, ``count`` is what they have done in all.
    """

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
        self.names = [each.name for each in authorities]
        self.count = 0
        self._done: deque[Stamped] = deque(maxlen=REMEMBERED)
        self._lock = Lock()
        self.faults: dict[str, Exception] = {}
        self._asked: list[SimpleQueue[Round]] = [SimpleQueue() for _ in authorities]
        for each, asked in zip(authorities, self._asked, strict=True):
            args = (stamper, each, asked)
            Thread(target=self._run, args=args, name="stamping", daemon=True).start()

    def begin_rounds(self) -> Sequence[Round]:
        """Have each of them do at once what is left, also one that failed and would wait.

        Returns at once, a round for each; none where there is nobody.
        """
        rounds = [Round() for _ in self._asked]
        for asked, each in zip(self._asked, rounds, strict=True):
            each.set_running_or_notify_cancel()  # so that nobody can cancel what a thread will end
            asked.put(each)
        return rounds

    def done_since(self, count: int) -> Sequence[Stamped]:
        """What was done when so much had been done, in the order in which it came."""
        with self._lock:
            forgotten = self.count - len(self._done)
            return [*islice(self._done, max(0, count - forgotten), None)]

    def close(self) -> None:
        """Stop. Who is being asked is not waited for: what it answers is asked for again."""
        self._closed.set()
        self.begin_rounds()  # which have no end; whoever sleeps wakes up

    def _run(
        self, stamper: _Stamper[Asked_contra], authority: Asked_contra, asked: SimpleQueue[Round]
    ) -> None:
        failures, rounds = 0, list[Round]()
        while not self._closed.is_set():
            pause = 0.0
            try:
                stamped = stamper.stamp_next(authority)
            except Exception as fault:  # noqa: BLE001 - told, and tried again
                failures += 1
                self.faults[authority.name] = fault
                self._told(authority.name, fault)
                rounds, pause = _ended(rounds, fault), self._pause(failures)
            else:
                failures = 0
                self.faults.pop(authority.name, None)
                if stamped is None:
                    rounds, pause = _ended(rounds), LOOK
                else:
                    self._keep(stamped)
            rounds += _begun(asked, pause)

    def _keep(self, stamped: Stamped) -> None:
        with self._lock:
            self._done.append(stamped)
            self.count += 1


def pause_after(failures: int) -> float:
    """Seconds to wait after so many failures in a row."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(failures - 1, 30))


def _ended(rounds: Sequence[Round], fault: Exception | None = None) -> list[Round]:
    """End rounds; none is left."""
    for each in rounds:
        each.set_result(fault)
    return []


def _begun(asked: SimpleQueue[Round], seconds: float) -> Iterator[Round]:
    """The rounds that were asked for; the first is waited for so many seconds."""
    with suppress(Empty):
        while True:
            yield asked.get(timeout=seconds)
            seconds = 0.0
