"""A run that is recorded, beside the event loop of Inspect: all that blocks is done in a thread.

Samples that end together wait for each other, and so does what would run next in their places when
the spool is full. What fails is warned of, and the evaluation goes on; if recording is required, it
fails. Not here: what is recorded (``spooled_run``), and which event of Inspect it is (``hook``).
"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from logging import getLogger
from typing import Final

from anyio import CancelScope, CapacityLimiter, to_thread
from inspect_ai.log import EvalLog, EvalSample, EvalSpec
from inspect_ai.util import LimitExceededError

from domain.errors import Eval752Error
from interface.client import actions
from interface.inspect_hook.earlier_samples import samples_in
from interface.inspect_hook.json_text import header_text, sample_text
from interface.inspect_hook.samples_at_start import SamplesAtStart
from interface.inspect_hook.settings import is_required, read_settings
from interface.inspect_hook.spooled_run import SpooledRun

_LOG: Final = getLogger(__name__)
_MOST_TOLD: Final = 10
_LATER: Final = "send it with: eval752 spool send"


class NotRecorded(LimitExceededError):
    """The evaluation has to be recorded, and is not; of what a hook raises, Inspect heeds this."""

    def __init__(self, why: str) -> None:
        super().__init__("custom", value=1, limit=1, message=f"eval752: {why}")


class Attended:
    """One evaluation; ``failures`` tell why not all of it is in the archive."""

    def __init__(self, spec: EvalSpec) -> None:
        self.run_id, self.task_id = spec.run_id, spec.task_id
        self.failures: list[str] = []
        self._what = f"{spec.task} with {spec.model}"
        self._images = spec.config.log_images is not False
        self._turn = CapacityLimiter(1)
        self._run: SpooledRun | None = None
        self._is_away = self._has_raised = False

    async def begin(self, log: EvalLog, samples: SamplesAtStart | None) -> None:
        """Begin, from a log without samples. Where it is required, the plan is durable then.

        Raises:
            NotRecorded: when it cannot be recorded, and is required.
        """
        try:
            await self._in_thread(partial(self._begin, log, samples))
        except Exception as problem:  # noqa: BLE001 - no fault of ours may end an evaluation
            self._fail(f"{self._what} is not recorded", problem)

    async def take(self, sample: EvalSample, *, taken_over: bool = False) -> None:
        """Record what became of a sample.

        Raises:
            NotRecorded: when it cannot be recorded, or not sent, and is required.
        """
        if run := self._run:
            try:
                await self._in_thread(partial(self._take, run, sample, taken_over=taken_over))
            except Exception as problem:  # noqa: BLE001 - as above
                self._fail(f"sample {sample.id!r}, epoch {sample.epoch}, is not recorded", problem)
            if run.problem and not self._is_away:
                self._is_away = True
                self._warn(f"what is recorded waits in {run.spool}", run.problem)

    async def end(self, log: EvalLog | None, problem: BaseException | None = None) -> str:
        """End as the log says; without one as failed with the problem, or else canceled.

        Return what there is to say of it.
        """
        if (run := self._run) is None:
            told = f"{self._what} is not recorded"
            self.failures = self.failures or [told]
            return told
        try:
            if log and run.left:
                await self._take_over(log, run)
            await self._in_thread(partial(self._end, run, log, problem))
        except NotRecorded:
            pass  # it is among the failures, and raised when the logs are written
        except Exception as fault:  # noqa: BLE001 - as above
            self.failures.append(f"{fault} What is not sent waits in {run.spool}; {_LATER}.")
        self._run = None
        results = "1 result" if run.results == 1 else f"{run.results:,} results"
        told = f"{self._what} is recorded as {run.stream}: {results}"
        if self.failures:
            told += ", but not all is in the archive:"
        return "\n  ".join((told, *self.failures[:_MOST_TOLD]))

    def _begin(self, log: EvalLog, samples: SamplesAtStart | None) -> None:
        run = SpooledRun(read_settings(), header_text(log))
        try:
            whole = run.begin(samples)
        except BaseException:
            with suppress(Eval752Error):
                run.close()
            raise
        self._run = run
        if not whole:
            _LOG.warning("eval752: %s: items are recorded by their ids alone", self._what)
        if not run.left:
            _LOG.warning("eval752: %s: no plan, as Inspect AI names no samples", self._what)
        if is_required():
            run.settle()
        else:
            self._look(run)

    def _look(self, run: SpooledRun) -> None:
        """Warn early of a service that cannot be reached."""
        try:
            run.check_reachable()
        except Eval752Error as problem:
            self._is_away = True
            self._warn(f"what is recorded waits in {run.spool}", problem)

    def _take(self, run: SpooledRun, sample: EvalSample, *, taken_over: bool) -> None:
        text = sample_text(sample, images=self._images)
        run.take(text, str(sample.id), sample.epoch, taken_over=taken_over)

    async def _take_over(self, log: EvalLog, run: SpooledRun) -> None:
        def is_open(sample_id: int | str, epoch: int) -> bool:
            return run.is_open(str(sample_id), epoch)

        async for sample in samples_in(log, is_open):
            await self.take(sample, taken_over=True)

    @staticmethod
    def _end(run: SpooledRun, log: EvalLog | None, problem: BaseException | None) -> None:
        if isinstance(problem, Exception):
            ended = actions.broken_off(problem)
        else:  # an interrupt, or nothing at all
            ended = actions.canceled()
        run.end(header_text(log) if log else None, ended)

    async def _in_thread(self, work: Callable[[], None]) -> None:
        """Do it when it is its turn, and to the end: what has happened is recorded."""
        with CancelScope(shield=True):
            await to_thread.run_sync(work, limiter=self._turn)

    def _fail(self, what: str, problem: Exception) -> None:
        self.failures.append(f"{what}: {problem}")
        if len(self.failures) <= _MOST_TOLD:
            self._warn(what, problem)

    def _warn(self, what: str, problem: Exception) -> None:
        """Warn; or fail the evaluation, once, if it has to be recorded."""
        if is_required() and not self._has_raised:
            self._has_raised = True
            raise NotRecorded(f"{what}: {problem}") from problem
        _LOG.warning("eval752: %s: %s", what, problem)
