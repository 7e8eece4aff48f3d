"""What Inspect holds, as the JSON that stands in its logs.

By its own models, as its logs are: no value is left out that a log would have, but for transcripts,
which nothing reads here. Not here: what it means (``infrastructure.log_sources.inspect_logs``).
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from inspect_ai.dataset import Sample
from inspect_ai.log import EvalLog, EvalSample, condense_sample

_TRANSCRIPT: Final[Mapping[str, object]] = {
    "events": [],
    "events_data": None,
    "store": {},
    "timelines": None,
}
_SAMPLES: Final = {"samples", "reductions"}
_REFERENCE: Final = re.compile(r"attachment://([0-9a-f]{32})")


def header_text(log: EvalLog) -> bytes:
    """A log without its samples."""
    return json.dumps(_told(log, _SAMPLES)).encode()


def sample_text(sample: EvalSample, *, images: bool) -> bytes:
    """A sample that ended; without its images, where the log is to have none.

    The sample is Inspect's own, and not changed.
    """
    retries = sample.error_retries or []
    errors = [error.model_copy(update={"events": None}) for error in retries]
    light = sample.model_copy(update={**_TRANSCRIPT, "error_retries": errors})
    condensed = condense_sample(light, images)
    told = _told(condensed, {*_TRANSCRIPT, "attachments"})
    named = set(_REFERENCE.findall(json.dumps(told)))
    told["attachments"] = {n: text for n, text in condensed.attachments.items() if n in named}
    return json.dumps(told).encode()


def item_text(sample: Sample, *, images: bool) -> bytes:
    """A sample before it begins, in the form in which it will end."""
    given = {name: getattr(sample, name) for name in ("input", "choices", "target", "setup")}
    told: dict[str, Any] = {
        **given,
        "id": sample.id if sample.id is not None else "",
        "epoch": 1,
        "metadata": sample.metadata or {},
        "description": sample.description,
        "sandbox": sample.sandbox,
        "files": [*sample.files] if sample.files else None,
    }
    return sample_text(EvalSample(**told), images=images)


def _told(model: EvalLog | EvalSample, exclude: set[str]) -> dict[str, Any]:
    return model.model_dump(
        mode="json", exclude_none=True, exclude=exclude, fallback=lambda _: None
    )
