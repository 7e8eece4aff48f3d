"""One item of a run over HTTP: who may have it, that it is recorded, and what is in it."""

from pathlib import Path

import httpx
import pytest

from domain.transparency.signed_note import VerifierKey
from domain.verification.checks import Check, Outcome
from domain.verification.policy import Policy, TrustedKey
from interface.verifying import described, verify_file
from tests.interface.api.conftest import Served, new_run
from tests.interface.api.test_routes_bundles import journal, tag_of


@pytest.fixture(scope="module")
def run(service: Served) -> str:
    return new_run(service.as_role("recorder"))[1]


@pytest.mark.parametrize("item", ["q-0", "0"])
def test_it_verifies_and_that_it_left_is_recorded_before(
    service: Served, auditor: httpx.Client, run: str, tmp_path: Path, item: str
) -> None:
    got = auditor.get(f"/v1/runs/{run}/items/{item}/proof")
    assert (got.status_code, got.headers["content-type"]) == (200, "application/zip")
    (tmp_path / "item.zip").write_bytes(got.content)
    key = VerifierKey.parse(described(tmp_path / "item.zip").key)
    report = verify_file(tmp_path / "item.zip", Policy(keys=[TrustedKey(key)]))
    assert report.verified
    assert report.lines[Check.INCLUSION].outcome is Outcome.PASSED
    assert got.headers["etag"] == tag_of(got, report.digest)
    last = journal(service)[-1]
    assert (last.type, last.facts["item"]) == ("archive.disclosed", 0)
    assert last.facts["stream"] == f"run/{run}"


def test_what_is_withheld_is_not_in_it(auditor: httpx.Client, run: str, tmp_path: Path) -> None:
    got = auditor.get(f"/v1/runs/{run}/items/0/proof", params={"withhold": ["question"]})
    (tmp_path / "item.zip").write_bytes(got.content)
    assert described(tmp_path / "item.zip").manifest.withheld["question"] == 1
    refused = auditor.get(f"/v1/runs/{run}/items/0/proof", params={"withhold": "all"})
    assert (refused.status_code, refused.json()["place"]) == (400, "withhold")


def test_an_item_that_is_not_there_is_not_found(auditor: httpx.Client, run: str) -> None:
    assert auditor.get(f"/v1/runs/{run}/items/none/proof").status_code == 404
    assert auditor.get(f"/v1/runs/{run}/items/99/proof").status_code == 404


def test_it_is_not_taken_in_for_a_run(service: Served, auditor: httpx.Client, run: str) -> None:
    item = auditor.get(f"/v1/runs/{run}/items/0/proof").content
    headers = {"Content-Type": "application/zip"}
    refused = service.root.post("/v1/imports", content=item, headers=headers)
    assert refused.status_code == 409
    assert refused.json()["found"] == "one item of a run"
    told = auditor.post("/v1/verifications", content=item, headers=headers).json()
    assert told["verified"]
