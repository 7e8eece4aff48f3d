from collections.abc import Iterator

import pytest

from application import project
from application.ports import Change, Page, StreamKey
from application.project import grouped
from tests.contracts.fakes import MemoryEventStore

RUN = StreamKey("archive-1", "run/00000000-0000-7000-8000-000000000001")
OTHER = StreamKey("archive-2", RUN.stream)


def pages(*sizes: tuple[StreamKey, int]) -> Iterator[Change]:
    versions: dict[StreamKey, int] = {}
    for position, (key, size) in enumerate(sizes, 1):
        first = versions.get(key, 0) + 1
        versions[key] = first + size - 1
        line = (
            b'{"actor":"claimed:local","at":"2026-11-26T00:00:00.000000Z","facts":{},"parts":{},'
            b'"type":"archive.created","version":%d}'
        )
        lines = [line % version for version in range(first, first + size)]
        yield Change(10 * position, key, Page(first, lines, []))


@pytest.fixture(autouse=True)
def _small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project, "EVENTS_AT_ONCE", 5)


def test_pages_are_grouped_until_they_hold_enough_events() -> None:
    groups = grouped(pages((RUN, 2), (RUN, 3), (RUN, 1), (RUN, 9), (RUN, 1)))
    spans = [(position, [(s.first, s.last) for s in streams]) for position, streams in groups]
    assert spans == [(20, [(1, 5)]), (40, [(6, 15)]), (50, [(16, 16)])]


def test_streams_keep_their_turns() -> None:
    ((position, streams),) = grouped(pages((RUN, 1), (OTHER, 1), (OTHER, 1), (RUN, 1)))
    assert position == 40
    spans = [(stream.key, stream.first, stream.last) for stream in streams]
    assert spans == [(RUN, 1, 1), (OTHER, 1, 2), (RUN, 2, 2)]


def test_a_group_is_given_out_before_the_next_page_is_read() -> None:
    read = 0

    def counted() -> Iterator[Change]:
        nonlocal read
        for change in pages((RUN, 5), (RUN, 5), (RUN, 5)):
            read += 1
            yield change

    next(grouped(counted()))
    assert read == 1


def test_nothing_new_is_no_group() -> None:
    assert not list(grouped(MemoryEventStore().changes()))
