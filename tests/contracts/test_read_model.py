"""What every read model must answer, whatever keeps it, once it has caught up with a store."""

from collections.abc import Callable, Sequence
from operator import add
from random import Random
from typing import Any, cast

import pytest

from application.ports import Append, StreamKey
from application.project import catch_up
from application.read_model import (
    DatasetQuery,
    Held,
    ReadModel,
    ResultQuery,
    ResultRow,
    RunQuery,
    Tokens,
)
from application.rows import FailureKinds
from application.run_tally import Failures
from domain.errors import NotFound
from tests.contracts.fakes import MemoryEventStore
from tests.contracts.read_models import SEEDS, expected, has_event, history_of, projected, told
from tests.histories import interleaved, run_of, withholding
from tests.questions import passes
from tests.reference import last_version, reading_of, result_lines, summary_of


@pytest.mark.parametrize("seed", SEEDS)
def test_a_summary_is_that_of_the_bundle(read_model: ReadModel, seed: int) -> None:
    history = history_of(seed)
    run = projected(read_model, history)
    assert read_model.summary(run) == summary_of(history)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_summary_at_a_version_is_that_of_a_run_that_ended_there(
    read_model: ReadModel, seed: int
) -> None:
    history = history_of(seed)
    run = projected(read_model, history)
    for version in range(1, last_version(history, run) + 1, 3):
        summary = summary_of(history, version)
        assert read_model.summary_at(run, version) == summary, version
        assert read_model.summary_at(run, version, recounted=True) == summary, version


@pytest.mark.parametrize("seed", SEEDS)
def test_usage_is_that_of_all_tries(read_model: ReadModel, seed: int) -> None:
    run = projected(read_model, history_of(seed))
    sections = len(read_model.sections(read_model.run(run).dataset))
    expected, latencies = [[0] * 4 for _ in range(sections + 1)], []
    revised = [0] * read_model.run(run).scorers
    for row in read_model.results(run, ResultQuery(limit=1000)):
        tries = read_model.result(run, row.item, row.epoch).attempts
        for place in (0, (row.section or 0) + 1):
            for each in tries:
                tokens = (each.tokens_in, each.tokens_out)
                more = [*(value or 0 for value in tokens), *(value is not None for value in tokens)]
                expected[place] = [*map(add, expected[place], more)]
        latencies += [row.latency_ms] if row.latency_ms is not None else []
        for score in row.scores:
            revised[score.scorer] += score.revised
    bounds = [-1, 0, *sorted(latencies)[::3], 10**9]
    usage = read_model.usage(run, bounds)
    assert usage.tokens == [Tokens.of(*sums) for sums in expected]
    told = [sum(each <= bound for each in latencies) for bound in bounds]
    assert usage.within == [*told, len(latencies)]
    assert usage.revised == revised


def failures_of(history: Sequence[Append]) -> FailureKinds:
    """What the account of a bundle tells."""
    failures = Failures()
    for result in reading_of(history).results():
        if result.outcome and result.outcome.type == "item.failed":
            failures.add(result, result.outcome)
    return failures.by_kind()


@pytest.mark.parametrize("withheld", [(), ("error",)])
@pytest.mark.parametrize("seed", SEEDS)
def test_failures_by_kind_are_those_of_the_bundle(
    read_model: ReadModel, seed: int, withheld: tuple[str, ...]
) -> None:
    history = withholding(history_of(seed), {*withheld})
    run = projected(read_model, history)
    told = read_model.failures(run)
    assert told == failures_of(history)
    assert sum(kind.results for kind in told.kinds) + sum(told[1:]) == read_model.run(run).failed
    assert not (withheld and told.kinds)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_a_mirror_withholds_is_undisclosed(read_model: ReadModel, seed: int) -> None:
    history = withholding(history_of(seed), {"score", "item", "config"})
    run = projected(read_model, history)
    row = read_model.run(run)
    assert read_model.summary(run) == summary_of(history)
    assert (row.provider, row.model, row.dataset_name) == (None, None, None)
    assert row.held in {Held.WITHHELD, Held.ERASED}
    rows = read_model.results(run, ResultQuery())
    assert {result.outside for result in rows} <= {None}
    assert {result.outside_held for result in rows} <= {Held.WITHHELD, Held.ERASED}
    assert {s.held for result in rows for s in result.scores} <= {Held.WITHHELD, Held.ERASED}


