"""What a reader of a comparison has to know of the runs: what weakens one, where two differ.

Pure, from the runs' rows, first events, plans, and the counts of what is in no pair. Not here: the
scores themselves, and the counting (``paired_scores``).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from application.comparison import Caution, Paired
from application.item_detail import EventDetail
from application.rows import RunRow
from domain.canonical import Json, encode
from domain.evaluation.config import Scorer, scorers_of
from domain.evaluation.scoring import is_recomputable

MOST: Final = 20
"""So many places of two configs that differ are named."""

_LONGEST: Final = 60
_NOT_SHOWN: Final = frozenset({"withheld", "erased", "missing"})
_PLAIN: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
_ASIDE: Final = frozenset({"provider", "model", "scorers"})
"""Members of a config that are told beside it, or compared by themselves."""


class Known(NamedTuple):
    """What is known of a run; ``scorer`` is the index of the one that is compared by."""

    name: str
    row: RunRow
    registered: EventDetail
    plans: Sequence[Mapping[str, Any]]
    scorer: int

    @property
    def dataset(self) -> Sequence[object]:
        """What is the same in two runs whose items are the same by their index."""
        facts = self.registered.facts
        return [facts[name] for name in ("dataset_origin", "dataset", "items_root")]

    @property
    def config(self) -> Json:
        """The run's config; None where it is not disclosed."""
        return self.registered.value("config")

    @property
    def defined(self) -> Scorer | None:
        """The scorer; None where it is not disclosed."""
        known = scorers_of(self.config)
        return known[self.scorer] if self.scorer < len(known) else None


def of_run(run: Known) -> list[Caution]:
    """What weakens one run."""
    return [Caution(kind, f"{run.name} {about}.") for kind, about in _weak(run)]


def of_two(first: Known, second: Known) -> list[Caution]:
    """Where two runs differ."""
    named = f"{first.name} and {second.name}"
    return [Caution(kind, f"{named} {about}.") for kind, about in _differ(first, second)]


def of_pairs(first: str, second: str, paired: Paired) -> Iterator[Caution]:
    """Whose scores are not shown, or were revised: whoever did that may have chosen them."""
    sides = (
        (first, second, paired.left_out_first, paired.first_revised),
        (second, first, paired.left_out_second, paired.second_revised),
    )
    for name, other, left_out, revised in sides:
        if revised:
            told = f"{revised:,} of {paired.results:,} paired scores revised by hand after it ended"
            about = f"{name}, beside {other}, has {told}. Its history has the scores before."
            yield Caution("revised", about)
        for why, count in left_out._asdict().items():
            if count and why in _NOT_SHOWN:
                results = f"{count:,} result{'' if count == 1 else 's'}"
                told = f"has {results} whose score is not shown here: {why}"
                yield Caution(
                    why, f"{name}, beside {other}, {told}. What is left may not stand for all."
                )


def _weak(run: Known) -> Iterator[tuple[str, str]]:
    row = run.row
    if source := run.registered.facts.get("archived_from"):
        yield "second-hand", f"was archived from a log file ({source}): it is what the file said"
    if row.superseded_by:
        yield "superseded", f"is superseded by run/{row.superseded_by}"
    if row.status != "completed":
        yield "status", f"has the status {row.status}"
    if row.planned is None:
        yield "unplanned", "declared no plan: whether a result is missing is not shown"
    if row.open:
        yield (
            "incomplete",
            f"has planned results with neither answer nor error: {row.open:,}",
        )
    if row.failed:
        yield "failures", f"has results that failed, without answer or score: {row.failed:,}"
    yield from _scoring(run)


def _scoring(run: Known) -> Iterator[tuple[str, str]]:
    if run.defined is None:
        yield "judged", "does not disclose its scorers: what the scores mean is not shown"
    elif not is_recomputable(run.defined.method):
        how = "judged" if run.defined.method == "judge" else "computed elsewhere"
        yield "judged", f"has scores that are {how}: they cannot be recomputed"


def _differ(first: Known, second: Known) -> Iterator[tuple[str, str]]:
    if first.dataset != second.dataset:
        told = f"{_dataset(first)}, and {_dataset(second)}"
        yield "dataset", f"are on different datasets: {told}; items are matched by their ids alone"
    if first.plans != second.plans:
        yield "plan", f"have different plans: {_plan(first)}, and {_plan(second)}"
    one, other = first.defined, second.defined
    if one and other and one != other:
        told = "; ".join(_places("", one._asdict(), other._asdict()))
        yield "scorer", f"have scorers that differ: {told}"
    if first.config is None or second.config is None:
        yield "config", "cannot be compared by their configs, as one is not disclosed"
        return
    places = [*_places("", _told(first.config), _told(second.config))]
    more = f"; and {len(places) - MOST} more" if len(places) > MOST else ""
    if places:
        yield "config", f"have configs that differ: {'; '.join(places[:MOST])}{more}"


def _dataset(run: Known) -> str:
    key = run.row.dataset
    return f"{key.stream} of {key.origin}, root {run.registered.facts['items_root'][:16]}…"


def _plan(run: Known) -> str:
    if not run.plans:
        return "none declared"
    epochs = run.plans[0]["epochs"]
    return f"{run.row.planned or 0:,} results, {epochs} {'epoch' if epochs == 1 else 'epochs'}"


def _told(config: Json) -> dict[str, Json]:
    members = config if isinstance(config, dict) else {}
    return {name: value for name, value in members.items() if name not in _ASIDE}


def _places(place: str, one: Json, other: Json) -> Iterator[str]:
    """Where two values differ, and what stands there."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in sorted({*one, *other}):
            at = f"{place}.{_named(name)}" if place else _named(name)
            if name in one and name in other:
                yield from _places(at, one[name], other[name])
            else:
                yield f"{at} only in {'the first' if name in one else 'the second'}"
    elif encode(one) != encode(other):
        yield f"{place} {_clipped(one)} and {_clipped(other)}"


def _named(name: str) -> str:
    """A member's name; in quotes where it could pass for words of a caution."""
    return name if _PLAIN.fullmatch(name) else _clipped(name)


def _clipped(value: Json) -> str:
    text = encode(value).decode()
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
