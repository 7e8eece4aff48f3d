"""A disk that gives back something else."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from application.ports import EventStore, ItemKey
from domain.errors import RESTORE, ArchiveDamaged, EvidenceDamaged, Refused
from infrastructure.event_store.schema import TABLES
from infrastructure.event_store.store import FILE, open_store
from tests.contracts.pages import KEY, answered, append, erasing, page

READS: list[Callable[[EventStore], object]] = [
    lambda store: list(store.pages(KEY)),
    lambda store: list(store.changes()),
    lambda store: store.state(KEY),
    lambda store: store.chunk(KEY, 1, 0),
    lambda store: store.streams(),
    lambda store: store.known_ids(["0199aaaa-0000-7000-8000-000000000001"]),
    lambda store: store.items_by_outside(KEY, ["q-1"]),
    lambda store: store.item_versions(KEY, [0]),
]

FLIPPED = "CAST(substr(data, 1, 20) || CAST(char(7) AS BLOB) || substr(data, 22) AS BLOB)"
"""A block with another byte."""


def make(folder: Path) -> None:
    with closing(open_store(folder, writable=True)) as store:
        first = append(page(1, *answered("a", "b")), page(3, *answered("c" * 9000)))
        first.items, first.chunks = [ItemKey("q-1", 0, 1)], {(1, 0): bytes(1024)}
        first.ids = [("0199aaaa-0000-7000-8000-000000000001", 1)]
        store.commit([first])


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (f"UPDATE blocks SET data = {FLIPPED} WHERE number = 1", "versions 1 to 2, parts"),
        ("UPDATE blocks SET data = zeroblob(length(data)) WHERE number = 1", "1 to 2, parts"),
        ("UPDATE blocks SET data = substr(data, 1, 9) WHERE number = 1", "1 to 2, parts"),
        ("UPDATE blocks SET data = 'text' WHERE number = 1", "versions 1 to 2, parts"),
        ("DELETE FROM blocks WHERE number = 2", "version 3, parts"),
        ("UPDATE pages SET size = size + 1 WHERE position = 1", "versions 1 to 2, parts"),
        ("UPDATE pages SET size = size - 1 WHERE position = 1", "versions 1 to 2, parts"),
        ("UPDATE pages SET lines = 1 WHERE position = 1", "version 2"),
        ("UPDATE pages SET lines = 3 WHERE position = 1", "versions 1 to 2"),
        ("UPDATE pages SET ordinal = 7 WHERE position = 2", "version 3"),
        ("UPDATE stored_events SET topic = 'os:system' WHERE rowid = 1", "versions 1 to 2"),
        ("UPDATE stored_events SET state = 752 WHERE rowid = 1", "versions 1 to 2"),
        ("DELETE FROM stored_events WHERE rowid = 1", "versions 1 to 2"),
    ],
)
def test_a_page_that_is_not_as_it_was_written_is_damage_of_its_stream_with_versions(
    tmp_path: Path, change: str, place: str
) -> None:
    make(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE)) as raw:
        raw.execute("DROP TRIGGER stored_events_never_change")
        raw.execute("DROP TRIGGER stored_events_never_go")
        raw.execute(change)
        raw.executescript(";".join(sql for sql in TABLES if "stored_events_never" in sql))
    with closing(open_store(tmp_path, writable=False)) as store:
        for read in (lambda: list(store.pages(KEY)), lambda: list(store.changes())):
            with pytest.raises(EvidenceDamaged, match=RESTORE) as damage:
                read()
            assert damage.value.stream == KEY.stream
            assert damage.value.place.endswith(place)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("DROP TABLE pages", "CREATE TABLE pages"),
        ("DROP TRIGGER stored_events_never_go", "CREATE TRIGGER stored_events_never_go"),
        ("ALTER TABLE items ADD COLUMN more", "CREATE TABLE items"),
        ("ALTER TABLE stored_events RENAME state TO other", "no such column"),
    ],
)
def test_tables_and_triggers_that_are_not_as_they_were_made_are_damage(
    tmp_path: Path, change: str, named: str
) -> None:
    make(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE)) as raw:
        raw.execute(change)
    for writable in (True, False):
        with pytest.raises(ArchiveDamaged, match=named):
            open_store(tmp_path, writable=writable)


def test_a_rotten_block_is_not_erased_from(tmp_path: Path) -> None:
    make(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE)) as raw:
        raw.executescript("UPDATE blocks SET data = zeroblob(length(data)) WHERE number = 1")
    with closing(open_store(tmp_path, writable=True)) as store:
        with pytest.raises(EvidenceDamaged, match=f"^{KEY.stream}, versions 1 to 2, parts: "):
            store.commit([erasing(3, (1, "request"))])
        assert store.version(KEY) == 3


@pytest.mark.parametrize("envelope", ["{", "[]", '{"parts":[]}'])
def test_a_rotten_envelope_is_not_erased_from(tmp_path: Path, envelope: str) -> None:
    make(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE)) as raw:
        raw.execute("DROP TRIGGER stored_events_never_change")
        raw.execute("UPDATE stored_events SET state = CAST(? AS BLOB)", (envelope,))
        raw.executescript(";".join(sql for sql in TABLES if "never_change" in sql))
    with (
        closing(open_store(tmp_path, writable=True)) as store,
        pytest.raises(EvidenceDamaged, match=f"^{KEY.stream}, version 1: expected an envelope"),
    ):
        store.commit([erasing(3, (1, "request"))])


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\0" + bytes(90)])
def test_a_file_that_is_no_database_is_damage(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    for writable in (True, False):
        with pytest.raises((ArchiveDamaged, Refused), match=FILE):
            open_store(tmp_path, writable=writable)


@pytest.mark.parametrize("seed", range(25))
def test_bits_that_flip_anywhere_raise_nothing_but_damage(tmp_path: Path, seed: int) -> None:
    make(tmp_path)
    chance = random.Random(seed)
    data = bytearray((tmp_path / FILE).read_bytes())
    if seed % 10 == 0:
        del data[chance.randrange(len(data)) :]
    for _ in range(chance.choice([1, 20, 500]) if data else 0):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    (tmp_path / FILE).write_bytes(data)
    for writable in (False, True):
        for read in [lambda store: None, *READS]:
            try:
                with closing(open_store(tmp_path, writable=writable)) as store:
                    read(store)
            except (ArchiveDamaged, Refused) as damage:
                assert damage.place  # noqa: PT017 - a read that went well is as good
