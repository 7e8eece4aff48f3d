"""Which rows every read model brings back, in which order, page by page: those of the reference."""

from collections.abc import Sequence
from random import Random

import pytest

from application.page_rows import add_page
from application.ports import Append, StreamKey
from application.project import catch_up, rebuild
from application.read_model import (
    MOST_ROWS,
    DatasetQuery,
    DatasetRow,
    Held,
    ItemQuery,
    ReadModel,
    Registered,
    ResultPlace,
    ResultQuery,
    ResultRow,
    ResultSort,
    RunQuery,
    RunRow,
    RunSort,
    ScoredRow,
    ScoreQuery,
    StreamRows,
)
from domain.errors import InvalidInput, NotFound
from domain.syntax import MAX_INTEGER
from tests.contracts.fakes import MemoryEventStore
from tests.histories import PROJECTS, assigned, interleaved, random_history, run_of
from tests.questions import (
    answer_of_results,
    answer_of_runs,
    passes,
    some_result_query,
    some_run_query,
    walked,
)
from tests.run_rows import DATASETS, some_runs

SEEDS = range(6)
OWNERS = ("", "t-1", "t-2")


def history_of(seed: int) -> list[Append]:
    chance = Random(seed)
    return random_history(chance, chance.randint(5, 12), 2, 2, 90)


def followed(read_model: ReadModel, *histories: Sequence[Append]) -> MemoryEventStore:
    store = MemoryEventStore()
    for history in histories:
        store.commit(history)
        catch_up(store, read_model)
    return store


def written(read_model: ReadModel, streams: Sequence[StreamRows]) -> list[RunRow]:
    """Take these streams in, and return all runs, one by one."""
    generation = read_model.begin()
    generation.write(0, 1, streams)
    read_model.publish(generation)
    keys = [rows.key for rows in streams if rows.key.stream.startswith("run/") and rows.first == 1]
    return [read_model.run(key) for key in keys]


