import pytest

from domain.verification.checks import Check, Outcome
from domain.verification.report import Line
from scripts.bundle_by_hand import Members, closed
from scripts.conformance_fixture import run_of, whole, with_event, with_run
from scripts.recording_by_hand import Event, Recording
from scripts.recordings import (
    SMALL,
    added,
    answered,
    dataset,
    planned,
    registered,
    run,
    sealed,
)
from tests.members import failed, report_on


def completeness(recording: Recording) -> Line:
    return report_on(whole(recording)).lines[Check.COMPLETENESS]


def replay(members: Members) -> Line:
    return report_on(closed(members)).lines[Check.REPLAY]


def test_every_planned_result_is_answered_or_failed() -> None:
    line = completeness(SMALL)
    assert (line.outcome, line.detail) == (Outcome.PASSED, "all 2 planned results")
    failure = Event("item.failed", {"epoch": 1, "item": 1}, {"error": "503"})
    events = run_of(SMALL)
    assert completeness(with_run([*events[:5], failure, *events[7:]])).outcome is Outcome.PASSED


def test_what_was_not_planned_is_told() -> None:
    line = completeness(with_event(2, planned(0)))
    assert line.outcome is Outcome.PASSED
    assert line.detail == "all 1 planned results; 1 of 2 items were not planned"


def test_without_a_plan_or_a_run_nothing_is_shown() -> None:
    events = run_of(SMALL)
    line = completeness(with_run([events[0], *events[2:]]))
    assert (line.outcome, line.detail) == (Outcome.NOT_SHOWN, "no plan was declared")
    line = completeness([dataset()])
    assert (line.outcome, line.detail) == (Outcome.NOT_SHOWN, "a dataset alone has no results")


@pytest.mark.parametrize("epochs", [2, 10_000])
def test_what_is_missing_is_counted_and_not_listed_without_end(epochs: int) -> None:
    line = completeness(with_event(2, planned(1, epochs=epochs)))
    assert line.outcome is Outcome.FAILED
    assert line.found == 2 * (epochs - 1)
    assert len(line.findings) == min(line.found, 20)
    assert line.findings[0].place == "item 0, epoch 2"


def test_results_beyond_the_plan_do_no_harm() -> None:
    more = [answered(0, "B", epoch=3), answered(1, "B", epoch=3)]
    events = run_of(SMALL)
    bundle = whole(with_run([*events[:7], *more, *events[7:]]))
    report = report_on(bundle)
    assert failed(report) == []
    assert report.lines[Check.REPLAY].detail == "rebuilt 4 results"


@pytest.mark.parametrize(
    "member", ["meta.json", "run_config.json", "sections/0.jsonl", "results.jsonl", "summary.json"]
)
@pytest.mark.parametrize("data", [b"", b"\n", b"{}", b"{}\n", b"\xff\xfe\n", b"null\nnull\n"])
def test_a_view_of_anything_else_is_a_finding_with_both_sides(member: str, data: bytes) -> None:
    sound = whole(SMALL)
    line = replay({**sound, member: data})
    assert line.outcome is Outcome.FAILED
    assert line.findings[0].place in {f"{member}, line 1", f"{member}, byte 0"}


def test_each_line_that_differs_is_named() -> None:
    sound = whole(SMALL)
    changed = sound["results.jsonl"].replace(b"answered", b"failed") + b"{}\n"
    line = replay({**sound, "results.jsonl": changed})
    told = [(f.place, f.expected[:5], f.found[:5]) for f in line.findings]
    assert told == [
        ("results.jsonl, line 1", '{"att', '{"att'),
        ("results.jsonl, line 2", '{"att', '{"att'),
        ("results.jsonl, line 3", "no su", "{}"),
    ]


def test_a_line_without_its_line_feed_is_a_finding() -> None:
    sound = whole(SMALL)
    for member in ("results.jsonl", "summary.json", "meta.json"):
        line = replay({**sound, member: sound[member][:-1]})
        assert line.outcome is Outcome.FAILED
        assert line.findings[0].place == f"{member}, byte {_last_line(sound[member])}"


def _last_line(data: bytes) -> int:
    return data.rstrip(b"\n").rfind(b"\n") + 1


def test_a_run_of_more_items_than_fit_a_chunk_is_rebuilt() -> None:
    rows = [added(number, section=f"{number % 3}") for number in range(130)]
    answers = [answered(item, "B") for item in reversed(range(130))]
    events = registered(), planned(129), Event("run.started"), *answers
    report = report_on(whole([dataset(*rows), run(*events)]))
    assert failed(report) == []
    assert report.lines[Check.REPLAY].detail == "rebuilt 130 results"


def test_what_the_views_follow_from_must_have_passed_before() -> None:
    bundle = whole(with_run([*run_of(SMALL), Event("run.started"), sealed()]), like=SMALL)
    report = report_on({**bundle, "results.jsonl": b""})
    assert report.lines[Check.STREAM].outcome is Outcome.FAILED
    for check in (Check.COMPLETENESS, Check.REPLAY, Check.RESCORING, Check.EVIDENCE):
        assert report.lines[check].detail == "what it follows from has failed"
