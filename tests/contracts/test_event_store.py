"""What every event store does, whatever keeps it."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from application.ports import Append, EventStore, ItemKey, Page, PartKey
from domain.errors import Conflict, NotFound
from infrastructure.event_store.store import open_store
from tests.contracts.fakes import MemoryEventStore
from tests.contracts.pages import KEY, OTHER, answered, append, erasing, page, part, plain

ID = "0199aaaa-0000-7000-8000-00000000000{}"
ASSET = f"{'a' * 64}.png"


@pytest.fixture(params=["sqlite", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EventStore]:
    opened: EventStore = (
        open_store(tmp_path, writable=True) if request.param == "sqlite" else MemoryEventStore()
    )
    yield opened
    opened.close()


def pages_of(store: EventStore, after: int = 0) -> list[Page]:
    return [plain(each) for each in store.pages(KEY, after)]


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


def test_an_erased_part_is_gone_and_the_others_keep_their_order(store: EventStore) -> None:
    before = [page(1, *answered("a", "b")), page(3, *answered("c"))]
    store.commit([append(*before)])
    store.commit([erasing(3, (2, "request"), (3, "response"))])
    left = [
        page(1, *answered("a", "b"), erased=[(2, "request")]),
        page(3, *answered("c"), erased=[(3, "response")]),
        page(4, {}),
    ]
    assert pages_of(store) == [plain(each) for each in left]
    assert [plain(each.page) for each in store.changes()] == [plain(each) for each in left]


def test_parts_are_erased_one_after_the_other_until_none_is_left(store: EventStore) -> None:
    events = answered("a", "b", "c")
    store.commit([append(page(1, *events))])
    erased: list[tuple[int, str]] = []
    for target in [(2, "response"), (1, "request"), (3, "request"), (3, "response")]:
        erased.append(target)
        store.commit([erasing(store.version(KEY), target)])
        assert pages_of(store)[0] == plain(page(1, *events, erased=erased))
    store.commit([erasing(store.version(KEY), (1, "response"), (2, "request"))])
    assert pages_of(store)[0].parts == ()
    store.commit([erasing(store.version(KEY), (1, "response"))])


def test_of_two_equal_parts_the_one_that_is_named_is_erased(store: EventStore) -> None:
    same, other = {"response": part("same")}, {"response": part("other")}
    store.commit([append(page(1, same, other, same, same))])
    store.commit([erasing(4, (3, "response"))])
    assert pages_of(store)[0].parts == (part("same"), part("other"), part("same"))
    store.commit([erasing(5, (1, "response"))])
    assert pages_of(store)[0].parts == (part("other"), part("same"))
    store.commit([erasing(6, (4, "response"))])
    assert pages_of(store)[0].parts == (part("other"),)


def test_with_an_item_part_its_outside_id_is_forgotten_and_its_index_stays(
    store: EventStore,
) -> None:
    added = append(page(1, {}, {"item": part("q-1")}))
    added.items = [ItemKey("q-1", 0, 2)]
    store.commit([added])
    store.commit([erasing(2, (2, "item"))])
    assert (store.items_by_outside(KEY, ["q-1"]), store.item_versions(KEY, [0])) == ({}, {0: 2})


def test_erasing_another_kind_leaves_the_outside_id(store: EventStore) -> None:
    added = append(page(1, {"answer": part("a"), "item": part("q-1")}))
    added.items = [ItemKey("q-1", 0, 1)]
    store.commit([added])
    store.commit([erasing(1, (1, "answer"))])
    assert store.items_by_outside(KEY, ["q-1"]) == {"q-1": ItemKey("q-1", 0, 1)}


def test_an_asset_is_held_until_the_last_part_that_lists_it_is_erased(store: EventStore) -> None:
    here, there = append(page(1, *answered("a"))), append(page(1, *answered("b")), key=OTHER)
    here.assets = [(ASSET, PartKey(1, "response")), (ASSET, PartKey(1, "request"))]
    there.assets = [(ASSET, PartKey(1, "request"))]
    store.commit([here, there])
    assert store.asset_holders(KEY, ASSET) == [PartKey(1, "request"), PartKey(1, "response")]
    store.commit([erasing(1, (1, "request"))])
    assert store.asset_holders(KEY, ASSET) == [PartKey(1, "response")]
    store.commit([erasing(2, (1, "response")), erasing(1, (1, "request"), key=OTHER)])
    assert (store.asset_holders(KEY, ASSET), store.asset_is_held(ASSET)) == ([], False)


def test_a_mirror_tells_which_kinds_it_came_without(store: EventStore) -> None:
    withheld = page(1, *answered("a", "b"), withheld=["request"])
    store.commit([append(withheld)])
    assert pages_of(store) == [plain(withheld)]


def test_a_fuller_page_takes_the_place_of_one_with_withheld_parts(store: EventStore) -> None:
    events, withheld = answered("a", "b"), ["request", "item"]
    mirror = append(page(1, *events, withheld=withheld), page(3, {"item": part("q")}))
    mirror.items = [ItemKey(None, 0, 3), ItemKey(None, 1, 1)]
    store.commit([mirror])
    store.disclose(KEY, [page(1, *events)], [ItemKey("q", 0, 3)], [(ASSET, PartKey(1, "request"))])
    assert pages_of(store)[0] == plain(page(1, *events))
    assert store.items_by_outside(KEY, ["q"]) == {"q": ItemKey("q", 0, 3)}
    assert store.asset_holders(KEY, ASSET) == [PartKey(1, "request")]
    assert (store.version(KEY), store.state(KEY)) == (3, b"state")


def test_a_fuller_page_never_brings_back_what_was_erased(store: EventStore) -> None:
    event = {"item": part("q"), "request": part("r")}
    mirror = append(page(1, event, withheld=["request"]))
    mirror.items = [ItemKey("q", 0, 1)]
    store.commit([mirror])
    store.commit([erasing(1, (1, "item"))])
    assets = [(ASSET, PartKey(1, "item")), (ASSET, PartKey(1, "request"))]
    store.disclose(KEY, [page(1, event)], [ItemKey("q", 0, 1)], assets)
    assert pages_of(store)[0].parts == (part("r"),)
    assert (store.items_by_outside(KEY, ["q"]), store.item_versions(KEY, [0])) == ({}, {0: 1})
    assert store.asset_holders(KEY, ASSET) == [PartKey(1, "request")]


def test_what_was_erased_before_it_came_is_never_brought_here(store: EventStore) -> None:
    events, erased = answered("a"), [(1, "request")]
    mirror = append(page(1, *events, erased=erased), page(2, {}))
    mirror.erases = [PartKey(1, "request")]
    store.commit([mirror])
    store.disclose(KEY, [page(1, *events)])
    assert pages_of(store)[0] == plain(page(1, *events, erased=erased))


@pytest.mark.parametrize(
    "other",
    [
        page(1, *answered("a")),
        page(1, *answered("a", "c")),
        page(2, *answered("b")),
        Page(1, page(1, *answered("a", "b")).lines, [part("no part of theirs")]),
    ],
)
def test_a_page_with_other_lines_or_parts_is_a_conflict(store: EventStore, other: Page) -> None:
    kept = page(1, *answered("a", "b"), withheld=["request"])
    store.commit([append(kept)])
    with pytest.raises(Conflict):
        store.disclose(KEY, [page(1, *answered("a", "b")), other])
    assert pages_of(store) == [plain(kept)]


def test_a_stream_that_is_not_here_cannot_be_disclosed(store: EventStore) -> None:
    with pytest.raises(Conflict):
        store.disclose(KEY, [page(1, {})])


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
