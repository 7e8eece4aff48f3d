"""The event store: `application.ports.EventStore` on one SQLite database.

Readers and the writer do not wait for each other. Not here: the content of events and states.
"""

import sqlite3
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from eventsourcing.sqlite import SQLiteCursor

from application.ports import Append, Change, ItemKey, Lines, Page, PartKey, StreamKey
from domain.errors import Conflict, NotFound
from infrastructure.event_store import schema
from infrastructure.event_store.blocks import unpack
from infrastructure.event_store.connections import Datastore
from infrastructure.event_store.erasure import disclose
from infrastructure.event_store.faults import told
from infrastructure.event_store.indexes import Indexes
from infrastructure.event_store.pages import originator_id, stream_key
from infrastructure.event_store.reading import (
    amounts,
    next_changes,
    next_lines,
    next_pages,
)
from infrastructure.event_store.recorder import PageRecorder
from infrastructure.event_store.rows import Row, fetch, fetch_in, fetch_one
from infrastructure.event_store.writing import (
    PartOrigin,
    add_assets,
    add_items,
    find_head,
    hashed,
    id_key,
    id_text,
    read_secret,
)
from infrastructure.files import make_folder, writing
from infrastructure.lock import WriterLock

FILE = "events.sqlite3"
LOCK = "writer.lock"

_MAX_CHUNK = 2**20


def open_store(folder: Path, *, writable: bool, make: bool = True) -> "SqliteEventStore":
    """Open the event store of a folder; with ``make``, one that is to be written is made at need.

    Raises:
        Refused: when another process writes, or the tables are newer than this program.
        NotFound: when it is not there and is not to be made.
        ArchiveDamaged: when it is no sound database.
    """
    file, make = folder / FILE, make and writable
    if not (make or file.exists()):
        raise _none(folder)
    with ExitStack() as opened, told(str(file)):
        if writable:
            with writing(folder):
                make_folder(folder, 0o700)  # all content is in it, also what is withheld
            opened.enter_context(WriterLock(folder / LOCK))
        datastore = Datastore(file, writable=writable)
        opened.callback(datastore.close)
        recorder = PageRecorder(datastore)
        if not _is_made(datastore, file):
            if not make:
                raise _none(folder)
            recorder.create_table()
        store = SqliteEventStore(recorder, datastore, str(file), opened.pop_all())
    if writable:
        store.scrub()
    return store


def _none(folder: Path) -> NotFound:
    return NotFound(str(folder), "an archive", "none", "Record or import a run first.")


def _is_made(datastore: Datastore, file: Path) -> bool:
    if not file.exists():
        return False
    with datastore.transaction(commit=False) as cursor:
        return schema.is_made(cursor, str(file))


