"""Pages: all events in order, none larger than the bounds unless a single event is."""

from collections.abc import Iterator
from itertools import count, pairwise

from hypothesis import given
from hypothesis import strategies as st

from application.pages import MAX_BYTES, MAX_EVENTS, MAX_PART_BYTES, Recorded, paged
from application.ports import Page


def _event(version: int, line: int, *parts: int) -> Recorded:
    return Recorded(version, b"e" * line, tuple(b"p" * size for size in parts))


def _fits(page: Page) -> bool:
    size, part_size = sum(len(line) + 1 for line in page.lines), sum(map(len, page.parts))
    return len(page.lines) <= MAX_EVENTS and size <= MAX_BYTES and part_size <= MAX_PART_BYTES


SIZES = st.lists(
    st.tuples(
        st.sampled_from([1, 300, 8192]),
        st.lists(st.sampled_from([1, 100, 2**20, 8 * 2**20]), max_size=2),
    ),
    max_size=40,
)


@given(st.integers(1, 10**6), SIZES)
def test_pages_hold_all_events_in_order_within_the_bounds(
    first: int, sizes: list[tuple[int, list[int]]]
) -> None:
    events = [_event(first + n, line, *parts) for n, (line, parts) in enumerate(sizes)]
    pages = list(paged(events, frozenset({"answer"})))
    assert [line for page in pages for line in page.lines] == [event.line for event in events]
    assert [part for page in pages for part in page.parts] == [p for e in events for p in e.parts]
    at = first
    for page in pages:
        assert page.first == at
        assert page.withheld == {"answer"}
        assert _fits(page) or len(page.lines) == 1
        at += len(page.lines)
    for page, following in pairwise(pages):
        more = Page(page.first, [*page.lines, following.lines[0]], [*page.parts, *following.parts])
        assert not _fits(more) or len(following.lines) > 1


def test_a_page_is_filled_to_the_last_event_and_byte() -> None:
    events = [_event(1 + n, 10) for n in range(MAX_EVENTS + 1)]
    assert [len(page.lines) for page in paged(events)] == [MAX_EVENTS, 1]
    exactly = [_event(1 + n, 8191) for n in range(MAX_BYTES // 8192 + 1)]
    assert [len(page.lines) for page in paged(exactly)] == [MAX_BYTES // 8192, 1]
    parts = [_event(1 + n, 10, MAX_PART_BYTES // 4) for n in range(5)]
    assert [len(page.lines) for page in paged(parts)] == [4, 1]


def test_a_single_event_too_large_for_a_page_has_one_for_itself() -> None:
    large = 8 * 2**20
    events = [_event(1, 10, 5), _event(2, 10, large), _event(3, 10, 5)]
    assert [page.first for page in paged(events)] == [1, 2, 3]


def test_no_events_are_no_page() -> None:
    assert list(paged([])) == []


def test_pages_come_as_soon_as_they_are_full() -> None:
    taken: list[int] = []

    def endless() -> Iterator[Recorded]:
        for version in count(1):
            taken.append(version)
            yield _event(version, 10)

    next(paged(endless()))
    assert len(taken) == MAX_EVENTS + 1
