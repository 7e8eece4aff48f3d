"""Long texts and names in a real browser: scores stay in reach, nothing is cut on paper."""

import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.archives import CHOICE, COMPLETED, added, answered
from tests.interface.api.conftest import Served, append, begin_run, ok
from tests.interface.web.browser import Browser, Page, Visit, expect, violations

NAME = "replicate/" + "llama70b-v2-chat:" + "e951f1857885" * 12
LINES = 2000


class Long(NamedTuple):
    """The ids of two runs."""

    run: str
    other: str


@pytest.fixture(scope="module")
def long(service: Served) -> Long:
    """Runs whose names are long and without a space, with answers of 2,000 lines and of 1 MB."""
    client = service.as_role("recorder")
    dataset = ok(client.post("/v1/datasets", json={"config": {"name": "long" * 60}}), 201)["id"]
    sections = [f"{'section' * 12}{number}" for number in range(3)]
    rows = [added(number, meta={"section": name}) for number, name in enumerate(sections)]
    ok(append(client, f"datasets/{dataset}", *rows, {"type": "dataset.frozen"}))
    ok(client.post(f"/v1/datasets/{dataset}/seal"))
    runs = [_run(client, dataset, f"{NAME}{number}") for number in range(2)]
    return Long(*runs)


def _run(client: Any, dataset: str, model: str) -> str:
    config = {"provider": "p", "model": model, "scorers": [{**CHOICE, "name": "judge" * 16}]}
    run = begin_run(client, dataset, config=config)
    texts = ["\n".join(f"line {n}" for n in range(LINES)), "word " * 200_000, "The answer is C."]
    answers = [answered(n, text) for n, text in enumerate(texts)]
    ok(append(client, f"runs/{run}", *answers, COMPLETED))
    ok(client.post(f"/v1/runs/{run}/seal"))
    return run


def height(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollHeight"))


@pytest.mark.parametrize("item", [0, 1])
def test_scores_and_proof_stay_in_reach_below_a_long_answer(
    visit: Visit, long: Long, item: int
) -> None:
    page = visit.go(f"/runs/{long.run}/items/{item}")
    assert height(page) < 3000
    scrolling = page.get_by_role("group", name="Response of event")
    scrolling.first.focus()
    page.keyboard.press("End")
    while scrolling.first.evaluate("each => each.scrollTop") < 1000:  # smoothly, in some frames
        page.wait_for_timeout(20)
    if item == 1:
        expect(page.get_by_text("100,000 of 1,000,000 characters").first).to_be_visible()
    assert violations(page) == []


def test_what_scrolls_is_whole_on_paper(visit: Visit, long: Long, tmp_path: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("there is no pdftotext here")
    page = visit.go(f"/runs/{long.run}/items/0")
    page.pdf(path=tmp_path / "item.pdf")
    asked = ["pdftotext", "-layout", str(tmp_path / "item.pdf"), "-"]
    told = subprocess.run(asked, capture_output=True, check=True, encoding="utf-8").stdout
    assert {f"line {n}" for n in range(LINES)} <= {line.strip() for line in told.splitlines()}


def test_long_names_are_whole_on_the_page_of_the_run(visit: Visit, long: Long) -> None:
    for number, run in enumerate(long):
        page = visit.go(f"/runs/{run}")
        expect(page.get_by_role("heading", level=1)).to_contain_text(f"{NAME}{number}")
        row = visit.go("/?q=longlong").locator(f"[data-run='{run}']")
        expect(row.locator("td").first).to_contain_text(f"57885{number}")


@pytest.mark.parametrize("width", [390, 1280])
def test_long_names_leave_room_for_the_figures(
    browser: Browser, visit: Visit, long: Long, width: int
) -> None:
    page = visit.page
    page.set_viewport_size({"width": width, "height": 800})
    visit.go(f"/runs/{long.run}/items")
    head = page.locator("thead th.scorer")
    assert head.bounding_box()["height"] < 130  # type: ignore[index]  # it has one
    visit.go(f"/runs/{long.run}")
    page.get_by_text("The figures as a table").click()
    names = page.get_by_role("region", name="Totals").locator("tbody th").all()
    assert max(each.bounding_box()["width"] for each in names) < 400  # type: ignore[index]
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_comparison_by_section_is_seen_whole(visit: Visit, long: Long) -> None:
    pytest.importorskip("scipy", reason="SciPy has no wheel here")
    visit.page.set_viewport_size({"width": 600, "height": 800})
    page = visit.go(f"/compare?run={long.run}&run={long.other}")
    region = page.get_by_role("region", name="Table of sections")
    expect(region).to_be_visible()
    assert region.evaluate("each => each.scrollWidth <= each.clientWidth")
    page.get_by_text("How pairs are found").click()
    expect(page.get_by_text("the test is McNemar’s, exact")).to_be_visible()
    assert violations(page) == []
