"""Runs that are ticked stay so from page to page, by the address alone, until they are compared."""

import re
from collections.abc import Sequence

import httpx
import pytest

from tests.interface.api.conftest import Served, begin_run, new_dataset
from tests.interface.web.reading import text_of
from tests.interface.web.visiting import signed_in

TICKED = re.compile(r'type="hidden" form="search" name="run" value="([^"]+)"')
CURSOR = re.compile(r'name="cursor" value="([^"]+)"')


@pytest.fixture(scope="module")
def runs(service: Served) -> Sequence[str]:
    """More runs than a page shows, the newest first."""
    client = service.as_role("recorder")
    dataset = new_dataset(client, 1, "many")
    return [begin_run(client, dataset) for _ in range(60)][::-1]


def asked(visitor: httpx.Client, runs: Sequence[str], **more: str) -> httpx.Response:
    return visitor.get("/", params=[*(("run", run) for run in runs), *more.items()])


def test_what_is_ticked_on_one_page_is_ticked_on_the_next(
    visitor: httpx.Client, runs: Sequence[str]
) -> None:
    first = asked(visitor, [runs[3]])
    cursor = CURSOR.findall(first.text)
    second = asked(visitor, [runs[3]], q="", sort="-registered", cursor=cursor[0])
    assert runs[55] in second.text
    assert TICKED.findall(second.text) == [runs[3]]
    assert f'value="{runs[3]}" form="search" checked' not in second.text
    both = asked(visitor, [runs[3], runs[55]], q="many", sort="registered")
    assert TICKED.findall(both.text) == [runs[3], runs[55]]
    assert f'value="{runs[55]}" form="search" checked disabled' in both.text


def test_a_run_is_removed_and_links_keep_the_others(
    visitor: httpx.Client, runs: Sequence[str]
) -> None:
    answer = asked(visitor, runs[:3], q="many", without=runs[1])
    assert TICKED.findall(answer.text) == [runs[0], runs[2]]
    assert f'href="/?run={runs[0]}&amp;run={runs[2]}">Clear<' in answer.text


def test_the_comparison_gets_what_is_ticked_and_nothing_else(
    visitor: httpx.Client, runs: Sequence[str]
) -> None:
    ticked = [runs[7], runs[2], runs[7]]
    answer = asked(visitor, ticked, q="many", sort="registered", compare="true")
    location = f"/compare?run={runs[7]}&run={runs[2]}"
    assert (answer.status_code, answer.headers["location"]) == (303, location)


def test_ten_runs_are_kept_at_most_and_it_is_said(
    visitor: httpx.Client, runs: Sequence[str]
) -> None:
    answer = asked(visitor, runs[:13])
    assert TICKED.findall(answer.text) == runs[:10]
    assert "10 runs at most are compared; 3 that were ticked beyond them are left" in text_of(
        answer
    )
    assert "at most compared" not in text_of(asked(visitor, runs[:10]))


def test_more_than_ten_are_not_compared_and_the_table_says_so_with_what_is_chosen(
    visitor: httpx.Client, runs: Sequence[str]
) -> None:
    answer = asked(visitor, runs[:12], q="many", compare="true")
    told = text_of(answer)
    assert TICKED.findall(answer.text) == runs[:10]
    assert "10 runs at most are compared; 2 that were ticked beyond them are left out." in told
    assert "Chosen to compare" in told
    ten = asked(visitor, runs[:10], compare="true")
    assert ten.headers["location"] == "/compare?" + "&".join(f"run={run}" for run in runs[:10])


def test_more_than_ten_that_one_run_is_to_be_compared_with_are_told_alike(
    visitor: httpx.Client, runs: Sequence[str]
) -> None:
    page = visitor.get("/compare", params={"run": runs[0]}).text
    form = re.search(r'<form class="with" method="get" action="([^"]+)">', page)
    button = re.search(r'<button class="main" name="([^"]+)" value="([^"]+)">Compare<', page)
    assert form
    assert button
    query = [*(("run", run) for run in runs[:11]), (button[1], button[2])]
    answer = visitor.get(form[1], params=query)
    assert "1 that were ticked beyond them are left out." in text_of(answer)
    assert TICKED.findall(answer.text) == runs[:10]


def test_a_search_that_was_changed_begins_at_its_first_page(
    visitor: httpx.Client, runs: Sequence[str]
) -> None:
    cursor = CURSOR.findall(asked(visitor, []).text)[0]
    answer = asked(visitor, [], q="many", cursor=cursor)
    assert answer.status_code == 200
    assert runs[0] in answer.text
    assert "First page" not in answer.text


def test_what_is_not_there_is_left_out_and_said_to_be(
    visitor: httpx.Client, runs: Sequence[str]
) -> None:
    answer = asked(visitor, [runs[4], "nosuch", runs[5]], q="many", sort="registered")
    assert TICKED.findall(answer.text) == [runs[4], runs[5]]
    assert "1 that was ticked is not here" in text_of(answer)
    assert "nosuch" not in answer.text
    assert "that was ticked" not in text_of(asked(visitor, runs[:2]))


def test_no_run_is_chosen_that_one_may_not_see_and_nothing_tells_it_from_none(
    service: Served, runs: Sequence[str]
) -> None:
    service.root.post("/v1/projects", json={"project": "other"})
    stranger = signed_in(service, "auditor", "other")
    foreign, unknown = (
        asked(stranger, [run]) for run in (runs[0], "01990000-0000-7000-8000-0000000000bb")
    )
    assert foreign.status_code == 200
    assert text_of(foreign) == text_of(unknown)
    assert runs[0] not in foreign.text
    assert "2 that were ticked are not here" in text_of(asked(stranger, [runs[0], "<b>"]))
