"""The summary of a run after any event, from tallies and rows. Not here: how tallies are kept."""

from collections.abc import Sequence

from application.read_model import Usage
from domain.canonical import Json
from domain.errors import NotFound
from domain.evaluation.summary import summary_json
from infrastructure.read_models.blocks import Blocks
from infrastructure.read_models.tables import Tables
from infrastructure.read_models.tallies import SortedLatencies, union

STATUS = {
    "run.registered": "pending",
    "run.started": "running",
    "run.resumed": "running",
    "run.completed": "completed",
    "run.failed": "failed",
    "run.canceled": "canceled",
}


def summary_at(
    tables: Tables, run: int, version: int, *, recounted: bool = False
) -> dict[str, Json]:
    """Totals, means and percentiles, in the form of ``summary.json``; from rows if ``recounted``.

    Raises:
        NotFound: when this is not the number of a run.
    """
    count = _sections(tables, run)
    (scorers,) = tables.one("SELECT scorers FROM runs$ WHERE run = ?", run) or (0,)
    planned = _planned(tables, run, version)
    blocks = Blocks(tables, run)
    by_section = blocks.recount(version) if recounted else blocks.tally(version)
    whole = union(by_section.values())
    sections = [
        by_section[section].to_tally(None if planned is None else planned.get(section, 0))
        for section in range(count)
    ]
    all_planned = None if planned is None else sum(planned.values())
    status = status_at(tables, run, version)
    return summary_json(whole.to_tally(all_planned), sections, status, scorers)


def usage_at(tables: Tables, run: int, version: int, bounds: Sequence[int]) -> Usage:
    """Tokens, latencies and revised scores after an event.

    Raises:
        NotFound: when this is not the number of a run.
    """
    sections = _sections(tables, run)
    by_section = Blocks(tables, run).tally(version)
    whole = union(by_section.values())
    tallies = (whole, *(by_section[section] for section in range(sections)))
    tokens = [tally.tokens() for tally in tallies]
    (scorers,) = tables.one("SELECT scorers FROM runs$ WHERE run = ?", run) or (0,)
    revised = [whole.of(scorer).revised for scorer in range(scorers)]
    return Usage(tokens, SortedLatencies(whole.latencies).within(bounds), revised)


def status_at(tables: Tables, run: int, version: int) -> str:
    """What a run was, before it was sealed."""
    statement = (
        "SELECT type FROM milestones$ WHERE stream = ? AND version <= ? ORDER BY version DESC"
    )
    types = (row[0] for row in tables.execute(statement, run, version))
    return next((STATUS[told] for told in types if told in STATUS), "new")


def _sections(tables: Tables, run: int) -> int:
    """How many sections a run's dataset has."""
    row = tables.one("SELECT dataset FROM runs$ WHERE run = ?", run)
    if row is None:
        raise NotFound("summary", "a run", "another stream")
    (count,) = tables.one("SELECT count(*) FROM sections$ WHERE dataset = ?", *row) or (0,)
    return int(count)


def _planned(tables: Tables, run: int, version: int) -> dict[int, int] | None:
    """How many results are planned by section; None where no plan was declared."""
    if not tables.one("SELECT 1 FROM plans$ WHERE run = ? AND version <= ?", run, version):
        return None
    statement = (
        "SELECT section, sum(results) FROM planned$ WHERE run = ? AND version <= ? GROUP BY section"
    )
    return dict(tables.execute(statement, run, version).fetchall())
