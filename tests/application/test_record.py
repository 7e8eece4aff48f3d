"""Batches: all or nothing, known again by their ids, in order of time, one recorder at a time."""

import tracemalloc
from pathlib import Path

import pytest

from application.actions import Action, Receipt
from application.ports import StreamKey
from application.record import Recorder
from domain.canonical import Json
from domain.errors import Conflict, Eval752Error, InvalidInput, NotFound, Refused
from interface.bootstrap.archive import Archive
from tests.application.conftest import Archives
from tests.archives import (
    COMPLETED,
    DATASET,
    FROZEN,
    PLANNED,
    RUN,
    SEALED,
    STARTED,
    Members,
    Timed,
    actions,
    added,
    answered,
    begin_run,
    key,
    open_fixed,
    record,
    record_dataset,
    record_run,
    registered,
    run_registered,
    stored,
    types,
)

BAD_IN_THE_MIDDLE: dict[str, tuple[Members, type[Eval752Error]]] = {
    "may not follow": (run_registered(), Refused),
    "unknown item": (answered(99), NotFound),
    "answered twice": (answered(0), Refused),
    "no such shape": (answered(1, response={"text": 7}), InvalidInput),
    "no such scorer": (
        {"type": "item.scored", "item": 0, "scorer": "nobody", "score": {"value": 1}},
        NotFound,
    ),
    "scored twice": (
        {"type": "item.scored", "item": 0, "scorer": 0, "score": {"value": 1}},
        Refused,
    ),
    "wrong attempt": ({**answered(1), "attempt": 3}, Refused),
    "too large": ({**answered(1), "response": {"text": "x" * 8 * 2**20}}, InvalidInput),
    "nothing to erase": ({"type": "part.erased", "kind": "answer", "target": 1}, Refused),
    "nothing to release": ({"type": "hold.released"}, Refused),
    "for a dataset": (added(7), InvalidInput),
    "for another stream": ({**answered(1), "stream": f"{RUN[:-1]}b"}, InvalidInput),
}


@pytest.mark.parametrize(("bad", "error"), BAD_IN_THE_MIDDLE.values(), ids=BAD_IN_THE_MIDDLE)
def test_a_batch_that_is_refused_in_the_middle_leaves_nothing(
    archive: Archive, bad: Members, error: type[Eval752Error]
) -> None:
    begin_run(archive)
    recorder = archive.recorder()
    position, before = archive.store.position(), types(archive)
    with pytest.raises(error) as problem:
        recorder.record(RUN, actions(answered(0), bad, answered(2)))
    assert problem.value.place.startswith("line 2")
    assert archive.store.position() == position
    assert types(archive) == before
    receipt = recorder.record(RUN, actions(*map(answered, range(3))))
    assert (receipt.recorded, receipt.version) == (6, 9)


@pytest.mark.parametrize(
    "stream", ["", "archive", "run/", "dataset/x", "run/../../etc", DATASET.upper(), f"{RUN}\n"]
)
def test_a_stream_of_no_such_name_is_refused(archive: Archive, stream: str) -> None:
    with pytest.raises(InvalidInput):
        record(archive, stream, registered())
    assert archive.store.streams() == [key(archive, "archive")]


@pytest.mark.parametrize("actor", ["", "Jane Doe", "claimed:Jane Doe", 'claimed:"', "root:x"])
def test_an_actor_that_is_no_opaque_id_is_refused(archive: Archive, actor: str) -> None:
    with pytest.raises(InvalidInput, match="actor"):
        Recorder(archive.store, archive.assets, archive.clock, "archive-a", actor)


def test_an_empty_batch_is_nothing(archive: Archive) -> None:
    record_dataset(archive)
    assert record(archive, DATASET) == Receipt(DATASET, 6, 0, 0, 0)


@pytest.mark.parametrize("action", [STARTED, SEALED, {**answered(0), "item": 0}])
def test_nothing_but_its_registration_begins_a_stream(archive: Archive, action: Members) -> None:
    with pytest.raises(Refused, match="new"):
        record(archive, RUN, action)
    assert archive.store.version(key(archive)) == 0


def test_a_caller_can_send_the_same_actions_again_after_a_conflict(archive: Archive) -> None:
    begin_run(archive)
    late, first = archive.recorder(), archive.recorder()
    late.state(RUN)
    failed: Members = {"type": "item.attempt_failed", "item": "q-0", "error": "timeout"}
    first.record(RUN, actions(failed))
    batch = actions(answered(0), SEALED)
    with pytest.raises(Conflict, match="version 3"):
        late.record(RUN, batch)
    assert late.record(RUN, batch).recorded == 3
    assert [s.event.facts.get("attempt") for s in stored(archive)[3:5]] == [1, 2]


def test_of_two_recorders_the_later_one_loses_nothing_of_the_first(archive: Archive) -> None:
    begin_run(archive, 4)
    one, two = archive.recorder(), archive.recorder()
    one.record(RUN, actions(answered(0)))
    two.record(RUN, actions(answered(1)))
    with pytest.raises(Conflict):
        one.record(RUN, actions(answered(2)))
    one.record(RUN, actions(answered(2)))
    with pytest.raises(Conflict):
        two.record(RUN, actions(COMPLETED, SEALED))
    assert types(archive).count("item.answered") == 3


