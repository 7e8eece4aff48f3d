"""What the database itself holds to, also against other programs."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from domain.errors import ArchiveDamaged, NotFound, Refused
from infrastructure.event_store.schema import VERSION
from infrastructure.event_store.store import FILE, SqliteEventStore, open_store
from tests.contracts.pages import KEY, append, page

INSERT = "INSERT INTO stored_events VALUES (?, ?, 'page:1', x'00')"
STREAM = f"{KEY.origin}:{KEY.stream}"


@pytest.fixture
def raw(store: SqliteEventStore, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    store.commit([append(page(1, {}), page(2, {}))])
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as connection:
        yield connection


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE stored_events SET state = x''",
        "UPDATE stored_events SET rowid = rowid + 1",
        "UPDATE OR REPLACE stored_events SET originator_version = 0",
        "DELETE FROM stored_events",
        "DELETE FROM stored_events WHERE originator_version = 1",
        f"REPLACE INTO stored_events VALUES ('{STREAM}', 1, 'page:1', x'00')",
    ],
)
def test_stored_events_are_neither_changed_nor_deleted(
    raw: sqlite3.Connection, statement: str
) -> None:
    before = raw.execute("SELECT rowid, * FROM stored_events").fetchall()
    with pytest.raises(sqlite3.IntegrityError):
        raw.execute(statement)
    assert raw.execute("SELECT rowid, * FROM stored_events").fetchall() == before


@pytest.mark.parametrize(("stream", "ordinal"), [(STREAM, 3), (STREAM, 1), ("new", 1), ("new", -1)])
def test_a_page_that_leaves_a_gap_is_refused(
    raw: sqlite3.Connection, stream: str, ordinal: int
) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="does not follow"):
        raw.execute(INSERT, (stream, ordinal))


def test_the_next_page_is_accepted(raw: sqlite3.Connection) -> None:
    raw.execute(INSERT, (STREAM, 2))
    raw.execute(INSERT, ("new", 0))


def set_pragma(folder: Path, pragma: str) -> None:
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA {pragma}")


@pytest.mark.parametrize("writable", [True, False])
def test_tables_of_a_newer_version_are_refused_in_plain_words(
    tmp_path: Path, writable: bool
) -> None:
    open_store(tmp_path, writable=True).close()
    set_pragma(tmp_path, f"user_version = {VERSION + 1}")
    with pytest.raises(Refused, match=f"found version {VERSION + 1}, written by a newer eval752"):
        open_store(tmp_path, writable=writable)
    set_pragma(tmp_path, f"user_version = {VERSION}")
    open_store(tmp_path, writable=writable).close()


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(Refused, match="another program's"):
        open_store(tmp_path, writable=True)
    assert (tmp_path / FILE).read_bytes() == before


def test_tables_without_a_version_are_damage(tmp_path: Path) -> None:
    open_store(tmp_path, writable=True).close()
    set_pragma(tmp_path, "user_version = 0")
    with pytest.raises(ArchiveDamaged, match="version 0"):
        open_store(tmp_path, writable=False)


def test_an_empty_file_is_a_store_that_was_never_made(tmp_path: Path) -> None:
    (tmp_path / FILE).touch()
    with pytest.raises(NotFound):
        open_store(tmp_path, writable=False)
    with closing(open_store(tmp_path, writable=True)) as store:
        store.commit([append(page(1, {}))])
