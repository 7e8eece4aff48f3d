"""Samples that a log has although they did not end in this evaluation, but in an earlier one.

Inspect takes them over when it tries an evaluation again, and tells no hook. Not here: what is
recorded of them.
"""

from collections.abc import AsyncIterator, Callable

from inspect_ai.log import (
    EvalLog,
    EvalSample,
    read_eval_log_sample_async,
    read_eval_log_sample_summaries_async,
)


async def samples_in(
    log: EvalLog, wanted: Callable[[int | str, int], bool]
) -> AsyncIterator[EvalSample]:
    """The samples of a log whose id and epoch are wanted, from memory or else from its file."""
    if log.samples is not None:
        for sample in log.samples:
            if wanted(sample.id, sample.epoch):
                yield sample
    elif log.location:
        for summary in await read_eval_log_sample_summaries_async(log.location):
            if wanted(summary.id, summary.epoch):
                yield await read_eval_log_sample_async(log.location, summary.id, summary.epoch)
