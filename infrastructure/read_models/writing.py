"""What the rows of a stream do to the tables of one generation.

Not here: transactions, and positions in the store.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from application.ports import StreamKey
from application.read_model import Held, StreamRows
from domain.errors import ArchiveDamaged
from infrastructure.read_models.blocks import Blocks
from infrastructure.read_models.database import REMEDY
from infrastructure.read_models.ranks import enter, withdraw
from infrastructure.read_models.spans import add_spans
from infrastructure.read_models.summaries import status_at
from infrastructure.read_models.tables import Tables, number_of
from infrastructure.read_models.tallies import Stretch, union
from infrastructure.read_models.texts import CHUNK, SEARCHED

LAID_OUT_AT_MOST: Final = 2**24
"""A larger plan has no row for each of its results, only for those with an event."""

_REGISTER_DATASET: Final = """INSERT INTO datasets$ (dataset, name, held, project, owner)
    SELECT number, ?2, ?3, project, owner FROM streams$ WHERE number = ?1"""
_REGISTER_RUN: Final = """INSERT INTO runs$
    (run, dataset, provider, model, held, items, scorers, trial, same_config, project, owner)
    SELECT number, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, project, owner FROM streams$
    WHERE number = ?1"""
_PLANNED: Final = """INSERT INTO planned$
    SELECT p.run, p.version, i.section, count(*) * p.epochs
    FROM plans$ AS p JOIN items$ AS i ON i.item BETWEEN p.first AND p.last
    WHERE p.run = ? AND p.version = ? AND p.first BETWEEN ? AND ? AND i.dataset = ?
    GROUP BY i.section"""
_LAY_OUT: Final = """WITH RECURSIVE epochs (epoch) AS (
        VALUES (1) UNION ALL SELECT epoch + 1 FROM epochs WHERE epoch < ?)
    INSERT INTO results$ SELECT ?, i.item, epoch, i.section, ?, NULL, 0, 0, NULL
    FROM items$ AS i CROSS JOIN epochs WHERE i.dataset = ? AND i.item BETWEEN ? AND ?"""
_RESULTS: Final = """INSERT INTO results$
    SELECT a.run, a.item, a.epoch, i.section,
        (SELECT iif(p.last >= a.item AND p.epochs >= a.epoch, p.version, NULL) FROM plans$ AS p
            WHERE p.run = a.run AND p.first <= a.item ORDER BY p.first DESC LIMIT 1),
        a.version, coalesce(a.attempt, 0), a.outcome, iif(a.outcome > 0, a.version, NULL)
    FROM attempts$ AS a JOIN runs$ AS u USING (run)
    LEFT JOIN items$ AS i ON i.dataset = u.dataset AND i.item = a.item
    WHERE a.run = ? AND a.version BETWEEN ? AND ? ORDER BY a.version
    ON CONFLICT (run, item, epoch) DO UPDATE SET begun = coalesce(begun, excluded.begun),
        attempts = max(attempts, excluded.attempts), outcome = excluded.outcome,
        ended = excluded.ended"""
_REVISE: Final = """UPDATE scores$ SET until = ?1
    WHERE run = ? AND item = ? AND epoch = ? AND scorer = ? AND until IS NULL AND version < ?1"""
_MARK_REVISED: Final = "UPDATE scores$ SET revised = 1 WHERE run = ? AND version = ?"
_SECTIONS: Final = """INSERT INTO sections$ SELECT dataset, section, count(*) FROM items$
    WHERE dataset = ? AND item BETWEEN ? AND ? GROUP BY section
    ON CONFLICT (dataset, section) DO UPDATE SET items = items + excluded.items"""
_TEXTS: Final = f"""INSERT OR REPLACE INTO texts$
    SELECT dataset, item / {CHUNK}, group_concat(substr(outside, 1, {SEARCHED}), char(10))
        FILTER (WHERE NOT instr(outside, char(0)))
    FROM items$ WHERE dataset = ? AND item BETWEEN ? AND ? GROUP BY 2"""  # noqa: S608 - constants
_TOTALS: Final = """UPDATE runs$ SET
    planned = iif(EXISTS (SELECT 1 FROM plans$ WHERE run = ?1),
        coalesce((SELECT sum(results) FROM planned$ WHERE run = ?1), 0), NULL),
    open = ?2 + coalesce((SELECT sum(results) FROM planned$ WHERE run = ?1), 0),
    answered = ?3, failed = ?4, attempts_failed = ?5, mean = ?6, status = ?7 WHERE run = ?1"""
_ASSIGN: Final = (
    "UPDATE streams$ SET project = ?, owner = ? WHERE number = ?",
    "UPDATE datasets$ SET project = ?, owner = ? WHERE dataset = ?",
    "UPDATE runs$ SET project = ?, owner = ? WHERE run = ?",
)
"""An assignment may come before the stream, which then takes over what it says."""


def write(tables: Tables, rows: StreamRows) -> bool:
    """Take in the rows of a stream, and say whether what was here before was deleted for it.

    Raises:
        ArchiveDamaged: when they don't follow what is here.
    """
    number, version = number_of(tables, rows.key)
    if rows.first != version + 1:
        place = f"{rows.key.stream} of {rows.key.origin}"
        raise ArchiveDamaged(place, f"version {version + 1}", f"version {rows.first}", REMEDY)
    tables.execute("UPDATE streams$ SET version = ? WHERE number = ?", rows.last, number)
    _assign(tables, rows)
    _register(tables, number, rows)
    tables.each("INSERT INTO milestones$ VALUES (?,?,?,?,?)", _of(number, rows.milestones))
    _add_items(tables, number, rows)
    _plan(tables, number, rows)
    due = withdraw(tables, number, rows)
    _add_results(tables, number, rows)
    deleted = _leave_out(tables, number, rows)
    if rows.key.stream.startswith("run/"):
        enter(tables, number, rows, due)
        add_spans(tables, number, rows.spans)
        blocks = Blocks(tables, number)
        blocks.renew(version, rows.last, _changed(tables, number, rows))
        _total(tables, number, rows.last, blocks.tally(rows.last, latencies=False))
    return deleted


def _of(number: int, rows: Iterable[tuple[Any, ...]]) -> Iterable[tuple[Any, ...]]:
    return ((number, *row) for row in rows)


def _assign(tables: Tables, rows: StreamRows) -> None:
    for _, source, stream, *place in rows.assignments:
        number, _ = number_of(tables, StreamKey(source, stream))
        for statement in _ASSIGN:
            tables.execute(statement, *place, number)


def _register(tables: Tables, number: int, rows: StreamRows) -> None:
    told = rows.registered
    if told and told.dataset:
        dataset, _ = number_of(tables, told.dataset)
        names = (told.provider, told.model, int(told.held))
        counts = (told.items, told.scorers, told.trial, told.same_config)
        tables.execute(_REGISTER_RUN, number, dataset, *names, *counts)
    elif told:
        tables.execute(_REGISTER_DATASET, number, told.name, int(told.held))
    if rows.superseded_by:
        statement = "UPDATE runs$ SET superseded_by = ? WHERE run = ?"
        tables.execute(statement, rows.superseded_by, number)


def _add_items(tables: Tables, number: int, rows: StreamRows) -> None:
    if not rows.items:
        return
    tables.each(
        "INSERT INTO items$ (dataset, version, item, section, outside, section_name, held)"
        " VALUES (?,?,?,?,?,?,?)",
        _of(number, rows.items),
    )
    first, last = rows.items[0][1], rows.items[-1][1]
    tables.execute(_SECTIONS, number, first, last)
    _search(tables, number, first, last)


def _search(tables: Tables, dataset: int, first: int, last: int) -> None:
    """Write anew the texts in which the outside ids of these items are searched."""
    tables.execute(_TEXTS, dataset, first // CHUNK * CHUNK, last // CHUNK * CHUNK + CHUNK - 1)


def _plan(tables: Tables, run: int, rows: StreamRows) -> None:
    if not rows.plans:
        return
    statement = "INSERT INTO plans$ (run, version, epochs, first, last) VALUES (?,?,?,?,?)"
    tables.each(statement, _of(run, rows.plans))
    row = tables.one("SELECT dataset FROM runs$ WHERE run = ?", run)
    dataset = row[0] if row else None
    for version, group in groupby(rows.plans, itemgetter(0)):
        plans = list(group)
        tables.execute(_PLANNED, run, version, plans[0][2], plans[-1][2], dataset)
        if sum(epochs * (last + 1 - first) for _, epochs, first, last in plans) <= LAID_OUT_AT_MOST:
            places = ((epochs, run, version, dataset, *pair) for _, epochs, *pair in plans)
            tables.each(_LAY_OUT, places)


def _add_results(tables: Tables, run: int, rows: StreamRows) -> None:
    tables.each("INSERT INTO attempts$ VALUES (?,?,?,?,?,?,?,?,?)", _of(run, rows.attempts))
    if rows.attempts:
        tables.execute(_RESULTS, run, rows.first, rows.last)
    tables.each("INSERT INTO scores$ VALUES (?,?,?,?,?,?,?,NULL,0)", _of(run, rows.scores))
    tables.each(_REVISE, ((version, run, *place) for version, *place in rows.revisions))
    tables.each(_MARK_REVISED, ((run, version) for version, *_ in rows.revisions))
    tables.each("INSERT INTO failures$ VALUES (?,?,?,?,?,?)", _of(run, rows.failures))
    tables.each("INSERT INTO annotations$ VALUES (?,?,?,?)", _of(run, rows.annotations))


def _total(tables: Tables, run: int, version: int, stretches: Mapping[int, Stretch]) -> None:
    whole = union(stretches.values())
    counts = (whole.opened, whole.answered, whole.failed, whole.attempts_failed)
    status = status_at(tables, run, version)
    tables.execute(_TOTALS, run, *counts, whole.of(0).mean(), status)


def _leave_out(tables: Tables, number: int, rows: StreamRows) -> bool:
    """Delete what these parts told, and say whether anything was there to delete."""
    tables.each(_LEFT_OUT, _of(number, rows.left_out))
    deleted = 0
    for _, target, kind, held in rows.left_out:
        for clear in _CLEAR.get(kind, ()):
            only = f"{clear} AND held = {Held.DISCLOSED:d}"
            deleted += tables.execute(only, held, number, target).rowcount
            tables.execute(f"{clear} AND held <> {Held.ERASED:d}", held, number, target)
    chunks = "SELECT item / ? FROM items$ WHERE dataset = ? AND version = ?"
    for chunk in _each(tables, chunks, (CHUNK, number), rows, "item"):
        _search(tables, number, chunk * CHUNK, chunk * CHUNK)
    return deleted > 0


def _changed(tables: Tables, run: int, rows: StreamRows) -> set[int]:
    """The versions at which a score that is left out now began and ceased to stand."""
    ends = "SELECT until FROM scores$ WHERE run = ? AND version = ? AND until IS NOT NULL"
    begins = {target for _, target, kind, _ in rows.left_out if kind == "score"}
    return begins | _each(tables, ends, (run,), rows, "score")


def _each(
    tables: Tables, statement: str, values: tuple[int, ...], rows: StreamRows, kind: str
) -> set[int]:
    targets = (target for _, target, of_kind, _ in rows.left_out if of_kind == kind)
    found = (tables.one(statement, *values, target) for target in targets)
    return {row[0] for row in found if row}


_LEFT_OUT: Final = """INSERT INTO left_out$ (stream, version, target, kind, held)
    VALUES (?,?,?,?,?) ON CONFLICT (stream, target, kind) DO UPDATE
    SET held = max(held, excluded.held)"""
_CLEAR: Final[Mapping[str, Sequence[str]]] = {
    "config": (
        "UPDATE datasets$ SET name = NULL, held = ? WHERE dataset = ? AND ? = 1",
        "UPDATE runs$ SET provider = NULL, model = NULL, held = ? WHERE run = ? AND ? = 1",
    ),
    "item": (
        "UPDATE items$ SET outside = NULL, section_name = NULL, held = ?"
        " WHERE dataset = ? AND version = ?",
    ),
    "score": ("UPDATE scores$ SET value = NULL, held = ? WHERE run = ? AND version = ?",),
    "error": ("UPDATE failures$ SET kind = NULL, held = ? WHERE run = ? AND version = ?",),
}
