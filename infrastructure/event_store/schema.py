"""The tables beside the library's ``stored_events``, and the version of them all.

Every content that can be erased stands in ``blocks`` alone, whose rows are appended, overwritten
in place and never deleted: SQLite then never moves them, and so leaves no copies in the slack of
its pages (``erasure``). Not here: what the rows mean to the callers (``application.ports``).
"""

from secrets import token_bytes

from eventsourcing.sqlite import SQLiteCursor

from domain.errors import ArchiveDamaged, Refused

VERSION = 1
APPLICATION_ID = 0x65373532  # "e752"

TABLES = (
    # streams are numbered in the order of their first events; `pages` counts their pages
    """CREATE TABLE streams (
        number INTEGER PRIMARY KEY, originator_id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL,
        pages INTEGER NOT NULL, state BLOB NOT NULL)""",
    # position is the rowid in stored_events; block 0 is none; `size` is that of the block unpacked
    """CREATE TABLE pages (
        position INTEGER PRIMARY KEY, stream INTEGER NOT NULL, ordinal INTEGER NOT NULL,
        last INTEGER NOT NULL, lines INTEGER NOT NULL, block INTEGER NOT NULL,
        size INTEGER NOT NULL, withheld TEXT NOT NULL)""",
    "CREATE UNIQUE INDEX pages_by_last ON pages (stream, last)",
    "CREATE TABLE blocks (number INTEGER PRIMARY KEY, data BLOB NOT NULL)",
    """CREATE TABLE chunks (
        stream INTEGER, epoch INTEGER, number INTEGER, data BLOB NOT NULL,
        PRIMARY KEY (stream, epoch, number)) WITHOUT ROWID""",
    """CREATE TABLE event_ids (
        id BLOB PRIMARY KEY, stream INTEGER NOT NULL, version INTEGER NOT NULL) WITHOUT ROWID""",
    """CREATE TABLE items (
        stream INTEGER, version INTEGER, item INTEGER NOT NULL, outside BLOB,
        PRIMARY KEY (stream, version)) WITHOUT ROWID""",
    "CREATE UNIQUE INDEX items_by_index ON items (stream, item)",
    "CREATE UNIQUE INDEX items_by_outside ON items (stream, outside)",
    """CREATE TABLE asset_references (
        stream INTEGER, version INTEGER, kind TEXT, name TEXT,
        PRIMARY KEY (stream, version, kind, name)) WITHOUT ROWID""",
    "CREATE INDEX asset_references_by_name ON asset_references (name)",
    """CREATE TABLE erased (
        stream INTEGER, version INTEGER, kind TEXT,
        PRIMARY KEY (stream, version, kind)) WITHOUT ROWID""",
    """CREATE TABLE trials (
        run BLOB PRIMARY KEY, model BLOB NOT NULL, config BLOB NOT NULL, trial INTEGER NOT NULL,
        same_config INTEGER NOT NULL) WITHOUT ROWID""",
    "CREATE INDEX trials_by_model ON trials (model, config)",
    "CREATE TABLE secret (value BLOB NOT NULL)",
    # the library itself accepts gaps and changes
    """CREATE TRIGGER stored_events_have_no_gaps BEFORE INSERT ON stored_events
        WHEN NEW.originator_version IS NOT (
            SELECT coalesce(max(originator_version) + 1, 0) FROM stored_events
            WHERE originator_id = NEW.originator_id)
        BEGIN SELECT RAISE(ABORT, 'a page that does not follow the last one'); END""",
    """CREATE TRIGGER stored_events_never_change BEFORE UPDATE ON stored_events
        BEGIN SELECT RAISE(ABORT, 'stored events never change'); END""",
    """CREATE TRIGGER stored_events_never_go BEFORE DELETE ON stored_events
        BEGIN SELECT RAISE(ABORT, 'stored events never go'); END""",
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {VERSION}",
)


def fill(cursor: SQLiteCursor) -> None:
    """Write what new tables begin with: the secret under which names are hashed."""
    cursor.execute("INSERT INTO secret VALUES (?)", (token_bytes(32),))


def is_made(cursor: SQLiteCursor, place: str) -> bool:
    """Whether the tables are there, in this version.

    Raises:
        Refused: when they are of a version that this program does not know, or somebody else's.
        ArchiveDamaged: when some are gone or changed.
    """
    version = _pragma(cursor, "user_version")
    cursor.execute("SELECT count(*) FROM sqlite_master")
    if version == 0 and cursor.fetchone()[0] == 0:
        return False
    if _pragma(cursor, "application_id") != APPLICATION_ID:
        raise Refused(place, "the database of an archive", "another program's database")
    if version > VERSION:
        found = f"version {version}, written by a newer eval752"
        raise Refused(place, f"tables of version {VERSION}", found, "Open it with that one.")
    if version < 1:
        raise ArchiveDamaged(place, f"tables of version {VERSION}", f"version {version}")
    _check_made(cursor, place)
    return True


def _check_made(cursor: SQLiteCursor, place: str) -> None:
    """Check that nobody changed a table, or did away with a trigger."""
    cursor.execute(
        "SELECT originator_id, originator_version, topic, state FROM stored_events LIMIT 0"
    )
    cursor.execute("SELECT sql FROM sqlite_master")
    made = {row["sql"] for row in cursor.fetchall()}
    for statement in TABLES:
        if statement.startswith("CREATE") and statement not in made:
            first_words = " ".join(statement.split()[:4])
            raise ArchiveDamaged(place, f"what {first_words} … made", "nothing or something else")


def _pragma(cursor: SQLiteCursor, name: str) -> int:
    cursor.execute(f"PRAGMA {name}")
    return int(cursor.fetchone()[0])
