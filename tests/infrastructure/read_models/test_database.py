"""The connections to the read models' file."""

import os
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Thread

import pytest

from infrastructure.read_models.database import READERS_KEPT, Database

TABLE = "CREATE TABLE numbers (number INTEGER)"
PATIENCE = 60
"""Seconds until what waits for ever is called so; nothing that works takes any of them."""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "numbers.db")
    with database.writing() as connection:
        connection.execute(TABLE)
    yield database
    database.close()


def numbers(database: Database) -> int:
    with database.reading() as connection:
        (count,) = connection.execute("SELECT count(*) FROM numbers").fetchone()
    return int(count)


def open_files(database: Database) -> int:
    """How often this process has the database open."""
    links = (os.path.realpath(each.path) for each in os.scandir("/proc/self/fd"))
    return sum(link.startswith(str(database.path)) for link in links)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only Linux tells open files so")
def test_threads_that_read_and_end_leave_no_connections(database: Database) -> None:
    numbers(database)
    before = open_files(database)
    for _ in range(30):
        thread = Thread(target=numbers, args=[database])
        thread.start()
        thread.join()
    assert open_files(database) == before


def test_no_more_connections_are_kept_than_are_of_use(database: Database) -> None:
    count = READERS_KEPT + 4
    together = Barrier(count, timeout=PATIENCE)
    lent: set[sqlite3.Connection] = set()

    def read() -> None:
        with database.reading() as connection:
            lent.add(connection)
            together.wait()

    with ThreadPoolExecutor(count) as threads:
        for done in [threads.submit(read) for _ in range(count)]:
            done.result()
    assert len(lent) == count
    assert sum(is_open(connection) for connection in lent) == READERS_KEPT


def is_open(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("SELECT 1")
    except sqlite3.ProgrammingError:
        return False
    return True


def test_the_first_read_of_a_thread_does_not_wait_for_a_writer(database: Database) -> None:
    with ThreadPoolExecutor(1) as threads, database.writing() as connection:
        connection.execute("INSERT INTO numbers VALUES (1)")
        assert threads.submit(numbers, database).result(PATIENCE) == 0
    assert numbers(database) == 1


def test_who_reads_while_all_is_closed_reads_to_the_end(database: Database) -> None:
    with database.reading() as connection:
        database.close()
        assert connection.execute("SELECT count(*) FROM numbers").fetchone() == (0,)
    assert not is_open(connection)


def test_who_reads_a_file_that_is_given_up_takes_nothing_from_the_new_one(
    database: Database,
) -> None:
    with database.reading() as old:
        old.execute("SELECT count(*) FROM numbers")
        database.discard()
        with database.writing() as connection:
            connection.execute(TABLE)
            connection.execute("INSERT INTO numbers VALUES (1)")
        assert old.execute("SELECT count(*) FROM numbers").fetchone() == (0,)
        assert numbers(database) == 1
    assert not is_open(old)
    assert numbers(database) == 1
