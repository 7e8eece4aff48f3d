"""A run of which something was erased after its last seal: no page offers what would be refused."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.archives import COMPLETED, Members, answered
from tests.interface.api.conftest import Served, append, begin_run, new_dataset, ok
from tests.interface.web.reading import text_of
from tests.interface.web.visiting import post, signed_in

ERASED: Members = {"type": "part.erased", "target": 4, "kind": "response"}
QUESTION: Members = {"type": "part.erased", "target": 2, "kind": "question"}
OFFERS = ("Verify now", "Verify again", "Evidence report", "Download the", "Check it here")


@pytest.fixture
def run(service: Served) -> str:
    """A sealed run of two items."""
    client = service.as_role("recorder")
    begun = begin_run(client, new_dataset(client, 2, "due"))
    ok(append(client, f"runs/{begun}", answered(0), answered(1), COMPLETED))
    ok(client.post(f"/v1/runs/{begun}/seal"))
    return begun


def dataset_of(service: Served, run: str) -> str:
    stream: str = ok(service.root.get(f"/v1/runs/{run}"))["run"]["dataset"]["stream"]
    return stream.replace("/", "s/")


def pages(client: httpx.Client, run: str) -> Iterator[str]:
    for path in ("", "/items/0", "/verification"):
        yield text_of(client.get(f"/runs/{run}{path}"))


def offered(told: str) -> list[str]:
    return [offer for offer in OFFERS if offer in told]


def test_what_a_sealed_run_offers_it_offers_again_once_it_is_sealed_again(
    service: Served, visitor: httpx.Client, run: str
) -> None:
    before = [offered(told) for told in pages(visitor, run)]
    assert all(before)
    ok(append(service.root, f"runs/{run}", ERASED))
    for told in pages(visitor, run):
        assert offered(told) == []
        assert "To be sealed: this run." in told
        assert "Your role may not do that; its recorder or an administrator may" in told
        assert f"POST /v1/runs/{run}/seal" in told
    assert "no bundle of it can leave until it is sealed again" in next(pages(visitor, run))
    ok(service.root.post(f"/v1/runs/{run}/seal"))
    assert [offered(told) for told in pages(visitor, run)] == before


def test_an_administrator_is_told_that_they_may_seal(service: Served, run: str) -> None:
    ok(append(service.root, f"runs/{run}", ERASED))
    for told in pages(signed_in(service, "administrator"), run):
        assert "You may do that: POST" in told.replace("  ", " ")


def test_a_verdict_does_not_offer_what_its_dataset_now_forbids(
    service: Served, visitor: httpx.Client, run: str
) -> None:
    dataset = dataset_of(service, run)
    assert post(visitor, f"/runs/{run}/verification").status_code == 303
    assert "Verified here" in text_of(visitor.get(f"/runs/{run}"))
    ok(append(service.root, dataset, QUESTION))
    for told in pages(visitor, run):
        assert offered(told) == []
        assert "To be sealed: its dataset." in told
        assert f"POST /v1/{dataset}/seal" in told
    assert "Verified here" not in text_of(visitor.get(f"/runs/{run}"))


@pytest.mark.parametrize("path", ["bundle", "report", "items/0/proof"])
def test_who_asks_all_the_same_is_told_who_seals(
    service: Served, visitor: httpx.Client, run: str, path: str
) -> None:
    ok(append(service.root, f"runs/{run}", ERASED))
    told = text_of(visitor.get(f"/runs/{run}/{path}"), 409)
    assert f"eval752 seal run/{run}" in told
    assert f"its recorder or an administrator sends POST /v1/runs/{run}/seal" in told


def test_a_script_gets_the_problem_document_where_it_asks_for_it(
    service: Served, visitor: httpx.Client, run: str
) -> None:
    ok(append(service.root, f"runs/{run}", ERASED))
    asked = {"Accept": "application/zip, application/problem+json"}
    answer = visitor.get(f"/runs/{run}/items/0/proof", headers=asked)
    problem: dict[str, Any] = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, problem["status"]) == (409, 409)
    assert "a seal over all that was erased or withheld" in problem["detail"]


def test_a_download_that_is_refused_is_a_page(visitor: httpx.Client, run: str) -> None:
    for path in ("", "/items/0"):
        assert not re.search(r"<a [^>]*\sdownload[\s>]", visitor.get(f"/runs/{run}{path}").text)
    answer = visitor.get(f"/runs/{run}/bundle")
    assert answer.headers["content-disposition"].startswith("attachment")
