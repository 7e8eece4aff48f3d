"""Tokens that nobody recorded are not known, and a sum of some answers says that it is one."""

import re
from pathlib import Path
from typing import Any

import httpx

from domain.verification.policy import Policy
from interface.web.evidence_report import evidence_report
from tests.archives import COMPLETED, answered
from tests.interface.api.conftest import Served, append, begin_run, new_dataset, ok
from tests.interface.web.reported_runs import bundle_of, story


def rows_of(page: str) -> list[list[str]]:
    """The cells of the tables, as text."""
    return [
        [
            " ".join(re.sub(r"<[^>]+>", " ", cell).split())
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", page, re.DOTALL)
    ]


def recorded(service: Served, *tokens: dict[str, Any]) -> str:
    """A run whose answers state these tokens."""
    client = service.as_role("recorder")
    run = begin_run(client, new_dataset(client, len(tokens), "tokens"))
    answers = [{**answered(number), **told} for number, told in enumerate(tokens)]
    ok(append(client, f"runs/{run}", *answers, COMPLETED))
    ok(client.post(f"/v1/runs/{run}/seal"))
    return run


def test_tokens_that_nobody_recorded_are_not_zero(service: Served, visitor: httpx.Client) -> None:
    page = visitor.get(f"/runs/{recorded(service, {}, {})}").text
    whole, *sections = (row for row in rows_of(page) if row and row[0] in {"all", "section 1"})
    assert whole[9:11] == ["–", "–"]
    assert all(row[9:11] == ["–", "–"] for row in sections)


def test_a_sum_of_some_answers_says_how_many_they_are(
    service: Served, visitor: httpx.Client
) -> None:
    run = recorded(service, {"tokens_in": 40}, {}, {"tokens_in": 0, "tokens_out": 0})
    page = visitor.get(f"/runs/{run}").text
    (whole,) = (row for row in rows_of(page) if row and row[0] == "all")
    assert whole[9:11] == [
        "40 (2 of 3 answers state it)",
        "0 (1 of 3 answers states it)",
    ]
    assert "stated by 2 (in) and 1 (out) of 3 answers" in page


def test_a_report_tells_tokens_alike(tmp_path: Path) -> None:
    def report(name: str, *left_out: int) -> list[list[str]]:
        (tmp_path / name).mkdir()
        actions = story()
        for action in actions:
            if action["type"] == "item.answered" and int(action["item"][2:]) in left_out:
                del action["tokens_in"]
        html = evidence_report(bundle_of(tmp_path / name, actions), Policy()).html
        _, table = html.split("<caption>Latency and tokens by section</caption>")
        return [row[4:] for row in rows_of(table.partition("</table>")[0])[1:]]

    assert report("whole") == [["60", "15"], ["30", "6"], ["30", "9"]]
    assert report("none", *range(6)) == [["–", "15"], ["–", "6"], ["–", "9"]]
    assert report("some", 0, 2, 4) == [
        ["30 (3 of 6 answers state it)", "15"],
        ["–", "6"],
        ["30", "9"],
    ]