@pytest.fixture(params=[0, 4, 5_000])
def _few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a backend does with few results and what with many must come to the same."""
    for module in ("result_filters", "sorted_results"):
        monkeypatch.setattr(f"infrastructure.read_models.{module}.FEW", request.param)


@pytest.mark.usefixtures("_few")
@pytest.mark.parametrize("seed", SEEDS)
def test_pages_of_results_are_what_is_asked_for_in_its_order(
    read_model: ReadModel, seed: int
) -> None:
    history = history_of(seed)
    followed(read_model, history)
    run, chance = run_of(history), Random(seed)
    everything = read_model.results(run, ResultQuery())
    for _ in range(120):
        query = some_result_query(chance)
        answer = list(walked(lambda q: read_model.results(run, q), query))
        assert answer == answer_of_results(everything, query), query


@pytest.mark.usefixtures("_few")
@pytest.mark.parametrize("seed", SEEDS)
def test_results_that_stay_as_they_are_are_met_once_while_others_change(
    read_model: ReadModel, seed: int
) -> None:
    history, chance = history_of(seed), Random(seed)
    run = run_of(history)
    half = 2 * len(history) // 3
    store = followed(read_model, history[:half])
    rest = iter(history[half:])
    query = some_result_query(chance)
    before = read_model.results(run, ResultQuery())

    def ask(query: ResultQuery) -> Sequence[ResultRow]:
        rows = read_model.results(run, query)
        store.commit([append for append in [next(rest, None)] if append])
        catch_up(store, read_model)
        return rows

    met = list(walked(ask, query))
    after = read_model.results(run, ResultQuery())
    for row in before:
        if row in after:
            assert met.count(row) == passes(row, query)
    if query.sort is ResultSort.ITEM:
        assert len({row[:2] for row in met}) == len(met)


@pytest.mark.parametrize("seed", SEEDS)
def test_pages_of_results_as_they_were_are_by_item(read_model: ReadModel, seed: int) -> None:
    history = history_of(seed)
    followed(read_model, history)
    run = run_of(history)
    version = read_model.version(run) // 2
    everything = read_model.results(run, ResultQuery(version=version))
    for status in (None, "open", "answered"):
        query = ResultQuery(limit=2, status=status, version=version)
        answer = list(walked(lambda q: read_model.results(run, q), query))
        assert answer == answer_of_results(everything, query), query


@pytest.mark.parametrize(
    "query",
    [
        ResultQuery(sort=ResultSort.SCORE),
        ResultQuery(sort=ResultSort.LATENCY),
        ResultQuery(descending=True),
    ],
)
def test_an_earlier_state_is_in_no_other_order_than_by_item(
    read_model: ReadModel, query: ResultQuery
) -> None:
    history = history_of(1)
    followed(read_model, history)
    run = run_of(history)
    last = read_model.version(run)
    with pytest.raises(InvalidInput, match="sort by item at an earlier version"):
        read_model.results(run, query._replace(version=last - 1))
    assert read_model.results(run, query._replace(version=last))


def test_a_place_need_not_be_that_of_a_row(read_model: ReadModel) -> None:
    history = history_of(2)
    followed(read_model, history)
    query = ResultQuery(sort=ResultSort.LATENCY)
    everything = read_model.results(run_of(history), query)
    beyond = [row for row in everything if row.latency_ms is None or row.latency_ms > 249]
    after = ResultPlace(249.5, 0, 0)
    assert list(read_model.results(run_of(history), query._replace(after=after))) == beyond


@pytest.mark.parametrize("seed", SEEDS)
def test_pages_of_runs_are_what_is_asked_for_in_its_order(read_model: ReadModel, seed: int) -> None:
    chance = Random(seed)
    everything = written(read_model, some_runs(chance, 25))
    for _ in range(150):
        query = some_run_query(chance, everything)
        answer = list(walked(read_model.runs, query))
        assert answer == answer_of_runs(everything, query), query


@pytest.mark.parametrize("sort", RunSort)
def test_a_place_in_another_order_is_still_a_place(read_model: ReadModel, sort: RunSort) -> None:
    everything = written(read_model, some_runs(Random(1), 9))
    for other in RunSort:
        after = RunQuery(sort=other).behind(everything[4]).after
        assert {*read_model.runs(RunQuery(sort=sort, after=after))} < {*everything}
    for result_sort in ResultSort:
        query = ResultQuery(sort=result_sort, after=ResultPlace(0.5, 1, 1))
        assert {row.item for row in read_model.results(everything[4].key, query)} <= {0, 1, 2}


@pytest.mark.parametrize("sort", RunSort)
@pytest.mark.parametrize("descending", [False, True])
def test_runs_are_met_once_while_others_are_added(
    read_model: ReadModel, sort: RunSort, *, descending: bool
) -> None:
    streams = some_runs(Random(1), 20)
    before = written(read_model, streams[:-10])
    generation = read_model.current()
    assert generation is not None
    rest = iter(streams[-10:])

    def ask(query: RunQuery) -> Sequence[RunRow]:
        rows = read_model.runs(query)
        position = generation.position
        generation.write(position, position + 1, [rows for rows in [next(rest, None)] if rows])
        return rows

    met = list(walked(ask, RunQuery(limit=2, sort=sort, descending=descending)))
    assert [row for row in met if row in before] == answer_of_runs(
        before, RunQuery(sort=sort, descending=descending)
    )
    assert len({row.key for row in met}) == len(met)


def test_the_newest_runs_come_first_where_nothing_else_is_said(read_model: ReadModel) -> None:
    everything = written(read_model, some_runs(Random(1), 9))
    assert list(read_model.runs(RunQuery())) == everything[::-1]


def test_a_run_is_on_a_dataset_of_the_archive_that_recorded_it(read_model: ReadModel) -> None:
    written(read_model, some_runs(Random(1), 9))
    assert read_model.runs(RunQuery(dataset=DATASETS[0]))
    assert not read_model.runs(RunQuery(dataset=DATASETS[0]._replace(origin="archive-9")))


def histories(seed: int) -> tuple[list[Append], list[Append]]:
    """Several archives' streams, each with its own, in any order; and the assignments of these."""
    chance = Random(seed)
    several = [random_history(chance, items=3, steps=10) for _ in range(5)]
    keys = [*dict.fromkeys(append.key for history in several for append in history)]
    given = assigned(chance, [*chance.sample(keys, 7), *chance.sample(keys, 2)])
    return interleaved(chance, *several, given), given


def places(given: Sequence[Append]) -> dict[StreamKey, tuple[str, str]]:
    """Project and owner of each stream that is assigned: what was said last."""
    rows = StreamRows(given[0].key, 1)
    for append in given:
        for page in append.pages:
            add_page(page, rows)
    return {StreamKey(*row[1:3]): row[3:] for row in rows.assignments}


def all_rows(read_model: ReadModel) -> list[RunRow | DatasetRow]:
    return [*read_model.runs(RunQuery()), *read_model.datasets(DatasetQuery())]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_stream_is_of_the_project_and_owner_that_were_said_last_in_whatever_order(
    read_model: ReadModel, seed: int
) -> None:
    history, given = histories(seed)
    expected = places(given)
    for groups in ([history], [[append] for append in history]):
        store = followed(read_model, *groups)
        rows = all_rows(read_model)
        assert len(rows) == 10
        for row in rows:
            assert (row.project, row.owner) == expected.get(row.key, ("main", ""))
        rebuild(store, read_model)
        assert rows == all_rows(read_model)


@pytest.mark.parametrize("seed", SEEDS)
def test_datasets_and_streams_by_id_are_those_that_may_be_seen(
    read_model: ReadModel, seed: int
) -> None:
    history, _ = histories(seed)
    followed(read_model, history)
    datasets, runs = read_model.datasets(DatasetQuery()), read_model.runs(RunQuery())
    for project in (None, *PROJECTS):
        for owner in (None, *OWNERS):
            query = DatasetQuery(limit=2, project=project, owner=owner)
            seen = [row for row in datasets if project in {None, row.project}]
            owned = [row for row in seen if owner in {None, row.owner}]
            assert list(walked(read_model.datasets, query)) == owned
            seen_runs = [
                row for row in runs if project in {None, row.project} and owner in {None, row.owner}
            ]
            found = read_model.find("", project, owner)
            assert {*found} == {row.key for row in seen} | {row.key for row in seen_runs}


