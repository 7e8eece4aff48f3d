"""What every event store does, whatever keeps it."""

from collections.abc import Iterator
from contextlib import suppress

import pytest

from application.ports import Append, EventStore, ItemKey, Page
from domain.errors import Conflict, NotFound
from tests.contracts.pages import KEY, OTHER, answered, append, page, pages_of, plain

ID = "0199aaaa-0000-7000-8000-00000000000{}"
ASSET = f"{'a' * 64}.png"


def test_what_is_appended_is_read_back(store: EventStore) -> None:
    pages = [page(1, *answered("a", "b")), page(3, *answered("c"), {})]
    store.commit([append(*pages, state=b"\0\n")])
    assert pages_of(store) == [plain(each) for each in pages]
    assert (store.version(KEY), store.state(KEY)) == (4, b"\0\n")


def test_a_stream_that_does_not_exist_is_empty(store: EventStore) -> None:
    assert (store.version(KEY), store.state(KEY), store.chunk(KEY, 1, 0)) == (0, None, None)
    assert (pages_of(store), list(store.changes()), store.position()) == ([], [], 0)
    assert (store.streams(), store.known_ids([ID.format(1)])) == ([], {})
    assert (store.items_by_outside(KEY, ["q"]), store.item_versions(KEY, [0])) == ({}, {})
    assert (store.asset_holders(KEY, ASSET), store.asset_is_held(ASSET)) == ([], False)


@pytest.mark.parametrize("after", [0, 1, 3])
def test_an_append_to_another_version_is_a_conflict_that_names_both(
    store: EventStore, after: int
) -> None:
    store.commit([append(page(1, {}, {}))])
    with pytest.raises(Conflict) as conflict:
        store.commit([append(page(after + 1, {}))])
    assert f"version {after}" in conflict.value.expected
    assert "version 2" in conflict.value.found
    assert store.version(KEY) == 2


def test_of_several_appends_all_are_written_or_none(store: EventStore) -> None:
    with pytest.raises(Conflict):
        store.commit([append(page(1, *answered("a"))), append(page(2, {}), key=OTHER)])
    assert (store.version(KEY), store.streams(), store.position()) == (0, [], 0)


def test_one_commit_may_append_to_a_stream_twice(store: EventStore) -> None:
    store.commit([append(page(1, {})), append(page(2, {}, {}), state=b"later")])
    assert (store.version(KEY), store.state(KEY)) == (3, b"later")


def test_pages_are_taken_one_by_one_and_the_rest_is_looked_at_after_them(
    store: EventStore,
) -> None:
    ids: list[tuple[str, int]] = []

    def pages() -> Iterator[Page]:
        for first in range(1, 40):
            yield page(first, *answered(f"{first}"))
        ids.append((ID.format(1), 39))
        lazy.state = b"known at the end"

    lazy = Append(KEY, 0, pages(), b"", ids=ids)
    store.commit([lazy])
    assert store.state(KEY) == b"known at the end"
    assert store.known_ids([ID.format(1)]) == {ID.format(1): (KEY, 39)}
    assert [each.first for each in store.pages(KEY)] == list(range(1, 40))


def test_pages_that_break_off_leave_nothing(store: EventStore) -> None:
    def pages() -> Iterator[Page]:
        yield page(1, *answered("a"))
        raise InterruptedError

    with pytest.raises(InterruptedError):
        store.commit([Append(KEY, 0, pages(), b"")])
    assert (store.version(KEY), pages_of(store), store.position()) == (0, [], 0)
    store.commit([append(page(1, {}))])


@pytest.mark.parametrize(
    "bad",
    [
        page(2, {}),
        page(1),
        Page(1, [b'{"parts":{}}\n'], []),
        Page(1, [b""], []),
        Page(1, [b'{"parts":{}}'], [b"a\nb"]),
    ],
)
def test_a_page_that_could_not_be_read_back_is_a_bug(store: EventStore, bad: Page) -> None:
    with pytest.raises(ValueError, match=r"line|page"):
        store.commit([Append(KEY, 0, [bad], b"")])
    assert store.position() == 0


@pytest.mark.parametrize(("after", "first"), [(0, 1), (1, 1), (2, 3), (3, 3), (4, 5)])
def test_pages_begin_with_the_one_that_holds_the_next_version(
    store: EventStore, after: int, first: int
) -> None:
    store.commit([append(page(1, {}, {}), page(3, {}, {}), page(5, {}))])
    assert pages_of(store, after)[0].first == first
    assert pages_of(store, 5) == []


