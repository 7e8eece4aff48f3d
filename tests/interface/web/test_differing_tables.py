"""What pages say where the archive's tables do not say what its events say."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.archives import Members, answered
from tests.interface.api.conftest import append, begin_run, ok
from tests.interface.web.kept_run import Kept, kept_run
from tests.interface.web.reading import text_of
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


def test_tables_that_were_made_anew_are_verified_again(kept: Kept) -> None:
    kept.alter_tables("runs", "mean = 0.99")
    assert "tables differ" in verify(kept)
    ok(kept.service.root.post("/v1/rebuilds"))
    assert "tables differ" in text_of(kept.visitor.get(f"{kept.path}/verification"))
    assert "differ" not in verify(kept)
    assert 'class="mark shown"' in kept.marks()
    assert "differ" not in kept.health()


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
