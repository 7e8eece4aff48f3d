"""Many small runs on a few datasets, as the rows that a projector makes, each stream at once.

A function of the given source of chance alone. Not here: events that say the same (``histories``).
"""

from collections.abc import Iterator
from random import Random
from typing import Final

from application.ports import StreamKey
from application.read_model import Held, Registered, StreamRows
from tests.histories import PROJECTS, VALUES

ITEMS: Final = 3
DATASETS: Final = [
    StreamKey("archive-1", f"dataset/00000000-0000-7000-8000-0000000000d{number}")
    for number in range(3)
]
_NAMES: Final = ["Capitals", "capitals of Europe", None]
_ENDS: Final = [(), ("run.completed",), ("run.failed", "run.resumed"), ("run.canceled",)]


def some_runs(chance: Random, count: int) -> list[StreamRows]:
    """Three datasets, the projects and owners of most runs, and so many runs on them."""
    runs = [_run(chance, number) for number in range(count)]
    given = StreamRows(StreamKey("archive-1", "archive"), 1, 1)
    for rows in runs:
        place = (chance.choice(PROJECTS), chance.choice(["", "t-1", "t-2"]))
        if chance.random() < 0.8:
            given.assignments.append((1, *rows.key, *place))
    return [*map(_dataset, range(3)), given, *runs]


def _dataset(number: int) -> StreamRows:
    held = Held.DISCLOSED if _NAMES[number] else Held.WITHHELD
    rows = StreamRows(DATASETS[number], 1, 1 + ITEMS, Registered(held, _NAMES[number]))
    rows.items = [(n + 2, n, 0, f"q-{n}", "", 0) for n in range(ITEMS)]
    rows.milestones = [(1, "dataset.registered", _at(1), None)]
    return rows


def _run(chance: Random, number: int) -> StreamRows:
    key = StreamKey(
        chance.choice(["archive-1", "archive-2"]),
        f"run/{chance.getrandbits(32):08x}-0000-7000-8000-{number:012x}",
    )
    rows = StreamRows(key, 1)
    model = chance.choice([("Open", "m-1"), ("open", "m-2"), ("p", "M-1x"), (None, None)])
    held = Held.DISCLOSED if model[0] else Held.WITHHELD
    dataset = chance.choice(DATASETS)
    rows.registered = Registered(held, None, *model, dataset, ITEMS, 1, 1, 0)
    versions = iter(range(1, 100))
    marks = ["run.registered", *(["run.started"] if chance.random() < 0.9 else [])]
    rows.milestones = [(version := next(versions), mark, _at(version), None) for mark in marks]
    for item in range(ITEMS):
        _add_result(chance, rows, item, versions)
    for mark in chance.choice(_ENDS):
        rows.milestones.append((version := next(versions), mark, _at(version), None))
    rows.last = next(versions) - 1
    return rows


def _add_result(chance: Random, rows: StreamRows, item: int, versions: Iterator[int]) -> None:
    if chance.random() < 0.3:
        rows.attempts.append((next(versions), item, 1, 1, 0, None, None, None))
    outcome = chance.choice([0, 1, 1, 2])
    if outcome:
        latency = chance.choice([None, 7, 250])
        rows.attempts.append((next(versions), item, 1, 2, outcome, latency, None, None))
    if outcome == 1 and chance.random() < 0.8:
        value, held = (chance.choice(VALUES), 0) if chance.random() < 0.9 else (None, 1)
        rows.scores.append((next(versions), item, 1, 0, value, held))


def _at(version: int) -> str:
    return f"2026-11-23T09:00:{version:02}.000000Z"
