"""The samples of a task that begins, which no event of Inspect gives to a hook.

They stand in the frame of the function that tells of the beginning (docs/adr/0015), where this
looks, and changes nothing. What it finds is believed only as far as it fits to the ids that the
event itself names. Not here: what is recorded where nothing is found: ids alone.
"""

import inspect
from collections.abc import Iterator, Sequence
from typing import Final

from inspect_ai.dataset import Sample
from inspect_ai.log import EvalSpec

from domain.errors import InvalidInput
from interface.inspect_hook.json_text import item_text

_MODULE: Final = "inspect_ai._eval.task.run"
_FUNCTION: Final = "task_run"
_VARIABLE: Final = "sample_store"


class SamplesAtStart:
    """Samples by index, from memory or from the file in which Inspect keeps large datasets."""

    def __init__(self, samples: Sequence[Sample], *, images: bool) -> None:
        self._samples, self._images = samples, images

    def __iter__(self) -> Iterator[bytes]:
        """The JSON text of each.

        Raises:
            InvalidInput: when one is no sample as we know them.
        """
        for number in range(len(self._samples)):
            try:
                text = item_text(self._samples[number], images=self._images)
            except Exception as problem:
                found = f"{type(problem).__name__}: {problem}"
                raise InvalidInput(f"sample {number}", "a sample", found[:200]) from problem
            yield text


def samples_at_start(spec: EvalSpec) -> SamplesAtStart | None:
    """The samples of the task whose beginning is being told just now; None if they are not seen."""
    samples = _held()
    if samples is None or len(samples) != len(spec.dataset.sample_ids or []):
        return None
    return SamplesAtStart(samples, images=spec.config.log_images is not False)


def _held() -> Sequence[Sample] | None:
    frame = inspect.currentframe()
    while frame:
        where = (frame.f_globals.get("__name__"), frame.f_code.co_name)
        if where == (_MODULE, _FUNCTION):
            return frame.f_locals.get(_VARIABLE)
        frame = frame.f_back
    return None
