"""Single events read back: the right parts with the right events, and damage is told."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import cast

import pytest

from application.ports import EventStore, Page, StreamKey
from application.stored import StoredEvents, events_of, sealed_events_of
from domain.bundle.parts import value_of
from domain.canonical import decode
from domain.errors import ArchiveDamaged, NotFound
from interface.bootstrap import Archive
from tests.archives import (
    ANSWERS,
    DATASET,
    RUN,
    added,
    begin_run,
    key,
    record,
    record_dataset,
    registered,
)
from tests.story import record_story


def _page(archive: Archive) -> Page:
    return next(archive.store.pages(key(archive, DATASET)))


def test_every_event_is_read_with_its_own_parts(archive: Archive) -> None:
    record_dataset(archive)
    events = StoredEvents(archive.store)
    for number in (2, 0, 1):
        found = events.at(key(archive, DATASET), number + 2)
        assert found.event.facts["item"] == number
        assert found.value("answer") == ANSWERS[number % 3]
        assert found.value("rationale") is None
        assert {k: decode(value_of(v)) for k, v in found.parts.items()} == {
            kind: found.value(kind) for kind in ("answer", "item", "question")
        }


@pytest.mark.parametrize("version", [0, -1, 7, 2**53])
def test_a_version_that_is_not_there_is_not_found(archive: Archive, version: int) -> None:
    record_dataset(archive)
    events = StoredEvents(archive.store)
    events.at(key(archive, DATASET), 6)
    with pytest.raises(NotFound, match=f"version {version}"):
        events.at(key(archive, DATASET), version)


def test_streams_and_origins_are_kept_apart(archive: Archive) -> None:
    begin_run(archive)
    events = StoredEvents(archive.store)
    assert events.at(key(archive), 1).event.type == "run.registered"
    assert events.at(key(archive, DATASET), 1).event.type == "dataset.registered"
    with pytest.raises(NotFound):
        events.at(StreamKey("archive-b", RUN), 1)


def test_many_pages_are_read_with_few_at_hand(archive: Archive) -> None:
    record(archive, DATASET, registered())
    for number in range(40):
        record(archive, DATASET, added(number))
    events = StoredEvents(archive.store)
    for number in (*range(40), *reversed(range(40))):
        assert events.at(key(archive, DATASET), number + 2).event.facts["item"] == number


def test_parts_that_are_gone_are_gone_and_the_rest_stays_in_place(archive: Archive) -> None:
    record_dataset(archive)
    page = _page(archive)
    for missing in range(len(page.parts)):
        parts = [part for number, part in enumerate(page.parts) if number != missing]
        held = [
            line
            for stored in events_of(page._replace(parts=parts))
            for line in stored.parts.values()
        ]
        assert held == parts


def test_a_part_that_belongs_to_no_event_is_damage(archive: Archive) -> None:
    record_dataset(archive)
    page = _page(archive)
    foreign = b'{"salt":"%b","value":1}' % (b"0" * 32)
    for parts in ([foreign], [*page.parts, foreign], [foreign, *page.parts], page.parts[::-1]):
        with pytest.raises(ArchiveDamaged, match="no event names"):
            list(events_of(page._replace(parts=parts)))


def test_a_line_that_is_no_envelope_is_told(archive: Archive) -> None:
    record_dataset(archive)
    page = _page(archive)
    with pytest.raises(ArchiveDamaged, match=r"dataset/.*, version 1: "):
        list(events_of(page._replace(lines=[page.lines[0][:-1]])))


def test_forgetting_reads_anew(archive: Archive) -> None:
    record_dataset(archive)
    events = StoredEvents(archive.store)
    assert events.at(key(archive, DATASET), 2).value("answer") == "Paris"
    record(archive, DATASET, {"type": "part.erased", "kind": "answer", "target": 2})
    events.forget()
    assert events.at(key(archive, DATASET), 2).value("answer") is None


def test_sealed_events_are_read_the_quick_way_as_the_long_way(archive: Archive) -> None:
    record_story(archive)
    for of in (key(archive, DATASET), key(archive, RUN)):
        for page in archive.store.pages(of):
            assert list(sealed_events_of(page)) == list(events_of(page))


@pytest.mark.parametrize(
    "change",
    [
        lambda line: line[:-1],
        lambda line: b"[]",
        lambda line: b"1",
        lambda line: b"\xff" + line,
        lambda line: line + b"," + line,
        lambda line: line.replace(b'"actor":', b'"acto":1,"r":'),
    ],
)
@pytest.mark.parametrize("number", [0, 1, -1])
def test_a_sealed_line_that_is_no_envelope_is_told_as_the_long_way_tells_it(
    archive: Archive, change: Callable[[bytes], bytes], number: int
) -> None:
    record_dataset(archive)
    page = _page(archive)
    lines = [*page.lines]
    lines[number] = change(lines[number])
    with pytest.raises(ArchiveDamaged) as quick:
        list(sealed_events_of(page._replace(lines=lines)))
    with pytest.raises(ArchiveDamaged) as long:
        list(events_of(page._replace(lines=lines)))
    assert str(quick.value) == str(long.value)


def test_a_seal_is_read_strictly_wherever_it_stands(archive: Archive) -> None:
    record_dataset(archive)
    page = _page(archive)
    lines = [line.replace(b'"size":5', b'"size":"5"') for line in page.lines]
    assert lines != page.lines
    with pytest.raises(ArchiveDamaged):
        list(sealed_events_of(page._replace(lines=lines)))


def test_values_are_those_of_the_event(archive: Archive) -> None:
    record_dataset(archive)
    events, of = StoredEvents(archive.store), key(archive, DATASET)
    kinds = ("item", "question", "answer")
    for version in (2, 3, 4):
        stored = events.at(of, version)
        assert events.values(of, version, kinds) == [stored.value(kind) for kind in kinds]
    assert events.values(of, 1, kinds) is None
    record(archive, DATASET, {"type": "part.erased", "kind": "answer", "target": 2})
    events.forget()
    assert events.values(of, 2, kinds) is None
    assert events.values(of, 2, kinds[:2]) == [events.at(of, 2).value(kind) for kind in kinds[:2]]


def test_a_part_that_rotted_is_told_when_its_event_is_asked_for(archive: Archive) -> None:
    record_dataset(archive)
    page = _page(archive)
    parts = [part.replace(b"Paris", b"Prague") for part in page.parts]
    rotten = SimpleNamespace(pages=lambda *_: iter([page._replace(parts=parts)]))
    events = StoredEvents(cast("EventStore", rotten))
    with pytest.raises(ArchiveDamaged, match="no event names"):
        events.at(key(archive, DATASET), 2)
