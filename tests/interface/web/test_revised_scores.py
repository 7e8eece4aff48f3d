"""Scores that were revised after the run had ended are told from the others wherever they stand."""

import re
from pathlib import Path

import httpx
import pytest

from domain.verification.policy import Policy
from interface.web.evidence_report import evidence_report
from tests.archives import Members
from tests.interface.api.conftest import Served, append, new_dataset, ok
from tests.interface.web.comparing_archive import ITEMS, run_of
from tests.interface.web.reading import text_of
from tests.interface.web.reported_runs import bundle_of, story
from tests.interface.web.test_evidence_report import text_of as report_text

MARK = '<span class="revised">revised</span>'


def revised(item: int, value: float) -> Members:
    place: Members = {"type": "score.revised", "item": f"q-{item}", "scorer": "choice"}
    return {**place, "score": {"value": value}}


@pytest.fixture
def runs(service: Served) -> tuple[str, str]:
    """Two runs with the same scores, of which the second has two that are revised, one twice."""
    client = service.as_role("recorder")
    dataset = new_dataset(client, ITEMS, "revised")
    first, second = (run_of(client, dataset, name, {0, 1}) for name in ("plain", "revised"))
    revisions = (revised(2, 1), revised(3, 1), revised(3, 0.5))
    ok(append(client, f"runs/{second}", *revisions))
    return first, second


def rows(page: httpx.Response) -> dict[int, str]:
    """The rows of the table of results, by item."""
    cells = r'(<tr>(?:(?!</tr>).)*?/items/(\d+)".*?</tr>)'
    return {int(item): row for row, item in re.findall(cells, page.text, re.DOTALL)}


def test_a_revised_score_has_a_mark_in_tables_of_results(
    visitor: httpx.Client, runs: tuple[str, str]
) -> None:
    first, second = runs
    for path in ("", "/items"):
        marked = rows(visitor.get(f"/runs/{second}{path}"))
        assert [item for item, row in marked.items() if MARK in row] == [2, 3]
        assert MARK not in visitor.get(f"/runs/{first}{path}").text
    assert f"<strong>1 {MARK}</strong>" in visitor.get(f"/runs/{second}/items/2").text


def test_a_run_says_how_many_scores_were_revised_and_leads_to_what_changed(
    visitor: httpx.Client, runs: tuple[str, str]
) -> None:
    first, second = runs
    page = visitor.get(f"/runs/{second}")
    counted = "2 of 5 scores by choice were revised by hand after the run ended."
    assert counted in text_of(page)
    (link,) = re.findall(rf'href="(/runs/{second}/history\?from=\d+)"', page.text)
    changed = text_of(visitor.get(link)).partition("Results whose status or score changed")[2]
    assert "2 q-2 answered 0 → to 1 revised" in changed
    assert "3 q-3 answered 0 → to 0.5 revised" in changed
    assert "revised by hand" not in text_of(visitor.get(f"/runs/{first}"))


def test_a_comparison_warns_of_revised_scores_and_marks_them_among_the_flips(
    visitor: httpx.Client, runs: tuple[str, str]
) -> None:
    asked = {"run": list(runs)}
    compared = visitor.get("/compare", params=asked)
    caution = "B, beside A, has 2 of 5 paired scores revised by hand after it ended."
    assert caution in text_of(compared).partition("Before you rely on it")[2]
    for path in ("/compare", "/compare/flips"):
        page = visitor.get(path, params=asked).text
        assert page.count(MARK) == 2
        assert re.search(rf"in B</span></a>\s*{MARK}", page)
        assert not re.search(rf"in A</span></a>\s*{MARK}", page)


def test_a_report_counts_revised_scores_and_marks_the_lowest(tmp_path: Path) -> None:
    half = {"type": "score.revised", "item": "q-1", "scorer": 0, "score": {"value": 0.5}}
    made = evidence_report(bundle_of(tmp_path, [*story()[:-2], half]), Policy())
    text = report_text(made.html)
    assert "Scored Of these revised Mean match exact_match 6 1 0.58" in text
    assert "1 of 6 scores by match was revised by hand after the run ended." in text
    assert re.search(r"1 q-1 B 0.5 revised Asked", text)
    assert made.html.count(MARK) == 1


def test_a_report_without_revised_scores_does_not_speak_of_them(tmp_path: Path) -> None:
    text = report_text(evidence_report(bundle_of(tmp_path, story()[:-2]), Policy()).html)
    assert "revised" not in text.partition("History")[0]
