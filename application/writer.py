"""The one thread that writes: what many callers want recorded shares a commit.

Callers get futures, done once what they asked for is durable. What fails is done again alone, so
that nobody's batch is refused for another's fault. Not here: what is written (``record``,
``journal``), and who may (``access``).
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Final, Generic, TypeVar

from application.actions import Action, Receipt
from application.batch import Prepared
from application.journal import Entry, Journal
from application.record import Recorder
from domain.errors import Refused

MOST_JOBS: Final = 256
MOST_ACTIONS: Final = 4000
"""What shares a commit at most."""

T = TypeVar("T")
Check = Callable[[], None]


@dataclass(slots=True)
class _Batch:
    """Actions for one stream with entries of the journal, wholly or not at all."""

    stream: str
    actions: Sequence[Action]
    entries: Sequence[Entry]
    actor: str
    check: Check
    done: "Future[Receipt]" = field(default_factory=Future[Receipt])

    @property
    def is_alone(self) -> bool:
        """Whether it needs a commit of its own: erasing looks at what is stored."""
        return any(action.type == "part.erased" for action in self.actions)


@dataclass(slots=True)
class _Work(Generic[T]):
    """Anything else that writes."""

    work: Callable[[Recorder], T]
    actor: str
    done: "Future[T]" = field(default_factory=Future[T])


class Writer:
    """Writes for any number of threads; ``committed`` is called after each commit.

    It returns before anybody is told of the commit: what it makes known, they find known.
    ``check_actor`` raises for whoever may write no more, when it is their turn.
    """

    def __init__(
        self,
        recorder: Recorder,
        journal: Journal,
        committed: Callable[[], None],
        check_actor: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._recorder, self._journal, self._committed = recorder, journal, committed
        self._check_actor = check_actor
        self._queue: SimpleQueue[_Batch | _Work[object] | None] = SimpleQueue()
        self._ahead: list[_Batch | _Work[object] | None] = []
        self._closing = Lock()
        self._closed = False
        self._thread = Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether it takes work."""
        return self._thread.is_alive() and not self._closed

    def record(
        self,
        stream: str,
        actions: Sequence[Action],
        actor: str,
        beginning: Sequence[Entry] = (),
        check: Check = lambda: None,
    ) -> "Future[Receipt]":
        """Record a batch, and if the stream begins with it, entries of the journal.

        ``check`` raises where it may not be recorded, once it is known what was before it.
        """
        batch = _Batch(stream, actions, beginning, actor, check)
        self._put(batch)
        return batch.done

    def note(self, entries: Sequence[Entry], actor: str) -> "Future[Receipt]":
        """Write entries of the journal."""
        return self.record("", (), actor, entries)

    def decide(self, entry: Callable[[], Entry], actor: str) -> "Future[None]":
        """Write an entry that depends on what was written before it."""

        def work(_: Recorder) -> None:
            self._journal.write([entry()._replace(actor=actor)])

        return self.call(work, actor)

    def call(self, work: Callable[[Recorder], T], actor: str) -> "Future[T]":
        """Do other work that writes, while nothing else is written."""
        job = _Work(work, actor)
        self._put(job)  # type: ignore[arg-type]  # whatever it brings, its own future takes it
        return job.done

    def close(self) -> None:
        """Write what waits, and stop; what comes later is refused."""
        with self._closing:
            self._closed = True
            self._queue.put(None)
        self._thread.join()

    def _put(self, job: _Batch | _Work[object]) -> None:
        job.done.set_running_or_notify_cancel()  # who does not wait any more does not undo it
        with self._closing:
            if not self.is_alive:
                found = "one that is being closed"
                raise Refused("archive", "one that is open", found, "Try again.")
            self._queue.put(job)

    def _run(self) -> None:
        while job := self._ahead.pop() if self._ahead else self._queue.get():
            if isinstance(job, _Batch):
                self._write(self._gather(job))
            else:
                _settle(job.done, partial(self._work, job))

    def _gather(self, first: _Batch) -> list[_Batch]:
        """What waits and may share a commit with the first."""
        group, size = [first], len(first.actions)
        while not first.is_alone and len(group) < MOST_JOBS and size < MOST_ACTIONS:
            try:
                job = self._queue.get_nowait()
            except Empty:
                break
            if not isinstance(job, _Batch) or job.is_alone:
                self._ahead.append(job)
                break
            group.append(job)
            size += len(job.actions)
        return group

    def _write(self, group: Sequence[_Batch]) -> None:
        """Commit a group at once; what could not be prepared, or all of it, one by one."""
        together, left = self._prepared(group)
        try:
            self._commit(together)
        except Exception:  # noqa: BLE001 - each is tried again alone, and told its own fault
            left = [*group]
        else:
            self._tell(together)
        for batch in left:
            _settle(batch.done, partial(self._write_alone, batch))

    def _tell(self, together: Sequence[tuple[_Batch, Prepared]]) -> None:
        """Let those know whose batches are durable; they are not written again, whatever comes."""
        try:
            self._committed()
        except Exception as fault:  # noqa: BLE001 - it is raised where the future is asked
            for batch, _ in together:
                batch.done.set_exception(fault)
        else:
            for batch, prepared in together:
                batch.done.set_result(prepared.receipt)

    def _prepared(
        self, group: Sequence[_Batch]
    ) -> tuple[list[tuple[_Batch, Prepared]], list[_Batch]]:
        """Those that are ready; and the others, with what comes behind them in their streams."""
        together: list[tuple[_Batch, Prepared]] = []
        left: list[_Batch] = []
        for batch in group:
            if any(batch.stream == before.stream for before in left):
                left.append(batch)
                continue
            try:
                together.append((batch, self._prepare(batch)))
            except Exception:  # noqa: BLE001 - it is tried again alone, and told its own fault
                left.append(batch)
        return together, left

    def _prepare(self, batch: _Batch) -> Prepared:
        self._check_actor(batch.actor)
        batch.check()
        if not batch.stream:
            return _NOTHING
        return self._recorder.prepare(batch.stream, batch.actions, batch.actor)

    def _commit(self, batches: Sequence[tuple[_Batch, Prepared]]) -> None:
        entries = [
            entry._replace(actor=entry.actor or batch.actor)
            for batch, prepared in batches
            for entry in batch.entries
            if not batch.stream or prepared.begins
        ]
        beside = [self._journal.append(entries)] if entries else []
        self._recorder.commit([prepared for _, prepared in batches], beside)

    def _work(self, job: _Work[T]) -> T:
        self._check_actor(job.actor)
        try:
            return job.work(self._recorder)
        finally:
            self._committed()  # what fails may have committed before

    def _write_alone(self, batch: _Batch) -> Receipt:
        prepared = self._prepare(batch)
        self._commit([(batch, prepared)])
        self._committed()
        return prepared.receipt


_NOTHING: Final = Prepared.nothing()


def _settle(done: "Future[T]", work: Callable[[], T]) -> None:
    """Do the work and let the future know what became of it."""
    try:
        done.set_result(work())
    except Exception as fault:  # noqa: BLE001 - it is raised where the future is asked
        done.set_exception(fault)
