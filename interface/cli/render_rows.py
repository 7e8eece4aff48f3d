"""Runs and datasets as tables. Pure; not here: which there are."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from os.path import commonprefix
from typing import Final

from application.ports import StreamKey
from application.read_model import DatasetRow, Held, RunRow
from application.rounding import rounded
from interface.cli.screen import Line
from interface.cli.text import clipped, table

_LEAST: Final = 8
_NAME_MOST: Final = 40
_RUN: Final = (
    *("run", "dataset", "model", "status", "sealed"),
    *("answered", "failed", "open", "mean", "started", "from"),
)
_DATASET: Final = (
    *("dataset", "name", "items", "sections", "registered", "frozen", "sealed", "from"),
)


def short_ids(keys: Sequence[StreamKey]) -> Mapping[StreamKey, str]:
    """Names of streams of one kind, cut to as many digits of the id as tell them all apart."""
    ordered = sorted({key.stream for key in keys})
    shared = (len(commonprefix(pair)) + 1 for pair in pairwise(ordered))  # noqa: RUF071 - of digits
    most = max([len("run/") + _LEAST, *shared])
    return {key: key.stream[:most] for key in keys}


def run_lines(rows: Sequence[RunRow], ids: Mapping[StreamKey, str], width: int) -> Iterator[Line]:
    """A table of runs."""
    if not rows:
        yield Line("No runs yet. Record one: eval752 record FILE")
        return
    for text in table(_RUN, [_run(row, ids) for row in rows], width):
        yield Line(text)


def dataset_lines(
    rows: Sequence[DatasetRow], ids: Mapping[StreamKey, str], width: int
) -> Iterator[Line]:
    """A table of datasets."""
    if not rows:
        yield Line("No datasets yet. Record one: eval752 record FILE")
        return
    for text in table(_DATASET, [_dataset(row, ids) for row in rows], width):
        yield Line(text)


def named(name: str | None, held: Held) -> str:
    """A name, or why it is not known."""
    if name is None:
        return f"({held.name.lower()})" if held else ""
    return clipped(name, _NAME_MOST)


def _run(row: RunRow, ids: Mapping[StreamKey, str]) -> list[str]:
    model = "/".join(named(name, row.held) for name in dict.fromkeys((row.provider, row.model)))
    status = f"{row.status}, superseded" if row.superseded_by else row.status
    counts = (row.answered, row.failed, row.open)
    return [
        ids[row.key],
        clipped(row.dataset_name or f"({row.dataset.stream[8:16]}…)", _NAME_MOST),
        model,
        status,
        "yes" if row.sealed else "no",
        *(f"{count:,}" for count in counts),
        "-" if row.mean is None else rounded(row.mean),
        (row.started or row.registered)[:16] + "Z",
        row.key.origin if row.mirror else "",
    ]


def _dataset(row: DatasetRow, ids: Mapping[StreamKey, str]) -> list[str]:
    return [
        ids[row.key],
        named(row.name, row.held),
        f"{row.items:,}",
        f"{row.sections:,}",
        f"{row.registered[:16]}Z",
        f"{row.frozen[:16]}Z" if row.frozen else "no",
        "yes" if row.sealed else "no",
        row.key.origin if row.mirror else "",
    ]
