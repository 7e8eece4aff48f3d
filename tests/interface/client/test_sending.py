"""Whatever the network does: the stored run is exactly what was recorded, in its order."""
# ruff: noqa: SIM117 - a recording is a block of its own, within that of its client

import itertools
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import Eval752Error, InvalidInput
from interface.client import Retries, Unavailable
from tests.archives import stored, types
from tests.interface.cli.running import CONFIG
from tests.interface.client.clients import client_of
from tests.interface.client.flaky import FATES, flaky_of
from tests.interface.client.service import TOKEN, Service, app_of, problem, running, served

ITEMS = 12
KINDS = pytest.mark.parametrize("kind", ["sync", "async"])
FOR_EVER = Retries(count=1000, first=0.001, most=0.002)


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, str, str]]:
    """A service with a dataset."""
    folder = tmp_path_factory.mktemp("serving")
    with served(folder) as (service, url):
        with client_of("sync", url, TOKEN, folder / "spool") as client:
            yield service, url, dataset_in(client)


@pytest.fixture(autouse=True)
def _well(serving: tuple[Service, str, str]) -> None:
    serving[0].before = lambda _: None


@contextmanager
def flaky(
    kind: str, serving: tuple[Service, str, str], spool: Path, fates: Any, **more: Any
) -> Iterator[Any]:
    transport = flaky_of(kind, serving[1], fates)
    with client_of(kind, serving[1], TOKEN, spool, transport=transport, **more) as client:
        yield client


def dataset_in(client: Any, items: int = ITEMS) -> str:
    with client.dataset("numbers") as dataset:
        for number in range(items):
            row = {"id": f"q-{number}", "type": "freeform", "inputs": {"text": f"{number}?"}}
            dataset.add({**row, "answer": str(number)})
    return str(dataset.stream)


def answers(service: Service, run: str) -> list[int]:
    """The numbers of the items that were answered, in order."""
    events = (event.event for event in stored(service.archive, run))
    return [event.facts["item"] for event in events if event.type == "item.answered"]


@KINDS
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fates=st.lists(st.sampled_from(FATES), max_size=12),
    flushes=st.sets(st.integers(0, ITEMS - 1), max_size=5),
)
def test_what_the_network_drops_is_neither_lost_nor_doubled(
    kind: str,
    serving: tuple[Service, str, str],
    tmp_path: Path,
    fates: list[str],
    flushes: set[int],
) -> None:
    with (
        flaky(kind, serving, tmp_path, fates, retries=FOR_EVER) as client,
        client.run(serving[2], CONFIG) as run,
    ):
        for number in range(ITEMS):
            run.answered(number, {"text": str(number)}, score=True)
            if number in flushes:
                run.flush()
    assert answers(serving[0], run.stream) == [*range(ITEMS)]
    told = types(serving[0].archive, run.stream)
    assert told == [
        "run.registered", "run.planned", "run.started",
        *("item.answered", "item.scored") * ITEMS, "run.completed", "stream.sealed",
    ]  # fmt: skip


@KINDS
@pytest.mark.parametrize("fate", ["before", "within", "after", "busy"])
def test_after_the_block_a_service_that_stays_away_is_given_up_and_the_spool_is_kept(
    kind: str, serving: tuple[Service, str, str], tmp_path: Path, fate: str
) -> None:
    with pytest.raises(Unavailable) as caught:  # noqa: PT012 - the block's end is it
        with flaky(kind, serving, tmp_path, itertools.repeat(fate)) as client:
            with client.run(serving[2], CONFIG) as run:
                run.answered(0, {"text": "0"})
    assert "stay in" in caught.value.__notes__[-1]
    with client_of(kind, serving[1], TOKEN, tmp_path) as client:
        (sent,) = client.flush_spool()
        assert (sent.left, sent.problem) == (0, None)
        assert client.flush_spool() == []
    assert answers(serving[0], run.stream) == [0]
    assert types(serving[0].archive, run.stream)[-2:] == ["run.completed", "stream.sealed"]


@KINDS
@pytest.mark.parametrize("flush", [True, False])
def test_a_run_stops_at_what_is_refused_however_it_is_batched(
    kind: str, serving: tuple[Service, str, str], tmp_path: Path, flush: bool
) -> None:
    with pytest.raises(Eval752Error, match="an item of the dataset") as caught:  # noqa: PT012 - as above
        with client_of(kind, serving[1], TOKEN, tmp_path) as client:
            with client.run(serving[2], CONFIG) as run:
                for item in (0, 1, "nowhere", 2, 3):
                    run.answered(item, {"text": "0"})
                    if flush:
                        run.flush()
                run.flush()
    assert isinstance(caught.value, Eval752Error)
    assert answers(serving[0], run.stream) == [0, 1]
    (spool,) = tmp_path.iterdir()
    assert b'"item":"nowhere"' in spool.read_bytes()