@pytest.mark.parametrize("seed", SEEDS)
def test_results_are_those_of_the_bundle(read_model: ReadModel, seed: int) -> None:
    history = history_of(seed)
    run = projected(read_model, history)
    scorers = read_model.run(run).scorers
    rows = [row for row in read_model.results(run, ResultQuery()) if has_event(row)]
    assert [told(row, scorers) for row in rows] == list(map(expected, result_lines(history)))


@pytest.mark.parametrize("seed", SEEDS)
def test_results_at_a_version_are_those_of_a_run_that_ended_there(
    read_model: ReadModel, seed: int
) -> None:
    history = history_of(seed)
    run = projected(read_model, history)
    scorers = read_model.run(run).scorers
    for version in range(1, last_version(history, run) + 1, 7):
        rows = filter(has_event, read_model.results(run, ResultQuery(version=version)))
        lines = list(map(expected, result_lines(history, version)))
        assert [told(row, scorers) for row in rows] == lines, version


@pytest.mark.parametrize("seed", SEEDS)
def test_planned_results_are_rows_before_anything_happened(
    read_model: ReadModel, seed: int
) -> None:
    history = history_of(seed)
    run = projected(read_model, history)
    rows = read_model.results(run, ResultQuery())
    assert sum(row.planned for row in rows) == (read_model.run(run).planned or 0)
    assert sum(row.status == "open" for row in rows) == read_model.run(run).open


@pytest.mark.parametrize("seed", SEEDS)
def test_a_run_tells_its_totals(read_model: ReadModel, seed: int) -> None:
    history = history_of(seed)
    run = projected(read_model, history)
    row, summary = read_model.run(run), cast("dict[str, Any]", summary_of(history))
    whole = summary["all"]
    assert row.status == summary["status"]
    assert (row.open, row.answered, row.failed) == tuple(
        whole[name] for name in ("open", "answered", "failed")
    )
    assert row.planned == whole.get("planned")
    assert row.mean == (whole["scores"][0].get("mean") if whole["scores"] else None)
    assert row.version == last_version(history, run)


@pytest.mark.parametrize("seed", SEEDS)
def test_pages_of_results_follow_each_other(read_model: ReadModel, seed: int) -> None:
    run = projected(read_model, history_of(seed))
    everything = list(read_model.results(run, ResultQuery()))
    paged: list[ResultRow] = []
    query = ResultQuery(limit=2)
    while rows := read_model.results(run, query):
        assert len(rows) <= 2
        paged += rows
        query = query.behind(rows[-1])
    assert paged == everything


