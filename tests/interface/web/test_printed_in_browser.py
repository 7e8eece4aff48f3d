"""Pages with many sections and scorers in a real browser: on paper, on a phone, and on a desk."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.archives import CHOICE, COMPLETED, Members, added, answered
from tests.interface.api.conftest import Served, append, begin_run, ok
from tests.interface.web.browser import Browser, Page, Visit, violations, visiting
from tests.interface.web.visiting import token_of

SECTIONS = [f"a rather long name, number {number} of the benchmark" for number in range(26)]
RIGHT = 595 - 25
"""Of an A4 page with a margin of a centimetre, in points; boxes of words are a bit too wide."""

WORD = re.compile(r'<word xMin="[\d.]+" yMin="[\d.]+" xMax="([\d.]+)" yMax="[\d.]+">([^<]+)')
SEEN = """Promise.all([...document.images].map((each) => {
  each.loading = "eager";
  return each.decode();
}))"""
FOOTER = "What could not be checked is not shown"


class Runs(NamedTuple):
    """The ids of runs: of two with many scorers, and of one with three."""

    many: str
    other: str
    few: str


@pytest.fixture(scope="module")
def runs(service: Served) -> Runs:
    client = service.as_role("recorder")
    dataset = ok(client.post("/v1/datasets", json={"config": {"name": "wide"}}), 201)["id"]
    rows = [added(number, meta={"section": name}) for number, name in enumerate(SECTIONS)]
    ok(append(client, f"datasets/{dataset}", *rows, {"type": "dataset.frozen"}))
    ok(client.post(f"/v1/datasets/{dataset}/seal"))
    return Runs(*(_run(client, dataset, judges) for judges in (11, 11, 2)))


def _run(client: Any, dataset: str, judges: int) -> str:
    judge = {"method": "judge", "parameters": {}}
    names = ["W" * 60, *(f"judge of aspect{number}" for number in range(1, judges))]
    scorers = [dict(CHOICE), *({**judge, "name": name} for name in names)]
    run = begin_run(client, dataset, config={"provider": "p", "model": "wide", "scorers": scorers})
    usage = {"latency_ms": 1_234_567, "tokens_in": 10**9, "tokens_out": 10**9}
    answers = [{**answered(number), **usage} for number, _ in enumerate(SECTIONS)]
    scores: list[Members] = [
        {"type": "item.scored", "item": f"q-{item}", "scorer": scorer, "score": {"value": 0.125}}
        for item, _ in enumerate(SECTIONS)
        for scorer in range(1, judges + 1)
    ]
    ok(append(client, f"runs/{run}", *answers, *scores, COMPLETED))
    ok(client.post(f"/v1/runs/{run}/seal"))
    return run


@pytest.fixture
def phone(visit: Visit) -> Visit:
    visit.page.set_viewport_size({"width": 390, "height": 800})
    return visit


def printed(page: Page, path: Path, *options: str) -> str:
    """What stands on paper, by ``pdftotext``."""
    if shutil.which("pdftotext") is None:
        pytest.skip("there is no pdftotext here")
    margin = dict.fromkeys(("top", "bottom", "left", "right"), "1cm")
    page.evaluate(SEEN)
    page.pdf(path=path, format="A4", margin=margin)  # type: ignore[arg-type]  # a dict of its keys
    asked = ["pdftotext", *options, str(path), "-"]
    return subprocess.run(asked, capture_output=True, check=True, encoding="utf-8").stdout


def sheets(page: Page, path: Path) -> Sequence[str]:
    """What stands on each sheet of paper, spaces as one."""
    text = printed(page, path, "-raw").removesuffix("\f")
    return [" ".join(sheet.split()) for sheet in text.split("\f")]


@pytest.mark.parametrize("which", ["many", "few"])
@pytest.mark.parametrize("path", ["", "/items"])
def test_tables_are_whole_on_paper_however_many_scorers_there_are(
    visit: Visit, runs: Runs, tmp_path: Path, which: str, path: str
) -> None:
    run: str = getattr(runs, which)
    page = visit.go(f"/runs/{run}{path}")
    words = WORD.findall(printed(page, tmp_path / "page.pdf", "-bbox"))
    assert [(right, text) for right, text in words if float(right) > RIGHT] == []
    told = " ".join(sheets(page, tmp_path / "page.pdf"))
    for scorer in range(1, 11 if which == "many" else 2):
        assert f"judge of aspect{scorer}" in told
    rows = len(SECTIONS) if path else 10
    assert len(re.findall(r"1,000,000,000 / 1,000,000,000", told)) == rows
    assert "Tries" in told
    if not path:
        assert told.count("26,000,000,000") == 2
        assert all(name in told for name in SECTIONS)


def test_a_plot_stands_below_its_title_on_paper(visit: Visit, runs: Runs, tmp_path: Path) -> None:
    found = sheets(visit.go(f"/runs/{runs.many}"), tmp_path / "page.pdf")
    (sheet,) = (each for each in found if "Mean score by section" in each)
    assert re.search("23: a .*judge of aspect4", sheet)
    assert not any("judge of aspect4" in each for each in found[: found.index(sheet)])


def test_the_last_sheet_has_more_than_the_footer(
    browser: Browser, service: Served, runs: Runs, tmp_path: Path
) -> None:
    more = {"role": "auditor", "label": "more"}
    with visiting(browser, service.url, token_of(service.root)) as visit:
        page, ends = visit.go("/archive/tokens"), set[int]()
        while len(ends) < 2:  # a sheet fills up, row by row, until there is one more
            ok(service.root.post("/v1/tokens", json=more), 201)
            page.reload()
            found = sheets(page, tmp_path / "page.pdf")
            assert FOOTER in found[-1]
            assert "first start" in found[-1]
            ends.add(len(found))


def test_names_of_sections_are_not_a_word_wide(visit: Visit, runs: Runs) -> None:
    visit.page.set_viewport_size({"width": 1280, "height": 800})
    cells = visit.go(f"/runs/{runs.many}/items").locator("td.section").all()
    assert max(each.bounding_box()["height"] for each in cells) < 110  # type: ignore[index]


def test_no_page_of_an_item_is_wider_than_a_phone(phone: Visit, runs: Runs) -> None:
    for path in (f"/runs/{runs.many}/items/3", f"/compare/items/3?run={runs.many}&run={runs.few}"):
        page = phone.go(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_events_are_read_down_on_a_phone(phone: Visit, runs: Runs) -> None:
    page = phone.go(f"/runs/{runs.many}/events")
    rows = page.get_by_role("row").all()
    heights = [each.bounding_box()["height"] for each in rows]  # type: ignore[index]
    assert len(rows) > 100
    assert max(heights) < 200
    assert sorted(heights)[len(heights) // 2] < 90
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert violations(page) == []


def test_intervals_and_the_choice_of_scorers_fit_where_they_are_looked_at(
    phone: Visit, runs: Runs
) -> None:
    pytest.importorskip("scipy", reason="SciPy has no wheel here")
    page = phone.go(f"/compare?run={runs.many}&run={runs.other}")
    image = page.locator("figure img")
    page.evaluate(SEEN)
    letters = 12
    assert letters * image.evaluate("each => each.clientWidth / each.naturalWidth") > 10
    page.set_viewport_size({"width": 1280, "height": 800})
    assert letters * image.evaluate("each => each.clientWidth / each.naturalWidth") < 18
    assert page.get_by_label("Scorer").bounding_box()["width"] < 400  # type: ignore[index]
