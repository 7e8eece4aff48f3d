"""What the API gives of evidence that somebody altered in the archive: where it is, and no more."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from application.stored import StoredEvents
from tests.altering import alter, spoil_tiles
from tests.archives import answered
from tests.interface.api.conftest import Served, append, begin_run, new_run, ok, served
from tests.interface.api.test_routes_bundles import journal

COMPARED = "Eval752-Compared"
ATTEMPT = (b'"attempt":1,"epoch":1,"item":1', b'"attempt":7,"epoch":1,"item":1')
TRIAL = (b'"trial":1', b'"trial":7')
AT = (b'"at":"20', b'"at":"19')
ITEM = (b'"item":1', b'"item":9')


class Kept(NamedTuple):
    """A service with two sealed runs over one dataset under a signed head, and its folder."""

    service: Served
    auditor: httpx.Client
    dataset: str
    run: str
    other: str
    folder: Path

    def path(self, of: str) -> str:
        """An address in which ``{run}`` and the like are named."""
        return of.format(**self._asdict())

    def alter(self, stream: str, old: bytes, new: bytes) -> None:
        alter(self.folder, self.path(stream), old, new)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    with served(tmp_path / "data") as service:
        recorder = service.as_role("recorder")
        dataset, run = new_run(recorder)
        other = begin_run(recorder, dataset)
        ok(append(recorder, f"runs/{other}", answered(0), answered(1)))
        auditor = service.as_role("auditor")
        ok(service.root.post("/v1/log/checkpoints"))
        yield Kept(service, auditor, dataset, run, other, tmp_path / "data")


@pytest.mark.parametrize(
    ("path", "stream", "change", "version"),
    [
        ("runs/{run}/items/q-1", "run/{run}", ATTEMPT, 6),
        ("runs/{run}/items/q-1", "run/{run}", TRIAL, 1),
        ("runs/{run}/items/q-1", "dataset/{dataset}", ITEM, 3),
        ("datasets/{dataset}/items/q-1", "dataset/{dataset}", ITEM, 3),
        ("runs/{run}", "run/{run}", TRIAL, 1),
        ("datasets/{dataset}", "dataset/{dataset}", AT, 1),
        ("runs/{run}/history", "run/{run}", ATTEMPT, 6),
        ("datasets/{dataset}/history", "dataset/{dataset}", ITEM, 3),
        ("compare?run={run}&run={other}", "run/{run}", TRIAL, 1),
        ("compare/flips?run={other}&run={run}", "run/{run}", TRIAL, 1),
    ],
)
def test_an_altered_event_is_damage_with_its_place_and_no_answer(
    kept: Kept, path: str, stream: str, change: tuple[bytes, bytes], version: int
) -> None:
    address = f"/v1/{kept.path(path)}"
    ok(kept.auditor.get(address))
    kept.alter(stream, *change)
    looks = len(journal(kept.service))
    answer = kept.auditor.get(address)
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (500, "urn:eval752:problem:archive-damaged")
    assert problem["place"] == f"{kept.path(stream)}, version {version}"
    assert problem["expected"].startswith("the event that the signed log has, leaf hash ")
    assert problem["found"].startswith("another one, leaf hash ")
    assert "Restore the archive from a backup" in problem["remedy"]
    assert len(journal(kept.service)) == looks


def test_a_page_of_a_history_is_given_that_has_no_altered_event(kept: Kept) -> None:
    kept.alter("run/{run}", *ATTEMPT)
    history = f"/v1/runs/{kept.run}/history"
    assert len(ok(kept.auditor.get(history, params={"limit": 5}))["items"]) == 5
    assert kept.auditor.get(history, params={"limit": 6}).status_code == 500
    behind = ok(kept.auditor.get(history, params={"after": 6}))["items"]
    assert behind[0]["event"]["version"] == 7


def test_an_answer_says_how_many_events_were_compared(kept: Kept) -> None:
    item = f"/v1/runs/{kept.run}/items/q-1"
    for path, events in (
        (item, 4),  # the question, the run's registration, the answer, its score
        (f"/v1/runs/{kept.run}", 1),
        (f"/v1/datasets/{kept.dataset}", 1),
        (f"/v1/datasets/{kept.dataset}/items/q-1", 1),
        (f"/v1/runs/{kept.run}/history?limit=3", 3),
    ):
        assert kept.auditor.get(path).headers[COMPARED] == f"{events}/{events}"
    note = {"type": "run.annotated", "item": "q-1", "annotation": "seen"}
    ok(append(kept.service.root, f"runs/{kept.run}", note))
    assert kept.auditor.get(item).headers[COMPARED] == "4/5"
    ok(kept.service.root.post("/v1/log/checkpoints"))
    assert kept.auditor.get(item).headers[COMPARED] == "5/5"


def test_a_damaged_log_takes_no_answer_away(kept: Kept) -> None:
    spoil_tiles(kept.folder)
    answer = kept.auditor.get(f"/v1/runs/{kept.run}/items/q-1")
    assert ok(answer)["result"]["item"] == 1
    assert answer.headers[COMPARED] == "0/4"


def test_no_proof_is_given_in_a_tree_of_items_that_is_not_the_runs(kept: Kept) -> None:
    proof = f"/v1/runs/{kept.run}/items/q-1/proof"
    store = kept.service.service.archive.store
    own = kept.service.service.own("dataset", kept.dataset)
    after = StoredEvents(store).at(own, 4).event
    kept.alter("dataset/{dataset}", after.parts["question"].encode(), b"0" * 64)
    problem = kept.auditor.get(proof).json()
    assert problem["type"] == "urn:eval752:problem:archive-damaged"
    assert problem["place"] == f"dataset/{kept.dataset}, version 4"
