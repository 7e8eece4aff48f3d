"""Runs that differ in their scores, recorded to be compared. Not here: assertions."""

from collections.abc import Mapping, Sequence

from application.comparison import Asked, Comparison, Flip
from application.paired_statistics import Statistics
from application.ports import StreamKey
from domain.canonical import Json
from infrastructure.scipy_statistics import ScipyStatistics
from interface.bootstrap.archive import Archive
from tests.archives import COMPLETED, DATASET, SEALED, STARTED, Members, record, run_registered

JUDGE: Members = {"name": "judge", "method": "judge", "parameters": {}}
Scores = Mapping[tuple[int, int], float | None]
"""By item and epoch; None for an answer without a score."""


def run_name(number: int) -> str:
    return f"run/00000000-0000-7000-8000-0000000000{number:02x}"


def given(item: int, epoch: int = 1) -> Members:
    """An answer, whatever it says."""
    return {"type": "item.answered", "item": item, "epoch": epoch, "response": {"text": "A"}}


def judged(item: int, value: float, epoch: int = 1) -> Members:
    """A score by the judge."""
    place: Members = {"type": "item.scored", "item": item, "epoch": epoch}
    return {**place, "scorer": "judge", "score": {"value": value}}


def record_scores(
    archive: Archive, number: int, scores: Scores, *, dataset: str = DATASET, **config: Json
) -> str:
    """Record and seal a run whose judge gave these scores; its name."""
    stream = run_name(number)
    epochs = max([epoch for _, epoch in scores], default=1)
    registered = run_registered(JUDGE, dataset=dataset, **config)
    record(archive, stream, registered, {"type": "run.planned", "epochs": epochs}, STARTED)
    lines: list[Members] = []
    for (item, epoch), value in scores.items():
        lines.append(given(item, epoch))
        if value is not None:
            lines.append(judged(item, value, epoch))
    record(archive, stream, *lines, COMPLETED, SEALED)
    return stream


def once(*values: float | None) -> Scores:
    """One epoch, a score for each item."""
    return {(item, 1): value for item, value in enumerate(values)}


def keys(archive: Archive, *streams: str | StreamKey) -> Sequence[StreamKey]:
    """The archive's own streams, and others as they are."""
    own = archive.signer.origin
    return [StreamKey(own, each) if isinstance(each, str) else each for each in streams]


def compared(
    archive: Archive,
    *streams: str | StreamKey,
    asked: Asked = Asked(),  # noqa: B008 - a value that nobody can change
    statistics: Statistics | None = None,
) -> Comparison:
    with archive.read_model() as read_model:
        comparer = archive.comparer(read_model)
        return comparer.compare(keys(archive, *streams), asked, statistics or ScipyStatistics())


def flips(archive: Archive, *streams: str | StreamKey, **more: object) -> list[Flip]:
    asked = more.pop("asked", Asked())
    with archive.read_model() as read_model:
        comparer = archive.comparer(read_model)
        return [*comparer.flips(keys(archive, *streams), asked, **more)]  # type: ignore[arg-type] # of flips
