"""Reading over HTTP: pages, filters, orders, moments, and looks that are recorded."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from application.ports import StreamKey
from application.stored import events_of
from domain.evaluation.events import Event
from tests.archives import Members, answered
from tests.interface.api.conftest import Served, append, begin_run, new_dataset, new_run, ok

ITEMS = 12


@pytest.fixture(scope="module")
def recorder_of_all(service: Served) -> httpx.Client:
    return service.as_role("recorder")


@pytest.fixture(scope="module")
def ids(recorder_of_all: httpx.Client) -> tuple[str, str]:
    """A dataset, and a run over it in which three answers are wrong and two are missing."""
    dataset = new_dataset(recorder_of_all, ITEMS)
    run = begin_run(recorder_of_all, dataset)
    texts = ["Lyon is it." if number in {1, 4, 7} else None for number in range(ITEMS - 2)]
    answers = [answered(number, text) for number, text in enumerate(texts)]
    failed: Members = {"type": "item.failed", "item": ITEMS - 2, "error": {"message": "no answer"}}
    ok(append(recorder_of_all, f"runs/{run}", *answers, failed))
    return dataset, run


def journal(service: Served) -> list[Event]:
    store = service.service.archive.store
    pages = store.pages(StreamKey(service.service.origin, "archive"))
    return [stored.event for page in pages for stored in events_of(page)]


def walk(client: httpx.Client, path: str, **query: Any) -> Iterator[Any]:
    """All rows, page by page, by the links that the answers give."""
    answer = client.get(path, params=query)
    while True:
        page = ok(answer)
        yield from page["items"]
        assert (page["next"] is None) == ("next" not in answer.links)
        if page["next"] is None:
            return
        answer = client.get(answer.links["next"]["url"])


@pytest.mark.parametrize("limit", [1, 5, 100])
def test_pages_are_the_whole(auditor: httpx.Client, ids: tuple[str, str], limit: int) -> None:
    rows = [*walk(auditor, f"/v1/runs/{ids[1]}/items", limit=limit)]
    assert [row["item"] for row in rows] == [*range(ITEMS)]
    rows = [*walk(auditor, f"/v1/datasets/{ids[0]}/items", limit=limit)]
    assert [row["outside"] for row in rows] == [f"q-{number}" for number in range(ITEMS)]
    rows = [*walk(auditor, f"/v1/runs/{ids[1]}/history", limit=limit)]
    assert [row["event"]["version"] for row in rows] == [*range(1, len(rows) + 1)]


@pytest.mark.parametrize(
    ("query", "items"),
    [
        ({"status": "open"}, [11]),
        ({"status": "failed"}, [10]),
        ({"low": 1}, [0, 2, 3, 5, 6, 8, 9]),
        ({"high": 0}, [1, 4, 7]),
        ({"text": "Q-1"}, [1, 10, 11]),
        ({"section": 1, "status": "answered"}, [1, 3, 5, 7, 9]),
        ({"sort": "-item", "status": "answered", "high": 0}, [7, 4, 1]),
        ({"sort": "latency_ms", "high": 0}, [1, 4, 7]),
        ({"sort": "-latency_ms", "limit": 3}, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 10, 11]),
        ({"at": "3"}, [*range(ITEMS)]),
    ],
)
def test_results_are_filtered_and_ordered(
    auditor: httpx.Client, ids: tuple[str, str], query: Any, items: list[int]
) -> None:
    rows = [*walk(auditor, f"/v1/runs/{ids[1]}/items", **query)]
    found = [row["item"] for row in rows]
    assert sorted(found) == sorted(items) if "-latency_ms" in str(query) else found == items
    if query.get("at") == "3":
        assert {row["status"] for row in rows} == {"open"}


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 1001}, "limit"),
        ({"sort": "colour"}, "sort"),
        ({"status": "fine"}, "status"),
        ({"cursor": "x"}, "cursor"),
        ({"at": "yesterday"}, "at"),
        ({"at": "99"}, "at"),
        ({"section": "one"}, "section"),
    ],
)
def test_a_question_that_is_none_is_refused_by_its_parameter(
    auditor: httpx.Client, ids: tuple[str, str], query: Any, place: str
) -> None:
    refused = auditor.get(f"/v1/runs/{ids[1]}/items", params=query)
    assert (refused.status_code, place in refused.json()["place"]) == (400, True)


def test_a_cursor_is_of_one_question(auditor: httpx.Client, ids: tuple[str, str]) -> None:
    path = f"/v1/runs/{ids[1]}/items"
    cursor = ok(auditor.get(path, params={"limit": 2}))["next"]
    assert auditor.get(path, params={"cursor": cursor, "limit": 7}).status_code == 200
    assert auditor.get(path, params={"cursor": cursor, "sort": "score"}).status_code == 400


def test_a_look_at_content_is_recorded_before_it_is_shown(
    service: Served, auditor: httpx.Client, ids: tuple[str, str]
) -> None:
    before = len(journal(service))
    shown = ok(auditor.get(f"/v1/runs/{ids[1]}/items/q-4"))
    values = {part["kind"]: part["value"] for part in shown["attempts"][0]["parts"]}
    assert values["response"] == {"text": "Lyon is it."}
    (look,) = journal(service)[before:]
    facts = {"source": service.service.origin, "stream": f"run/{ids[1]}", "item": 4, "epoch": 1}
    assert (look.type, look.facts) == ("archive.disclosed", facts)
    ok(auditor.get(f"/v1/runs/{ids[1]}"))
    ok(auditor.get(f"/v1/datasets/{ids[0]}/items/4"))
    assert [event.type for event in journal(service)[before + 1 :]] == ["archive.disclosed"] * 2
    for path in ("items", "history", "summary"):
        ok(auditor.get(f"/v1/runs/{ids[1]}/{path}"))
    assert len(journal(service)) == before + 3


def test_lists_and_history_tell_no_content(auditor: httpx.Client, ids: tuple[str, str]) -> None:
    for path in ("items", "history", "summary"):
        assert "Lyon" not in auditor.get(f"/v1/runs/{ids[1]}/{path}").text


def test_a_summary_is_of_now_or_of_then(auditor: httpx.Client, ids: tuple[str, str]) -> None:
    path = f"/v1/runs/{ids[1]}/summary"
    now = ok(auditor.get(path))
    assert (now["all"]["answered"], now["all"]["failed"], now["all"]["open"]) == (10, 1, 1)
    then = ok(auditor.get(path, params={"at": 5}))
    assert (then["version"], then["all"]["answered"]) == (5, 1)
    last = [*walk(auditor, f"/v1/runs/{ids[1]}/history")][-1]["event"]
    at = ok(auditor.get(path, params={"at": last["at"]}))
    assert at["all"] == now["all"]
    assert auditor.get(path, params={"at": "2020-01-01"}).status_code == 400


def test_runs_are_found_by_what_they_are(
    service: Served, auditor: httpx.Client, ids: tuple[str, str]
) -> None:
    def found(**query: Any) -> set[str]:
        return {row["key"]["stream"] for row in walk(auditor, "/v1/runs", limit=2, **query)}

    other = f"run/{new_run(service.as_role('recorder'))[1]}"
    mine = f"run/{ids[1]}"
    assert found(dataset=ids[0]) == {mine}
    assert mine in found(status="running")
    assert other in found(status="completed") - found(status="running")
    assert found(model="m-1") == found(text="CAPIT") == found()
    assert found(provider="nobody") == set()
    newest = [row["key"]["stream"] for row in walk(auditor, "/v1/runs", sort="-registered")]
    oldest = [row["key"]["stream"] for row in walk(auditor, "/v1/runs", sort="registered")]
    assert newest == oldest[::-1]
    assert newest[0] == other


def test_what_was_recorded_before_is_read(recorder: httpx.Client) -> None:
    dataset = new_dataset(recorder, 5)
    run = begin_run(recorder, dataset)
    for number in range(5):
        ok(append(recorder, f"runs/{run}", answered(number)))
        assert ok(recorder.get(f"/v1/runs/{run}/summary"))["all"]["answered"] == number + 1


def test_an_archive_says_what_it_is(service: Served, auditor: httpx.Client) -> None:
    told = ok(auditor.get("/v1/archive"))
    assert told["origin"] == service.service.origin
    assert told["verifier_key"].startswith(f"{told['origin']}+")
