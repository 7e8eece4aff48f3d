"""What every read model tells of a run's history: spans, changes, and what was left out between."""

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from random import Random
from typing import Any

import pytest

from application.ports import Append, StreamKey
from application.project import catch_up, rebuild
from application.read_model import ChangeQuery, ChangeRow, Held, ReadModel, ResultRow
from application.spans import Span, kind_of
from domain.errors import NotFound
from tests.contracts.fakes import MemoryEventStore
from tests.histories import random_history, run_of
from tests.reference import last_version

SEEDS = range(8)


def history_of(seed: int) -> list[Append]:
    chance = Random(seed)
    return random_history(chance, chance.randint(1, 9), chance.randint(1, 3), 2, 80)


def projected(read_model: ReadModel, history: Sequence[Append]) -> StreamKey:
    """Take a history in append by append, as one that is being recorded."""
    store = MemoryEventStore()
    for append in history:
        store.commit([append])
        catch_up(store, read_model)
    return run_of(history)


def events_of(history: Sequence[Append], run: StreamKey) -> Iterator[Any]:
    pages = (page for append in history if append.key == run for page in append.pages)
    yield from (json.loads(line) for page in pages for line in page.lines)


def expected_spans(history: Sequence[Append], run: StreamKey) -> Iterator[tuple[Any, ...]]:
    """Versions, actor, times, number of events, facts."""

    def alike(event: Any) -> tuple[Any, ...]:
        kind = kind_of(event["type"])
        return (kind, event["actor"]) if kind else (event["version"],)

    for _, group in groupby(events_of(history, run), alike):
        first, *_ = events = [*group]
        last = events[-1]
        times = (first["at"], last["at"])
        yield (
            first["version"],
            last["version"],
            first["actor"],
            *times,
            len(events),
            first["facts"],
        )


def told(span: Span) -> tuple[Any, ...]:
    times = (span.began, span.ended)
    return (span.first, span.last, span.actor, *times, sum(span.counts.values()), span.facts)


@pytest.mark.parametrize("seed", SEEDS)
def test_spans_are_the_events_with_like_ones_folded(read_model: ReadModel, seed: int) -> None:
    history = history_of(seed)
    run = projected(read_model, history)
    expected = [*expected_spans(history, run)]
    assert [told(span) for span in read_model.spans(run)] == expected
    assert any(count > 1 for *_, count, _ in expected)
    store = MemoryEventStore()
    store.commit(history)
    rebuild(store, read_model)
    assert [told(span) for span in read_model.spans(run)] == expected


def test_spans_are_told_page_by_page(read_model: ReadModel) -> None:
    run = projected(read_model, history_of(1))
    spans, found = read_model.spans(run), list[Span]()
    while page := read_model.spans(run, found[-1].first if found else 0, limit=2):
        found += page
    assert found == spans


def outcome(row: ResultRow | None) -> tuple[Any, ...]:
    """What may change of a result: its status, and which scores stand."""
    if row is None:
        return ("open", ())
    return (row.status, tuple(score.version for score in row.scores))


@pytest.mark.parametrize("few", [0, 1_000])
@pytest.mark.parametrize("seed", SEEDS)
def test_changes_are_the_results_that_differ_between_two_versions(
    read_model: ReadModel, monkeypatch: pytest.MonkeyPatch, seed: int, few: int
) -> None:
    monkeypatch.setattr("infrastructure.read_models.changes._FEW", few)
    history, chance = history_of(seed), Random(seed)
    run = projected(read_model, history)
    last = last_version(history, run)
    for _ in range(20):
        since, version = sorted(chance.sample(range(1, last + 1), 2))
        before, after = (_outcomes(read_model, run, at) for at in (since, version))
        differing = {place for place in after if after[place] != before.get(place, ("open", ()))}
        changes = read_model.changes(run, ChangeQuery(since, version))
        places = [(row.after.item, row.after.epoch) for row in changes]
        assert places == sorted(differing)
        for row, place in zip(changes, places, strict=True):
            assert outcome(row.after) == after[place]
            assert outcome(row.before) == before.get(place, ("open", ()))


def _outcomes(read_model: ReadModel, run: StreamKey, version: int) -> dict[Any, Any]:
    items = read_model.run(run).items
    found = {}
    for place in ((item, epoch) for item in range(items) for epoch in range(1, 4)):
        try:
            found[place] = outcome(read_model.result(run, *place, version).result)
        except NotFound:
            continue
    return found


