"""Places of events in the log, counted once, however many pages there are."""

from collections import Counter
from collections.abc import Sequence
from contextlib import closing, suppress

import pytest
from eventsourcing.sqlite import SQLiteCursor
from hypothesis import given
from hypothesis import strategies as st

from application.ports import StreamKey
from infrastructure.event_store import indexes
from infrastructure.event_store.rows import Row, fetch
from infrastructure.event_store.store import SqliteEventStore, open_store
from tests.contracts.pages import KEY, OTHER, Parts, append, page

NOTHING: list[Parts] = [{}]
KEYS = (KEY, KEY._replace(stream="archive"), OTHER)


def commit(store: SqliteEventStore, key: StreamKey, amount: int) -> None:
    store.commit([append(page(store.version(key) + 1, *NOTHING * amount), key=key)])


@given(pages=st.lists(st.tuples(st.sampled_from(KEYS), st.integers(1, 3), st.booleans())))
def test_they_are_those_that_counting_one_by_one_finds(
    tmp_path_factory: pytest.TempPathFactory, pages: Sequence[tuple[StreamKey, int, bool]]
) -> None:
    before, versions = Counter[str](), Counter[StreamKey]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(indexes, "STRIDE", 3)
        folder = tmp_path_factory.mktemp("store")
        with closing(open_store(folder, writable=True)) as store:
            for key, amount, is_asked in pages:
                commit(store, key, amount)
                versions[key] += amount
                before[key.origin] += amount
                if is_asked:
                    assert store.index(key, versions[key]) == before[key.origin] - 1
            kept = {key: store.indexes(key, range(1, last + 1)) for key, last in versions.items()}
        with closing(open_store(folder, writable=False)) as store:
            anew = {
                key: [store.index(key, each + 1) for each in range(versions[key])] for key in kept
            }
    assert kept == anew
    own = [index for key, found in kept.items() if key.origin == KEY.origin for index in found]
    assert sorted(own) == [*range(before[KEY.origin])]


def test_what_was_counted_within_a_whole_that_fails_is_counted_anew(
    store: SqliteEventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexes, "STRIDE", 2)
    with suppress(InterruptedError), store.whole():
        for _ in range(4):
            commit(store, KEY, 3)
        assert store.index(KEY, 12) == 11
        raise InterruptedError
    for _ in range(4):
        commit(store, KEY, 1)
    assert store.indexes(KEY, [1, 2, 3, 4]) == [0, 1, 2, 3]


def test_pages_that_were_counted_are_not_read_again(
    store: SqliteEventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexes, "STRIDE", 4)
    for _ in range(19):
        commit(store, KEY, 2)
    assert store.index(KEY, 38) == 37
    read = list[int]()

    def watched(cursor: SQLiteCursor, types: Sequence[type], *asked: object) -> list[Row]:
        found = fetch(cursor, types, *asked)  # type: ignore[arg-type]  # as it is called
        read.extend(events for (events,) in found)
        return found

    monkeypatch.setattr(indexes, "fetch", watched)
    assert [store.index(KEY, version) for version in (1, 38, 20)] == [0, 37, 19]
    assert max(read) < 2 * 4
