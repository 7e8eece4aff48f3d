"""Many who ask at the same moment: each is answered as if alone, and heavy work hinders nobody."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier, Event
from time import perf_counter, sleep
from typing import Any

import httpx
import pytest

from application.ports import StreamKey
from application.stored import events_of
from interface.api import routes_bundles
from tests.archives import Members, answered
from tests.interface.api.conftest import Served, append, begin_run, new_dataset, new_run, ok, served

CLIENTS = 200
ZIP = {"Content-Type": "application/zip"}


def at_once(
    service: Served, times: int, ask: Callable[[httpx.Client, int], httpx.Response]
) -> Sequence[httpx.Response]:
    """The answers to so many who ask at the same moment."""
    ready = Barrier(times)

    def asking(number: int) -> httpx.Response:
        with httpx.Client(base_url=service.url, headers=service.root.headers, timeout=60) as client:
            ready.wait(60)
            return ask(client, number)

    with ThreadPoolExecutor(times) as pool:
        return [*pool.map(asking, range(times))]


def statuses(answers: Sequence[httpx.Response]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


def test_a_project_is_added_by_one_of_many(service: Served) -> None:
    answers = at_once(service, 16, lambda c, _: c.post("/v1/projects", json={"project": "one"}))
    assert statuses(answers) == {201: 1, 409: 15}


def test_a_stream_begins_once_and_is_whose_it_is(service: Served) -> None:
    uuid = "01990000-0000-7000-8000-0000000000f1"
    document = {"config": {"name": "d"}, "id": uuid}
    answers = at_once(service, 16, lambda c, _: c.post("/v1/datasets", json=document))
    assert statuses(answers) == {201: 1, 409: 15}


def test_the_same_key_at_the_same_moment_is_one_request(service: Served) -> None:
    document, key = {"config": {"name": "d"}}, {"Idempotency-Key": "at once"}
    answers = at_once(service, 16, lambda c, _: c.post("/v1/datasets", json=document, headers=key))
    told = [ok(answer, 201) for answer in answers]
    assert len({each["id"] for each in told}) == 1
    assert sorted(each["recorded"] for each in told) == [0] * 15 + [1]
    assert assigned(service).count(f"dataset/{told[0]['id']}") == 1


def assigned(service: Served) -> list[str]:
    """The streams that were given to a project, each as often as it was."""
    pages = service.service.archive.store.pages(StreamKey(service.service.origin, "archive"))
    events = [stored.event for page in pages for stored in events_of(page)]
    return [event.facts["stream"] for event in events if event.type == "archive.assigned"]


def test_many_clients_record_into_one_run_and_read_it(service: Served) -> None:
    dataset = new_dataset(service.root, CLIENTS)
    run = begin_run(service.root, dataset)

    def ask(client: httpx.Client, number: int) -> httpx.Response:
        if number % 4 == 3:
            return client.get(f"/v1/runs/{run}/items", params={"limit": 10})
        return append(client, f"runs/{run}", answered(number))

    assert statuses(at_once(service, CLIENTS, ask)) == {200: CLIENTS}
    seen = ok(service.root.get(f"/v1/runs/{run}"))["run"]
    assert (seen["answered"], seen["version"]) == (CLIENTS * 3 // 4, 3 + CLIENTS * 3 // 2)


def test_many_clients_download_what_is_erased_meanwhile(service: Served) -> None:
    _, run = new_run(service.root)
    erase: Members = {"type": "part.erased", "target": 4, "kind": "request"}

    def ask(client: httpx.Client, number: int) -> httpx.Response:
        if number == 7:
            return append(client, f"runs/{run}", erase, {"type": "stream.sealed"})
        return client.get(f"/v1/runs/{run}/bundle")

    answers = at_once(service, 40, ask)
    assert statuses(answers) == {200: 40}


def test_slow_verifications_stop_neither_recording_nor_reading(
    service: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go, verified = Event(), routes_bundles._verified

    def slow(*arguments: Any) -> Any:
        let_go.wait(60)
        return verified(*arguments)

    monkeypatch.setattr(routes_bundles, "_verified", slow)
    dataset, sealed = new_run(service.root, 20)
    bundle = service.root.get(f"/v1/runs/{sealed}/bundle").content
    run = begin_run(service.root, dataset)

    def ask(client: httpx.Client, _: int) -> httpx.Response:
        return client.post("/v1/verifications", content=bundle, headers=ZIP)

    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(at_once, service, 50, ask)
        sleep(0.5)
        begun = perf_counter()
        for number in range(20):
            ok(append(service.root, f"runs/{run}", answered(number)))
            ok(service.root.get(f"/v1/runs/{run}/items"))
        took = perf_counter() - begun
        assert not waiting.done()
        let_go.set()
        assert statuses(waiting.result()) == {200: 50}
    assert took < 10


def test_who_is_listened_to_by_many_is_not_slower_for_it(tmp_path: Path) -> None:
    with served(tmp_path / "data") as service, ExitStack() as opened:
        run = begin_run(service.root, new_dataset(service.root, 20))
        limits = httpx.Limits(max_connections=None)
        headers = service.root.headers
        listeners = httpx.Client(base_url=service.url, headers=headers, limits=limits, timeout=60)
        opened.enter_context(listeners)
        streams = [
            opened.enter_context(listeners.stream("GET", "/v1/events", params={"run": run}))
            for _ in range(CLIENTS)
        ]
        begun = perf_counter()
        for number in range(20):
            ok(append(service.root, f"runs/{run}", answered(number)))
        assert perf_counter() - begun < 10
        for stream in streams:
            assert any('"answered":20' in line for line in stream.iter_lines())
