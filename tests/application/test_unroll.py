"""Unrolling: what the store holds is checked before anybody sees it."""

import re
from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import cast

import pytest

from application.ports import EventStore, Page, StreamKey
from application.unroll import Extent, Unrolled, Writers, survey, unroll
from domain.bundle.disclosure import Status
from domain.errors import ArchiveDamaged
from interface.bootstrap.archive import Archive
from tests.archives import (
    DATASET,
    RUN,
    key,
    record,
    stored,
)
from tests.story import record_story


class _Members:
    """What was written."""

    def __init__(self) -> None:
        self.events: list[bytes] = []
        self.parts: list[bytes] = []
        self.progress: list[int] = []

    def unroll(
        self,
        store: EventStore,
        extents: Sequence[Extent],
        withhold: frozenset[str] = frozenset(),
        *,
        sealed: bool = False,
    ) -> Unrolled:
        writers = Writers(self.events.append, self.parts.append)
        surveyed = survey(store, extents, withhold, sealed=sealed)
        return unroll(store, extents, surveyed, writers, self.progress.append)


def _extents(archive: Archive) -> list[Extent]:
    return [
        Extent(of, archive.store.version(of)) for of in (key(archive, DATASET), key(archive, RUN))
    ]


def test_events_and_parts_stand_in_order_each_with_its_line_feed(archive: Archive) -> None:
    record_story(archive)
    members = _Members()
    unrolled = members.unroll(archive.store, _extents(archive))
    held = [*stored(archive, DATASET), *stored(archive)]
    parts = [s.parts[kind] + b"\n" for s in held for kind in sorted(s.parts)]
    assert b"".join(members.events) == b"".join(s.line + b"\n" for s in held)
    assert b"".join(members.parts) == b"".join(parts)
    assert sum(members.progress) == unrolled.history.events == len(held)
    assert unrolled.parts == len(parts)
    assert len(unrolled.assets) == 4
    assert unrolled.undisclosed == {status: {} for status in list(Status)[1:]}


def test_what_is_withheld_or_erased_is_counted_and_not_written(archive: Archive) -> None:
    record_story(archive, erase=True)
    members = _Members()
    unrolled = members.unroll(archive.store, _extents(archive), frozenset({"question"}))
    assert unrolled.undisclosed == {
        Status.WITHHELD: {"question": 4, "request": 5, "original": 0},
        Status.PART_WITHHELD: {},
        Status.ERASED: {"original": 1, "request": 1, "response": 1},
    }
    text = b"".join(members.parts)
    for mark in (b"<QUESTION>", b"<REQUEST>", b"<ORIGINAL>"):
        assert mark not in text


def test_an_extent_ends_within_a_page(archive: Archive) -> None:
    record_story(archive)
    members = _Members()
    unrolled = members.unroll(archive.store, [Extent(key(archive, DATASET), 3)])
    assert b"".join(members.events) == b"".join(
        s.line + b"\n" for s in stored(archive, DATASET)[:3]
    )
    assert unrolled.history.dataset.items == 2


def test_an_erasure_beyond_the_extent_leaves_a_part_that_cannot_be_written(
    archive: Archive,
) -> None:
    record_story(archive)
    extents = _extents(archive)
    record(archive, RUN, {"type": "part.erased", "target": 1, "kind": "original"})
    with pytest.raises(ArchiveDamaged, match=f"{RUN}, version 1, original"):
        _Members().unroll(archive.store, extents)


Change = Callable[[Page], Page]


def _without_a_line(page: Page) -> Page:
    return page._replace(lines=[*page.lines[:2], *page.lines[3:]], parts=[])


def _with_lines_swapped(page: Page) -> Page:
    return page._replace(lines=[*page.lines[1:2], page.lines[0], *page.lines[2:]], parts=[])


def _with_a_fact_changed(page: Page) -> Page:
    lines = [line.replace(b'"item":1', b'"item":2') for line in page.lines]
    return page._replace(lines=lines)


