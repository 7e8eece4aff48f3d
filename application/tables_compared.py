"""The tables of a run beside what a verifier counted from its events, and what the first one says.

Compared are totals, means and percentiles, whole and by section, once as they are kept and once as
they follow from the rows of single results. Not here: each of these rows (``item_detail``), and
making tables anew (``project``).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from application.ports import EventStore, StreamKey
from application.read_model import ReadModel
from application.rows import RunRow
from application.stored import StoredEvent, StoredEvents
from domain.canonical import Json
from domain.errors import REBUILD, TablesDiffer, shown

_COUNTS: Final = ("planned", "open", "answered", "failed", "attempts_failed")
_FACTS: Final = ("items", "scorers", "trial", "same_config")
_NAMES: Final = ("provider", "model")


def check_tables(
    store: EventStore, read_model: ReadModel, run: StreamKey, size: int, summary: Json
) -> None:
    """Compare the tables of a run with its summary after ``size`` events, by a verifier.

    Raises:
        TablesDiffer: naming the first figure that is another one.
    """
    row = read_model.run(run)
    if row.version < size:
        until = f"version {row.version}"
        raise TablesDiffer(f"{run.stream}, tables", f"version {size} at least", until, REBUILD)
    latest = summary if row.version == size else read_model.summary(run)
    expected: dict[str, Json] = {**_of_summary(latest), **_of_registered(store, run, row.dataset)}
    expected |= _figures("summary", summary)
    expected |= _figures("results", summary)
    found = _of_row(row) | _figures("summary", read_model.summary_at(run, size))
    found |= _figures("results", read_model.summary_at(run, size, recounted=True))
    differing = [name for name in {**expected, **found} if expected.get(name) != found.get(name)]
    if differing:
        first, more = differing[0], len(differing) - 1
        told = f"{shown(found.get(first))}{f', and {more} more that differ' if more else ''}"
        by_events = f"{shown(expected.get(first))}, by its events"
        raise TablesDiffer(f"{run.stream}, tables, {first}", by_events, told, REBUILD)


def _figures(name: str, value: Json) -> dict[str, Json]:
    """The numbers and words of a JSON document by where they stand."""
    return dict(_walked(name, value))


def _walked(name: str, value: Json) -> Iterator[tuple[str, Json]]:
    match value:
        case dict():
            for member in value:
                yield from _walked(f"{name}, {member}", value[member])
        case list():
            for number, element in enumerate(value):
                yield from _walked(f"{name} {number}", element)
        case _:
            yield name, value


def _of_summary(summary: Any) -> dict[str, Json]:
    """What the row of a run tells of its summary."""
    whole: Mapping[str, Any] = summary["all"]
    mean = whole["scores"][0].get("mean") if whole["scores"] else None
    return {"status": summary["status"], "mean": mean} | {name: whole.get(name) for name in _COUNTS}


def _of_registered(store: EventStore, run: StreamKey, dataset: StreamKey) -> dict[str, Json]:
    """What the row of a run tells of its first event, and of its dataset's."""
    registered = StoredEvents(store).at(run, 1)
    facts, config = registered.event.facts, _members(registered)
    told = {name: facts[name] for name in _FACTS} | {"dataset": f"dataset/{facts['dataset']}"}
    name = _members(StoredEvents(store).at(dataset, 1)).get("name")
    return told | {each: config.get(each) for each in _NAMES} | {"dataset name": name}


def _members(registered: StoredEvent) -> Mapping[str, Json]:
    """The members of a config that is held; none where it is not."""
    config = registered.value("config")
    return config if isinstance(config, dict) else {}


def _of_row(row: RunRow) -> dict[str, Json]:
    told = row._asdict()
    more: dict[str, Json] = {"dataset": row.dataset.stream, "dataset name": row.dataset_name}
    return {name: told[name] for name in ("status", "mean", *_COUNTS, *_FACTS, *_NAMES)} | more
