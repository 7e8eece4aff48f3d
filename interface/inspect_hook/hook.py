"""The hook that Inspect AI finds by its entry point, and calls at each event of an evaluation.

It does nothing unless ``EVAL752_SERVER`` names a service, and loads nothing until then. Not here:
what becomes of a run (``attending``).
"""

import sys
from typing import TYPE_CHECKING

from inspect_ai.hooks import Hooks, RunEnd, SampleEnd, TaskEnd, TaskStart, hooks
from inspect_ai.log import EvalLog

from interface.inspect_hook.settings import is_on, is_required

if TYPE_CHECKING:
    from interface.inspect_hook.attending import Attended


class RecordingHook(Hooks):
    """The one hook of a process, for all of its evaluations, by their ids."""

    def __init__(self) -> None:
        self._attended: dict[str, Attended] = {}
        self._told: list[str] = []
        self._failed: list[str] = []

    def enabled(self) -> bool:
        """Whether a service is named."""
        return is_on()

    async def on_task_start(self, data: TaskStart) -> None:
        """Begin the run of a task, and end that of an attempt at it which Inspect has given up."""
        from interface.inspect_hook.attending import Attended  # noqa: PLC0415 - not unless it is on
        from interface.inspect_hook.samples_at_start import samples_at_start  # noqa: PLC0415

        for eval_id, attended in [*self._attended.items()]:
            if (attended.run_id, attended.task_id) == (data.run_id, data.spec.task_id):
                await self._end(eval_id, None, RuntimeError("Inspect AI tries the task again"))
        attended = self._attended[data.eval_id] = Attended(data.spec)
        samples = samples_at_start(data.spec)  # in this very call: it looks at who called
        await attended.begin(EvalLog(eval=data.spec, plan=data.plan), samples)

    async def on_sample_end(self, data: SampleEnd) -> None:
        """Record a sample."""
        if attended := self._attended.get(data.eval_id):
            await attended.take(data.sample)

    async def on_task_end(self, data: TaskEnd) -> None:
        """End a run that came to its end."""
        await self._end(data.eval_id, data.log)

    async def on_run_end(self, data: RunEnd) -> None:
        """End the runs that came to none, and tell of all.

        Raises:
            NotRecorded: when something is not recorded, and has to be.
        """
        logs = {log.eval.eval_id: log for log in data.logs}
        for eval_id, attended in [*self._attended.items()]:
            if attended.run_id == data.run_id:
                await self._end(eval_id, logs.get(eval_id), data.exception)
        told, failed = self._told, self._failed
        self._told, self._failed = [], []
        sys.stderr.write("".join(f"eval752: {line}\n" for line in told))
        if failed and is_required():
            from interface.inspect_hook.attending import NotRecorded  # noqa: PLC0415 - as above

            raise NotRecorded(failed[0])

    async def _end(
        self, eval_id: str, log: EvalLog | None, problem: BaseException | None = None
    ) -> None:
        if attended := self._attended.pop(eval_id, None):
            self._told.append(await attended.end(log, problem))
            self._failed += attended.failures


hooks(name="eval752", description="records each sample in the archive at EVAL752_SERVER")(
    RecordingHook
)
