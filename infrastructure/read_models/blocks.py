"""Blocks: tallies of 1,024 events of a run, of 4 times as many, of 16 times, and so on.

The tally after any event is that of a few blocks and of the rows behind them. Blocks follow from
rows, however these came, and are made again where an erasure changed a row. Not here: how tallies
add up (``tallies``).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Final

from infrastructure.read_models.tables import Tables
from infrastructure.read_models.tallies import Stretch

LEAF: Final = 1024
FAN: Final = 4

Stretches = defaultdict[int, Stretch]
"""By section; −1 where the dataset is not here to tell it."""

_COUNTS: Final = """SELECT coalesce(r.section, -1) AS place,
        sum(r.planned IS NULL AND r.begun = a.version) - sum(a.outcome > 0),
        sum(a.outcome = 1), sum(a.outcome = 2), sum(a.outcome = 0),
        ifnull(sum(a.tokens_in), 0), ifnull(sum(a.tokens_out), 0),
        count(a.tokens_in), count(a.tokens_out)
    FROM attempts$ AS a JOIN results$ AS r USING (run, item, epoch)
    WHERE a.run = ? AND a.version BETWEEN ? AND ? GROUP BY place"""
_LATENCIES: Final = """SELECT coalesce(r.section, -1) AS place, a.latency_ms
    FROM attempts$ AS a JOIN results$ AS r USING (run, item, epoch)
    WHERE a.run = ? AND a.version BETWEEN ? AND ? AND a.outcome = 1 AND a.latency_ms IS NOT NULL
    ORDER BY place, a.latency_ms"""
_SCORED: Final = """SELECT coalesce(r.section, -1) AS place, s.scorer, s.value, count(*),
        sum(s.revised)
    FROM scores$ AS s JOIN results$ AS r USING (run, item, epoch)
    WHERE s.run = ? AND s.version BETWEEN ? AND ? GROUP BY place, s.scorer, s.value"""
_REVISED: Final = """SELECT coalesce(r.section, -1) AS place, s.scorer, s.value, -count(*),
        -sum(s.revised)
    FROM scores$ AS s JOIN results$ AS r USING (run, item, epoch)
    WHERE s.run = ? AND s.until BETWEEN ? AND ? GROUP BY place, s.scorer, s.value"""
_BLOCK: Final = """SELECT section, opened, answered, failed, attempts_failed, tokens_in, tokens_out,
        stating_in, stating_out, scores, latencies
    FROM blocks$ WHERE run = ? AND level = ? AND number = ?"""
_BLOCK_WITHOUT_LATENCIES: Final = _BLOCK.replace("latencies", "x''")


class Blocks:
    """The blocks of one run."""

    def __init__(self, tables: Tables, run: int) -> None:
        self._tables, self._run = tables, run

    def tally(self, version: int, *, latencies: bool = True) -> Stretches:
        """What happened up to a version, by section."""
        found = Stretches(Stretch)
        for level, number in _covering(version // LEAF):
            self._add_block(found, level, number, latencies=latencies)
        self._add_rows(found, version // LEAF * LEAF + 1, version)
        return found

    def recount(self, version: int) -> Stretches:
        """The same from the rows alone."""
        found = Stretches(Stretch)
        self._add_rows(found, 1, version)
        return found

    def renew(self, before: int, version: int, changed: Iterable[int]) -> None:
        """Make the blocks that became whole since ``before``, and those of rows that changed."""
        level, whole = 0, version // LEAF
        numbers = {*range(before // LEAF, whole), *((begin - 1) // LEAF for begin in changed)}
        while numbers := {number for number in numbers if number < whole}:
            for number in sorted(numbers):
                self._put(level, number)
            level, whole = level + 1, whole // FAN
            numbers = {number // FAN for number in numbers}

    def _put(self, level: int, number: int) -> None:
        found = Stretches(Stretch)
        if level:
            for child in range(number * FAN, (number + 1) * FAN):
                self._add_block(found, level - 1, child)
        else:
            self._add_rows(found, number * LEAF + 1, (number + 1) * LEAF)
        place = (self._run, level, number)
        self._tables.execute(
            "DELETE FROM blocks$ WHERE run = ? AND level = ? AND number = ?", *place
        )
        rows = ((*place, section, *stretch.to_row()) for section, stretch in sorted(found.items()))
        self._tables.each("INSERT INTO blocks$ VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)", rows)

    def _add_block(
        self, found: Stretches, level: int, number: int, *, latencies: bool = True
    ) -> None:
        statement = _BLOCK if latencies else _BLOCK_WITHOUT_LATENCIES
        rows = self._tables.execute(statement, self._run, level, number)
        for section, *counts, scores, packed in rows:
            found[section].add_kept(counts, scores, packed)

    def _add_rows(self, found: Stretches, first: int, last: int) -> None:
        bounds = (self._run, first, last)
        for section, *counts in self._tables.execute(_COUNTS, *bounds):
            found[section].count(*counts)
        for section, group in groupby(self._tables.execute(_LATENCIES, *bounds), itemgetter(0)):
            found[section].latencies.append([latency_ms for _, latency_ms in group])
        for statement in (_SCORED, _REVISED):
            for section, scorer, value, *counts in self._tables.execute(statement, *bounds):
                found[section].of(scorer).count(value, *counts)


def _covering(leaves: int) -> Iterator[tuple[int, int]]:
    """(level, number) of the fewest blocks that cover so many leaves."""
    level = 0
    while leaves:
        leaves, rest = divmod(leaves, FAN)
        yield from ((level, leaves * FAN + number) for number in range(rest))
        level += 1
