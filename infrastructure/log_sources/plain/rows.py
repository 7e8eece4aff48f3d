"""A plain file as rows of named values: CSV, where each is text, or JSONL, where it is JSON.

Which of the two is told by the bytes. Not here: what a name means.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from application.log_source import Account
from domain.canonical import Json
from domain.errors import Eval752Error, UnreadableFile
from infrastructure.log_sources.json_values import read_object
from infrastructure.log_sources.lines import lines_of
from infrastructure.log_sources.loose_json import Members, read_loosely
from infrastructure.log_sources.plain.csv_rows import BOM, records
from infrastructure.log_sources.raw_file import RawFile

_MAX_SHOWN: Final = 40


class Row(NamedTuple):
    """A row: its place, its size in bytes, and its values by name."""

    line: int
    place: str
    size: int
    values: Members


class PlainRows:
    """The rows of a file, which are read anew each time."""

    def __init__(self, file: RawFile, delimiter: str = ",") -> None:
        self._file, self._delimiter = file, delimiter
        first = file.first()
        self.has_bom = first.startswith(BOM)
        self.is_csv = first.removeprefix(BOM).lstrip()[:1] != b"{"

    def walk(self, account: Account) -> Iterator[Row]:
        """Every row.

        Raises:
            InvalidInput: naming the line that is none.
        """
        return self._csv() if self.is_csv else self._json(account)

    def columns(self) -> Sequence[str]:
        """The names in the header, or of the first row.

        Raises:
            InvalidInput: when there is none.
        """
        name = self._file.name
        if self.is_csv:
            header = next(records(self._file.raw(), self._delimiter, name), None)
            names = header.fields if header else ()
        else:
            first = next(self._json(Account()), None)
            names = [*first.values] if first else ()
        if not names:
            raise UnreadableFile(name, "a row that names the columns", "none")
        return names

    def _csv(self) -> Iterator[Row]:
        name = self._file.name
        found = records(self._file.raw(), self._delimiter, name)
        header = next(found, None)
        for line, size, fields in found:
            values: Members = dict(zip(header.fields if header else (), fields, strict=True))
            yield Row(line, f"{name}, line {line}", size, values)

    def _json(self, account: Account) -> Iterator[Row]:
        name = self._file.name
        for number, line in lines_of(self._file.raw(), name):
            place = f"{name}, line {number}"
            values = read_object(line.removeprefix(BOM), place, account)
            yield Row(number, place, len(line), values)


def plain_columns(file: RawFile) -> Sequence[str]:
    """The columns of a file that looks like a table, for people; none where it does not."""
    rows, first = PlainRows(file), file.first()
    try:
        if rows.is_csv:
            records_ = records([first[: first.rfind(b"\n") + 1]], ",", "")
            header, row = next(records_, None), next(records_, None)
            names = header.fields if header and row else ()
        else:
            line = first.removeprefix(BOM).lstrip().partition(b"\n")[0]
            value, _ = read_loosely(line, "")
            names = [*value] if isinstance(value, dict) else ()
    except Eval752Error:
        return ()
    return names[:_MAX_SHOWN] if len(names) > 1 else ()


def value_of(values: Members, name: str) -> Json:
    """The value of a column; ``a.b`` is also the member b of a, where no column is called so."""
    if name in values:
        return values[name]
    value: Json = values
    for step in name.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value
