from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.bundle.manifest import read_manifest
from domain.verification.checks import Check, Outcome
from domain.verification.report import Report
from domain.verification.walk import Walk
from scripts.bundle_by_hand import build, closed
from scripts.conformance_fixture import event_at, run_of, whole, with_event, with_more, with_run
from scripts.recording_by_hand import RUN, Event, Recording, Stream
from scripts.recordings import ASSETS, PICTURE, SMALL, dataset, everything, sealed
from tests.members import DictMembers, failed, report_on
from tests.runs import TEXTS, VALUES


def walked(recording: Recording, *withheld: str) -> tuple[Walk, Report]:
    members = build(recording, withheld, ASSETS, like=SMALL)
    report = Report()
    walk = Walk(DictMembers(members, 50), read_manifest(members["manifest.json"]), report)
    walk.run()
    return walk, report


def test_a_walk_brings_history_disclosure_assets_and_counts() -> None:
    walk, report = walked(everything())
    assert report.verified
    assert walk.history.events == 46
    assert walk.assets == {PICTURE}
    assert walk.parts.count == 49
    told = {check.label: line.detail for check, line in report.lines.items()}
    assert told["events"] == "46 events"
    assert told["stream"] == "versions without a gap: 10 + 36"
    assert told["parts"] == "49 disclosed, 1 rationale erased, 1 request erased"
    assert told["tree"].startswith("roots: dataset ")


def test_what_is_withheld_is_counted_by_kind() -> None:
    _, report = walked(SMALL, "question", "rationale")
    told = report.lines[Check.PARTS].detail
    assert told == "10 disclosed, 2 question withheld, 2 request withheld"


def test_a_line_that_is_too_long_is_one_finding() -> None:
    long = replace(Event("hold.placed"), edit=lambda _: b"a" * 9000)
    _, report = walked(with_more(8, long))
    assert report.lines[Check.EVENTS].found == 1


def test_after_a_part_that_is_missing_the_next_is_not_taken_for_another() -> None:
    members = build(SMALL)
    lines = members["parts.jsonl"].splitlines(keepends=True)
    report = report_on(closed({**members, "parts.jsonl": b"".join(lines[:-1])}))
    (finding,) = report.lines[Check.PARTS].findings
    assert finding.place == f"{RUN}, version 7, score"
    assert finding.found == "the end of parts.jsonl"
    assert failed(report) == ["parts"]


def test_events_of_many_other_streams_are_found_and_not_kept() -> None:
    events = [
        Event("hold.placed", more={"stream": f"{RUN[:-4]}{number:04}", "version": 1})
        for number in range(50)
    ]
    walk, report = walked(with_more(8, *events))
    assert report.lines[Check.STREAM].found == 50 + 1  # and the version behind them
    assert len(walk.history.heads) == 2


def test_the_streams_of_a_bundle_come_one_after_the_other() -> None:
    foreign = Event("hold.placed", more={"stream": SMALL[0].name, "version": 6})
    _, report = walked(with_more(4, foreign))
    places = [finding.place for finding in report.lines[Check.STREAM].findings]
    assert places[0] == "events.jsonl, line 9, stream"


@pytest.mark.parametrize(
    ("target", "kind", "times", "finds"),
    [
        (4, "response", 1, False),
        (4, "response", 2, True),
        (4, "answer", 1, True),
        (3, "response", 1, True),
        (1, "config", 1, False),
        (1, "original", 1, True),
    ],
)
def test_an_erasure_names_a_part_that_is_there_once(
    target: int, kind: str, times: int, finds: bool
) -> None:
    erased = Event("part.erased", {"kind": kind, "target": target})
    bundle = whole(with_run([*run_of(SMALL), *[erased] * times, sealed()]))
    assert failed(report_on(bundle)) == (["stream"] if finds else [])


def test_what_is_erased_and_there_all_the_same_is_a_finding() -> None:
    erased = Event("part.erased", {"kind": "response", "target": 4})
    recording = with_run([*run_of(SMALL), erased, sealed()])
    shown = {**build(recording), "parts.jsonl": build(SMALL)["parts.jsonl"]}
    report = report_on(closed(shown))
    assert failed(report) == ["parts"]
    assert "since it is erased" in report.lines[Check.PARTS].findings[0].expected


def test_an_erasure_of_a_withheld_part_leaves_it_erased() -> None:
    erased = Event("part.erased", {"kind": "answer", "target": 2})
    events = [*SMALL[0].events]
    stream = replace(SMALL[0], events=[*events[:4], erased, events[4]])
    walk, report = walked([stream, SMALL[1]], "answer")
    assert report.verified
    told = report.lines[Check.PARTS].detail
    assert told == "12 disclosed, 1 answer withheld, 1 answer erased"
    assert walk.parts.count == 12


@pytest.mark.parametrize("missing", [0, 1])
def test_a_stream_that_is_announced_and_not_there_is_named(missing: int) -> None:
    members = build(SMALL)
    lines = members["events.jsonl"].splitlines(keepends=True)
    kept = lines[5:] if missing == 0 else lines[:5]
    report = report_on(closed({**members, "events.jsonl": b"".join(kept)}))
    places = [finding.place for finding in report.lines[Check.STREAM].findings]
    assert SMALL[missing].name in places


def test_two_seals_in_a_row_are_as_good_as_one() -> None:
    assert failed(report_on(whole(with_run([*run_of(SMALL), sealed()])))) == []


def test_a_dataset_from_elsewhere_is_named_with_its_origin() -> None:
    elsewhere = Stream(SMALL[0].name, SMALL[0].events, "archive-0000")
    _, report = walked([elsewhere, SMALL[1]])
    (finding,) = report.lines[Check.TREE].findings
    assert "archive-0000" in finding.expected
    named = replace(event_at(1), facts={"dataset_origin": "archive-0000"})
    _, report = walked([elsewhere, with_event(1, named)[1]])
    assert report.verified


DEFINITIONS = st.fixed_dictionaries(
    {"method": st.sampled_from(["regex", "numeric", "judge"]), "name": TEXTS},
    optional={"parameters": st.dictionaries(st.sampled_from(["pattern", "tolerance"]), VALUES)},
)


@settings(max_examples=60)
@given(
    VALUES
    | st.fixed_dictionaries(
        {},
        optional={
            "model": TEXTS | VALUES,
            "parameters": VALUES,
            "provider": TEXTS,
            "scorers": VALUES | st.lists(DEFINITIONS | VALUES, max_size=3),
        },
    )
)
def test_no_config_brings_the_verifier_down(config: Any) -> None:
    begin = replace(event_at(1), facts={"scorers": 1}, parts={"config": config})
    report = report_on(whole(with_event(1, begin), like=SMALL))
    assert failed(report) in (["parts"], ["replay"], ["replay", "rescoring"])


def test_outside_ids_are_unique_within_a_dataset() -> None:
    rows = [*SMALL[0].events]
    twice = dataset(rows[1], rows[2], rows[1])
    report = report_on(whole([twice]))
    (finding,) = report.lines[Check.PARTS].findings
    assert finding.place == "items"
    assert report.lines[Check.PARTS].outcome is Outcome.FAILED
    assert failed(report_on(closed(build([twice], withhold={"item"})))) == []