def test_changes_are_told_page_by_page(read_model: ReadModel) -> None:
    history = history_of(3)
    run = projected(read_model, history)
    query = ChangeQuery(1, last_version(history, run))
    changes, found = read_model.changes(run, query), list[ChangeRow]()
    assert len(changes) > 3
    query = query._replace(limit=2)
    while page := read_model.changes(run, query):
        found += page
        query = query.behind(page[-1])
    assert found == changes


@pytest.mark.parametrize("seed", range(12))
def test_what_was_left_out_between_two_versions_is_told(read_model: ReadModel, seed: int) -> None:
    history = history_of(seed)
    run = projected(read_model, history)
    last = last_version(history, run)
    events = [*events_of(history, run)]
    held = {"part.erased": Held.ERASED, "part.withheld": Held.WITHHELD}
    for since, version in ((0, last), (last // 3, last * 2 // 3), (last, last)):
        expected = [
            (
                event["version"],
                event["facts"]["target"],
                event["facts"]["kind"],
                held[event["type"]],
            )
            for event in events[since:version]
            if event["type"] in held
        ]
        rows = read_model.left_out_between(run, since, version)
        assert [row[:4] for row in rows] == expected
        for row in rows:
            facts = events[row.target - 1]["facts"]
            assert (row.item, row.epoch) == (facts.get("item"), facts.get("epoch"))


def test_a_part_that_is_withheld_and_then_erased_is_told_twice(read_model: ReadModel) -> None:
    history = next(h for h in map(history_of, range(200)) if _twice(h))
    run = projected(read_model, history)
    rows = read_model.left_out_between(run, 0, last_version(history, run))
    parts = [(row.target, row.kind) for row in rows]
    assert len(parts) > len({*parts})


def test_what_was_left_out_of_a_dataset_is_told_with_its_items(read_model: ReadModel) -> None:
    for history in map(history_of, range(40)):
        dataset = next(a.key for a in history if a.key.stream.startswith("dataset/"))
        left_out = [e for e in events_of(history, dataset) if e["type"] == "part.erased"]
        if left_out:
            break
    projected(read_model, history)
    rows = read_model.left_out_of_items(dataset, 0, last_version(history, dataset))
    events = {event["version"]: event for event in events_of(history, dataset)}
    assert rows
    for row in rows:
        facts = events[row.version]["facts"]
        assert (facts["target"], facts["kind"]) == (row.target, row.kind)
        is_item = events[row.target]["type"] == "dataset.item_added"
        assert row.item == (events[row.target]["facts"]["item"] if is_item else None)
    last = rows[-1].version
    assert [*read_model.left_out_of_items(dataset, last - 1, last)] == [rows[-1]]
    assert [*read_model.left_out_of_items(dataset, last, last + 9)] == []


def _twice(history: Sequence[Append]) -> bool:
    facts = [
        (event["facts"]["target"], event["facts"]["kind"])
        for event in events_of(history, run_of(history))
        if event["type"] in {"part.erased", "part.withheld"}
    ]
    return len(facts) > len({*facts})


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_said_of_a_run_as_a_whole_is_told_the_newest_first(
    read_model: ReadModel, seed: int
) -> None:
    history = history_of(seed)
    run = projected(read_model, history)
    events = [event for event in events_of(history, run) if "item" not in event["facts"]]
    at: dict[str, list[int]] = {
        name: [event["version"] for event in events if event["type"] == name]
        for name in ("run.annotated", "run.superseded", "stream.sealed")
    }
    every = sorted(at["run.annotated"] + at["run.superseded"], reverse=True)
    said = read_model.said(run)
    assert (said.total, said.versions) == (len(every), every[:20])
    assert said.superseded == max(at["run.superseded"], default=None)
    assert said.first_seal == min(at["stream.sealed"], default=None)
    assert read_model.said(run, every[0] if every else 1, 2).versions == every[1:3]


def test_only_a_run_that_is_here_has_a_history(read_model: ReadModel) -> None:
    projected(read_model, history_of(1))
    nothing = StreamKey("archive-1", "run/00000000-0000-7000-8000-000000000000")
    asked: list[Callable[[], object]] = [
        lambda: read_model.spans(nothing),
        lambda: read_model.changes(nothing, ChangeQuery(1, 2)),
        lambda: read_model.left_out_between(nothing, 1, 2),
        lambda: read_model.left_out_of_items(nothing, 1, 2),
    ]
    for ask in asked:
        with pytest.raises(NotFound):
            ask()
