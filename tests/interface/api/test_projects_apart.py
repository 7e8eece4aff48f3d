"""Two projects in one archive, one of which knows the other's ids: it learns and hinders nothing.

Not here: routes of streams that one project alone has (``test_access``).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.canonical import Json
from tests.interface.api.conftest import (
    Served,
    append,
    begin_run,
    lines,
    new_dataset,
    new_run,
    ok,
    served,
)

ZIP = {"Content-Type": "application/zip"}
SAME = "01990000-0000-7000-8000-00000000da7a"


def begin_dataset(client: httpx.Client, uuid: str, secret: str) -> None:
    """A sealed dataset of a chosen id, with an item that says this."""
    ok(client.post("/v1/datasets", json={"config": {"name": "d"}, "id": uuid}), 201)
    row: dict[str, Json] = {
        "id": "q-0",
        "type": "open",
        "inputs": {"text": secret},
        "answer": secret,
    }
    ok(append(client, f"datasets/{uuid}", {"type": "dataset.item_added", "row": row}))
    ok(client.post(f"/v1/datasets/{uuid}/seal"))


def bundle(client: httpx.Client, path: str) -> bytes:
    got = client.get(f"/v1/{path}/bundle")
    assert got.status_code == 200, got.text
    return got.content


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """Bundles of two archives with a dataset of the same id."""
    made: list[bytes] = []
    for secret in ("theirs alone", "an attacker's"):
        with served(tmp_path_factory.mktemp("foreign") / "data") as other:
            begin_dataset(other.root, SAME, secret)
            made.append(bundle(other.root, f"datasets/{SAME}"))
    return made[0], made[1]


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Served, httpx.Client, httpx.Client]]:
    """A service, with a recorder of each of two projects."""
    with served(tmp_path / "data") as service:
        for project in ("theirs", "mine"):
            ok(service.root.post("/v1/projects", json={"project": project}), 201)
        yield service, service.as_role("recorder", "theirs"), service.as_role("recorder", "mine")


def test_a_run_is_on_the_dataset_of_its_id_that_its_project_has(
    both: tuple[Served, httpx.Client, httpx.Client], foreign: tuple[bytes, bytes]
) -> None:
    _, theirs, mine = both
    ok(theirs.post("/v1/imports", content=foreign[0], headers=ZIP), 201)
    ok(mine.post("/v1/imports", content=foreign[1], headers=ZIP), 201)
    run = ok(
        mine.post("/v1/runs", json={"dataset": SAME, "config": {"provider": "p", "model": "m"}}),
        201,
    )["id"]
    ok(append(mine, f"runs/{run}", {"type": "run.planned"}, {"type": "run.started"}))
    seen = mine.get(f"/v1/runs/{run}/items/0").text
    assert ("an attacker's" in seen, "theirs alone" in seen) == (True, False)


def test_trials_are_counted_in_each_dataset_of_an_id(
    both: tuple[Served, httpx.Client, httpx.Client], foreign: tuple[bytes, bytes]
) -> None:
    _, theirs, mine = both
    document = {"dataset": SAME, "config": {"provider": "p", "model": "m"}}
    for client, sent in ((theirs, foreign[0]), (mine, foreign[1])):
        ok(client.post("/v1/imports", content=sent, headers=ZIP), 201)
        run = ok(client.post("/v1/runs", json=document), 201)["id"]
        assert ok(client.get(f"/v1/runs/{run}"))["run"]["trial"] == 1


def test_a_stream_that_begins_elsewhere_hides_no_mirror(
    both: tuple[Served, httpx.Client, httpx.Client], foreign: tuple[bytes, bytes]
) -> None:
    _, theirs, mine = both
    ok(theirs.post("/v1/imports", content=foreign[0], headers=ZIP), 201)
    begin_dataset(mine, SAME, "an attacker's")
    assert "theirs alone" in theirs.get(f"/v1/datasets/{SAME}/items/q-0").text
    assert "attacker" in mine.get(f"/v1/datasets/{SAME}/items/q-0").text


def test_a_run_of_an_administrator_is_where_its_dataset_is(
    both: tuple[Served, httpx.Client, httpx.Client],
) -> None:
    service, theirs, _ = both
    dataset = new_dataset(theirs)
    run = begin_run(service.root, dataset)
    assert service.as_role("auditor").get(f"/v1/runs/{run}").status_code == 404
    assert ok(service.as_role("auditor", "theirs").get(f"/v1/runs/{run}"))


def test_an_import_of_an_administrator_is_where_its_dataset_is(
    both: tuple[Served, httpx.Client, httpx.Client], tmp_path: Path
) -> None:
    service, theirs, _ = both
    with served(tmp_path / "other") as other:
        dataset, run = new_run(other.root)
        first, second = (bundle(other.root, p) for p in (f"datasets/{dataset}", f"runs/{run}"))
    ok(theirs.post("/v1/imports", content=first, headers=ZIP), 201)
    ok(service.root.post("/v1/imports", content=second, headers=ZIP), 201)
    assert service.as_role("auditor").get(f"/v1/runs/{run}").status_code == 404
    assert ok(service.as_role("auditor", "theirs").get(f"/v1/runs/{run}"))


def test_what_is_made_in_another_project_leads_nowhere(
    both: tuple[Served, httpx.Client, httpx.Client],
) -> None:
    _, theirs, mine = both
    for _ in range(2):
        dataset, run = new_run(theirs)
    own_dataset, own_run = new_run(mine)
    cursor = ok(theirs.get("/v1/runs?limit=1"))["next"]
    listed = ok(mine.get("/v1/runs", params={"limit": 1, "cursor": cursor}))["items"]
    assert all(row["key"]["stream"] == f"run/{own_run}" for row in listed)
    asked = [
        mine.get(f"/datasets/{own_dataset}/export", params={"run_id": run}),
        mine.get(f"/datasets/{dataset}/export", params={"run_id": own_run}),
        mine.get("/v1/runs", params={"dataset": dataset}),
        mine.get("/v1/events", params={"run": run}),
        mine.get(f"/v1/datasets/{run}"),
        mine.get(f"/v1/runs/{dataset}"),
    ]
    assert [(each.status_code, "theirs" in each.text) for each in asked] == [(404, False)] * 6


def test_the_same_key_of_two_tokens_is_two_requests(
    both: tuple[Served, httpx.Client, httpx.Client],
) -> None:
    _, theirs, mine = both
    document, key = {"config": {"name": "d"}}, {"Idempotency-Key": "first"}
    made = [ok(each.post("/v1/datasets", json=document, headers=key), 201) for each in both[1:]]
    assert made[0]["id"] != made[1]["id"]
    again = ok(mine.post("/v1/datasets", json=document, headers=key), 201)
    assert (again["id"], again["known"]) == (made[1]["id"], 1)
    assert theirs.get(f"/v1/datasets/{again['id']}").status_code == 404


def test_a_line_for_another_stream_is_refused(
    both: tuple[Served, httpx.Client, httpx.Client],
) -> None:
    _, theirs, mine = both
    _, run = new_run(theirs)
    own = begin_run(mine, new_dataset(mine))
    action: Any = {"type": "run.annotated", "annotation": "x", "stream": f"run/{run}"}
    refused = append(mine, f"runs/{own}", action)
    assert (refused.status_code, refused.json()["line"]) == (400, 1)
    assert b"annotated" in lines(action)
