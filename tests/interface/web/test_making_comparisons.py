"""Comparisons that take long: made behind the answer, and given as they may be given."""

import re

import httpx
import pytest

from tests.archives import Members
from tests.compared_runs import JUDGE, given, judged
from tests.interface.api.conftest import Served, append, begin_run, new_dataset, new_run, ok
from tests.interface.web.held_up import Gate
from tests.interface.web.reading import journal, text_of
from tests.interface.web.waited_for import at_last, recorded, wait

pytestmark = pytest.mark.usefixtures("impatient")


def two_runs(service: Served) -> list[str]:
    dataset = new_dataset(service.root, 3)
    config = {"provider": "p", "model": "m", "scorers": [dict(JUDGE)]}
    runs = [begin_run(service.root, dataset, config=config) for _ in range(2)]
    for run in runs:
        ok(append(service.root, f"runs/{run}", *judged_items(0, 1)))
    return runs


def judged_items(*items: int) -> list[Members]:
    return [*map(given, items), *(judged(item, 1) for item in items)]


def comparison_of(runs: list[str]) -> str:
    return f"/compare?run={runs[0]}&run={runs[1]}"


@pytest.fixture
def _scipy() -> None:
    pytest.importorskip("scipy", reason="SciPy has no wheel here")


@pytest.mark.usefixtures("_scipy")
def test_a_comparison_is_waited_for_as_well_and_recorded_each_time_it_is_seen(
    service: Served, auditor: httpx.Client, gate: Gate
) -> None:
    runs = two_runs(service)
    path, before = comparison_of(runs), len(journal(service))
    told = text_of(auditor.get(path), 202)
    assert re.search("Comparison of 2 runs It is being made, since 20", told)
    assert auditor.get(path).headers["refresh"] == "5"
    assert recorded(service, before) == []
    gate.opened.set()
    answer = at_last(auditor, path)
    assert "B scores the same as A on 2 paired items" in text_of(answer)
    again = auditor.get(path)
    assert recorded(service, before) == ["archive.disclosed"] * 4
    assert gate.made == 1
    for each in (answer, again):
        plot = re.search(r'src="(/compare/plots/[0-9a-f]{32}\.svg)"', each.text)
        assert plot
        assert auditor.get(plot[1]).status_code == 200


@pytest.mark.usefixtures("_scipy")
def test_runs_that_grow_meanwhile_are_given_as_they_were_to_who_waited_and_then_compared_anew(
    service: Served, auditor: httpx.Client, gate: Gate
) -> None:
    runs = two_runs(service)
    path = comparison_of(runs)
    assert auditor.get(path).status_code == 202
    wait(lambda: gate.made == 1)
    for run in runs:
        ok(append(service.root, f"runs/{run}", *judged_items(2)))
    gate.opened.set()
    assert "on 2 paired items" in text_of(at_last(auditor, path))
    assert "on 3 paired items" in text_of(at_last(auditor, path))
    assert "on 3 paired items" in text_of(auditor.get(path))
    assert gate.made == 2


@pytest.mark.usefixtures("_scipy")
@pytest.mark.parametrize("left_out", ["part.erased", "part.withheld"])
@pytest.mark.parametrize("when", ["while it is made", "before it is seen", "after it was seen"])
def test_a_score_that_was_left_out_meanwhile_is_not_compared(
    service: Served, auditor: httpx.Client, gate: Gate, left_out: str, when: str
) -> None:
    runs = two_runs(service)
    path = comparison_of(runs)
    if when == "after it was seen":
        gate.opened.set()
        assert "on 2 paired items" in text_of(at_last(auditor, path))
    else:
        assert auditor.get(path).status_code == 202
        wait(lambda: gate.made == 1)
        if when == "before it is seen":
            gate.opened.set()
            wait(lambda: not service.app.state.under_way.keys)
    ok(append(service.root, f"runs/{runs[1]}", {"type": left_out, "target": 6, "kind": "score"}))
    gate.opened.set()
    told = text_of(at_last(auditor, path))
    assert "on 1 paired item" in told
    word = left_out.removeprefix("part.")
    assert f"B, beside A, has 1 result whose score is not shown here: {word}." in told


@pytest.mark.usefixtures("_scipy")
def test_what_cannot_be_compared_is_told_with_the_form_also_to_who_waited(
    service: Served, auditor: httpx.Client, gate: Gate
) -> None:
    gate.opened.set()
    runs = [new_run(service.root)[1], new_run(service.root)[1]]
    answer = at_last(auditor, comparison_of(runs))
    assert "They cannot be compared like this." in text_of(answer, 409)
    assert 'name="by_id"' in answer.text
