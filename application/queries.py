"""Questions to the read models that have many answers, as values: which rows, in which order.

Each brings back ``limit`` rows, and ``behind`` a row it goes on with those that follow: a row that
stays as it is, is met once, whatever is added meanwhile. Descending turns an order round; rows
without a value come last in both. Not here: what the rows are (``rows``), and who may ask.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from application.ports import StreamKey
from application.rows import ChangeRow, DatasetRow, ItemRow, ResultRow, RunRow, ScoredRow
from domain.syntax import MAX_INTEGER


class RunSort(StrEnum):
    """By when it came in, the mean of scorer 0, or the number of failed results; then by number."""

    REGISTERED = "registered"
    SCORE = "score"
    FAILED = "failed"


class ResultSort(StrEnum):
    """By item, a score, or the latency of the answer; then by item and epoch."""

    ITEM = "item"
    SCORE = "score"
    LATENCY = "latency_ms"


class RunPlace(NamedTuple):
    """Where a run stands in an order; ``value`` is what it is sorted by, if not by number."""

    value: float | None
    number: int


class ResultPlace(NamedTuple):
    """Where a result stands in an order; ``value`` is what it is sorted by, if not by item."""

    value: float | None
    item: int
    epoch: int


class DatasetQuery(NamedTuple):
    """Which datasets to list, the newest first: those of a project and of an owner, if one is said.

    ``after`` is the number of a dataset.
    """

    after: int | None = None
    limit: int = 100
    project: str | None = None
    owner: str | None = None

    def behind(self, row: DatasetRow) -> "DatasetQuery":
        """The question for the rows that follow this one."""
        return self._replace(after=row.number)


class RunQuery(NamedTuple):
    """Which runs to list: those of a project and of an owner, if one is said.

    ``provider`` and ``model`` are meant exactly; ``text`` is looked for anywhere in the id, the
    name of the dataset, the provider and the model, letters of ASCII in either case. ``low`` and
    ``high`` bound the mean of scorer 0, both included.
    """

    after: RunPlace | None = None
    limit: int = 100
    project: str | None = None
    owner: str | None = None
    dataset: StreamKey | None = None
    status: str | None = None
    provider: str | None = None
    model: str | None = None
    text: str = ""
    low: float | None = None
    high: float | None = None
    sort: RunSort = RunSort.REGISTERED
    descending: bool = True

    def behind(self, row: RunRow) -> "RunQuery":
        """The question for the rows that follow this one."""
        values = {RunSort.SCORE: row.mean, RunSort.FAILED: row.failed}
        return self._replace(after=RunPlace(values.get(self.sort), row.number))


class ItemQuery(NamedTuple):
    """Which items of a dataset to list, by index; ``after`` is an item.

    ``text`` is looked for anywhere in the outside id, letters of ASCII in either case.
    """

    after: int = -1
    limit: int = 100
    text: str = ""

    def behind(self, row: ItemRow) -> "ItemQuery":
        """The question for the rows that follow this one."""
        return self._replace(after=row.item)


class ResultQuery(NamedTuple):
    """Which results of a run to list.

    ``text`` is looked for anywhere in the outside id, letters of ASCII in either case. ``scorer``
    asks for those that it gave a score, from ``low`` to ``high``. ``version`` asks for the state
    after that event, which is in no other order than by item. ``sorted_by`` is the scorer whose
    score to sort by.
    """

    after: ResultPlace | None = None
    limit: int = 100
    status: str | None = None
    section: int | None = None
    scorer: int | None = None
    low: float | None = None
    high: float | None = None
    text: str = ""
    version: int = MAX_INTEGER
    sort: ResultSort = ResultSort.ITEM
    sorted_by: int = 0
    descending: bool = False

    def behind(self, row: ResultRow) -> "ResultQuery":
        """The question for the rows that follow this one."""
        scores = {score.scorer: score.value for score in row.scores}
        values = {ResultSort.SCORE: scores.get(self.sorted_by), ResultSort.LATENCY: row.latency_ms}
        return self._replace(after=ResultPlace(values.get(self.sort), row.item, row.epoch))


class ChangeQuery(NamedTuple):
    """Which results of a run to list: those answered, failed or scored between two versions.

    By events behind ``since``, up to ``version``; by item, then epoch.
    """

    since: int
    version: int
    after: tuple[int, int] = (-1, 0)
    limit: int = 100

    def behind(self, row: ChangeRow) -> "ChangeQuery":
        """The question for the rows that follow this one."""
        return self._replace(after=(row.after.item, row.after.epoch))


class ScoreQuery(NamedTuple):
    """Which results of a run to list with what one scorer gave them, by item, then epoch.

    All results that are known, planned or begun, after the event ``version``; those of ``items``
    alone, if these are said. ``after`` is an item and an epoch.
    """

    scorer: int
    version: int = MAX_INTEGER
    after: tuple[int, int] = (-1, 0)
    limit: int = 1000
    items: Sequence[int] | None = None

    def behind(self, row: ScoredRow) -> "ScoreQuery":
        """The question for the rows that follow this one."""
        return self._replace(after=(row.item, row.epoch))
