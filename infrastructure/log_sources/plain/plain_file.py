"""A plain CSV or JSONL file with its mapping, as a log file. Not here: what a mapping may say."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Final

from application.log_source import Account, Declared, Entry, SourceFile
from domain.canonical import Json, encode
from domain.errors import InvalidInput, UnreadableFile
from infrastructure.log_sources.loose_json import Members
from infrastructure.log_sources.plain.items import Cells, item_row
from infrastructure.log_sources.plain.mapping import Columns, read_mapping
from infrastructure.log_sources.plain.results import actions_of
from infrastructure.log_sources.plain.rows import PlainRows, Row, plain_columns
from infrastructure.log_sources.plain.scoring import Scoring
from infrastructure.log_sources.plain.values import NOTHING
from infrastructure.log_sources.raw_file import RawFile

_MEDIA: Final = {"csv": "text/csv", "jsonl": "application/x-ndjson"}


class PlainSource:
    """Opens plain files, whose columns only a mapping explains."""

    kind = "CSV or JSONL with --map"

    def open(self, path: Path) -> None:
        """Without a mapping, no file can be read; one that looks plain is refused with its columns.

        Raises:
            UnreadableFile: saying what is missing, and the columns that were found.
        """
        file = RawFile.of(path)
        if file is None:
            return
        with closing(file):
            columns = plain_columns(file)
        if columns:
            found = f"neither, and {_shown(columns)}"
            remedy = "Say --map id=…,question=…,answer=…,response=…,score=…, or --map FILE.toml."
            expected = "a known kind of log file, or a mapping of its columns"
            raise UnreadableFile(path.name, expected, found, remedy)


def open_plain(path: Path, declared: Declared) -> "PlainFile":
    """Open a file as its mapping says.

    Raises:
        UnreadableFile: when it, or the mapping, cannot be read.
        InvalidInput: when the mapping is none, or names columns that are not there.
    """
    columns, file = read_mapping(declared), one_file(path)
    try:
        return PlainFile(file, columns)
    except BaseException:
        file.close()
        raise


def one_file(path: Path) -> RawFile:
    """A file that stands for itself.

    Raises:
        UnreadableFile: when it is none, or cannot be read.
    """
    file = RawFile.of(path)
    if file is None:
        raise UnreadableFile(path.name, "a file", "a folder or device")
    return file


class PlainFile:
    """A plain file: see `application.log_source.LogFile`."""

    mapping = "plain-1"

    def __init__(self, file: RawFile, columns: Columns) -> None:
        self._file, self._columns = file, columns
        self._rows = PlainRows(file, columns.told.get("delimiter", ","))
        names = self._rows.columns()
        if "question" not in columns.single:
            expected = "a column for the question, as question=COLUMN"
            raise InvalidInput(file.name, expected, _shown(names))
        if self._rows.is_csv:
            self._check_named(names)
        self._told = encode(columns.to_json())
        ext = "csv" if self._rows.is_csv else "jsonl"
        about = f"{sha256(self._told).hexdigest()}.json"
        self.files: Sequence[SourceFile] = [
            SourceFile(file.name, _MEDIA[ext], f"{file.digest()}.{ext}"),
            SourceFile("mapping.json", "application/json", about),
        ]

    @property
    def runs(self) -> int:
        """One, if the mapping names a column of results."""
        return int(self._columns.has_results)

    def dataset(self, account: Account) -> Iterator[Entry]:
        """The first row of each item."""
        name = self._columns.told.get("dataset") or self._file.name.rpartition(".")[0]
        config: Json = {"name": name or self._file.name}
        yield Entry({"type": "dataset.registered", "config": config}, "mapping")
        if self._rows.has_bom:
            account.note("a byte order mark: left out", self._file.name)
        seen, cells = dict[str, None](), Cells(self._columns)
        for row in self._rows.walk(account):
            seen |= dict.fromkeys(row.values)
            if cells.take(row).fresh:
                account.found["items"] += 1
                item = item_row(row, self._columns)
                yield Entry({"type": "dataset.item_added", "row": item}, row.place, row.size)
        if not self._rows.is_csv:
            self._check_named(seen)
        for name in self._left(seen):
            account.note("a column that is not mapped: in the original only", name)

    def run(self, _: int, account: Account) -> Iterator[Entry]:
        """What came of each row."""
        scoring, told = Scoring(self._columns), self._columns.told
        config: Members = {
            "provider": told.get("provider", "unknown"),
            "model": told.get("model", "unknown"),
            "parameters": {},
            "scorers": [*scoring.definitions()],
            "mapping": self._columns.to_json(),
        }
        for name in ("provider", "model"):
            if name not in told:
                account.note(f"no {name} said: unknown", "mapping")
        yield Entry({"type": "run.registered", "config": config}, "mapping")
        yield Entry({"type": "run.started"}, "mapping")
        cells = Cells(self._columns)
        for row in self._rows.walk(account):
            yield from self._results(row, cells, scoring, account)
        scoring.compare(self._file.name, account)
        yield Entry({"type": "run.completed"}, "mapping")

    def unread(self) -> Iterator[tuple[str, bytes]]:
        """The values of columns that are not mapped."""
        for row in self._rows.walk(Account()):
            for name in self._left(row.values.keys()):
                if row.values[name] not in NOTHING:
                    yield f"{row.place}, {name}", encode(row.values[name])

    def asset(self, name: str, /) -> Iterator[bytes]:
        """The bytes of the file, or of its mapping in one form."""
        return self._file.raw() if name == self.files[0].asset else iter([self._told])

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    def _results(
        self, row: Row, cells: Cells, scoring: Scoring, account: Account
    ) -> Iterator[Entry]:
        cell = cells.take(row)
        at: Members = {"item": cell.item, "epoch": cell.epoch}
        item = item_row(row, self._columns)
        for action in actions_of(row, at, item, scoring, account):
            yield Entry(action, row.place, row.size)

    def _check_named(self, names: Iterable[str]) -> None:
        """Every column of the mapping must be there."""
        there: Members = dict.fromkeys(names)
        missing = [name for name in self._columns.names() if not _is_there(name, there)]
        if missing:
            expected = f"a column {', '.join(map(repr, missing))}, as the mapping says"
            raise InvalidInput(self._file.name, expected, _shown(names))

    def _left(self, names: Iterable[str]) -> Sequence[str]:
        mapped = {name for column in self._columns.names() for name in (column, _top(column))}
        return [name for name in names if name not in mapped]


def _shown(names: Iterable[str]) -> str:
    """The columns of a file, for people."""
    return f"the columns {', '.join(map(repr, names))}"[:1000]


def _top(column: str) -> str:
    return column.partition(".")[0]


def _is_there(name: str, there: Members) -> bool:
    return name in there or _top(name) in there
