"""Recording over HTTP: batches wholly or not at all, by whom they really come."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from application.ports import StreamKey
from application.stored import events_of
from domain.evaluation.events import Event
from tests.archives import Members, added, answered
from tests.interface.api.conftest import (
    NDJSON,
    Served,
    append,
    begin_run,
    lines,
    new_dataset,
    new_run,
    ok,
)

BATCH = "application/x-ndjson"


def events(service: Served, stream: str) -> list[Event]:
    store = service.service.archive.store
    pages = store.pages(StreamKey(service.service.origin, stream))
    return [stored.event for page in pages for stored in events_of(page)]


def test_a_run_is_recorded_sealed_and_belongs_to_who_began_it(
    service: Served, recorder: httpx.Client
) -> None:
    dataset, run = new_run(recorder)
    found = events(service, f"run/{run}")
    assert [event.type for event in found] == [
        *("run.registered", "run.planned", "run.started"),
        *(["item.answered", "item.scored"] * 3),
        *("run.completed", "stream.sealed"),
    ]
    (actor,) = {event.actor for event in found}
    assert actor.startswith("authenticated:")
    assert found[0].facts["dataset"] == dataset
    place = service.service.book.place(StreamKey(service.service.origin, f"run/{run}"))
    assert (place.project, f"authenticated:{place.owner}") == ("main", actor)


def test_an_actor_in_a_body_is_no_member_that_an_action_has(recorder: httpx.Client) -> None:
    run = begin_run(recorder, new_dataset(recorder))
    refused = append(recorder, f"runs/{run}", {**answered(0), "actor": "claimed:boss"})
    assert refused.status_code == 400
    assert "actor" in refused.json()["found"]


@pytest.mark.parametrize(
    ("line", "status", "told"),
    [
        (b'{"type":"item.answered","item":7', 400, "JSON"),
        (b'{"type":"item.answered","item":1,"response":{"text":NaN}}', 400, "NaN"),
        (b'{"type":"item.failed","item":1,"item":2,"error":"x"}', 400, "twice"),
        (b'{"type":"item.failed","item":1,"error":"\\ud800"}', 400, "surrogate"),
        (b'{"type":"item.failed","item":1}', 400, "error"),
        (b'{"type":"no.such"}', 400, "no.such"),
        (b'{"type":"item.failed","item":99,"error":"x"}', 409, "item 99"),
        (b'{"type":"item.failed","item":"q-99","error":"x"}', 404, "q-99"),
        (b"\xff\xfe", 400, "UTF-8"),
        (b'{"type":"item.scored","item":0,"scorer":0,"score":{"value":1}}', 409, "answered"),
    ],
)
def test_a_bad_line_is_named_and_nothing_of_its_batch_is_kept(
    service: Served, recorder: httpx.Client, line: bytes, status: int, told: str
) -> None:
    run = begin_run(recorder, new_dataset(recorder))
    before = len(events(service, f"run/{run}"))
    body = lines(answered(0), answered(1)) + line + b"\n" + lines(answered(2))
    if b'"item":0' in line:
        body = lines(answered(1)) + b"\n" + line + b"\n" + lines(answered(2))
    refused = recorder.post(f"/v1/runs/{run}/events", content=body, headers=NDJSON)
    problem = refused.json()
    assert (refused.status_code, problem["status"]) == (status, status)
    assert refused.headers["content-type"] == "application/problem+json"
    assert (problem["line"], problem["place"].partition(":")[0].partition(",")[0]) == (3, "line 3")
    assert told in str(problem)
    assert len(events(service, f"run/{run}")) == before


def test_the_same_request_again_changes_nothing(service: Served, recorder: httpx.Client) -> None:
    dataset = new_dataset(recorder)
    key = {"Idempotency-Key": "once"}
    begun = [
        ok(
            recorder.post(
                "/v1/runs",
                json={"dataset": dataset, "config": {"provider": "p", "model": "m"}, "plan": {}},
                headers=key,
            ),
            201,
        )
        for _ in range(2)
    ]
    assert [(each["id"], each["recorded"], each["known"]) for each in begun] == [
        (begun[0]["id"], 2, 0),
        (begun[0]["id"], 0, 2),
    ]
    run = begun[0]["id"]
    batch: list[Members] = [{"type": "run.started"}, {**answered(0), "score": False}]
    told = [ok(append(recorder, f"runs/{run}", *batch, **key)) for _ in range(3)]
    assert [(each["recorded"], each["known"]) for each in told] == [(2, 0), (0, 2), (0, 2)]
    other = append(recorder, f"runs/{run}", batch[0], answered(1), **key)
    assert (other.status_code, other.json()["type"].rpartition(":")[2]) == (409, "conflict")
    assert len(events(service, f"run/{run}")) == 4


def test_events_with_ids_are_recorded_once(recorder: httpx.Client) -> None:
    run = begin_run(recorder, new_dataset(recorder))
    one: Members = {**answered(0), "id": "01990000-0000-7000-8000-00000000000c", "score": False}
    assert ok(append(recorder, f"runs/{run}", one))["recorded"] == 1
    assert ok(append(recorder, f"runs/{run}", one, answered(1)))["known"] == 1


def test_what_another_token_began_is_not_there(service: Served, recorder: httpx.Client) -> None:
    dataset, run = new_run(recorder)
    other = service.as_role("recorder")
    assert append(other, f"runs/{run}", answered(0)).status_code == 404
    assert other.post(f"/v1/runs/{run}/seal").status_code == 404
    refused = append(other, f"datasets/{dataset}", added(9))
    assert (refused.status_code, "token began" in refused.text) == (409, True)
    assert begin_run(other, dataset)


def test_an_auditor_records_nothing(recorder: httpx.Client, auditor: httpx.Client) -> None:
    _, run = new_run(recorder)
    assert append(auditor, f"runs/{run}", answered(0)).status_code == 403
    assert auditor.post("/v1/datasets", json={"config": {"name": "x"}}).status_code == 403


def test_what_is_erased_or_held_takes_an_administrator(
    service: Served, recorder: httpx.Client
) -> None:
    _, run = new_run(recorder)
    erase: Members = {"type": "part.erased", "target": 4, "kind": "request"}
    for action in (erase, {"type": "hold.placed"}):
        refused = append(recorder, f"runs/{run}", action)
        assert (refused.status_code, refused.json()["line"]) == (403, 1)
    assert ok(append(service.root, f"runs/{run}", erase))["recorded"] == 1


def test_a_sealed_run_takes_no_more_answers(recorder: httpx.Client) -> None:
    _, run = new_run(recorder)
    refused = append(recorder, f"runs/{run}", answered(0))
    assert (refused.status_code, refused.json()["found"]) == (409, "item.answered")
    assert ok(recorder.post(f"/v1/runs/{run}/seal"))["recorded"] == 0


def test_an_asset_is_named_by_who_put_it(service: Served, recorder: httpx.Client) -> None:
    run = begin_run(recorder, new_dataset(recorder))
    put = ok(recorder.put("/v1/assets", params={"ext": "png"}, content=b"\x89PNG"), 201)
    link = f"assets/{put['name']}"
    action: Members = {**answered(0), "request": {"image": link}}
    ok(append(recorder, f"runs/{run}", action))
    path = f"/v1/runs/{run}/assets/{put['name']}"
    got = recorder.get(path)
    assert got.content == b"\x89PNG", got.text
    other = service.as_role("recorder", "elsewhere") if _added(service, "elsewhere") else None
    assert other is not None
    theirs = begin_run(other, new_dataset(other))
    nowhere = "assets/" + "0" * 64 + ".png"
    for name in (link, nowhere):  # they never had it; as a text, it would be lost unseen
        refused = append(other, f"runs/{theirs}", {**action, "request": {"image": name}})
        assert (refused.status_code, refused.json()["line"]) == (409, 1)
    colleague = service.as_role("recorder")
    own = begin_run(colleague, new_dataset(colleague))
    assert append(colleague, f"runs/{own}", action).status_code == 409
    assert other.get(f"/v1/runs/{theirs}/assets/{put['name']}").status_code == 404
    assert other.get(path).status_code == 404


def _added(service: Served, project: str) -> bool:
    return service.root.post("/v1/projects", json={"project": project}).status_code == 201


@pytest.mark.parametrize(
    ("path", "document", "told"),
    [
        ("datasets", {}, "config"),
        ("datasets", {"config": {}}, "name"),
        ("datasets", {"config": {"name": "x"}, "colour": 1}, "colour"),
        ("datasets", {"config": {"name": "x"}, "id": "7"}, "id"),
        ("datasets", [1], "object"),
        ("runs", {"config": {"provider": "p", "model": "m"}}, "dataset"),
    ],
)
def test_a_stream_begins_with_what_it_needs(
    recorder: httpx.Client, path: str, document: Any, told: str
) -> None:
    refused = recorder.post(f"/v1/{path}", json=document)
    assert refused.status_code in {400, 404}
    assert told in refused.text


def test_a_body_of_another_kind_is_not_read(recorder: httpx.Client) -> None:
    run = begin_run(recorder, new_dataset(recorder))
    for path in (f"/v1/runs/{run}/events", "/v1/datasets"):
        refused = recorder.post(path, content=b"x", headers={"Content-Type": "text/csv"})
        assert refused.status_code == 415
    digest = {"Content-Digest": "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:"}
    refused = append(recorder, f"runs/{run}", answered(0), **digest)
    assert (refused.status_code, refused.json()["place"]) == (400, "Content-Digest")


def test_many_at_once_lose_and_double_nothing(service: Served, recorder: httpx.Client) -> None:
    run = begin_run(recorder, new_dataset(recorder, 64))

    def answer(number: int) -> int:
        return append(recorder, f"runs/{run}", {**answered(number), "score": False}).status_code

    with ThreadPoolExecutor(32) as threads:
        assert set(threads.map(answer, range(64))) == {200}
    items = [e.facts["item"] for e in events(service, f"run/{run}") if e.type == "item.answered"]
    assert sorted(items) == list(range(64))
