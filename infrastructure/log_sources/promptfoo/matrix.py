"""The table that a promptfoo result file is: prompts with providers as columns, tests as rows.

A column is a run, a test an item. Not here: what any cell says of its result.
"""

from array import array
from collections.abc import Iterator
from typing import Final

from application.log_source import Account
from domain.errors import InvalidInput
from infrastructure.log_sources.promptfoo.columns import Column, place_of, stated_columns
from infrastructure.log_sources.promptfoo.container import Container, Row
from infrastructure.log_sources.promptfoo.rows import (
    Address,
    address,
    digest_of,
    label_of,
    provider_of,
    test_of,
    with_parts,
)
from infrastructure.log_sources.promptfoo.scorers import scores_of
from infrastructure.log_sources.promptfoo.stated import Sums

_MANY: Final = 1_000


class Matrix:
    """Which row of the file is which cell, learned in one walk.

    Raises:
        InvalidInput: when two rows are one cell, or rows state their cells in different ways.
    """

    def __init__(self, container: Container) -> None:
        self.columns: list[Column] = [*stated_columns(container)]
        self.sums = Sums()
        self.names: dict[str, None] = {}
        """The names of all scorers, in the order in which each appears first."""
        self._sums: dict[int, Sums] = {}
        self._addressed = False
        self._stated = len(self.columns)
        self._columns, self._tests = array("L"), array("Q")
        self._cells: dict[tuple[int, int], int] = {}
        self._digests: dict[int, bytes] = {}
        self._first: dict[int, int] = {}
        self._known: dict[bytes, list[int]] = {}
        self._same = bytearray()
        for row in container.rows(range(len(container)), Account()):
            self._take(row, container)
        self._order = {test: item for item, test in enumerate(sorted(self._first))}

    def tests(self) -> Iterator[tuple[int, int]]:
        """Each test by number, and the first row of the file that is of it."""
        return ((test, self._first[test]) for test in self._order)

    def rows_of(self, column: int) -> Iterator[int]:
        """The rows that are of a column."""
        return (row for row, each in enumerate(self._columns) if each == column)

    def item(self, row: int) -> int:
        """The index of the item that a row is about."""
        return self._order[self._tests[row]]

    def sums_of(self, column: int) -> Sums:
        """What the results of a column come to."""
        return self._sums.get(column, Sums())

    def repeats_test(self, row: int) -> bool:
        """Whether a row says of its test just what the first one of it says."""
        return bool(self._same[row])

    def _take(self, row: Row, container: Container) -> None:
        row = row._replace(members=with_parts(row.members))
        stated = address(row)
        if row.number and self._addressed != (stated is not None):
            expected = "promptIdx and testIdx in each row, or in none"
            raise InvalidInput(row.place, expected, "rows of different versions")
        self._addressed = stated is not None
        digest = digest_of(test_of(row.members))
        column, test = self._stated_cell(stated, row) if stated else self._cell(row, digest)
        first = self._cells.setdefault((column, test), row.number)
        if first != row.number:
            other = next(container.rows([first], Account())).place
            expected = "the only result of its prompt and test"
            raise InvalidInput(row.place, expected, f"another one in {other}")
        self._first.setdefault(test, row.number)
        self._same.append(self._digests.setdefault(test, digest) == digest)
        self._columns.append(column)
        self._tests.append(test)
        self.names |= dict.fromkeys(given.name for given in scores_of(row.members))
        for sums in (self.sums, self._sums.setdefault(column, Sums())):
            sums.take(row.members)

    def _stated_cell(self, stated: Address, row: Row) -> Address:
        most = self._stated or _MANY
        if stated.column >= most:
            expected = f"below {most}, the number of prompts"
            raise InvalidInput(f"{row.place}, promptIdx", expected, str(stated.column))
        while len(self.columns) <= stated.column:
            self.columns.append(Column())
        column = self.columns[stated.column]
        if stated.column not in self._sums:  # its first row
            self.columns[stated.column] = _column_of(row, column)
        return stated

    def _cell(self, row: Row, digest: bytes) -> Address:
        """Without numbers, prompt and provider tell the column, and what was tested the test.

        A test that is repeated has as many rows of the table as it has results in a column.
        """
        column = self._column(row)
        known = self._known.setdefault(digest, [])
        test = next((test for test in known if (column, test) not in self._cells), None)
        if test is None:
            test = len(self._first)
            known.append(test)
        return Address(column, test)

    def _column(self, row: Row) -> int:
        provider, label = provider_of(row.members), label_of(row.members.get("prompt"))
        for wanted in (provider, ""):
            found = place_of(self.columns, wanted, label)
            if found is not None:
                if provider and not self.columns[found].provider:
                    self.columns[found] = self.columns[found]._replace(provider=provider)
                return found
        if len(self.columns) >= _MANY:
            raise InvalidInput(row.place, f"at most {_MANY} prompts with providers", "more")
        self.columns.append(_column_of(row, Column()))
        return len(self.columns) - 1


def _column_of(row: Row, column: Column) -> Column:
    """A column with what a row tells of it."""
    provider, label = provider_of(row.members), label_of(row.members.get("prompt"))
    return column._replace(provider=provider or column.provider, label=column.label or label)
