"""What becomes of a run is told as it becomes so, and again to whoever was away."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import httpx

from tests.archives import answered
from tests.interface.api.conftest import Served, append, begin_run, new_dataset, new_run, ok, served


def told(client: httpx.Client, count: int, last: str | None = None, **query: Any) -> list[Any]:
    """The next events with their ids; what is done meanwhile is in ``query``."""
    headers = {"Last-Event-ID": last} if last is not None else {}
    with client.stream("GET", "/v1/events", params=query, headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        return [*islice(_events(answer), count)]


def _events(answer: httpx.Response) -> Iterator[tuple[str, Any]]:
    at = ""
    for line in answer.iter_lines():
        if line.startswith("id: "):
            at = line.removeprefix("id: ")
        elif line.startswith("data: "):
            yield at, json.loads(line.removeprefix("data: "))


def test_a_run_is_followed_in_the_shapes_of_eval_752(
    service: Served, recorder: httpx.Client
) -> None:
    run = begin_run(recorder, new_dataset(recorder))
    with recorder.stream("GET", "/v1/events", params={"run": run}) as answer:
        events = _events(answer)
        ok(append(recorder, f"runs/{run}", answered(0)))
        first = [next(events), next(events)]
        ok(append(recorder, f"runs/{run}", {"type": "run.completed"}))
        then = next(events)
    status, progress = (told for _, told in first)
    assert (status["type"], status["runId"], status["status"]) == ("run_status", run, "running")
    assert {"startedAt", "finishedAt", "retryCount", "resumedCount", "lastResumedAt"} <= {*status}
    assert progress["type"] == "run_progress"
    assert (progress["planned"], progress["answered"], progress["mean"]) == (3, 1, 1.0)
    assert then[1]["status"] == "completed"
    assert int(then[0]) > int(first[0][0])


def test_whoever_comes_back_misses_nothing(recorder: httpx.Client) -> None:
    run = begin_run(recorder, new_dataset(recorder))
    ok(append(recorder, f"runs/{run}", answered(0)))
    ((last, _),) = told(recorder, 1, "0", run=run)
    ok(append(recorder, f"runs/{run}", {"type": "run.completed"}))
    again = told(recorder, 2, last, run=run)
    assert again[0][1]["status"] == "completed"
    assert again[1][1]["answered"] == 1


def test_a_follower_hears_of_what_it_may_see(service: Served) -> None:
    ok(service.root.post("/v1/projects", json={"project": "quiet"}), 201)
    _, theirs = new_run(service.as_role("recorder", "quiet"))
    _, mine = new_run(service.as_role("recorder"))
    heard = {event["runId"] for _, event in told(service.as_role("auditor"), 2, "0")}
    assert mine in {mine, *heard}
    everything = told(service.as_role("auditor", "quiet"), 2, "0")
    assert {event["runId"] for _, event in everything} == {theirs}


def test_a_position_that_is_none_is_refused(auditor: httpx.Client) -> None:
    for position in ("yesterday", "-1", "9" * 5000):
        refused = auditor.get("/v1/events", headers={"Last-Event-ID": position})
        assert (refused.status_code, refused.json()["place"]) == (400, "Last-Event-ID")


def test_a_silence_is_filled_and_the_stream_ends_with_the_service(tmp_path: Path) -> None:
    with (
        served(tmp_path / "data", heartbeat=0.05) as service,
        service.root.stream("GET", "/v1/events") as answer,
    ):
        lines = answer.iter_lines()
        assert [*islice((line for line in lines if line), 2)] == [": connected", ": alive"]
        service.service.live.close()
        assert [line for line in lines if line.startswith("data")] == []
