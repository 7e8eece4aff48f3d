"""Wakes who waits for the archive to move on, from a thread into any number of event loops.

Not here: what they then tell (``routes_live``).
"""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager, suppress
from threading import Lock


class Live:
    """The position that readers can see, and those who want to know when it moves."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._listeners: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self._position = 0
        self.is_closed = False

    def close(self) -> None:
        """Wake everybody for the last time."""
        self.is_closed = True
        self.moved(self._position)

    @property
    def position(self) -> int:
        """How far readers can see."""
        return self._position

    def moved(self, position: int) -> None:
        """Tell everybody that readers can see as far as this."""
        with self._lock:
            self._position = max(self._position, position)
            listeners = [*self._listeners]
        for loop, event in listeners:
            with suppress(RuntimeError):  # its loop has ended
                loop.call_soon_threadsafe(event.set)

    @contextmanager
    def listening(self) -> Generator[asyncio.Event]:
        """An event that is set whenever the position moves; who waits for it clears it."""
        listener = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            self._listeners.add(listener)
        try:
            yield listener[1]
        finally:
            with self._lock:
                self._listeners.discard(listener)