@KINDS
@pytest.mark.parametrize(("status", "word"), [(401, "unauthenticated"), (403, "forbidden")])
def test_what_is_refused_otherwise_is_not_tried_again(
    kind: str, serving: tuple[Service, str, str], tmp_path: Path, status: int, word: str
) -> None:
    service, asked = serving[0], len(serving[0].asked)
    with pytest.raises(Eval752Error):  # noqa: PT012 - as above
        with client_of(kind, serving[1], TOKEN, tmp_path) as client:
            with client.run(serving[2], CONFIG) as run:
                run.flush()
                service.before = lambda _: problem(status, word)
                run.answered(0, {"text": "0"})
                run.flush()
    paths = [path for _, path, _ in service.asked[asked:] if path.endswith("/events")]
    assert len(paths) == 2


@KINDS
def test_a_batch_that_is_too_large_is_sent_in_parts(
    kind: str, serving: tuple[Service, str, str], tmp_path: Path
) -> None:
    def limit(request: Any) -> Any:
        is_large = int(request.headers.get("content-length", 0)) > 700
        return problem(413, "too-large") if is_large else None

    gate = itertools.chain(["busy"] * 20)
    with flaky(kind, serving, tmp_path, gate, retries=FOR_EVER) as client:
        with client.run(serving[2], CONFIG) as run:
            serving[0].before = limit
            for number in range(ITEMS):
                run.answered(number, {"text": str(number)})
    assert answers(serving[0], run.stream) == [*range(ITEMS)]


@KINDS
def test_a_full_spool_makes_the_recording_wait_and_does_not_grow(
    kind: str,
    serving: tuple[Service, str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("interface.client.spool_file.MOST_BYTES", 1500)
    sizes = set[int]()
    fates = itertools.chain.from_iterable([["busy", "after", "well"]] * 20)
    with (
        flaky(kind, serving, tmp_path, fates, retries=FOR_EVER) as client,
        client.run(serving[2], CONFIG) as run,
    ):
        for number in range(ITEMS):
            run.answered(number, {"text": "x" * 300})
            sizes |= {path.stat().st_size for path in tmp_path.iterdir()}
    assert answers(serving[0], run.stream) == [*range(ITEMS)]
    assert max(sizes) < 2500


@KINDS
def test_a_full_spool_and_a_service_that_is_away_for_long_are_a_problem(
    kind: str,
    serving: tuple[Service, str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("interface.client.spool_file.MOST_BYTES", 600)
    with pytest.raises(Unavailable):  # noqa: PT012 - as above
        with flaky(kind, serving, tmp_path, itertools.repeat("before")) as client:
            with client.run(serving[2], CONFIG) as run:
                for number in range(ITEMS):
                    run.answered(number, {"text": "x" * 300})


def test_threads_record_into_one_run(serving: tuple[Service, str, str], tmp_path: Path) -> None:
    with client_of("sync", serving[1], TOKEN, tmp_path) as client:
        with client.run(serving[2], CONFIG) as run:
            threads = [
                Thread(target=run.answered, args=(number, {"text": "0"})) for number in range(ITEMS)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    assert sorted(answers(serving[0], run.stream)) == [*range(ITEMS)]


@KINDS
def test_a_service_that_restarts_meanwhile_loses_and_doubles_nothing(
    kind: str, serving: tuple[Service, str, str], tmp_path: Path
) -> None:
    service, _, dataset = serving
    with ExitStack() as server, ExitStack() as recording:
        url = server.enter_context(running(app_of(service)))
        client = recording.enter_context(client_of(kind, url, TOKEN, tmp_path, retries=FOR_EVER))
        run = recording.enter_context(client.run(dataset, CONFIG))
        for number in range(ITEMS):
            run.answered(number, {"text": "0"})
            if number == ITEMS // 2:
                server.close()
            if number == ITEMS - 2:
                server.enter_context(running(app_of(service), int(url.rpartition(":")[2])))
        recording.close()
    assert answers(service, run.stream) == [*range(ITEMS)]


@KINDS
def test_what_cannot_be_json_is_refused_where_it_is_said(
    kind: str, serving: tuple[Service, str, str], tmp_path: Path
) -> None:
    with client_of(kind, serving[1], TOKEN, tmp_path) as client:
        with client.run(serving[2], CONFIG) as run:
            with pytest.raises(InvalidInput):
                run.answered(0, {"text": float("nan")})
            with pytest.raises(InvalidInput, match="action, id"):
                run.put({"type": "run.annotated", "annotation": 1})
            run.answered(0, {"text": "0"})
    assert answers(serving[0], run.stream) == [0]
