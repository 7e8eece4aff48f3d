"""Brings what waits in a spool to the service, in order, batch by batch, as a flow.

As long as the recording goes on, a service that is away is waited for; once it has ended, only as
often as ``Retries`` says. A batch that is refused for one of its lines is sent up to that line, so
what is recorded does not depend on how actions came to be batched. Not here: what waits
(``spool_file``), and who carries out the steps.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from application.actions import Receipt
from domain.errors import Eval752Error
from interface.client.addressed import request_of, together
from interface.client.errors import Unavailable, check, line_of
from interface.client.exchange import NOTHING, Answer, Flow, Pause, Work
from interface.client.operations import put_asset
from interface.client.retrying import Retries
from interface.client.spool_file import MOST_LINES, Batch, SpoolFile

MOST_BYTES: Final = 4 * 2**20
"""Of one batch."""

_TOO_LARGE: Final = 413


class Outbox:
    """A spool between a recording, which puts actions in, and a flow that sends them.

    ``ended`` says that no more come; ``problem`` why no more are sent; ``away`` that the service
    has been away for longer than ``Retries`` says; ``goes_on`` whether actions are taken in even
    when no more are sent. ``lock`` is held while any of it changes, ``notify`` is called when it
    has.
    """

    def __init__(
        self, spool: SpoolFile, lock: AbstractContextManager[object], notify: Callable[[], None]
    ) -> None:
        self._spool, self._lock, self._notify = spool, lock, notify
        self.ended = self.goes_on = False
        self.problem: Exception | None = None
        self.away: Unavailable | None = None
        self.receipt = Receipt(spool.head.stream, 0, 0, 0, 0)

    @property
    def stream(self) -> str:
        """The stream to which the actions go."""
        return self._spool.head.stream

    def check(self) -> None:
        """Let a recording go on.

        Raises:
            Exception: why no more actions are sent; those that were not taken stay in the spool.
        """
        if self.problem:
            raise self.problem

    def is_open(self) -> bool:
        """Whether a recording need not wait to put something in, or would wait in vain."""
        waits = not self._spool.has_room and self._spool.waiting
        return not waits or self.problem is not None or self.away is not None

    def has_work(self) -> bool:
        """Whether there is something to do for who sends."""
        return self._spool.waiting or self.ended

    def is_drained(self) -> bool:
        """Whether all is taken, or no more will be."""
        return not self._spool.waiting or self.problem is not None

    def has_ended(self) -> bool:
        """Whether no more actions come."""
        return self.ended

    def put(self, line: bytes) -> None:
        """Put an action in, once there is room.

        Raises:
            Unavailable: when the spool is full, and the service has been away for long.
            StorageFull: when the disk takes no more.
        """
        with self._lock:
            self._check_room()
            self._spool.append(line)
            if self._spool.wants_sync:
                self._spool.sync()
            self._notify()

    def keep(self, data: bytes, ext: str) -> str:
        """Keep an asset that actions will name, once there is room, and return its name.

        Raises:
            Unavailable, StorageFull: as ``put``.
        """
        with self._lock:
            self._check_room()
            return self._spool.assets.keep(data, ext)

    def end(self) -> None:
        """Say that no more actions come."""
        with self._lock:
            self.ended = True
            self._notify()

    def batch(self, most_lines: int) -> Batch | None:
        """The next batch, of lines that go together; None where nothing waits."""
        with self._lock:
            if not self._spool.waiting:
                return None
            batch = self._spool.batch(MOST_BYTES, most_lines)
            alike = together(batch.lines, self.stream)
            return batch if alike == len(batch.lines) else self._spool.batch(MOST_BYTES, alike)

    def assets(self, batch: Batch) -> Sequence[Path]:
        """The assets that must be there before a batch is."""
        with self._lock:
            return self._spool.assets.named_in(batch.lines)

    def sync(self) -> None:
        """Make what waits outlast a power failure."""
        self._spool.sync()

    def took(self, batch: Batch, receipt: Receipt) -> None:
        """Note that the service has taken a batch."""
        with self._lock:
            self._spool.take(batch)
            self._spool.assets.drop(self._spool.assets.named_in(batch.lines))
            self.away = None
            self.receipt = _summed(self.receipt, receipt)
            self._notify()

    def missed(self, problem: Unavailable, *, long: bool) -> None:
        """Note that the service is away: after long, a recording that has ended stops."""
        with self._lock:
            self.away = problem if long else self.away
            self._notify()
            if long and self.ended:
                self.stop(problem)

    def stop(self, problem: Exception) -> None:
        """Note why no more is sent."""
        with self._lock:
            told = f"{self._spool.left:,} actions that were not taken stay in {self._spool.path}"
            problem.add_note(f"{told}; eval752 spool send sends them.")
            self.problem = problem
            self._notify()

    def close(self) -> None:
        """Let others have the spool."""
        self._spool.close()

    def _check_room(self) -> None:
        if not self.goes_on:
            self.check()
        if not self._spool.has_room and (why := self.problem or self.away):
            raise why


def _summed(before: Receipt, new: Receipt) -> Receipt:
    """A receipt for both; the version is that of the stream of the first."""
    counts = (before.recorded, before.known, before.unscored)
    more = (new.recorded, new.known, new.unscored)
    version = new.version if new.stream == before.stream else before.version
    summed = [a + b for a, b in zip(counts, more, strict=True)]
    return Receipt(before.stream, version, *summed)


def sending(outbox: Outbox, retries: Retries) -> Flow[None]:
    """Send what waits, and what comes, until the recording has ended or a problem stops it."""
    most_lines = MOST_LINES
    while outbox.problem is None:
        batch = outbox.batch(most_lines)
        if batch:
            yield Work(outbox.sync)
            most_lines = yield from _send(outbox, batch, retries)
        elif outbox.ended:
            return
        else:
            yield Pause(None, outbox.has_work)


def _send(outbox: Outbox, batch: Batch, retries: Retries) -> Flow[int]:
    """Send one batch, or stop with the problem; return how many lines the next one may have."""
    (request, read), answer = request_of(batch.lines, outbox.stream), NOTHING
    failures = 0
    for planned in retries.waits():
        try:
            yield from _put(outbox.assets(batch))
            answer = yield request
            check(answer, request)
            outbox.took(batch, read(answer))
            break
        except Unavailable as problem:
            failures += 1
            outbox.missed(problem, long=failures > retries.count)
            if outbox.problem:
                break
            yield Pause(retries.wait(problem, planned), None if outbox.ended else outbox.has_ended)
        except Eval752Error as problem:
            if good := _good_lines(batch, answer):
                return good
            outbox.stop(problem)
            break
    return MOST_LINES


def _put(assets: Sequence[Path]) -> Flow[None]:
    """Put assets, again at each attempt: what was put is forgotten when a service restarts."""
    for path in assets:
        request = put_asset(path, path.suffix[1:]).request
        answer = yield request
        check(answer, request)


def _good_lines(batch: Batch, answer: Answer) -> int:
    """How many lines of a refused batch can be sent without what it was refused for; 0 for none."""
    if answer.status == _TOO_LARGE:
        return len(batch.lines) // 2
    return min(line_of(answer) or 1, len(batch.lines)) - 1
