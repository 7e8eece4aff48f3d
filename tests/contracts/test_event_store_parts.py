"""Parts of events in a store: erased, withheld, and disclosed later; no more, and never again."""

import pytest

from application.ports import EventStore, ItemKey, Page, PartKey
from domain.errors import Conflict
from tests.contracts.pages import KEY, OTHER, answered, append, erasing, page, pages_of, part, plain

ASSET = f"{'a' * 64}.png"


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