def test_pages_without_their_parts_have_all_else(store: EventStore) -> None:
    store.commit([append(page(1, *answered("a"))), append(page(1, {}), key=OTHER)])
    store.commit([append(page(2, *answered("b"))._replace(withheld=frozenset({"request"})))])
    for key in (KEY, OTHER):
        whole = store.pages(key)
        assert list(store.pages(key, parts=False)) == [each._replace(parts=[]) for each in whole]


def test_changes_are_the_pages_of_all_streams_in_order(store: EventStore) -> None:
    store.commit([append(page(1, *answered("a")))])
    store.commit([append(page(1, {}), key=OTHER), append(page(2, {}))])
    changes = list(store.changes())
    assert [(each.key, each.page.first) for each in changes] == [(KEY, 1), (OTHER, 1), (KEY, 2)]
    assert changes[0].page.parts == answered_lines("a")
    assert [each.position for each in changes] == sorted({each.position for each in changes})
    assert list(store.changes(changes[0].position)) == changes[1:]
    assert store.position() == changes[-1].position
    assert store.streams() == [KEY, OTHER]
    assert store.moved(0, 2) == [(each.position, each.key) for each in changes[:2]]
    assert store.moved(changes[0].position, 9) == [(e.position, e.key) for e in changes[1:]]


def answered_lines(text: str) -> list[bytes]:
    return list(answered(text)[0].values())


def test_an_origins_events_are_counted_in_the_order_of_the_store(store: EventStore) -> None:
    more = KEY._replace(stream="archive")
    store.commit([append(page(1, {}, {})), append(page(1, {}), key=OTHER)])
    store.commit([append(page(1, {}), key=more), append(page(3, {}))])
    own = [*store.lines(KEY.origin)]
    assert [each.position for each in own] == [1, 3, 4]
    assert [len(each.lines) for each in own] == [2, 1, 1]
    assert [each.position for each in store.lines(KEY.origin, 1)] == [3, 4]
    assert [each.position for each in store.lines(OTHER.origin)] == [2]
    assert [store.index(KEY, version) for version in (1, 2, 3)] == [0, 1, 3]
    assert (store.index(more, 1), store.index(OTHER, 1)) == (2, 0)
    assert [*store.indexes(KEY, [1, 2, 3])] == [0, 1, 3]
    assert [*store.indexes(KEY, [1, 3])] == [0, 3]
    assert [*store.indexes(KEY, [2])] == [1]
    assert [*store.indexes(KEY, [])] == []
    assert [*store.lines("archive")] == []


@pytest.mark.parametrize("version", [-1, 0, 3])
def test_an_event_that_is_not_there_has_no_index(store: EventStore, version: int) -> None:
    store.commit([append(page(1, {}, {}))])
    with pytest.raises(NotFound):
        store.index(KEY, version)
    with pytest.raises(NotFound):
        store.indexes(KEY, [1, version])


def test_an_event_id_is_taken_once_in_the_whole_store(store: EventStore) -> None:
    first, second = append(page(1, {}, {})), append(page(1, {}), key=OTHER)
    first.ids = [(ID.format(1), 1), (ID.format(2), 2)]
    second.ids = [(ID.format(3), 1), (ID.format(2), 1)]
    store.commit([first])
    with pytest.raises(Conflict, match=ID.format(2)):
        store.commit([second])
    asked = [ID.format(number) for number in (1, 2, 3)]
    known = {ID.format(1): (KEY, 1), ID.format(2): (KEY, 2)}
    assert (store.known_ids(asked), store.version(OTHER)) == (known, 0)


def test_an_event_id_twice_in_one_append_is_a_conflict(store: EventStore) -> None:
    twice = append(page(1, {}, {}))
    twice.ids = [(ID.format(1), 1), (ID.format(1), 2)]
    with pytest.raises(Conflict, match=ID.format(1)):
        store.commit([twice])
    assert store.known_ids([ID.format(1)]) == {}


