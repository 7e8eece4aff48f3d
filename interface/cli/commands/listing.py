"""``eval752 runs``, ``datasets`` and ``rebuild``: what is in the archive, and its tables anew.

Not here: how tables are made (``application.project``).
"""

from time import perf_counter

from interface.cli.options import Where
from interface.cli.render_recorded import counted
from interface.cli.render_rows import dataset_lines, run_lines, short_ids
from interface.cli.screen import Line, Screen
from interface.documents import document


def runs(screen: Screen, where: Where) -> None:
    """List the runs, the newest first."""
    with where.archive(writable=False) as archive:
        rows = archive.runs()
    ids = short_ids([row.key for row in rows])
    screen.show(run_lines(rows, ids, screen.width), lambda: document(rows))


def datasets(screen: Screen, where: Where) -> None:
    """List the datasets, the newest first."""
    with where.archive(writable=False) as archive:
        rows = archive.datasets()
    ids = short_ids([row.key for row in rows])
    screen.show(dataset_lines(rows, ids, screen.width), lambda: document(rows))


def rebuild(screen: Screen, where: Where) -> None:
    """Build the read models from nothing, and say how much there was and how long it took."""
    began = perf_counter()
    with where.archive(writable=False) as archive:
        counts = archive.rebuild()._asdict()
    seconds = perf_counter() - began
    told = ", ".join(counted(count, thing[:-1]) for thing, count in counts.items())
    screen.show(
        [Line(f"Read models rebuilt in {seconds:.1f} s: {told}")],
        lambda: {**counts, "seconds": round(seconds, 3)},
    )
