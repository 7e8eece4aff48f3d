"""What the pages that compare are asked, and the runs that this is about.

Not here: the comparison (``application.comparing``), and how it is shown (``routes_compare``).
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, NamedTuple
from urllib.parse import urlencode

from fastapi import Depends, Query

from application.access import Principal, Role
from application.comparison import NAMES, Asked
from application.item_detail import ItemDetails
from application.queries import RunQuery
from application.rows import RunRow
from domain.errors import InvalidInput
from domain.evaluation.config import scorer_names
from interface.api.routes_read import current
from interface.api.service import Service
from interface.comparison_remedies import Remedies

MOST: Final = len(NAMES)
"""Runs in a comparison."""

REMEDIES: Final = Remedies(
    "Where items with the same id are the same, tick on the comparison's page that they are"
    " matched by their own ids.",
    "Choose one that all runs have.",
)

_OFFERED: Final = 100
"""Runs that are offered to be compared with one."""


class Question(NamedTuple):
    """Which runs, by their ids, and what to compare them by."""

    runs: Sequence[str]
    asked: Asked

    def query(self, **more: object) -> str:
        """The query of an address that asks this, and ``more`` where that is something."""
        pairs = [("run", run) for run in self.runs]
        told: Mapping[str, object] = {
            "scorer": self.asked.scorer,
            "by_id": "true" if self.asked.by_id else "",
            **more,
        }
        return urlencode(pairs + [(name, str(value)) for name, value in told.items() if value])

    def two(self, other: str) -> "Question":
        """The same of the first run and another one."""
        return self._replace(runs=[self.runs[0], other])

    def beside(self, first: str) -> "Question":
        """The same with this run as the first."""
        return self._replace(runs=[first, *(run for run in self.runs if run != first)])


class Compared(NamedTuple):
    """The runs of a question, and what the scorers of the first are called."""

    rows: Sequence[RunRow]
    scorers: Sequence[str]

    @property
    def named(self) -> Sequence[tuple[str, RunRow]]:
        """The runs, each with its letter."""
        return [*zip(NAMES, self.rows, strict=False)]


async def _question(
    run: Annotated[list[str] | None, Query(max_length=MOST)] = None,
    scorer: Annotated[str, Query(max_length=200)] = "",
    by_id: bool = False,
) -> Question:
    return Question([*dict.fromkeys(run or ())], Asked(scorer, by_id))


Asking = Annotated[Question, Depends(_question)]


def compared_runs(service: Service, who: Principal, question: Question) -> Compared:
    """The runs that are asked about, which somebody sees."""
    read_model = current(service)
    rows = [read_model.run(service.stream("run", uuid, who)) for uuid in question.runs]
    if not rows:
        return Compared((), ())
    details = ItemDetails(service.archive.store, read_model, service.origin)
    (registered,) = details.events(rows[0].key, [1])
    return Compared(rows, scorer_names(registered.value("config"), rows[0].scorers))


def two_runs(service: Service, who: Principal, question: Question) -> Compared:
    """The two runs that are asked about.

    Raises:
        InvalidInput: when they are not two.
    """
    if len(question.runs) != 2:
        raise InvalidInput("query parameter run", "2 runs", str(len(question.runs)))
    return compared_runs(service, who, question)


def same_dataset(service: Service, who: Principal, row: RunRow) -> Sequence[RunRow]:
    """Runs on the dataset of this one that somebody sees, the newest first."""
    owner = who.token if who.role is Role.RECORDER else None
    query = RunQuery(limit=_OFFERED + 1, project=who.project, owner=owner, dataset=row.dataset)
    found: Sequence[Any] = current(service).runs(query)
    return [other for other in found if other.key != row.key][:_OFFERED]
