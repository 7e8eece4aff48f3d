"""Recordings of the async client: actions go into a spool, from where a task sends them.

They promise what those of ``recording`` do. Not here: use by several threads.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext, suppress
from typing import Generic, ParamSpec

from application.actions import Receipt
from domain.errors import Eval752Error
from interface.client import actions
from interface.client.actions import Made
from interface.client.carrying import carry_out_async
from interface.client.exchange import AsyncTransport, Pause
from interface.client.retrying import Retries
from interface.client.sending import Outbox, sending
from interface.client.spool_file import SpoolFile

P = ParamSpec("P")


class _Puts(Generic[P]):
    """A method that puts the action which a function makes."""

    def __init__(self, make: Callable[P, Made]) -> None:
        self._make, self.__doc__ = make, make.__doc__

    def __get__(self, recording: "AsyncRecording", _: type) -> Callable[P, Awaitable[None]]:
        def put(*args: P.args, **members: P.kwargs) -> Awaitable[None]:
            return recording.put(self._make(*args, **members))

        return put


class _Bell:
    """Wakes those who wait for something, in one event loop."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake everybody."""
        self._rung.set()
        self._rung = asyncio.Event()

    async def wait_for(self, until: Callable[[], bool], seconds: float | None = None) -> None:
        """Wait until something holds, but no longer than this."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not until():
                    await self._rung.wait()


class AsyncRecording(ABC):
    """Records into one stream; usable by any number of tasks of one event loop."""

    @staticmethod
    @abstractmethod
    def _last(problem: BaseException | None) -> Sequence[Made]:
        """The actions at its end, or at its early end."""

    def __init__(self, spool: SpoolFile, transport: AsyncTransport, retries: Retries) -> None:
        self.stream = spool.head.stream
        self._bell = _Bell()
        self._outbox = Outbox(spool, nullcontext(), self._bell.ring)
        self._transport, self._retries = transport, retries
        self._sender = asyncio.create_task(self._send(), name=f"eval752 {self.stream}")

    @property
    def id(self) -> str:
        """The id of the dataset or run."""
        return self.stream.partition("/")[2]

    @property
    def receipt(self) -> Receipt:
        """What the service has recorded so far."""
        return self._outbox.receipt

    async def put(self, action: Made) -> None:
        """Record an action of any type, with an ``id``; wait while the spool is full.

        Raises:
            InvalidInput: when it cannot be JSON, or has no id.
            Eval752Error: why an earlier one was refused; what was not taken stays in the spool.
            Unavailable: when the spool is full, and the service has been away for long.
        """
        line = actions.encoded(action)
        await self._bell.wait_for(self._outbox.is_open)
        self._outbox.put(line)

    async def keep_asset(self, data: bytes, ext: str) -> str:
        """Keep an asset beside the actions that will name it, as ``assets/<name>``; its name.

        Raises:
            Eval752Error: as ``put``.
        """
        await self._bell.wait_for(self._outbox.is_open)
        return self._outbox.keep(data, ext)

    async def flush(self) -> Receipt:
        """Wait until the service has all, durably.

        Raises:
            Eval752Error: why it was refused; what was not taken stays in the spool.
        """
        await self._bell.wait_for(self._outbox.is_drained)
        self._outbox.check()
        return self._outbox.receipt

    async def close(self, problem: BaseException | None = None) -> None:
        """End: completed and sealed, or with the problem because of which it ends early.

        Raises:
            Eval752Error: why not all was taken, unless there is a problem already, which gets it
                as a note.
        """
        try:
            for action in self._last(problem):
                await self.put(action)
            await self._end()
        except Eval752Error as why:
            await self._end(quietly=True)
            if problem is None:
                raise
            problem.add_note(f"{self.stream}: {why}")

    async def _end(self, *, quietly: bool = False) -> None:
        self._outbox.end()
        await self._sender
        self._outbox.close()
        if not quietly:
            self._outbox.check()

    async def _send(self) -> None:
        try:
            flow = sending(self._outbox, self._retries)
            await carry_out_async(flow, self._transport, self._pause)
        except Exception as fault:  # noqa: BLE001 - a task has nobody else to tell
            self._outbox.stop(fault)

    async def _pause(self, pause: Pause) -> None:
        await self._bell.wait_for(pause.until or _never, pause.seconds)


class AsyncDatasetRecording(AsyncRecording):
    """Records the items of a dataset."""

    _last = staticmethod(actions.last_of_dataset)
    add = _Puts(actions.added)


class AsyncRunRecording(AsyncRecording):
    """Records what becomes of the items in a run."""

    _last = staticmethod(actions.last_of_run)
    answered = _Puts(actions.answered)
    attempt_failed = _Puts(actions.attempt_failed)
    failed = _Puts(actions.failed)
    scored = _Puts(actions.scored)
    annotated = _Puts(actions.annotated)


def _never() -> bool:
    return False
