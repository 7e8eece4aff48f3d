"""What datasets and runs have in common: how they are found, milestones, what is left out.

Not here: what each kind has of its own.
"""

from collections.abc import Sequence
from typing import Final

from application.ports import PartKey, StreamKey
from application.read_model import MOST_ROWS, Held, Milestone
from infrastructure.read_models.tables import MILESTONES, Tables, need_stream

FOUND_AT_MOST: Final = 20
_END: Final = "~"
"""Greater than whatever may stand in an id."""

_FOUND: Final = """SELECT origin, stream FROM streams$
    WHERE stream >= :first AND stream < :end AND version > 0{conditions}
    ORDER BY stream, origin LIMIT :limit"""


def own_origin(tables: Tables) -> str | None:
    """The archive's own origin; streams of another are mirrors. None where it is not told yet."""
    row = tables.one("SELECT origin FROM streams$ WHERE stream = 'archive'")
    return row[0] if row else None


def find(tables: Tables, prefix: str, project: str | None, owner: str | None) -> list[StreamKey]:
    """The datasets and runs that a prefix of an id, or of a stream's name, may mean."""
    names = [prefix] if "/" in prefix else [f"dataset/{prefix}", f"run/{prefix}"]
    found: list[StreamKey] = []
    for name in names:
        told = {"project": project, "owner": None if name.startswith("dataset/") else owner}
        conditions = "".join(f" AND {n} = :{n}" for n, value in told.items() if value is not None)
        bounds = {"first": name, "end": name + _END, "limit": FOUND_AT_MOST - len(found)}
        rows = tables.named(_FOUND.format(conditions=conditions), {**told, **bounds})
        found += [StreamKey(*row) for row in rows]
    return found


def milestones(tables: Tables, key: StreamKey) -> list[Milestone]:
    """The events of a stream as a whole."""
    number, _ = need_stream(tables, key)
    return [Milestone(*row) for row in tables.execute(f"{MILESTONES} LIMIT ?", number, MOST_ROWS)]


def left_out(tables: Tables, key: StreamKey, versions: Sequence[int]) -> dict[PartKey, Held]:
    """The parts of these events that are erased, or withheld by an event."""
    number, _ = need_stream(tables, key)
    statement = "SELECT target, kind, held FROM left_out$ WHERE stream = ? AND target = ?"
    rows = (row for version in versions for row in tables.execute(statement, number, version))
    return {PartKey(target, kind): Held(held) for target, kind, held in rows}
