"""The items of an eval_752 export: rows of ``sections/*.jsonl``, by id and by index.

Not here: what a row must have, which whoever records it checks.
"""

from array import array
from collections.abc import Callable
from typing import Final

from domain.canonical import Json
from domain.errors import InvalidInput
from infrastructure.log_sources.loose_json import Members

_LINE_BITS: Final = 40
_PREFIX: Final = "assets/"


class Items:
    """Which item has which index, and in which line of which member each one stands."""

    def __init__(self) -> None:
        self._indexes: dict[str, int] = {}
        self._members: list[str] = []
        self._places = array("Q")

    def begin(self, member: str) -> None:
        """Go on with the items of another member."""
        self._members.append(member)

    def add(self, item: str, line: int) -> None:
        """Take in the next item.

        Raises:
            InvalidInput: naming both places, when there is one of this id.
        """
        index = len(self._indexes)
        self._places.append(len(self._members) - 1 << _LINE_BITS | line)
        first = self._indexes.setdefault(item, index)
        if first != index:
            found = f"{item!r} here and in {self._place(first)}"
            raise InvalidInput(self._place(index), "an id that no other item has", found)

    def index(self, item: str) -> int | None:
        """The index of an item; None where there is none of this id."""
        return self._indexes.get(item)

    def __len__(self) -> int:
        return len(self._indexes)

    def _place(self, index: int) -> str:
        member, line = divmod(self._places[index], 1 << _LINE_BITS)
        return f"{self._members[member]}, line {line}"


def id_text(value: Json) -> str | None:
    """An id as text: a number is taken for its digits; None for what is no id."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else None


def with_section(row: Members, section: str) -> Members:
    """The row with the section of its member, where it names none itself."""
    meta = row.get("meta")
    named = isinstance(meta, dict) and isinstance(meta.get("section"), str)
    if row.get("section") is not None or named:
        return row
    return {**row, "section": section}


def with_assets(inputs: Json, rename: Callable[[str, str], str], place: str) -> Json:
    """Inputs whose references to members below ``assets/`` are renamed; ``text`` is none."""
    if isinstance(inputs, dict):
        return {
            name: child if name == "text" else with_assets(child, rename, f"{place}.{name}")
            for name, child in inputs.items()
        }
    if isinstance(inputs, list):
        return [with_assets(child, rename, f"{place}.{n}") for n, child in enumerate(inputs)]
    if isinstance(inputs, str) and inputs.startswith(_PREFIX):
        return rename(inputs, place)
    return inputs