QUERIES = [
    ResultQuery(status="open"),
    ResultQuery(status="answered"),
    ResultQuery(status="failed", section=1),
    ResultQuery(section=0),
    ResultQuery(scorer=0),
    ResultQuery(scorer=0, low=0.5),
    ResultQuery(scorer=1, low=-2, high=0.2, status="answered"),
    ResultQuery(text="Q1"),
    ResultQuery(text="-q", section=1, scorer=0, high=1),
    ResultQuery(text="%"),
]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("seed", [1, 3, 5])
def test_a_query_brings_back_the_results_that_it_asks_for(
    read_model: ReadModel, seed: int, query: ResultQuery
) -> None:
    history = history_of(seed)
    run = projected(read_model, history)
    last = last_version(history, run)
    for version in (last // 2, 2 * last // 3, last):
        everything = read_model.results(run, ResultQuery(version=version))
        wanted = [row for row in everything if passes(row, query)]
        assert list(read_model.results(run, query._replace(version=version))) == wanted
        found = read_model.results(run, query._replace(version=version, limit=1))
        assert list(found) == wanted[:1]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_result_tells_what_led_to_it(read_model: ReadModel, seed: int) -> None:
    run = projected(read_model, history_of(seed))
    for row in read_model.results(run, ResultQuery()):
        detail = read_model.result(run, row.item, row.epoch)
        assert detail.result == row
        tries = [attempt.attempt for attempt in detail.attempts if attempt.attempt]
        assert tries == list(range(1, row.attempts + 1))
        assert [score for score in detail.scores if score.until is None] == sorted(
            row.scores, key=lambda score: score.version
        )


def test_a_revised_score_is_kept_until_the_version_that_revised_it(read_model: ReadModel) -> None:
    history = next(h for h in map(history_of, range(100)) if _revised(h))
    run = projected(read_model, history)
    details = [
        read_model.result(run, row.item, row.epoch)
        for row in read_model.results(run, ResultQuery())
    ]
    begins = {score.version for detail in details for score in detail.scores}
    ends = {score.until for detail in details for score in detail.scores if score.until}
    assert ends
    assert ends <= begins
    revised = {score.version for detail in details for score in detail.scores if score.revised}
    assert revised == ends


def _revised(history: Sequence[Append]) -> bool:
    return any(b"score.revised" in line for a in history for page in a.pages for line in page.lines)


@pytest.mark.parametrize("seed", SEEDS)
def test_streams_of_several_archives_are_kept_apart(read_model: ReadModel, seed: int) -> None:
    histories = [history_of(seed), history_of(seed + 1000)]
    store = MemoryEventStore()
    store.commit(interleaved(Random(seed), *histories))
    catch_up(store, read_model)
    for history in histories:
        assert read_model.summary(run_of(history)) == summary_of(history)
    assert len(read_model.runs(RunQuery())) == len(read_model.datasets(DatasetQuery())) == 2


def test_lists_are_paged_from_the_newest_on(read_model: ReadModel) -> None:
    store = MemoryEventStore()
    for seed in range(3):
        store.commit(history_of(seed))
    catch_up(store, read_model)
    everything = read_model.runs(RunQuery())
    assert [row.number for row in everything] == sorted(
        (row.number for row in everything), reverse=True
    )
    assert list(read_model.runs(RunQuery(limit=1))) == list(everything[:1])
    assert list(read_model.runs(RunQuery().behind(everything[0]))) == list(everything[1:])
    assert list(read_model.runs(RunQuery(dataset=everything[1].dataset))) == [everything[1]]
    assert len(read_model.datasets(DatasetQuery(limit=2))) == 2


def test_a_stream_is_found_by_how_its_id_begins(read_model: ReadModel) -> None:
    run = projected(read_model, history_of(1))
    short = run.stream.removeprefix("run/")[:8]
    assert run in read_model.find(short)
    assert list(read_model.find(run.stream)) == [run]
    assert not read_model.find("no such")


def test_sections_tell_their_names_and_items(read_model: ReadModel) -> None:
    run = projected(read_model, history_of(4))
    dataset = read_model.run(run).dataset
    sections = read_model.sections(dataset)
    assert sum(section.items for section in sections) == read_model.dataset(dataset).items
    assert {section.name for section in sections} <= {"", "part 1", "part 2", None}


def test_what_is_not_here_is_not_found(read_model: ReadModel) -> None:
    run = projected(read_model, history_of(1))
    dataset = read_model.run(run).dataset
    nothing = StreamKey("archive-1", "run/00000000-0000-7000-8000-000000000000")
    asked: list[Callable[[], object]] = [
        lambda: read_model.run(nothing),
        lambda: read_model.run(dataset),
        lambda: read_model.dataset(run),
        lambda: read_model.summary(nothing),
        lambda: read_model.summary(dataset),
        lambda: read_model.usage(nothing, []),
        lambda: read_model.usage(dataset, []),
        lambda: read_model.said(nothing),
        lambda: read_model.said(dataset),
        lambda: read_model.summary_at(run, 0),
        lambda: read_model.summary_at(run, 10**6),
        lambda: read_model.results(dataset, ResultQuery()),
        lambda: read_model.result(run, 10**6, 1),
        lambda: read_model.result(run, 0, 99),
    ]
    for ask in asked:
        with pytest.raises(NotFound):
            ask()


def test_parts_that_are_left_out_are_listed(read_model: ReadModel) -> None:
    history = next(h for h in map(history_of, range(100)) if any(a.erases for a in h))
    projected(read_model, history)
    for append in history:
        for part in append.erases:
            left_out = read_model.left_out(append.key, [part.version])
            assert left_out[part] is Held.ERASED


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plan_too_large_to_be_laid_out_counts_all_the_same(
    read_model: ReadModel, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr("infrastructure.read_models.writing.LAID_OUT_AT_MOST", 0)
    history = history_of(seed)
    run = projected(read_model, history)
    assert read_model.summary(run) == summary_of(history)
    rows = read_model.results(run, ResultQuery())
    assert all(map(has_event, rows))
    plan = reading_of(history).history.plan
    assert [row.planned for row in rows] == [plan.includes(row.item, row.epoch) for row in rows]
