"""Many who read and write one store at a time."""

import gc
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from random import Random
from threading import Barrier

import pytest
from eventsourcing.persistence import ConnectionPoolClosedError
from eventsourcing.sqlite import SQLiteCursor

from application.ports import Append, Page, StreamKey
from domain.errors import Conflict, NotFound, Refused
from infrastructure.event_store import reading, rows
from infrastructure.event_store.rows import Row, fetch
from infrastructure.event_store.store import SqliteEventStore, open_store
from tests.contracts.pages import KEY, answered, append, page, part, plain


def test_a_store_that_is_opened_again_is_as_it_was(tmp_path: Path) -> None:
    kept = page(1, *answered("a"))
    with closing(open_store(tmp_path / "new" / "folder", writable=True)) as store:
        store.commit([append(kept)])
    with closing(open_store(tmp_path / "new" / "folder", writable=False)) as store:
        assert [plain(each) for each in store.pages(KEY)] == [plain(kept)]


def test_what_is_only_to_be_read_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        open_store(tmp_path, writable=False)
    assert list(tmp_path.iterdir()) == []


def test_one_process_writes_at_a_time(store: SqliteEventStore, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no other writer"):
        open_store(tmp_path, writable=True)
    store.close()
    open_store(tmp_path, writable=True).close()


def test_a_reader_needs_no_lock_and_sees_what_was_committed(
    store: SqliteEventStore, tmp_path: Path
) -> None:
    with closing(open_store(tmp_path, writable=False)) as reader:
        assert reader.version(KEY) == 0
        store.commit([append(page(1, {}))])
        assert reader.version(KEY) == 1
        with pytest.raises(Refused, match="opened for reading"):
            reader.commit([append(page(2, {}))])


def test_readers_do_not_wait_for_a_writer(store: SqliteEventStore, tmp_path: Path) -> None:
    seen: list[int] = []

    def pages() -> list[Page]:
        with closing(open_store(tmp_path, writable=False)) as other:
            seen.extend([store.version(KEY), other.version(KEY), len(list(store.pages(KEY)))])
        return [page(2, {})]

    class InTransaction(list[Page]):
        def __iter__(self):  # type: ignore[no-untyped-def]  # called in the midst of the commit
            return iter(pages())

    store.commit([append(page(1, {}))])
    store.commit([Append(KEY, 1, InTransaction(), b"")])
    assert (seen, store.version(KEY)) == ([1, 1, 1], 2)


def test_many_items_are_looked_up_in_an_index_and_no_stream_is_walked_for_them(
    store: SqliteEventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans: list[str] = []

    def explained(cursor: SQLiteCursor, types: Sequence[type], sql: str, values: Row) -> list[Row]:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", values)
        plans.extend(row["detail"] for row in cursor.fetchall())
        return fetch(cursor, types, sql, values)

    monkeypatch.setattr(rows, "fetch", explained)  # what SQLite would do depends on how many
    store.items_by_outside(KEY, [str(number) for number in range(1000)])
    store.item_versions(KEY, range(1000))
    on_items = [plan for plan in plans if " items " in plan]
    assert len(on_items) == 4
    assert all("(stream=? AND " in plan for plan in on_items)


def test_others_see_a_whole_when_it_is_there_and_write_behind_it(store: SqliteEventStore) -> None:
    other = StreamKey(KEY.origin, "dataset/another")
    with ThreadPoolExecutor() as threads:
        with store.whole():
            store.commit([append(page(1, {}))])
            assert threads.submit(store.version, KEY).result() == 0
            waiting = threads.submit(store.commit, [append(page(1, {}), key=other)])
            store.commit([append(page(2, {}))])
        waiting.result()
    assert [change.key for change in store.changes()] == [KEY, KEY, other]


def test_what_a_whole_wrote_before_it_failed_is_in_no_file(
    store: SqliteEventStore, tmp_path: Path
) -> None:
    chance = Random(1)
    log = tmp_path / "events.sqlite3-wal"
    with suppress(InterruptedError), store.whole():
        for first in range(1, 31):
            text = chance.randbytes(2**20).hex()
            store.commit([append(page(first, {"response": part(text)}))])
        assert log.stat().st_size > 2**20, "the cache is full"
        raise InterruptedError
    assert log.stat().st_size == 0


def test_of_many_who_append_at_the_same_version_one_wins(store: SqliteEventStore) -> None:
    start = Barrier(8)

    def attempt(number: int) -> bool:
        start.wait()
        try:
            store.commit([append(page(1, *answered(f"{number}")))])
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(attempt, range(8))) == 1
    assert store.version(KEY) == 1


def test_threads_that_append_to_streams_of_their_own_all_succeed(store: SqliteEventStore) -> None:
    def work(number: int) -> int:
        key = StreamKey("archive-1", f"run/{number}")
        for version in range(20):
            store.commit([append(page(version + 1, *answered(f"{version}")), key=key)])
            assert store.version(key) == version + 1
        return len(list(store.pages(key)))

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(work, range(8))) == [20] * 8
    assert [each.position for each in store.changes()] == list(range(1, 161))


def test_large_parts_are_read_a_page_at_a_time(
    store: SqliteEventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PART_BYTES_AT_ONCE", 1000)
    sizes = [10, 10, 10, 2000, 10, 900, 900, 10]
    pages = [page(1 + at, {"request": part("x" * size)}) for at, size in enumerate(sizes)]
    store.commit([append(*pages)])
    assert [plain(each) for each in store.pages(KEY)] == [plain(each) for each in pages]
    assert len(list(store.changes(2))) == 6


def test_readers_that_are_left_halfway_hold_nothing(store: SqliteEventStore) -> None:
    store.commit([append(*(page(first, {}) for first in range(1, 50)))])
    readers = [store.pages(KEY) for _ in range(50)]
    for reader in readers:
        next(reader)
    store.commit([append(page(50, {}))])
    del readers, reader
    gc.collect()
    assert sum(1 for _ in store.pages(KEY)) == 50


def test_a_store_is_closed_once_its_readers_are_done(store: SqliteEventStore) -> None:
    store.commit([append(page(1, *answered("a")))])
    begun = Barrier(5)

    def read() -> None:
        begun.wait()
        while True:
            assert list(store.pages(KEY))

    with ThreadPoolExecutor(4) as threads:
        readers = [threads.submit(read) for _ in range(4)]
        begun.wait()
        store.close()
        for reader in readers:
            with pytest.raises(ConnectionPoolClosedError):
                reader.result()
    with pytest.raises(Refused, match="closed"):
        store.commit([append(page(2, {}))])


def test_closing_twice_is_no_error(store: SqliteEventStore) -> None:
    store.close()
    store.close()
