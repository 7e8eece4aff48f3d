"""What an Inspect log states of its samples, compared with what they say.

A difference is no error: it is a finding that stays with the run. It catches a log of which samples
were deleted, or scores or figures changed. Not here: how figures are computed (``figures``).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from application.log_source import Account
from domain.canonical import Json
from infrastructure.log_sources.inspect_logs.figures import Column, metric, reducer
from infrastructure.log_sources.inspect_logs.header import Header
from infrastructure.log_sources.inspect_logs.index import Index
from infrastructure.log_sources.inspect_logs.scores import Scored
from infrastructure.log_sources.loose_json import Members

_TOLERANCE: Final = 1e-9
_SHOWN: Final = 20


class Figure(NamedTuple):
    """A figure that a log states; ``found`` is None where it cannot be recomputed."""

    place: str
    stated: Json
    found: float | None

    @property
    def agrees(self) -> bool:
        """Whether it is the one that follows, but for rounding."""
        if not isinstance(self.stated, int | float) or self.found is None:
            return False
        most = max(1.0, abs(self.stated), abs(self.found))
        return abs(self.stated - self.found) <= _TOLERANCE * most


class Tally:
    """What is counted of samples on the way."""

    def __init__(self) -> None:
        self._columns: defaultdict[str, Column] = defaultdict(Column)
        self.completed = 0

    def take(self, item: int, scored: Scored, *, failed: bool) -> None:
        """Count a sample and its scores; Inspect counts those of a failed one as well."""
        self.completed += not failed
        for column, number in scored.numbers:
            self._columns[column].add(item, number)

    def column(self, name: str, scorer: str) -> Column | None:
        """The numbers that figures of this name are of: a scorer's, or those of a key of its."""
        known = (each for each in (name, f"{scorer}/{name}") if each in self._columns)
        return next((self._columns[each] for each in known), None)


def compared(header: Header, index: Index, tally: Tally, account: Account) -> Members:
    """Hold all that a log states against its samples; say how much agrees and what is open."""
    figures = [*_counts(header, index, tally), *_metrics(header.results, tally)]
    known = [figure for figure in figures if figure.found is not None]
    for place, stated, found in known:
        account.compare(place, place.rpartition(".")[2], stated, found)
    told: Members = {
        "agree": sum(figure.agrees for figure in known),
        "not_recomputed": [figure.place for figure in figures if figure.found is None],
    }
    if missing := _missing(header, index):
        told["missing"] = missing
    return told


def _counts(header: Header, index: Index, tally: Tally) -> Iterator[Figure]:
    held, results = len(index.items), header.results
    if planned := sum(1 for _ in header.ids):
        place = "eval.dataset.sample_ids × eval.config.epochs"
        yield Figure(place, planned * header.epochs, held)
    for name, found in (("total_samples", held), ("completed_samples", tally.completed)):
        if name in results:
            yield Figure(f"results.{name}", results[name], found)


def _missing(header: Header, index: Index) -> list[Json]:
    """The first ids that the log names and has no sample of."""
    present = set(index.ids)
    return [*islice((outside for outside in header.ids if outside not in present), _SHOWN)]


def _metrics(results: Members, tally: Tally) -> Iterator[Figure]:
    for score in _scores(results):
        name = str(score.get("name", "score"))
        place = ".".join(("results.scores", name, *_texts(score.get("reducer"))))
        values = _values(score, tally)
        if values and isinstance(score.get("scored_samples"), int):
            yield Figure(f"{place}.scored_samples", score["scored_samples"], len(values[0]))
        metrics = score.get("metrics")
        for each in metrics.values() if isinstance(metrics, dict) else ():
            if isinstance(each, dict):
                yield _figure(each, values, f"{place}.{each.get('name')}")


def _figure(stated: Members, values: Sequence[Sequence[float]], place: str) -> Figure:
    name, value = str(stated.get("name")).rpartition("/")[2], stated.get("value")
    plain = not stated.get("params") and not stated.get("options")
    found = [metric(name, each) for each in values] if plain else []
    figures = [Figure(place, value, each) for each in found]
    return next(
        (figure for figure in figures if figure.agrees), [*figures, Figure(place, value, None)][0]
    )


def _values(score: Members, tally: Tally) -> Sequence[Sequence[float]]:
    """The numbers that a score's metrics are over; without a reducer, by item or by sample."""
    column = tally.column(str(score.get("name", "score")), str(score.get("scorer")))
    named = score.get("reducer")
    reduce = reducer(named if isinstance(named, str) else "mean")
    if column is None or reduce is None:
        return []
    return [column.reduced(reduce), *([] if named else [column.values()])]


def _scores(results: Members) -> Iterator[Members]:
    """The scorers of results, in any version: a list, or the one scorer of the first version."""
    listed = results.get("scores", results.get("scorers"))
    if isinstance(listed, list):
        yield from (score for score in listed if isinstance(score, dict))
    elif isinstance(results.get("scorer"), dict):
        yield {"name": "score", "metrics": results.get("metrics")}


def _texts(value: Json) -> list[str]:
    return [value] if isinstance(value, str) else []
