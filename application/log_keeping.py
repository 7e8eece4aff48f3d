"""A thread that signs the log's head while events come: from time to time, never for each of them.

Not here: the log (``log``), and what an export signs in between.
"""

from collections.abc import Callable
from threading import Condition, Thread

from application.log import Log


class LogKeeper:
    """Keeps one log; a fault is told, and tried again when more was committed."""

    def __init__(self, log: Log, interval: float, told: Callable[[Exception], None]) -> None:
        """Begin to keep it; there are so many seconds between two checkpoints at least."""
        self._log, self._interval, self._told = log, interval, told
        self._changed = Condition()
        self._waits, self._closed = True, False
        self.fault: Exception | None = None
        self._thread = Thread(target=self._run, name="log keeper", daemon=True)
        self._thread.start()

    def notice(self) -> None:
        """Say that something was committed; returns at once."""
        with self._changed:
            self._waits = True
            self._changed.notify_all()

    def close(self) -> None:
        """Stop; what was committed last is signed after the next start."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waits or self._closed)
                if self._closed:
                    return
                self._waits = False
            self._sign()
            with self._changed:
                self._changed.wait_for(lambda: self._closed, self._interval)

    def _sign(self) -> None:
        try:
            self._log.checkpoint()
        except Exception as fault:  # noqa: BLE001 - told, and tried again
            self.fault = fault
            self._told(fault)
        else:
            self.fault = None
