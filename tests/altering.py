"""Altering an archive as whoever may write to its files can. Not here: what is told of it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from infrastructure.event_store.schema import TABLES
from infrastructure.event_store.store import FILE
from infrastructure.read_models import FILE as READ_MODEL


def alter(folder: Path, stream: str, old: bytes, new: bytes) -> None:
    """Overwrite what stands first in the envelopes of a stream, in an archive's folder."""
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as raw:
        raw.execute("DROP TRIGGER stored_events_never_change")
        select = (
            "SELECT rowid, state FROM stored_events"
            " WHERE originator_id LIKE ? AND instr(state, ?) ORDER BY rowid"
        )
        number, state = raw.execute(select, (f"%:{stream}", old)).fetchone()
        changed = (state.replace(old, new, 1), number)
        raw.execute("UPDATE stored_events SET state = ? WHERE rowid = ?", changed)
        raw.executescript(";".join(sql for sql in TABLES if "never_change" in sql))


def flip_block(folder: Path, stream: str, version: int) -> None:
    """Change a byte of the block in which the parts of an event are packed."""
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as raw:
        select = (
            "SELECT block, data FROM pages JOIN streams ON streams.number = stream"
            " JOIN blocks ON blocks.number = block"
            " WHERE originator_id LIKE ? AND last >= ? ORDER BY last LIMIT 1"
        )
        number, data = raw.execute(select, (f"%:{stream}", version)).fetchone()
        middle = len(data) // 2
        changed = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
        raw.execute("UPDATE blocks SET data = ? WHERE number = ?", (changed, number))


def alter_tables(folder: Path, table: str, change: str, condition: str = "TRUE") -> None:
    """Change rows of a table of the read models ("" deletes them); one at least."""
    with closing(sqlite3.connect(folder / READ_MODEL, isolation_level=None)) as raw:
        names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB ?"
        (name,) = raw.execute(names, (f"{table}_[0-9]*",)).fetchone()
        verb = f"UPDATE {name} SET {change}" if change else f"DELETE FROM {name}"
        assert raw.execute(f"{verb} WHERE {condition}").rowcount


def spoil_tiles(folder: Path) -> None:
    """Overwrite the lowest tiles of the log of the archive in a folder."""
    for tile in (folder / "log" / "tile" / "0").rglob("*"):
        if tile.is_file():
            tile.write_bytes(b"\1" * tile.stat().st_size)
