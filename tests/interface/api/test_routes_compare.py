"""The routes that compare, asked by those who may see runs and those who may not."""

import sys
from typing import Any

import httpx
import pytest

from tests.archives import answered
from tests.interface.api.conftest import Served, append, begin_run, new_dataset, ok

pytest.importorskip("scipy", reason="SciPy has no wheel here")


def run_of(client: httpx.Client, dataset: str, right: set[int], items: int = 5) -> str:
    """A run that answers these items well, and the others badly."""
    run = begin_run(client, dataset)
    answers = (answered(n, None if n in right else "I don't know.") for n in range(items))
    ok(append(client, f"runs/{run}", *answers, {"type": "run.completed"}))
    ok(client.post(f"/v1/runs/{run}/seal"))
    return run


@pytest.fixture
def runs(recorder: httpx.Client) -> list[str]:
    dataset = new_dataset(recorder, 5)
    return [run_of(recorder, dataset, {0, 1}), run_of(recorder, dataset, {1, 2, 3})]


def asked(client: httpx.Client, runs: list[str], path: str = "", **more: Any) -> httpx.Response:
    return client.get(f"/v1/compare{path}", params={"run": runs, **more})


def disclosures(service: Served) -> int:
    key = service.service.archive.journal().key
    pages = service.service.archive.store.pages(key)
    return sum(b"archive.disclosed" in line for page in pages for line in page.lines)


def test_runs_are_compared_and_that_somebody_saw_it_is_recorded(
    service: Served, auditor: httpx.Client, runs: list[str]
) -> None:
    before = disclosures(service)
    found = ok(asked(auditor, runs, scorer="choice"))
    assert [run["key"]["stream"] for run in found["runs"]] == [f"run/{run}" for run in runs]
    (against,) = found["against"]
    assert (against["paired"]["higher"], against["paired"]["lower"]) == (2, 1)
    assert against["sentence"].startswith("B scores 20.0 points higher than A on 5 paired items")
    assert disclosures(service) == before + 2


def test_flips_come_in_pages(auditor: httpx.Client, runs: list[str]) -> None:
    page = ok(asked(auditor, runs, "/flips", limit=2))
    assert [(flip["item"], flip["first"], flip["second"]) for flip in page["items"]] == [
        (0, 1, 0),
        (2, 0, 1),
    ]
    rest = ok(asked(auditor, runs, "/flips", limit=2, cursor=page["next"]))
    assert ([flip["outside"] for flip in rest["items"]], rest["next"]) == (["q-3"], None)
    right = ok(asked(auditor, runs, "/flips", direction="right"))
    assert [flip["item"] for flip in right["items"]] == [2, 3]
    other = asked(auditor, runs, "/flips", direction="wrong", cursor=page["next"])
    assert other.status_code == 400


def test_a_run_that_a_token_does_not_see_is_not_there(
    service: Served, recorder: httpx.Client, runs: list[str]
) -> None:
    ok(service.root.post("/v1/projects", json={"project": "apart"}), 201)
    strangers = [service.as_role("auditor", "apart"), service.as_role("recorder")]
    nobody = asked(recorder, ["01990000-0000-7000-8000-00000000dead", runs[1]])
    assert nobody.status_code == 404
    for stranger in strangers:
        dataset = new_dataset(stranger) if stranger is strangers[1] else ""
        own = begin_run(stranger, dataset) if dataset else runs[0]
        for path in ("", "/flips"):
            answer = asked(stranger, [own, runs[1]], path)
            assert answer.status_code == 404
            assert answer.json()["title"] == nobody.json()["title"]


def test_datasets_that_differ_are_refused_unless_items_are_matched_by_id(
    recorder: httpx.Client, runs: list[str]
) -> None:
    other = run_of(recorder, new_dataset(recorder, 5), {0})
    refused = asked(recorder, [runs[0], other])
    assert (refused.status_code, refused.json()["found"]) == (409, "runs of two datasets")
    assert "by_id=true" in refused.json()["remedy"]
    assert "--" not in refused.text
    found = ok(asked(recorder, [runs[0], other], by_id=True))
    assert found["against"][0]["matched"] == "id"
    assert found["against"][0]["paired"]["items"] == 5


@pytest.mark.parametrize(
    ("path", "query"),
    [("", {"run": []}), ("", {"run": ["x"]}), ("", {"run": ["x"] * 11}),
     ("/flips", {"run": ["x"] * 2, "direction": "up"}), ("", {"run": ["x"] * 2, "by_id": "maybe"})],
)  # fmt: skip
def test_a_question_that_is_none_is_refused(
    auditor: httpx.Client, path: str, query: dict[str, Any]
) -> None:
    assert auditor.get(f"/v1/compare{path}", params=query).status_code == 400


def test_what_is_missing_is_told_in_our_words(auditor: httpx.Client, runs: list[str]) -> None:
    def told(**query: Any) -> str:
        problem = auditor.get("/v1/compare", params=query).json()
        return f"{problem['place']}: {problem['expected']}, {problem['found']}"

    assert told() == "query parameter run: a value, none"
    assert told(run=[runs[0]]) == "query parameter run: at least 2 of them, 1"
    assert told(run=["x"] * 11).startswith("query parameter run: at most 10 of them, ")
    assert told(run=runs[:1] * 2) == f"runs: each run once, run/{runs[0]} again"
    assert told(run=runs[:2], scorer="").startswith("query parameter scorer: ")


def test_a_service_without_scipy_says_what_it_lacks(
    auditor: httpx.Client, runs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "scipy.stats", None)
    answer = asked(auditor, runs)
    assert answer.status_code == 409
    assert "the extra compare" in answer.json()["remedy"]
    assert asked(auditor, runs, "/flips").status_code == 200