class SqliteEventStore:
    """See :class:`application.ports.EventStore`; usable by any number of threads."""

    def __init__(
        self, recorder: PageRecorder, datastore: Datastore, place: str, held: ExitStack
    ) -> None:
        self._recorder, self._datastore = recorder, datastore
        self._indexes = Indexes(datastore)
        self._place = place
        self._held = held
        self._unscrubbed = False

    def commit(self, appends: Sequence[Append]) -> None:
        """Write all of these in one transaction; what they erase is then in none of the files."""
        with told(self._place):
            self._recorder.insert_events((), appends=appends)
        if self._unscrubbed or any(append.erases for append in appends):
            self.scrub()

    @contextmanager
    def whole(self) -> Generator[None]:
        """Make one transaction of all that this thread commits within; only it sees it before."""
        try:
            with ExitStack() as transaction:
                with told(self._place):
                    transaction.enter_context(self._datastore.whole())
                yield
                with told(self._place):
                    transaction.close()
        except BaseException:
            self.scrub()  # what was too much for the cache stands in the log, undone
            raise

    def scrub(self) -> None:
        """Empty the write-ahead log, which holds what blocks held before.

        A reader in another process can hinder it; then each later commit tries again. It raises
        nothing: what was committed stays so.
        """
        self._unscrubbed = True
        with suppress(sqlite3.Error), self._datastore.get_connection(commit=True) as writer:
            cursor = writer.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._unscrubbed = cursor.fetchone()[0] != 0

    def version(self, key: StreamKey) -> int:
        """The version of the stream's last event; 0 for none."""
        with self._transaction() as cursor:
            head = find_head(cursor, key)
        return head.version if head else 0

    def state(self, key: StreamKey) -> bytes | None:
        """The state that was written with the last append."""
        statement = "SELECT state FROM streams WHERE originator_id = ?"
        row = self._one((bytes,), statement, originator_id(key))
        return row[0] if row else None

    def chunk(self, key: StreamKey, epoch: int, number: int) -> bytes | None:
        """One chunk of packed results."""
        statement = (
            "SELECT data FROM chunks JOIN streams ON stream = streams.number"
            " WHERE originator_id = ? AND epoch = ? AND chunks.number = ?"
        )
        row = self._one((bytes,), statement, originator_id(key), epoch, number)
        place = f"results {epoch}, {number} of {key.stream}"
        return unpack(place, row[0], _MAX_CHUNK) if row else None

    def pages(self, key: StreamKey, after: int = 0, *, parts: bool = True) -> Iterator[Page]:
        """The pages that hold versions beyond ``after``; the first may begin before it."""
        for at_most in amounts():
            with told(self._place):
                pages = next_pages(self._recorder, key, after, at_most, parts=parts)
            if not pages:
                return
            yield from pages
            after = pages[-1].first + len(pages[-1].lines) - 1

    def changes(self, after: int = 0) -> Iterator[Change]:
        """All pages of all streams beyond a position, in the order of the store."""
        for at_most in amounts():
            with told(self._place):
                changes = next_changes(self._recorder, after, at_most)
            if not changes:
                return
            yield from changes
            after = changes[-1].position

    def lines(self, origin: str, after: int = 0) -> Iterator[Lines]:
        """The pages of one origin's streams beyond a position, in the order of the store."""
        for at_most in amounts():
            with told(self._place):
                found = next_lines(self._recorder, origin, after, at_most)
            if not found:
                return
            yield from found
            after = found[-1].position

    def index(self, key: StreamKey, version: int) -> int:
        """How many events of the same origin stand before this one in the order of the store."""
        with told(self._place):
            return self._indexes.of(key, [version])[0]

    def indexes(self, key: StreamKey, versions: Sequence[int]) -> Sequence[int]:
        """The same of events in ascending order."""
        with told(self._place):
            return self._indexes.of(key, versions)

    def position(self) -> int:
        """The position of the last page of the store; 0 for none."""
        with told(self._place):
            return self._recorder.max_notification_id() or 0

    def moved(self, after: int, limit: int) -> Sequence[tuple[int, StreamKey]]:
        """Positions beyond ``after`` and the streams of their pages, in order."""
        statement = (
            "SELECT position, originator_id FROM pages JOIN streams ON stream = number"
            " WHERE position > ? ORDER BY position LIMIT ?"
        )
        with self._transaction() as cursor:
            rows = fetch(cursor, (int, str), statement, (after, limit))
        return [(position, stream_key(stream)) for position, stream in rows]

    def streams(self) -> Sequence[StreamKey]:
        """All streams, in the order of their first events."""
        statement = "SELECT originator_id FROM streams WHERE version > 0 ORDER BY number"
        with self._transaction() as cursor:
            return [stream_key(row[0]) for row in fetch(cursor, (str,), statement)]

    def known_ids(self, ids: Sequence[str]) -> Mapping[str, tuple[StreamKey, int]]:
        """Where those of these event ids stand that callers have given before."""
        statement = (
            "SELECT id, originator_id, event_ids.version FROM event_ids"
            " JOIN streams ON stream = number WHERE id IN"
        )
        with self._transaction() as cursor:
            rows = fetch_in(cursor, (bytes, str, int), statement, (), map(id_key, ids))
            return {id_text(key): (stream_key(stream), version) for key, stream, version in rows}

    def items_by_outside(self, key: StreamKey, outside: Sequence[str]) -> Mapping[str, ItemKey]:
        """Those of these items that the dataset has."""
        statement = (  # the index is named: for many names SQLite would rather walk the stream
            "SELECT outside, item, items.version FROM items INDEXED BY items_by_outside"
            " JOIN streams ON stream = number WHERE originator_id = ? AND outside IN"
        )
        with self._transaction() as cursor:
            secret = read_secret(cursor)
            names = {hashed(secret, name): name for name in outside}
            rows = fetch_in(cursor, (bytes, int, int), statement, (originator_id(key),), names)
            return {names[name]: ItemKey(names[name], *rest) for name, *rest in rows}

    def item_versions(self, key: StreamKey, items: Sequence[int]) -> Mapping[int, int]:
        """The version of the event that added each of these items."""
        statement = (
            "SELECT item, items.version FROM items INDEXED BY items_by_index"
            " JOIN streams ON stream = number WHERE originator_id = ? AND item IN"
        )
        with self._transaction() as cursor:
            return dict(fetch_in(cursor, (int, int), statement, (originator_id(key),), items))

    def asset_holders(self, key: StreamKey, name: str) -> Sequence[PartKey]:
        """The parts of a stream that list an asset and are not erased."""
        statement = (
            "SELECT held.version, kind FROM asset_references AS held"
            " JOIN streams ON stream = number"
            " WHERE originator_id = ? AND name = ? ORDER BY held.version, kind"
        )
        with self._transaction() as cursor:
            rows = fetch(cursor, (int, str), statement, (originator_id(key), name))
        return [PartKey(*row) for row in rows]

    def asset_is_held(self, name: str) -> bool:
        """Whether any part of any stream lists this asset and is not erased."""
        return self._one((int,), "SELECT 1 FROM asset_references WHERE name = ?", name) is not None

    def disclose(
        self,
        key: StreamKey,
        pages: Iterable[Page],
        items: Iterable[ItemKey] = (),
        assets: Iterable[PartOrigin] = (),
    ) -> None:
        """Replace the parts of pages of a mirror by fuller ones; ``pages`` must not write."""
        with self._transaction(commit=True) as cursor:
            head = find_head(cursor, key)
            if head is None:
                raise Conflict(f"{key.stream} of {key.origin}", "a stream to disclose", "none")
            disclose(cursor, head.number, key, pages)
            add_items(cursor, head.number, items, key)
            add_assets(cursor, head.number, assets)

    def count_trial(self, model: str, config: str, run: str) -> tuple[int, int]:
        """Number a run among those with the same model, and count those with the same config."""
        with self._transaction(commit=True) as cursor:
            secret = read_secret(cursor)
            keys = [hashed(secret, name) for name in (run, model, config)]
            statement = "SELECT trial, same_config FROM trials WHERE run = ?"
            row = fetch_one(cursor, (int, int), statement, keys[:1])
            if row is None:
                statement = "SELECT count(*), total(config = ?) FROM trials WHERE model = ?"
                row = fetch_one(cursor, (int, float), statement, (keys[2], keys[1])) or (0, 0)
                row = (row[0] + 1, int(row[1]))
                cursor.execute("INSERT INTO trials VALUES (?,?,?,?,?)", (*keys, *row))
        return row[0], row[1]

    def close(self) -> None:
        """Release files and locks."""
        self._held.close()

    @contextmanager
    def _transaction(self, *, commit: bool = False) -> Generator[SQLiteCursor]:
        with told(self._place), self._datastore.transaction(commit=commit) as cursor:
            yield cursor

    def _one(self, types: Sequence[type], statement: str, *values: object) -> Row | None:
        with self._transaction() as cursor:
            return fetch_one(cursor, types, f"{statement} LIMIT 1", values)