def test_a_chunk_of_results_is_what_was_last_written(store: EventStore) -> None:
    first, second = append(page(1, {})), append(page(2, {}))
    first.chunks = {(1, 0): b"\1" * 1024, (2, 7): b"seven"}
    second.chunks = {(1, 0): b"\2" * 1024}
    store.commit([first])
    store.commit([second])
    assert (store.chunk(KEY, 1, 0), store.chunk(KEY, 2, 7)) == (b"\2" * 1024, b"seven")
    assert (store.chunk(KEY, 1, 7), store.chunk(OTHER, 1, 0)) == (None, None)


def test_items_are_found_by_outside_id_and_by_index(store: EventStore) -> None:
    registered = append(page(1, {}, {}, {}))
    registered.items = [ItemKey("q-1", 0, 2), ItemKey("ä" * 9000, 1, 3)]
    store.commit([registered])
    found = store.items_by_outside(KEY, ["q-1", "ä" * 9000, "q-2"])
    assert found == {"q-1": ItemKey("q-1", 0, 2), "ä" * 9000: ItemKey("ä" * 9000, 1, 3)}
    assert store.item_versions(KEY, [1, 0, 5]) == {0: 2, 1: 3}
    assert store.items_by_outside(OTHER, ["q-1"]) == {}


@pytest.mark.parametrize("other", [ItemKey("q-1", 1, 3), ItemKey("q-2", 0, 3)])
def test_an_item_whose_id_or_index_is_taken_is_a_conflict(
    store: EventStore, other: ItemKey
) -> None:
    first, second = append(page(1, {}, {})), append(page(3, {}))
    first.items, second.items = [ItemKey("q-1", 0, 2)], [other]
    store.commit([first])
    with pytest.raises(Conflict, match="item"):
        store.commit([second])
    assert store.version(KEY) == 2


def test_many_are_asked_for_at_once(store: EventStore) -> None:
    numbers = range(1200)
    many = append(page(1, *({} for _ in numbers)))
    many.ids = [(f"0199aaaa-0000-7000-8000-{number:012x}", 1 + number) for number in numbers]
    many.items = [ItemKey(f"q-{number}", number, 1 + number) for number in numbers]
    store.commit([many])
    assert len(store.known_ids([event_id for event_id, _ in many.ids])) == 1200
    assert len(store.items_by_outside(KEY, [f"q-{number}" for number in numbers])) == 1200
    assert store.item_versions(KEY, numbers)[1199] == 1200


def test_trials_are_numbered_by_model_and_counted_by_config(store: EventStore) -> None:
    assert store.count_trial("model", "cold", "run 1") == (1, 0)
    assert store.count_trial("model", "warm", "run 2") == (2, 0)
    assert store.count_trial("other", "cold", "run 3") == (1, 0)
    assert store.count_trial("model", "cold", "run 4") == (3, 1)
    assert store.count_trial("model", "cold", "run 5") == (4, 2)


def test_the_same_run_has_the_same_number_again(store: EventStore) -> None:
    asked = [store.count_trial("model", "config", f"run {number}") for number in (1, 2, 1, 2)]
    assert asked == [(1, 0), (2, 1), (1, 0), (2, 1)]


def test_what_is_committed_within_a_whole_is_seen_there_and_stays(store: EventStore) -> None:
    with store.whole():
        store.commit([append(page(1, *answered("a")))])
        store.commit([append(page(2, {}), state=b"later")])
        assert (store.version(KEY), store.state(KEY), len(pages_of(store))) == (2, b"later", 2)
    assert (store.version(KEY), store.state(KEY), len(pages_of(store))) == (2, b"later", 2)


def test_of_a_whole_that_fails_nothing_stays(store: EventStore) -> None:
    with suppress(InterruptedError), store.whole():
        first = append(page(1, *answered("a")))
        first.ids = [(ID.format(1), 1)]
        store.commit([first])
        assert store.count_trial("model", "config", "run") == (1, 0)
        raise InterruptedError
    assert (store.version(KEY), store.position(), store.streams()) == (0, 0, [])
    assert store.known_ids([ID.format(1)]) == {}
    assert store.count_trial("model", "config", "another run") == (1, 0)
    store.commit([append(page(1, {}))])


def test_what_fails_within_a_whole_takes_only_itself_along(store: EventStore) -> None:
    with store.whole():
        store.commit([append(page(1, {}))])
        with pytest.raises(Conflict):
            store.commit([append(page(2, {})), append(page(2, {}), key=OTHER)])
        store.commit([append(page(2, {}, {}))])
    assert (store.version(KEY), store.streams()) == (3, [KEY])
