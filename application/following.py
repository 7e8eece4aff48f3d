"""A thread that keeps the read model at the end of the store, and wakes those who wait for it.

Not here: how pages become rows (``project``).
"""

from collections.abc import Callable
from threading import Condition, Thread
from typing import Final

from application.ports import EventStore
from application.project import catch_up
from application.read_model import ReadModel
from domain.errors import ArchiveDamaged, Refused, StreamDamaged

PATIENCE: Final = 10.0
"""Seconds that a reader waits for what was written before it asked."""

PAUSE: Final = 0.2
"""Seconds between two turns, unless somebody waits: few large ones cost less than many."""


class Follower:
    """Follows one store; usable by any number of threads."""

    def __init__(
        self,
        store: EventStore,
        read_model: ReadModel,
        moved: Callable[[int], None],
        broke: Callable[[Exception], object] = lambda _: None,
    ) -> None:
        """Begin to follow; ``moved`` is told each position that was reached, ``broke`` why not."""
        self._store, self._read_model, self._moved, self._broke = store, read_model, moved, broke
        self._changed = Condition()
        self._asked, self._reached, self._closed = store.position(), 0, False
        self._waiting = 0
        self.fault: Exception | None = None
        self._thread = Thread(target=self._run, name="follower", daemon=True)
        self._thread.start()

    def notice(self) -> int:
        """Say that the store may have moved on; return how far."""
        position = self._store.position()
        with self._changed:
            self._asked = max(self._asked, position)
            if self.fault:  # it may be over: try again
                self.fault, self._reached = None, -1
            self._changed.notify_all()
        return position

    def wait(self) -> None:
        """Return once all that was committed before can be read.

        Raises:
            Refused: when that takes too long.
            ArchiveDamaged: when it is not possible.
        """
        asked = self.notice()
        with self._changed:
            self._waiting += 1
            self._changed.notify_all()
            is_there = self._changed.wait_for(lambda: self._is_there(asked), PATIENCE)
            self._waiting -= 1
            if isinstance(self.fault, StreamDamaged):  # not all who wait may be told what
                told = ("events that they can take", "a damaged one", "The service's log names it.")
                raise ArchiveDamaged("read models", *told) from self.fault
            if self.fault:
                raise self.fault
            if not is_there:
                found = f"{self._reached}, and busy"
                raise Refused("read models", f"position {asked}", found, "Ask again later.")

    def close(self) -> None:
        """Stop."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()

    def _is_there(self, position: int) -> bool:
        return self._reached >= position or self._closed

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._asked > self._reached)
                if self._closed:
                    return
                asked = self._asked
            self._follow(asked)
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._waiting, PAUSE)

    def _follow(self, position: int) -> None:
        fault: Exception | None = None
        try:
            catch_up(self._store, self._read_model)
        except Exception as problem:  # noqa: BLE001 - told to who waits, and tried again
            fault = problem
            self._broke(problem)
        with self._changed:
            self._reached, self.fault = position, fault
            self._changed.notify_all()
        if not fault:
            self._moved(position)
