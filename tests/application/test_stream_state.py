"""The state between two appends: written and read back, or damage is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.stream_state import StoredResults, new_state, read_state
from domain.canonical import Json, encode
from domain.errors import ArchiveDamaged
from domain.evaluation.results import CHUNK
from interface.bootstrap.archive import Archive
from tests.archives import (
    DATASET,
    FROZEN,
    RUN,
    added,
    answered,
    begin_run,
    key,
    record,
    record_dataset,
    record_run,
    registered,
)


def _state(archive: Archive, stream: str) -> bytes:
    state = archive.store.state(key(archive, stream))
    assert state is not None
    return state


@pytest.mark.parametrize("stream", [DATASET, RUN, "archive"])
def test_what_is_written_is_read_back(archive: Archive, stream: str) -> None:
    record_dataset(archive)
    record_run(archive)
    written = _state(archive, stream)
    assert read_state(stream, written, lambda *_: None).encode() == written


def test_a_dataset_that_is_open_keeps_its_sections_by_their_hashes(archive: Archive) -> None:
    record(archive, DATASET, registered(), added(0, section="Europe"))
    written = _state(archive, DATASET)
    assert b"Europe" not in written
    state = read_state(DATASET, written, lambda *_: None)
    assert [state.section(name) for name in ("Europe", "Asia", "Europe")] == [0, 1, 0]
    record(archive, DATASET, FROZEN)
    assert read_state(DATASET, _state(archive, DATASET), lambda *_: None).sections == {}


def test_the_same_section_has_another_hash_in_another_dataset() -> None:
    states = [new_state(f"{DATASET[:-1]}{n}", lambda *_: None) for n in "56"]
    for state in states:
        state.section("Europe")
    one, two = (state.sections for state in states)
    assert not one.keys() & two.keys()


def test_the_state_stays_small_whatever_was_recorded(archive: Archive) -> None:
    begin_run(archive, 300)
    record(archive, RUN, *map(answered, range(300)))
    assert len(_state(archive, RUN)) < 2000
    assert len(_state(archive, DATASET)) < 3000


DAMAGES: list[Json] = [
    None,
    [],
    {},
    {"head": 1, "subject": {}, "tree": {}},
    {"head": {}, "subject": [], "tree": {"nodes": [], "size": 0}},
    {"head": {"unknown": 1}, "subject": {}, "tree": {"nodes": [], "size": 0}},
    {"head": {}, "subject": {}, "tree": {"nodes": ["00"], "size": 1}},
    {"head": {}, "subject": {}, "tree": {"nodes": [], "size": 3}},
    {"head": {}, "subject": {}, "tree": {"nodes": [], "size": "3"}},
]


@pytest.mark.parametrize("stream", [DATASET, RUN])
@pytest.mark.parametrize(
    "document", [encode(document) for document in DAMAGES] + [b"", b"\x00", b"{"]
)
def test_what_is_no_state_is_damage(stream: str, document: bytes) -> None:
    with pytest.raises(ArchiveDamaged, match="state of"):
        read_state(stream, document, lambda *_: None)


@given(st.dictionaries(st.tuples(st.integers(1, 3), st.integers(0, 400)), st.integers(1, 2**58)))
def test_results_are_fetched_when_needed_and_given_back_when_changed(
    values: dict[tuple[int, int], int],
) -> None:
    kept: dict[tuple[int, int], bytes] = {}
    table = StoredResults(lambda *at: kept.get(at))
    for at, value in values.items():
        table.put(*at, value)
    kept.update(table.take_dirty())
    assert kept.keys() == {(epoch, item // CHUNK) for epoch, item in values}
    assert table.take_dirty() == {}
    again = StoredResults(lambda *at: kept.get(at))
    assert {at: again.get(*at) for at in values} == values
    assert again.take_dirty() == {}
    assert again.get(9, 9) == 0


@pytest.mark.parametrize("length", [0, 7, 8, 8 * CHUNK - 1, 8 * CHUNK + 8])
def test_a_chunk_of_another_length_is_damage(length: int) -> None:
    table = StoredResults(lambda *_: bytes(length))
    with pytest.raises(ArchiveDamaged, match="results 1, 0"):
        table.get(1, 5)
