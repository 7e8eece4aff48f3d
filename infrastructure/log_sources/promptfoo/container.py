"""A promptfoo result file as rows by number, and all else by dotted name.

Each is read from its place when it is asked for. Not here: where that is (``layout``), and what it
means.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from application.log_source import Account
from domain.canonical import Json
from domain.errors import InvalidInput, shown
from infrastructure.log_sources.json_pieces import extents
from infrastructure.log_sources.lines import MAX_LINE_BYTES, lines_of
from infrastructure.log_sources.loose_json import Members, read_noted
from infrastructure.log_sources.promptfoo.layout import ROWS, Layout
from infrastructure.log_sources.raw_file import RawFile

_BESIDE: Final = ("prompts", "stats", "table", "timestamp", "version")
"""Members that stand at the top, or below ``results`` beside the rows."""


class Row(NamedTuple):
    """A row: its number from 0, its place, its size in bytes, and its members."""

    number: int
    place: str
    size: int
    members: Members


class Container:
    """A result file, opened."""

    def __init__(self, file: RawFile) -> None:
        self._file, self._layout = file, Layout(file)

    def __len__(self) -> int:
        return len(self._layout.starts)

    @property
    def in_lines(self) -> bool:
        """Whether each row is a line."""
        return self._layout.rows == "line"

    def rows(self, numbers: Iterable[int], account: Account) -> Iterator[Row]:
        """The rows of these numbers.

        Raises:
            InvalidInput: naming the row that is no object, or larger than 8 MiB.
        """
        for number in numbers:
            place = self._place(number)
            start, end = self._layout.starts[number], self._layout.ends[number]
            value = self._read((start, end), place, account)
            if not isinstance(value, dict):
                raise InvalidInput(place, "an object", shown(value))
            yield Row(number, place, end - start, value)

    def name(self, name: str) -> str:
        """The dotted name of something that may stand below ``results`` as well."""
        nested = f"{ROWS}.{name}"
        return nested if name.partition(".")[0] in _BESIDE and nested in self._spans else name

    def names(self) -> Sequence[str]:
        """The names of all that stands beside the rows, but those that hold others of these."""
        opened = {name.rpartition(".")[0] for name in self._spans} | {self._layout.rows}
        return [name for name in self._spans if name not in opened]

    def read(self, name: str, account: Account) -> Json:
        """What stands under a name; None where nothing does.

        Raises:
            InvalidInput: when it is larger than 8 MiB, or no JSON.
        """
        span = self._spans.get(self.name(name))
        return self._read(span, self.name(name), account) if span else None

    def elements(self, name: str, account: Account) -> Iterator[tuple[str, Json]]:
        """The elements of a list that stands under a name, each with its place."""
        name = self.name(name)
        if self._layout.begins(name, b"["):
            begin, end = self._spans[name]
            found = extents(self._file.between(begin, end), name)
            for number, (start, stop) in enumerate(found):
                place = f"{name}.{number}"
                yield place, self._read((begin + start, begin + stop), place, account)

    def unread(self, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """The first MiB of what stands under each of these names, by lines."""
        for name in names:
            first = next(self._file.between(*self._spans[name]), b"")
            for number, line in lines_of([first], name):
                yield f"{name}, line {number}", line

    @property
    def _spans(self) -> dict[str, tuple[int, int]]:
        return self._layout.spans

    def _place(self, number: int) -> str:
        between = " " if self.in_lines else "."
        return f"{self._layout.rows}{between}{self._layout.numbers[number]}"

    def _read(self, span: tuple[int, int], place: str, account: Account) -> Json:
        start, end = span
        if end - start > MAX_LINE_BYTES:
            raise InvalidInput(place, f"at most {MAX_LINE_BYTES} bytes", f"{end - start}")
        return read_noted(b"".join(self._file.between(start, end)).strip(), place, account)