def _with_another_latency(page: Page) -> Page:
    lines = [line.replace(b'"latency_ms":103', b'"latency_ms":1') for line in page.lines]
    return page._replace(lines=lines)


def _with_a_part_changed(page: Page) -> Page:
    return page._replace(parts=[part.replace(b"Paris", b"Prague") for part in page.parts])


def _without_a_part(page: Page) -> Page:
    return page._replace(parts=page.parts[:-1])


def _with_parts_twice(page: Page) -> Page:
    return page._replace(parts=[*page.parts[:1], *page.parts])


def _with_another_origin(page: Page) -> Page:
    return page._replace(
        lines=[line.replace(b"archive-a", b"archive-b") for line in page.lines[1:]]
    )


def _with_a_fact_of_another_type(page: Page) -> Page:
    return page._replace(lines=[line.replace(b'"item":1', b'"item":""') for line in page.lines])


def _with_a_fact_of_another_name(page: Page) -> Page:
    return page._replace(lines=[line.replace(b'"item":1', b'"itel":1') for line in page.lines])


def _with_parts_that_are_none(page: Page) -> Page:
    return page._replace(lines=[line.replace(b'"parts":{}', b'"parts":""') for line in page.lines])


def _with_a_seal_changed(page: Page) -> Page:
    lines = [line.replace(b'"stream.sealed"', b'"hold.placed"') for line in page.lines]
    return page._replace(lines=[line.replace(b'"root"', b'"toor"') for line in lines])


def _with_a_seal_of_another_type(page: Page) -> Page:
    seal = re.compile(rb'"facts":{"root":"[0-9a-f]{64}","size":[0-9]+}(.*)stream.sealed')
    return page._replace(lines=[seal.sub(rb'"facts":{}\1hold.placed', line) for line in page.lines])


CHANGES = [
    _with_a_fact_of_another_type,
    _with_a_fact_of_another_name,
    _with_parts_that_are_none,
    _with_a_seal_changed,
    _without_a_line,
    _with_lines_swapped,
    _with_a_fact_changed,
    _with_another_latency,
    _with_a_part_changed,
    _without_a_part,
    _with_parts_twice,
    _with_another_origin,
]


def test_a_sealed_extent_ends_in_its_seal(archive: Archive) -> None:
    record_story(archive)

    def pages(of: StreamKey, after: int = 0, *, parts: bool = True) -> Iterator[Page]:
        return map(_with_a_seal_of_another_type, archive.store.pages(of, after, parts=parts))

    tampered = cast("EventStore", SimpleNamespace(pages=pages))
    with pytest.raises(ArchiveDamaged, match="expected a seal, found another event"):
        _Members().unroll(tampered, _extents(archive), sealed=True)
    _Members().unroll(tampered, _extents(archive))


def test_what_is_sealed_is_unrolled_the_quick_way_as_the_long_way(archive: Archive) -> None:
    record_story(archive, erase=True)
    quick, long = _Members(), _Members()
    for members, sealed in ((quick, True), (long, False)):
        members.unroll(archive.store, _extents(archive), frozenset({"question"}), sealed=sealed)
    assert (quick.events, quick.parts) == (long.events, long.parts)


@pytest.mark.parametrize("sealed", [False, True])
@pytest.mark.parametrize("change", CHANGES)
def test_a_store_that_was_tampered_with_is_damage_and_no_bundle(
    archive: Archive, change: Change, sealed: bool
) -> None:
    record_story(archive)

    def pages(of: StreamKey, after: int = 0, *, parts: bool = True) -> Iterator[Page]:
        return map(change, archive.store.pages(of, after, parts=parts))

    tampered = cast("EventStore", SimpleNamespace(pages=pages))
    with pytest.raises(ArchiveDamaged):
        _Members().unroll(tampered, _extents(archive), sealed=sealed)
