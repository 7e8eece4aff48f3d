"""What a page is told of runs while it is open, and for how long."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from interface.web.pages import add_pages
from tests.archives import answered
from tests.interface.api.conftest import Served, append, begin_run, new_dataset, ok, served
from tests.interface.web.visiting import post, signed_in


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("archive") / "data"
    with served(folder, add_pages, heartbeat=0.1) as service:
        yield service


def told(answer: httpx.Response) -> Iterator[dict[str, Any]]:
    for line in answer.iter_lines():
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))


def test_a_page_is_told_what_the_api_tells(service: Served) -> None:
    client = service.as_role("recorder")
    run = begin_run(client, new_dataset(client))
    visitor = signed_in(service, "auditor")
    with visitor.stream("GET", "/live", params={"run": run}) as answer:
        events = told(answer)
        ok(append(client, f"runs/{run}", answered(0)))
        status, progress = next(events), next(events)
    assert (status["runId"], status["status"]) == (run, "running")
    assert (progress["answered"], progress["planned"]) == (1, 3)


def test_marks_are_told_to_the_table_and_not_to_the_page_of_one_run(service: Served) -> None:
    client, visitor = service.as_role("recorder"), signed_in(service, "auditor")
    dataset = new_dataset(client)
    for is_one, third in ((True, "run_progress"), (False, "run_marks")):
        run = begin_run(client, dataset)
        with visitor.stream("GET", "/live", params={"run": run} if is_one else {}) as answer:
            events = told(answer)
            ok(append(client, f"runs/{run}", answered(0)))
            found = [next(events)["type"] for _ in range(3)]
            ok(append(client, f"runs/{run}", answered(1)))
            assert found == ["run_status", "run_progress", "run_mean"]
            assert next(events)["type"] == third


def test_what_happened_since_a_page_was_made_is_told_first(service: Served) -> None:
    client = service.as_role("recorder")
    run = begin_run(client, new_dataset(client))
    visitor = signed_in(service, "auditor")
    after = re.search(r'data-after="(\d+)"', visitor.get("/").text)
    assert after
    ok(append(client, f"runs/{run}", answered(0)))
    with visitor.stream("GET", "/live", params={"after": after[1]}) as answer:
        of_run = (each for each in told(answer) if each["runId"] == run)
        progress = next(each for each in of_run if each["type"] == "run_progress")
    assert progress["answered"] == 1
    assert visitor.get("/live", params={"after": "-1"}).status_code == 400


def test_what_is_told_ends_when_one_signs_out(service: Served) -> None:
    visitor = signed_in(service, "auditor")
    other = service.keep(httpx.Client(base_url=service.url, headers={"Origin": service.url}))
    other.cookies.update(dict(visitor.cookies))
    with visitor.stream("GET", "/live") as answer:
        lines = answer.iter_lines()
        assert next(lines) == ": connected"
        assert post(other, "/sign-out").status_code == 303
        assert [line for line in lines if line.startswith("data")] == []


def test_what_is_told_ends_with_the_token(service: Served) -> None:
    visitor = signed_in(service, "auditor")
    token = ok(service.root.get("/v1/tokens"))["items"][-1]["id"]
    with visitor.stream("GET", "/live") as answer:
        lines = answer.iter_lines()
        assert next(lines) == ": connected"
        service.root.delete(f"/v1/tokens/{token}")
        assert [line for line in lines if line.startswith("data")] == []
