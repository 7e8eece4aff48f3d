"""Recordings with anything in any place, sealed and signed as they are: the verifier and the tables
of the format agree on each event."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.verification.checks import Check
from domain.verification.report import MAX_FINDINGS
from scripts.bundle_by_hand import build, closed
from scripts.recording_by_hand import Event, Recording, write
from scripts.recordings import (
    CHOICE,
    JUDGE,
    SMALL,
    added,
    answered,
    everything,
    planned,
    registered,
    scored,
    sealed,
)
from tests.members import failed, report_on
from tests.runs import recordings
from tests.tables import Legal

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
"""A recording is drawn in many steps."""

SMALL_NUMBERS = st.integers(0, 3)


@st.composite
def any_events(draw: st.DrawFn) -> Event:
    """A well-formed event of a run or dataset, wherever it is put."""
    item, epoch, number = draw(SMALL_NUMBERS), draw(st.integers(1, 2)), draw(SMALL_NUMBERS)
    at = {"epoch": epoch, "item": item}
    return draw(
        st.sampled_from(
            [
                added(90 + number),
                replace(added(90), facts={"item": item, "section": number}),
                Event("dataset.frozen"),
                Event("dataset.registered", parts={"config": {"name": "again"}}),
                Event("hold.placed"),
                Event("hold.released"),
                Event("part.erased", {"kind": "response", "target": 1 + 2 * number}),
                Event("part.erased", {"kind": "config", "target": 1}),
                Event("part.withheld", {"kind": "response", "target": 1 + 2 * number}),
                Event("part.withheld", {"kind": "config", "target": 1}),
                sealed(),
                registered(CHOICE, JUDGE),
                planned(item, epoch, min(item, number)),
                Event("run.started"),
                Event("run.resumed"),
                Event("run.completed"),
                Event("run.failed"),
                Event("run.canceled"),
                Event("run.annotated", parts={"annotation": number}),
                Event("run.superseded", {"by": "01990000-0000-7000-8000-0000000000cc"}),
                answered(item, "A", epoch, number + 1),
                scored(item, 0, "A", epoch, number),
                Event("score.revised", {**at, "scorer": number}, {"score": {"value": 0}}),
                Event("item.failed", at, {"error": number}),
                Event("item.attempt_failed", {**at, "attempt": number + 1}, {"error": number}),
            ]
        )
    )


OF_DATASETS = any_events().filter(lambda e: not e.type.startswith(("run.", "item.", "score.")))
OF_RUNS = any_events().filter(lambda event: not event.type.startswith("dataset."))


@st.composite
def disturbed(draw: st.DrawFn, recording: Recording) -> Recording:
    """The recording with some events dropped, doubled, moved or put in; and sealed at the end."""
    streams: list[list[Event]] = [[*stream.events] for stream in recording]
    for _ in range(draw(st.integers(1, 4))):
        events = draw(st.sampled_from(streams))
        at, other = (draw(st.integers(0, len(events) - 1)) for _ in range(2))
        match draw(st.integers(0, 4)):
            case 0 if len(events) > 1:
                del events[at]
            case 1:
                events.insert(other, events[at])
            case 2:
                events[at], events[other] = events[other], events[at]
            case _:
                of_dataset = events is streams[0]
                events.insert(at, draw(OF_DATASETS if of_dataset else OF_RUNS))
    pairs = zip(recording, streams, strict=True)
    return [replace(stream, events=[*events, sealed()]) for stream, events in pairs]


def illegal(recording: Recording) -> set[str]:
    legal = Legal()
    return {
        f"{event.stream}, version {event.version}"
        for event in write(recording)
        if not legal.take(event)
    }


def refused(recording: Recording) -> Sequence[set[str] | bool]:
    """Places of the events that the verifier refuses, and whether these are all of them."""
    report = report_on(closed(build(recording, like=SMALL)))
    lines = [report.lines[check] for check in (Check.STREAM, Check.TREE)]
    places = {finding.place for line in lines for finding in line.findings}
    found = {place for place in places if ", version " in place}
    return found, all(line.found <= MAX_FINDINGS for line in lines)


@settings(max_examples=60, suppress_health_check=SLOW)
@given(recordings(), st.data())
def test_the_verifier_refuses_what_the_tables_do_not_allow(
    recording: Recording, data: st.DataObject
) -> None:
    changed = data.draw(disturbed(recording))
    found, complete = refused(changed)
    assert isinstance(found, set)
    assert found <= illegal(changed)
    assert not complete or found == illegal(changed)


@settings(max_examples=30, suppress_health_check=SLOW)
@given(st.data())
def test_it_does_so_in_a_run_with_everything(data: st.DataObject) -> None:
    plain = [
        replace(stream, events=[_without_assets(event) for event in stream.events])
        for stream in everything()
    ]
    changed = data.draw(disturbed(plain))
    found, complete = refused(changed)
    assert not complete or found == illegal(changed)


def _without_assets(event: Event) -> Event:
    values = {kind: getattr(part, "value", part) for kind, part in event.parts.items()}
    return replace(event, parts=values)


@settings(max_examples=40, suppress_health_check=SLOW)
@given(recordings())
def test_what_the_tables_allow_verifies(recording: Recording) -> None:
    assert not illegal(recording)
    assert set(failed(report_on(closed(build(recording))))) <= {"completeness"}
