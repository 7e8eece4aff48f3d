"""Recordings of the sync client: actions go into a spool, from where a thread sends them.

When a method returns, its action outlasts the end of this process; when ``flush`` returns, all is
durable in the archive. Not here: the spool (``spool_file``), and what is sent when (``sending``).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from threading import Condition, Thread
from typing import Generic, ParamSpec

from application.actions import Receipt
from domain.errors import Eval752Error
from interface.client import actions
from interface.client.actions import Made
from interface.client.carrying import carry_out
from interface.client.exchange import Pause, Transport
from interface.client.retrying import Retries
from interface.client.sending import Outbox, sending
from interface.client.spool_file import SpoolFile

P = ParamSpec("P")


class _Puts(Generic[P]):
    """A method that puts the action which a function makes."""

    def __init__(self, make: Callable[P, Made]) -> None:
        self._make, self.__doc__ = make, make.__doc__

    def __get__(self, recording: "Recording", _: type) -> Callable[P, None]:
        def put(*args: P.args, **members: P.kwargs) -> None:
            recording.put(self._make(*args, **members))

        return put


class Recording(ABC):
    """Records into one stream; usable by any number of threads."""

    @staticmethod
    @abstractmethod
    def _last(problem: BaseException | None) -> Sequence[Made]:
        """The actions at its end, or at its early end."""

    def __init__(self, spool: SpoolFile, transport: Transport, retries: Retries) -> None:
        self.stream = spool.head.stream
        self._changed = Condition()
        self._outbox = Outbox(spool, self._changed, self._changed.notify_all)
        self._transport, self._retries = transport, retries
        self._sender = Thread(target=self._send, name=f"eval752 {self.stream}", daemon=True)
        self._sender.start()

    @property
    def id(self) -> str:
        """The id of the dataset or run."""
        return self.stream.partition("/")[2]

    @property
    def receipt(self) -> Receipt:
        """What the service has recorded so far."""
        return self._outbox.receipt

    def put(self, action: Made) -> None:
        """Record an action of any type, with an ``id``; wait while the spool is full.

        Raises:
            InvalidInput: when it cannot be JSON, or has no id.
            Eval752Error: why an earlier one was refused; what was not taken stays in the spool.
            Unavailable: when the spool is full, and the service has been away for long.
        """
        line = actions.encoded(action)
        with self._changed:
            self._changed.wait_for(self._outbox.is_open)
            self._outbox.put(line)

    def keep_asset(self, data: bytes, ext: str) -> str:
        """Keep an asset beside the actions that will name it, as ``assets/<name>``; its name.

        Raises:
            Eval752Error: as ``put``.
        """
        with self._changed:
            self._changed.wait_for(self._outbox.is_open)
            return self._outbox.keep(data, ext)

    def flush(self) -> Receipt:
        """Wait until the service has all, durably.

        Raises:
            Eval752Error: why it was refused; what was not taken stays in the spool.
        """
        with self._changed:
            self._changed.wait_for(self._outbox.is_drained)
            self._outbox.check()
        return self._outbox.receipt

    def close(self, problem: BaseException | None = None) -> None:
        """End: completed and sealed, or with the problem because of which it ends early.

        Raises:
            Eval752Error: why not all was taken, unless there is a problem already, which gets it
                as a note.
        """
        try:
            for action in self._last(problem):
                self.put(action)
            self._end()
        except Eval752Error as why:
            self._end(quietly=True)
            if problem is None:
                raise
            problem.add_note(f"{self.stream}: {why}")

    def _end(self, *, quietly: bool = False) -> None:
        self._outbox.end()
        self._sender.join()
        self._outbox.close()
        if not quietly:
            self._outbox.check()

    def _send(self) -> None:
        try:
            carry_out(sending(self._outbox, self._retries), self._transport, self._pause)
        except Exception as fault:  # noqa: BLE001 - a thread has nobody else to tell
            self._outbox.stop(fault)

    def _pause(self, pause: Pause) -> None:
        with self._changed:
            self._changed.wait_for(pause.until or _never, pause.seconds)


class DatasetRecording(Recording):
    """Records the items of a dataset."""

    _last = staticmethod(actions.last_of_dataset)
    add = _Puts(actions.added)


class RunRecording(Recording):
    """Records what becomes of the items in a run."""

    _last = staticmethod(actions.last_of_run)
    answered = _Puts(actions.answered)
    attempt_failed = _Puts(actions.attempt_failed)
    failed = _Puts(actions.failed)
    scored = _Puts(actions.scored)
    annotated = _Puts(actions.annotated)


def _never() -> bool:
    return False
