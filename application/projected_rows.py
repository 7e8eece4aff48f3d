"""The rows that the projector makes of events, for the read models to hold.

Of content they have no more than the rows that questions bring back (``rows``). Not here: who makes
them (``page_rows``, ``project``), and the tables (``infrastructure.read_models``).
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from application.ports import StreamKey
from application.rows import Held
from application.spans import Span

Row = tuple[Any, ...]


class Registered(NamedTuple):
    """``dataset.registered`` (with a ``name``) or ``run.registered`` (with all the rest)."""

    held: Held
    name: str | None = None
    provider: str | None = None
    model: str | None = None
    dataset: StreamKey | None = None
    items: int = 0
    scorers: int = 0
    trial: int = 0
    same_config: int = 0


@dataclass(slots=True)
class StreamRows:
    """What consecutive events of one stream, from ``first`` to ``last``, say: rows by table.

    Rows are tuples, since there are millions of them. ``version`` is that of the event.
    """

    key: StreamKey
    first: int
    last: int = 0
    registered: Registered | None = None
    superseded_by: str | None = None
    milestones: list[Row] = field(default_factory=list[Row])
    """version, type, at, occurred: events of the stream as a whole."""
    items: list[Row] = field(default_factory=list[Row])
    """version, item, section, outside id, name of the section, held."""
    plans: list[Row] = field(default_factory=list[Row])
    """version, epochs, first item, last item."""
    attempts: list[Row] = field(default_factory=list[Row])
    """version, item, epoch, attempt (None of ``item.failed``), outcome, latency, tokens in, out."""
    scores: list[Row] = field(default_factory=list[Row])
    """version, item, epoch, scorer, value, held."""
    revisions: list[Row] = field(default_factory=list[Row])
    """version, item, epoch, scorer: scores that take the place of the ones before."""
    failures: list[Row] = field(default_factory=list[Row])
    """version, item, epoch, kind of the error ("" for none), held; of each ``item.failed``."""
    annotations: list[Row] = field(default_factory=list[Row])
    """version, item, epoch; of the run as a whole without an item, as where it is superseded."""
    left_out: list[Row] = field(default_factory=list[Row])
    """version, target, kind, held: parts that are erased, or withheld by an event."""
    spans: list[Span] = field(default_factory=list[Span])
    """The history of a run, like events folded."""
    assignments: list[Row] = field(default_factory=list[Row])
    """version, source, stream, project, owner; of the archive's own stream."""
