from collections.abc import Mapping
from dataclasses import replace

from domain.verification.checks import Check, Outcome
from domain.verification.report import Property, Report
from scripts.bundle_by_hand import build, closed
from scripts.conformance_fixture import event_at, named, run_of, whole, with_event, with_run
from scripts.recording_by_hand import RUN, Event, Recording
from scripts.recordings import SMALL, dataset, registered, scored, sealed
from tests.members import report_on


def report_of(recording: Recording, *withhold: str) -> Report:
    return report_on(closed(build(recording, withhold)))


def properties(report: Report) -> Mapping[str, Property]:
    return {prop.name: prop for prop in report.properties}


def held(report: Report) -> list[bool | None]:
    return [prop.holds for prop in report.properties]


def test_a_good_evaluation_result_has_five_properties() -> None:
    report = report_of(SMALL)
    assert [*properties(report)] == [
        *("identified", "timestamped", "complete", "inspectable", "shareable")
    ]
    assert held(report) == [True] * 5
    assert report.lines[Check.EVIDENCE].outcome is Outcome.PASSED
    assert properties(report)["identified"].because.startswith("p / m-1, dataset 01990000-")
    assert "by the clock of archive-7f3a" in properties(report)["timestamped"].because


def test_a_dataset_alone_is_no_result() -> None:
    report = report_of([dataset()])
    assert not report.properties
    assert report.lines[Check.EVIDENCE].detail == "a dataset alone is no result"


def test_what_was_archived_from_a_file_is_second_hand() -> None:
    second_hand = with_event(1, named(event_at(1), archived_from="inspect"))
    report = report_of(second_hand)
    assert held(report) == [None, None, True, True, True]
    assert report.lines[Check.EVIDENCE].detail == (
        "complete, inspectable, shareable; not identified, timestamped"
    )


def test_whoever_withholds_the_config_is_not_identified() -> None:
    found = properties(report_of(SMALL, "config"))["identified"]
    assert (found.holds, found.because) == (None, "provider and model are withheld")


def test_a_run_that_is_incomplete_is_said_to_be() -> None:
    events = run_of(SMALL)
    report = report_of(with_run([*events[:5], *events[7:]]))
    assert properties(report)["complete"].holds is False
    unplanned = report_of(with_run([events[0], *events[2:]]))
    assert properties(unplanned)["complete"].holds is None
    assert report.lines[Check.EVIDENCE].outcome is Outcome.NOT_SHOWN


def test_what_cannot_be_read_is_not_inspectable() -> None:
    found = properties(report_of(SMALL, "request"))["inspectable"]
    assert (found.holds, found.because) == (None, "request, response and scores of 0 of 2 results")
    bare = Event("item.answered", event_at(4).facts, {"response": {"text": "B"}})
    assert properties(report_of(with_event(4, bare)))["inspectable"].holds is None


def test_whoever_shares_scores_that_are_wrong_shares_nothing() -> None:
    report = report_of(with_event(7, scored(1, 1, "B")))
    assert properties(report)["shareable"].holds is False
    altered = whole(SMALL)
    altered |= {"summary.json": altered["summary.json"].replace(b"0.5", b"1")}
    assert properties(report_on(closed(altered)))["shareable"].holds is False


def test_a_run_that_never_answered_is_inspectable_as_far_as_it_goes() -> None:
    report = report_of(with_run([registered(), sealed()]))
    assert properties(report)["inspectable"].holds is True
    assert properties(report)["complete"].holds is None


def test_the_time_is_from_registration_to_the_last_seal() -> None:
    later = replace(sealed(), more={"at": "2027-01-01T00:00:00.000000Z"})
    report = report_of(with_run([*run_of(SMALL), later]))
    told = properties(report)["timestamped"].because
    assert told == (
        "2026-11-23T10:00:00.000000Z to 2027-01-01T00:00:00.000000Z, by the clock of archive-7f3a"
    )
    assert report.about["sealed"] == "2027-01-01T00:00:00.000000Z"
    assert report.about["streams"] == [SMALL[0].name, RUN]


def test_a_failure_counts_with_its_error_and_not_as_an_answer() -> None:
    events = run_of(SMALL)
    failed = Event("item.failed", {"epoch": 1, "item": 1}, {"error": {"kind": "timeout"}})
    recording = with_run([*events[:5], failed, *events[7:]])
    found = properties(report_of(recording))["inspectable"]
    assert (found.holds, found.because) == (
        True,
        "request, response and scores of 1 of 2 results, the error of 1 that failed",
    )
    hidden = properties(report_of(recording, "error"))["inspectable"]
    assert hidden.holds is None
    assert hidden.because == "request, response and scores of 1 of 2 results"