def test_a_stream_that_is_assigned_and_has_no_events_is_not_here(read_model: ReadModel) -> None:
    history = history_of(1)
    nothing = StreamKey("archive-1", "run/00000000-0000-7000-8000-000000000001")
    followed(read_model, assigned(Random(1), [nothing]), history)
    assert read_model.version(nothing) == 0
    assert nothing not in read_model.find("0000")
    with pytest.raises(NotFound):
        read_model.run(nothing)


@pytest.mark.parametrize("seed", SEEDS)
def test_items_are_listed_by_index_and_searched_by_their_outside_ids(
    read_model: ReadModel, seed: int
) -> None:
    history = history_of(seed)
    followed(read_model, history)
    run = run_of(history)
    dataset = read_model.run(run).dataset
    everything = read_model.items(dataset, ItemQuery())
    assert [row.item for row in everything] == list(range(read_model.dataset(dataset).items))
    known = {row.item: row for row in read_model.results(run, ResultQuery())}
    for item in everything:
        if item.item in known:
            row = known[item.item]
            assert item.section == row.section
            assert (item.outside, item.held) == (row.outside, row.outside_held)
            assert item.version == row.item_version
    for text in ("", "Q1", "-q", "%", "x" * 2000):
        found = list(walked(lambda q: read_model.items(dataset, q), ItemQuery(limit=2, text=text)))
        assert found == [
            row for row in everything if not text or text.lower() in (row.outside or "").lower()
        ]


def test_a_page_of_a_thousand_is_told_from_the_last_one(read_model: ReadModel) -> None:
    rows = StreamRows(DATASETS[0], 1, 1501, Registered(Held.DISCLOSED, "d"))
    rows.items = [(n + 2, n, 0, f"q-{n}", "", 0) for n in range(1500)]
    rows.milestones = [(1, "dataset.registered", "", None)]
    written(read_model, [rows])
    assert len(read_model.items(DATASETS[0], ItemQuery(limit=1001))) == 1001
    assert len(read_model.items(DATASETS[0], ItemQuery(limit=10**6))) == MOST_ROWS


def test_only_a_dataset_has_items(read_model: ReadModel) -> None:
    history = history_of(1)
    followed(read_model, history)
    with pytest.raises(NotFound):
        read_model.items(run_of(history), ItemQuery())


@pytest.mark.parametrize("seed", SEEDS)
def test_a_run_tells_its_failed_attempts_and_when_it_was_resumed(
    read_model: ReadModel, seed: int
) -> None:
    history = history_of(seed)
    followed(read_model, history)
    row = read_model.run(run_of(history))
    rows = StreamRows(row.key, 1)
    for append in history:
        if append.key == row.key:
            for page in append.pages:
                add_page(page, rows)
    resumed = [at for _, kind, at, _ in rows.milestones if kind == "run.resumed"]
    assert row.attempts_failed == sum(attempt[4] == 0 for attempt in rows.attempts)
    assert (row.resumed, row.last_resumed) == (len(resumed), resumed[-1] if resumed else None)


def scored(row: ResultRow, scorer: int) -> ScoredRow:
    """What a result says of one scorer."""
    score = next((score for score in row.scores if score.scorer == scorer), None)
    told = (score.value, score.held, score.revised) if score else (None, None)
    return ScoredRow(row.item, row.epoch, row.section, row.outside, row.status, *told)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_a_scorer_gave_is_what_the_results_say_now_and_at_any_version(
    read_model: ReadModel, seed: int
) -> None:
    history = history_of(seed)
    followed(read_model, history)
    run = run_of(history)
    last = read_model.version(run)
    for version in (MAX_INTEGER, last, last // 2, 1):
        results = [*walked(lambda q: read_model.results(run, q), ResultQuery(version=version))]
        for scorer in (0, 1, 7):
            query = ScoreQuery(scorer, version, limit=2)
            expected = [scored(row, scorer) for row in results]
            assert [*walked(lambda q: read_model.scores(run, q), query)] == expected
            some = query._replace(items=[5, 1, 99])
            wanted = [row for row in expected if row.item in {1, 5, 99}]
            assert [*walked(lambda q: read_model.scores(run, q), some)] == wanted
            assert read_model.scores(run, query._replace(items=[])) == []


def test_scores_are_those_of_a_run(read_model: ReadModel) -> None:
    history = history_of(1)
    followed(read_model, history)
    dataset = read_model.run(run_of(history)).dataset
    with pytest.raises(NotFound):
        read_model.scores(dataset, ScoreQuery(0))
