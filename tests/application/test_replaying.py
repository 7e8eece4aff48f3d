"""Replay: the state at every version is what a naive count over the events gives."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from application.replaying import Moment, Replayer, read_moment, told
from domain.bundle.layout import closure
from domain.canonical import Json
from domain.errors import InvalidInput
from infrastructure.bundle_zip.reader import open_bundle
from interface.bootstrap.archive import Archive
from tests.archives import (
    CHOICE,
    COMPLETED,
    DATASET,
    FROZEN,
    PLANNED,
    RUN,
    SEALED,
    STARTED,
    Members,
    Timed,
    added,
    answered,
    begin_run,
    export,
    key,
    open_fixed,
    record,
    record_dataset,
    record_run,
    registered,
    run_registered,
    stored,
)
from tests.naive_summary import NaiveSummary
from tests.story import ERASED, record_story

SUMMARY = {"all", "sections", "status"}


def _summary(state: dict[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in state.items() if name in SUMMARY}


@pytest.mark.parametrize("erase", [False, True])
def test_the_state_at_every_version_is_a_naive_count(archive: Archive, erase: bool) -> None:
    record_story(archive, erase=erase)
    with archive.replayer(key(archive)) as replayer, archive.read_model() as read_model:
        for version in range(1, archive.store.version(key(archive)) + 1):
            state = replayer.state(Moment(version=version)).state
            assert state == NaiveSummary(archive, version).to_json()
            assert read_model.summary_at(key(archive), version) == _summary(state)
        assert read_model.summary(key(archive)) == _summary(state)


FAILED: Members = {"type": "item.attempt_failed", "error": "e", "item": 0, "latency_ms": 5}
GIVEN_UP: Members = {"type": "item.failed", "error": "e", "item": 0}
STORIES: list[list[Members]] = [
    [],
    [PLANNED, SEALED],
    [{**PLANNED, "epochs": 2, "ranges": [[1, 1], [3, 4]]}, STARTED, answered(0), answered(3)],
    [STARTED, FAILED, {**FAILED, "item": 4}, GIVEN_UP, {"type": "run.failed"}, SEALED],
    [STARTED, answered(1), {"type": "run.failed"}, {"type": "run.resumed"}, answered(2), COMPLETED],
    [{"type": "run.canceled"}, SEALED, {**ERASED, "kind": "config", "target": 1}],
    [STARTED, answered(2), {**ERASED, "kind": "score", "target": 4}, answered(0), SEALED],
]


@pytest.mark.parametrize("story", STORIES)
def test_runs_that_end_in_any_way_are_naive_counts_too(
    archive: Archive, story: list[Members]
) -> None:
    record_dataset(archive, 5)
    record(archive, RUN, run_registered(CHOICE))
    for action in story:
        record(archive, RUN, action)
    with archive.replayer(key(archive)) as replayer:
        for version in range(1, archive.store.version(key(archive)) + 1):
            state = replayer.state(Moment(version=version)).state
            assert state == NaiveSummary(archive, version).to_json()


@pytest.mark.parametrize("withhold", [[], ["score"], ["response", "item"]])
def test_the_state_at_the_end_is_the_summary_of_the_bundle(
    archive: Archive, tmp_path: Path, withhold: list[str]
) -> None:
    record_story(archive, erase=True)
    export(archive, tmp_path / "bundle.zip", withhold=withhold)
    with open_bundle(tmp_path / "bundle.zip") as members:
        replayer = Replayer(members, closure(withhold))
        last = replayer.state(Moment())
        stated = json.loads(b"".join(members.chunks("summary.json")))
        assert {**stated, "sealed": True} == last.state
        assert last[:3] == (35, RUN, 28)
        assert replayer.state(Moment(version=28)) == replayer.state(Moment(version=10**9)) == last


def test_at_a_time_there_is_what_had_happened_by_then(archive: Archive) -> None:
    record_dataset(archive)
    record(archive, RUN, run_registered(CHOICE))
    for action in (PLANNED, STARTED, answered(0), COMPLETED, SEALED):
        record(archive, RUN, action)
    times = {s.event.at: s.event.version for s in stored(archive)}
    with archive.replayer(key(archive)) as replayer:
        for at, version in times.items():
            by_then = replayer.state(Moment(time=at))
            assert (by_then.version, by_then.at) == (version, at)
            assert by_then.state == replayer.state(Moment(version=version)).state
        before = replayer.state(read_moment("2026-11-23T09:00:01"))
        assert (before.stream, before.state["status"]) == (DATASET, "sealed")
        assert replayer.state(read_moment("2026-11-23")) == replayer.state(Moment())


@pytest.mark.parametrize("moment", ["0", "2026-11-22", "2026-11-23T09:00:00", "0000-01-01"])
def test_before_the_first_event_there_is_nothing(archive: Archive, moment: str) -> None:
    record_dataset(archive)
    record_run(archive)
    with archive.replayer(key(archive)) as replayer:
        assert [*replayer.events(read_moment(moment))] == []
        with pytest.raises(InvalidInput, match="--at"):
            replayer.state(read_moment(moment))


def test_a_run_has_its_dataset_whatever_their_clocks_say(tmp_path: Path) -> None:
    with open_fixed(tmp_path, "archive-a") as archive:
        record_dataset(archive)
        early = Timed("1999-12-31T23:00:00.000000Z")
        record_run(replace(archive, clock=early))
        with archive.replayer(key(archive)) as replayer:
            state = replayer.state(read_moment("1999-12-31"))
            assert state == replayer.state(Moment())
            with pytest.raises(InvalidInput):
                replayer.state(read_moment("1999-12-30"))


def test_a_dataset_is_replayed_alone(archive: Archive) -> None:
    record(archive, DATASET, registered(), added(0), added(1))
    record(archive, DATASET, added(2), FROZEN, SEALED)
    with archive.replayer(key(archive, DATASET)) as replayer:
        states = [replayer.state(Moment(version=version)).state for version in (1, 3, 5, 6)]
    assert [(state["items"], state["status"]) for state in states] == [
        (0, "open"),
        (2, "open"),
        (3, "frozen"),
        (3, "sealed"),
    ]


def test_the_history_is_all_events_up_to_the_moment(archive: Archive) -> None:
    record_story(archive)
    with archive.replayer(key(archive)) as replayer:
        lines = [s.event for stream in (DATASET, RUN) for s in stored(archive, stream)]
        assert [*replayer.events(Moment())] == lines
        assert [*replayer.events(Moment(version=3))] == lines[:10]


MOMENTS: dict[str, Moment | None] = {
    "7": Moment(version=7),
    "0012": Moment(version=12),
    "2026-11-23": Moment(time="2026-11-23T23:59:59.999999Z"),
    "2026-11-23T09": Moment(time="2026-11-23T09:59:59.999999Z"),
    "2026-11-23T09:05": Moment(time="2026-11-23T09:05:59.999999Z"),
    "2026-11-23T09:05:07Z": Moment(time="2026-11-23T09:05:07.999999Z"),
    "2026-11-23T09:05:07.25": Moment(time="2026-11-23T09:05:07.259999Z"),
    "2026-11-23T09:05:07.250000Z": Moment(time="2026-11-23T09:05:07.250000Z"),
    "": None,
    "-1": None,
    "1.0": None,
    "\u0661": None,
    "9" * 5000: None,
    "2026-11": None,
    "2026-13-01": None,
    "2026-11-23T": None,
    "2026-11-23T0": None,
    "2026-11-23T09:0": None,
    "2026-11-23T09:05:07.": None,
    "2026-11-23T24": None,
    "2026-11-23 09:05": None,
    "2026-11-23T09:05:07+01:00": None,
    "2026-11-23T09:05:07.2500001": None,
    "yesterday": None,
}


@pytest.mark.parametrize(("text", "moment"), MOMENTS.items())
def test_a_moment_is_a_version_or_a_time_in_whole_fields(text: str, moment: Moment | None) -> None:
    if moment is None:
        with pytest.raises(InvalidInput, match="--at"):
            read_moment(text)
    else:
        assert read_moment(text) == moment


def test_a_history_tells_first_what_tells_most(archive: Archive) -> None:
    begin_run(archive)
    record(archive, RUN, answered(0, tokens_in=1))
    names = [name for name, _ in told(stored(archive)[3].event)]
    assert names == ["item", "epoch", "attempt", "latency_ms", "tokens_in"]
