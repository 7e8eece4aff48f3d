"""What pages say where the archive's tables do not say what its events say."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infrastructure.read_models import blocks
from tests.archives import Members, answered
from tests.interface.api.conftest import append, begin_run, ok
from tests.interface.web.kept_run import Kept, kept_run
from tests.interface.web.reading import journal, text_of
from tests.interface.web.visiting import post


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    with kept_run(tmp_path / "data") as kept:
        yield kept


def verify(kept: Kept) -> str:
    assert post(kept.visitor, f"{kept.path}/verification").status_code == 303
    return text_of(kept.visitor.get(f"{kept.path}/verification"))


@pytest.mark.parametrize(
    ("table", "change", "figure"),
    [
        ("runs", "mean = 0.99", "mean"),
        ("runs", "failed = 1, answered = 2", "answered"),
        ("runs", "status = 'failed'", "status"),
        ("runs", "model = 'another'", "model"),
        ("runs", "trial = 1 + trial", "trial"),
        ("datasets", "name = 'another'", "dataset name"),
        ("scores", "value = 0", "summary, all, scores 0, mean"),
        ("scores", "", "summary, all, scores 0, mean"),
        ("attempts", "outcome = 2", "summary, all, answered"),
        ("attempts", "latency_ms = 5", "summary, all, latency_ms, p50"),
    ],
)
def test_a_verification_holds_the_tables_against_what_the_verifier_counted(
    kept: Kept, table: str, change: str, figure: str
) -> None:
    assert "differ" not in verify(kept)
    assert 'class="mark shown"' in kept.marks()
    kept.alter_tables(table, change)
    told = verify(kept)
    assert "The archive's tables differ from this run's events" in told
    place = told.index(f"run/{kept.run}, tables, {figure} ")
    assert place < told.index("Expected", place) < told.index("by its events") < told.index("Found")
    assert "eval752 rebuild" in told
    assert "Its bundle is verified" in told
    assert 'class="mark shown"' not in kept.marks()
    assert 'class="mark denied"' not in kept.marks()
    assert "the archive is damaged here" in text_of(kept.visitor.get(kept.path))
    assert "fails The tables of 1 run differ from the events" in kept.health()


@pytest.mark.parametrize("change", ["value = 0", ""])
def test_rows_that_do_not_add_up_to_the_totals_that_are_kept_are_found_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    monkeypatch.setattr(blocks, "LEAF", 2)
    with kept_run(tmp_path / "data") as kept:
        assert "differ" not in verify(kept)
        kept.alter_tables("scores", change, "item = 0")
        told = verify(kept)
    assert f"run/{kept.run}, tables, results, all, scores 0, " in told


def test_tables_that_were_made_anew_are_verified_again(kept: Kept) -> None:
    kept.alter_tables("runs", "mean = 0.99")
    assert "tables differ" in verify(kept)
    ok(kept.service.root.post("/v1/rebuilds"))
    assert "tables differ" in text_of(kept.visitor.get(f"{kept.path}/verification"))
    assert "differ" not in verify(kept)
    assert 'class="mark shown"' in kept.marks()
    assert "differ" not in kept.health()


def test_a_comparison_says_which_run_is_known_to_be_damaged(kept: Kept) -> None:
    other = begin_run(kept.recorder, kept.dataset)
    ok(append(kept.recorder, f"runs/{other}", answered(0)))
    address = f"/compare?run={other}&run={kept.run}"
    assert "Rely on none of this" not in text_of(kept.visitor.get(address))
    kept.alter_tables("runs", "mean = 0.99")
    verify(kept)
    told = text_of(kept.visitor.get(address))
    assert "The archive was found damaged where it holds B: see Verification of that run." in told


def test_what_was_recorded_behind_the_seal_makes_no_tables_differ(kept: Kept) -> None:
    again: Members = {"item": "q-0", "scorer": "choice", "score": {"value": 0}}
    revised: Members = {"type": "score.revised", **again}
    ok(append(kept.recorder, f"runs/{kept.run}", revised))
    assert "differ" not in verify(kept)
    kept.alter_tables("runs", "mean = 0.99")
    assert "tables differ" in verify(kept)


def test_a_run_that_failed_in_part_has_tables_that_agree(kept: Kept) -> None:
    other = begin_run(kept.recorder, kept.dataset)
    failed = {"type": "item.failed", "item": "q-1", "error": "refused"}
    tried = {"type": "item.attempt_failed", "item": "q-0", "error": "busy"}
    lines = (tried, answered(0), failed, {"type": "run.canceled"})
    ok(append(kept.recorder, f"runs/{other}", *lines))
    ok(kept.recorder.post(f"/v1/runs/{other}/seal"))
    assert "differ" not in verify(kept._replace(run=other))


@pytest.mark.parametrize(
    ("table", "change", "condition", "what"),
    [
        ("scores", "value = 0", "item = 1", "score at version 7, value"),
        ("scores", "scorer = 1", "item = 1", "score at version 7, scorer"),
        ("scores", "version = 6", "item = 1", "score at version 6, scorer"),
        ("scores", "until = 9", "item = 1", "revisions"),
        ("scores", "", "item = 1", "scorers"),
        ("results", "outcome = 2", "item = 1", "status"),
        ("results", "attempts = 2", "item = 1", "attempts"),
        ("attempts", "outcome = 2", "item = 1", "version 6"),
        ("attempts", "latency_ms = 5", "item = 1", "version 6, measured"),
        ("attempts", "", "item = 1", "status"),
        ("attempts", "item = 1", "item = 2", "version 8, place"),
    ],
)
def test_a_row_that_is_not_what_its_events_say_is_told_instead_of_shown(
    kept: Kept, table: str, change: str, condition: str, what: str
) -> None:
    other = begin_run(kept.recorder, kept.dataset)
    ok(append(kept.recorder, f"runs/{other}", answered(1)))
    verify(kept)
    beside = f"/compare/items/1?run={other}&run={kept.run}"
    paths = (f"{kept.path}/items/1", beside, f"{kept.path}/items/1/proof")
    assert [kept.visitor.get(path).status_code for path in paths] == [200] * 3
    kept.alter_tables(table, change, f"{condition} AND run = {kept.number()}")
    looks = len(journal(kept.service))
    for path in paths:
        told = text_of(kept.visitor.get(path), 500)
        assert f"run/{kept.run}, tables, item 1, epoch 1, {what}" in told
        assert "by its events" in told
        assert "eval752 rebuild" in told
    problem = kept.service.root.get(f"/v1{kept.path}/items/1").json()
    assert (problem["status"], problem["type"]) == (500, "urn:eval752:problem:archive-damaged")
    assert problem["place"].startswith(f"run/{kept.run}, tables, item 1, epoch 1, ")
    assert len(journal(kept.service)) == looks
    assert kept.visitor.get(f"{kept.path}/items/0").status_code == 200
    assert 'class="mark shown"' not in kept.marks().split("</tr>")[1]


@pytest.mark.parametrize(
    ("table", "change"), [("results", ""), ("scores", "version = 99"), ("attempts", "version = 99")]
)
def test_rows_that_are_gone_or_lead_nowhere_are_told_as_well(
    kept: Kept, table: str, change: str
) -> None:
    kept.alter_tables(table, change, "item = 1")
    told = text_of(kept.visitor.get(f"{kept.path}/items/1"), 500)
    assert f"run/{kept.run}, tables, item 1, epoch 1" in told
    assert "eval752 rebuild" in told
    assert kept.visitor.get(f"{kept.path}/items/17").status_code == 404


def test_a_damaged_event_counts_before_tables_that_have_it_otherwise(kept: Kept) -> None:
    kept.sign()
    kept.alter_tables("scores", "value = 0", "item = 1")
    kept.alter(b'"attempt":1,"epoch":1,"item":1', b'"attempt":7,"epoch":1,"item":1')
    told = text_of(kept.visitor.get(f"{kept.path}/items/1"), 500)
    assert "the event that the signed log has" in told


def test_a_result_that_goes_on_is_shown_at_every_step(kept: Kept) -> None:
    other = begin_run(kept.recorder, kept.dataset)
    path = f"/runs/{other}/items/0"
    answer: Members = {**answered(0), "score": None}
    judged: Members = {"item": "q-0", "scorer": "choice", "score": {"value": 0.5, "why": "partly"}}
    steps: list[Members] = [
        {"type": "item.attempt_failed", "item": "q-0", "error": "busy"},
        {name: value for name, value in answer.items() if value is not None},
        {"type": "item.scored", **judged},
        {"type": "run.completed"},
        {"type": "score.revised", **judged},
        {"type": "part.withheld", "target": 6, "kind": "score"},
        {"type": "part.erased", "target": 8, "kind": "score"},
    ]
    assert kept.visitor.get(path).status_code == 200
    for step in steps:
        ok(append(kept.service.root, f"runs/{other}", step))
        assert kept.visitor.get(path).status_code == 200, step
