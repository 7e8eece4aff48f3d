"""Pairs of results of two runs: the same item in the same epoch, read page by page, never at once.

Items are the same by their index in one dataset, or by their outside ids in two. Not here: what the
scores of a pair come to (``paired_scores``).
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from application.ports import EventStore, Progress, StreamKey
from application.read_model import ReadModel, ScoredRow, ScoreQuery

START: Final = (-1, 0)
"""The place before all results."""

Pair = tuple[ScoredRow | None, ScoredRow | None]
"""A result of the first run and that of the second; None where a run has none."""


class Scores(NamedTuple):
    """What one scorer gave in a run, as of a version; ``dataset`` is the one the run is on."""

    run: StreamKey
    dataset: StreamKey
    scorer: int
    version: int


class Pairing:
    """The pairs of two runs."""

    def __init__(
        self,
        store: EventStore,
        read_model: ReadModel,
        runs: tuple[Scores, Scores],
        progress: Progress,
        *,
        by_id: bool,
    ) -> None:
        self._store, self._read_model, self._progress = store, read_model, progress
        (self._first, self._second), self.by_id = runs, by_id

    def pairs(self, after: tuple[int, int] = START) -> Iterator[Pair]:
        """All behind a place, in the order of the first run.

        By outside ids, those that the first run does not have come last.
        """
        return self._by_outside(after) if self.by_id else self._by_index(after)

    def both(self, after: tuple[int, int]) -> Iterator[tuple[ScoredRow, ScoredRow]]:
        """The pairs behind a place of which both runs have a result."""
        first, second = self._first, self._second
        pairs = self._matched(first, second, after) if self.by_id else self._by_index(after)
        return ((one, other) for one, other in pairs if one and other)

    def _by_index(self, after: tuple[int, int]) -> Iterator[Pair]:
        firsts, seconds = self._rows(self._first, after), self._rows(self._second, after)
        first, second = next(firsts, None), next(seconds, None)
        while first or second:
            at = min((row.item, row.epoch) for row in (first, second) if row)
            has_first = first is not None and (first.item, first.epoch) == at
            has_second = second is not None and (second.item, second.epoch) == at
            yield first if has_first else None, second if has_second else None
            first = next(firsts, None) if has_first else first
            second = next(seconds, None) if has_second else second

    def _by_outside(self, after: tuple[int, int]) -> Iterator[Pair]:
        yield from self._matched(self._first, self._second, after)
        for row, other in self._matched(self._second, self._first, START):
            if other is None:
                yield None, row

    def _matched(
        self, scores: Scores, others: Scores, after: tuple[int, int]
    ) -> Iterator[tuple[ScoredRow, ScoredRow | None]]:
        """Each result of one run, with that of the other, if it has one."""
        for page in self._pages(scores, ScoreQuery(0, after=after)):
            found = self._of_ids(others, {row.outside for row in page if row.outside is not None})
            for row in page:
                yield row, found.get((row.outside, row.epoch))

    def _of_ids(self, scores: Scores, ids: set[str]) -> dict[tuple[str | None, int], ScoredRow]:
        """The results of these items, where the run shows that they have these ids."""
        known = self._store.items_by_outside(scores.dataset, sorted(ids))
        query = ScoreQuery(0, items=sorted({item.item for item in known.values()}))
        rows = (row for page in self._pages(scores, query) for row in page)
        return {(row.outside, row.epoch): row for row in rows if row.outside in ids}

    def _rows(self, scores: Scores, after: tuple[int, int]) -> Iterator[ScoredRow]:
        for page in self._pages(scores, ScoreQuery(0, after=after)):
            yield from page

    def _pages(self, scores: Scores, query: ScoreQuery) -> Iterator[Sequence[ScoredRow]]:
        query = query._replace(scorer=scores.scorer, version=scores.version)
        while page := self._read_model.scores(scores.run, query):
            self._progress(len(page))
            yield page
            query = query.behind(page[-1])