def test_time_never_decreases_though_the_clock_does(tmp_path: Path) -> None:
    noon, before = "2026-11-23T12:00:00.000000Z", "1999-01-01T00:00:00.000000Z"
    later = "2026-11-23T12:00:00.000001Z"
    with open_fixed(tmp_path, "archive-a", Timed(noon, before, later)) as archive:
        recorder = archive.recorder()
        for action in (registered(), added(0), added(1)):
            recorder.record(DATASET, actions(action))
        assert [s.event.at for s in stored(archive, DATASET)] == [noon, noon, later]


def test_the_state_at_hand_is_that_of_a_recorder_that_knows_nothing(archive: Archive) -> None:
    begin_run(archive)
    recorder = archive.recorder()
    for number in range(3):
        recorder.record(RUN, actions(answered(number)))
        assert recorder.state(RUN).encode() == archive.recorder().state(RUN).encode()


def test_what_is_sealed_takes_no_results_but_notes_and_a_further_seal(archive: Archive) -> None:
    record_dataset(archive)
    record_run(archive)
    for refused in (answered(0), STARTED, COMPLETED, PLANNED):
        with pytest.raises(Refused, match="sealed"):
            record(archive, RUN, refused)
    annotated: Members = {"type": "run.annotated", "annotation": {"note": "n"}, "item": "q-1"}
    superseded: Members = {"type": "run.superseded", "by": RUN[4:]}
    revised: Members = {
        "type": "score.revised",
        "item": "q-1",
        "scorer": "choice",
        "score": {"value": 0},
        "rationale": "wrong key",
    }
    record(archive, RUN, annotated, superseded, revised, SEALED)
    assert stored(archive)[-4].event.facts == {"item": 1}
    with pytest.raises(Refused):
        record(archive, DATASET, added(9))
    with pytest.raises(Refused):
        record(archive, DATASET, FROZEN)


def test_a_part_of_eight_mebibytes_is_taken_and_a_byte_more_is_not(archive: Archive) -> None:
    begin_run(archive)
    around = len('{"salt":"","value":{"text":""}}') + 32
    fits = 8 * 2**20 - around
    record(archive, RUN, answered(0, score=False, response={"text": "x" * fits}))
    with pytest.raises(InvalidInput, match="asset"):
        record(archive, RUN, answered(1, score=False, response={"text": "x" * (fits + 1)}))


def test_a_plan_too_long_for_one_envelope_is_to_be_split(archive: Archive) -> None:
    record_dataset(archive, 1600)
    record(archive, RUN, run_registered())
    ranges: list[Json] = [[first, first] for first in range(0, 1600, 2)]
    with pytest.raises(InvalidInput, match=r"line 1: .*8192.*Split it"):
        record(archive, RUN, {**PLANNED, "ranges": ranges})
    parts = [{**PLANNED, "ranges": ranges[at : at + 400]} for at in range(0, len(ranges), 400)]
    assert record(archive, RUN, *parts, STARTED).recorded == 3


def test_assets_must_be_there_before_the_event_that_names_them(archive: Archive) -> None:
    begin_run(archive)
    action = actions(answered(0))[0]
    action.assets = {"response": [f"{'0' * 64}.png"]}
    with pytest.raises(NotFound, match="line 1"):
        archive.recorder().record(RUN, [action])


@pytest.mark.parametrize("items", [3_000, pytest.param(50_000, marks=pytest.mark.soak)])
def test_memory_stays_flat_however_many_items_there_are(archive: Archive, items: int) -> None:
    recorder = archive.recorder()
    recorder.record(DATASET, [*actions(registered()), *_rows(0)])
    tracemalloc.start()
    try:
        for first in range(500, items, 500):
            recorder.record(DATASET, _rows(first))
        held, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 2**20
    assert peak < 8 * 2**20


def _rows(first: int) -> list[Action]:
    def row(number: int) -> Action:
        parts: dict[str, Json] = {
            "item": {"id": f"q-{number}", "type": "text"},
            "question": {"inputs": "x" * 200},
            "answer": 1,
        }
        return Action("dataset.item_added", {}, parts, place=f"item {number}")

    return [row(number) for number in range(first, first + 500)]


def test_archives_keep_their_streams_apart(archives: Archives) -> None:
    one, two = archives("archive-a"), archives("archive-b")
    record_dataset(one)
    assert two.store.streams() == [StreamKey("archive-b", "archive")]


def test_no_more_states_are_kept_than_are_used(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.record.MOST_STATES", 1)
    begin_run(archive)
    recorder = archive.recorder()
    for number in range(3):
        other = f"{DATASET[:-1]}{number}"
        recorder.record(other, actions(registered()))
        recorder.record(RUN, actions(answered(number)))
        assert len(recorder._states) == 1
    assert types(archive).count("item.answered") == 3
