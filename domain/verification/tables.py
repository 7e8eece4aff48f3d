"""Tables of a document, read strictly: each error names file, place and both sides.

A key that nobody asks for is refused: one that is misspelt would say less than was meant. Not here:
what the document is about (``policy_document``).
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar, cast

from domain.errors import InvalidInput, shown

T = TypeVar("T")


class Place(NamedTuple):
    """Where something stands: the file, and the path in it."""

    file: str
    path: str = ""

    def __truediv__(self, name: str) -> "Place":
        return Place(self.file, f"{self.path}.{name}" if self.path else name)

    def at(self, index: int) -> "Place":
        """The place of a list's value, counted from 0."""
        return Place(self.file, f"{self.path}[{index}]")

    def __str__(self) -> str:
        """Say the file, and where in it."""
        return f"{self.file}: {self.path}" if self.path else self.file


class Table:
    """A table, of which whatever nobody asks for is refused. All methods raise ``InvalidInput``."""

    def __init__(self, place: Place, value: object) -> None:
        if not isinstance(value, dict):
            raise InvalidInput(str(place), "a table", _kind(value))
        self.place = place
        self._values = dict(cast("dict[str, Any]", value))
        self._known: list[str] = []

    def get(self, name: str, read: Callable[[Any, str], T], otherwise: T | None = None) -> T:
        """One value; it must be there where there is nothing to take otherwise."""
        self._known.append(name)
        if name not in self._values and otherwise is not None:
            return otherwise
        place = str(self.place / name)
        if name not in self._values:
            raise InvalidInput(place, "a value", "none")
        return read(self._values.pop(name), place)

    def each(self, name: str, read: Callable[[Any, str], T]) -> Sequence[T]:
        """What a list holds; of one that is left out, nothing."""
        return [read(value, str(place)) for place, value in self._list(name)]

    def tables(self, name: str) -> Iterator["Table"]:
        """The tables of a list; of one that is left out, none."""
        return (Table(place, value) for place, value in self._list(name))

    def table(self, name: str) -> "Table | None":
        """One table, if it is there."""
        self._known.append(name)
        return Table(self.place / name, self._values.pop(name)) if name in self._values else None

    def end(self) -> None:
        """Refuse what is left."""
        for name in self._values:
            expected = f"one of {', '.join(self._known)}"
            raise InvalidInput(str(self.place / ascii(name)[1:-1][:80]), expected, "another key")

    def _list(self, name: str) -> Sequence[tuple[Place, object]]:
        values = self.get(name, _list_of, list[object]())
        return [((self.place / name).at(index), value) for index, value in enumerate(values)]


def text_of(value: object, place: str) -> str:
    """A text that is not empty; raises ``InvalidInput``."""
    if not isinstance(value, str) or not value:
        raise InvalidInput(place, "a text", shown(value))
    return value


def whole_of(value: object, place: str) -> int:
    """A whole number; raises ``InvalidInput``."""
    if type(value) is not int:
        raise InvalidInput(place, "a whole number", shown(value))
    return value


def _list_of(value: object, place: str) -> list[object]:
    if not isinstance(value, list):
        raise InvalidInput(place, "a list", shown(value))
    return cast("list[object]", value)


def _kind(value: object) -> str:
    return "a list" if isinstance(value, list) else shown(value)
