"""The scores of an Inspect sample: numbers for scorers, old values before new ones.

A scorer whose values are objects counts as one scorer for each of their keys. Not here: aggregates
of scores, and what a failed sample's scores are worth.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from application.log_source import Account
from domain.canonical import Json
from domain.syntax import MAX_SCORERS
from infrastructure.log_sources.loose_json import Members
from infrastructure.log_sources.times import occurred

MAX_NAME: Final = 128

_LETTERS: Final[Mapping[str, float]] = {"C": 1, "P": 0.5, "I": 0, "N": 0}
_WORDS: Final[Mapping[str, float]] = {"yes": 1, "true": 1, "no": 0, "false": 0}
_UNCHANGED: Final = "UNCHANGED"
_PATTERN: Final = frozenset("*?[")


class Scorers:
    """The scorers of a run, by name, in the order in which samples first have them.

    ``revisable`` says whether the run has an end, after which scores may be revised.
    """

    def __init__(self, *, revisable: bool = True) -> None:
        self.revisable = revisable
        self._numbers: dict[str, int] = {}

    def survey(self, scores: Members) -> None:
        """Take in the scorers that a sample has scores of."""
        for name, score in scores.items():
            for column, _ in columns(name, _value(score)):
                if len(self._numbers) < MAX_SCORERS:
                    self._numbers.setdefault(column, len(self._numbers))

    def declare(self, declared: Json) -> None:
        """Take in the scorers that a header declares, before any sample has scores.

        Where two have the same name, the second is called by it and a 1, as Inspect does.
        """
        listed = declared if isinstance(declared, list) else []
        for each in listed:
            name = each.get("name") if isinstance(each, dict) else None
            if isinstance(each, dict) and isinstance(name, str):
                numbered = (name, *(f"{name}{number}" for number in range(1, len(listed))))
                free = next(called for called in numbered if not self._has(called))
                self.survey({free: {"value": _keys(each.get("metrics")) or 0}})

    def _has(self, name: str) -> bool:
        return any(column.partition("/")[0] == name for column in self._numbers)

    def number(self, column: str) -> int | None:
        """The number of a scorer; None for one beyond those that a run can have."""
        return self._numbers.get(column)

    def definitions(self, declared: Json) -> list[Json]:
        """All of them as a run's config lists them, with what the header says of each."""
        listed = declared if isinstance(declared, list) else []
        known = {each["name"]: each for each in listed if isinstance(each, dict) and "name" in each}
        return [
            {
                "method": "external",
                "name": name,
                "parameters": known.get(name) or known.get(name.partition("/")[0]) or {},
            }
            for name in self._numbers
        ]


class Scored(NamedTuple):
    """A sample's scores as actions, what of them can only be kept as it is, and current numbers.

    ``revisions`` may follow once the run has ended.
    """

    actions: Sequence[Members]
    revisions: Sequence[Members]
    kept: Members
    numbers: Sequence[tuple[str, float]]


def scores_of(sample: Members) -> Members:
    """The scores by scorer; the first version of the format has one, without a name."""
    scores = sample.get("scores")
    if isinstance(scores, dict):
        return scores
    score = sample.get("score")
    return {"score": score} if isinstance(score, dict) else {}


def scored(scores: Members, scorers: Scorers, at: Members, place: str, account: Account) -> Scored:
    """What is told of a sample's scores, each edit of one as a revision."""
    actions, revisions = list[Members](), list[Members]()
    kept, numbers = Members(), list[tuple[str, float]]()
    for name, score in scores.items():
        states = _states(score, scorers.revisable)
        for key, (column, value) in enumerate(columns(name, _value(score))):
            account.found["scores"] += 1
            number, scorer = number_of(value), scorers.number(column)
            if number is not None:
                numbers.append((column, number))
            if number is None or scorer is None:
                account.note(_why(number), f"{place}, scores, {name}")
                kept[name] = score
                continue
            if number is not value:
                account.note("a score that is a letter, a word or a truth value: a number", place)
            first, *later = _steps(states, name, column, whole=key == 0)
            actions.append({"type": "item.scored", **at, "scorer": scorer, **first})
            revisions += ({"type": "score.revised", **at, "scorer": scorer, **p} for p in later)
    return Scored(actions, revisions, kept, numbers)


def columns(name: str, value: Json) -> Iterator[tuple[str, Json]]:
    """The scorers that a score counts for, with its value for each."""
    if isinstance(value, dict):
        for key, child in value.items():
            yield f"{name}/{key}"[:MAX_NAME], child
    else:
        yield name[:MAX_NAME], value


def number_of(value: Json) -> float | None:
    """A value as Inspect counts it, where it is a number, a letter, a word or digits."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float):
        return value
    if not isinstance(value, str):
        return None
    if value in _LETTERS:
        return _LETTERS[value]
    return _WORDS.get(value.lower(), _digits(value))


def _keys(metrics: Json) -> Members:
    """The keys that values have, as far as the metrics of a scorer name them."""
    listed = metrics if isinstance(metrics, list) else [metrics]
    by_key = (pair for each in listed if isinstance(each, dict) for pair in each.items())
    named = (key for key, metrics_of_it in by_key if isinstance(metrics_of_it, list))
    return {key: 0 for key in named if not _PATTERN.intersection(key)}


def _digits(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _value(score: Json) -> Json:
    return score.get("value") if isinstance(score, dict) else score


def _why(number: float | None) -> str:
    if number is None:
        return "a score that is no number: kept in the response only"
    return f"a score of a scorer beyond {MAX_SCORERS}: kept in the response only"


def _states(score: Json, revisable: bool) -> list[Members]:
    """What a score was before each of its edits, and is now.

    Its history is kept as it is where revisions cannot tell all of it.
    """
    if not isinstance(score, dict):
        return [{"value": score}]
    history = score.get("history")
    edits = (
        [edit for edit in history if isinstance(edit, dict)] if isinstance(history, list) else []
    )
    states, current = list[Members](), Members()
    for edit in edits:
        changed = {name: value for name, value in edit.items() if value != _UNCHANGED}
        current = {**current, "provenance": None, **changed}
        states.append(current)
    now = {**score, "provenance": current.get("provenance")}
    if not revisable:
        return [now]
    if all(_has_number(state.get("value")) for state in states):
        now.pop("history", None)
    return [*states[:-1], now]


def _has_number(value: Json) -> bool:
    children = value.values() if isinstance(value, dict) else [value]
    return all(number_of(child) is not None for child in children)


def _steps(states: Sequence[Members], name: str, column: str, *, whole: bool) -> Iterator[Members]:
    """The parts of a score at each state that has a number; ``whole`` with all that it says."""
    for state in states:
        value = dict(columns(name, state.get("value"))).get(column)
        number = number_of(value)
        if number is not None:
            yield _parts(state, value, number, whole=whole)


def _parts(state: Members, value: Json, number: float, *, whole: bool) -> Members:
    score: Members = {"value": number}
    if (value is not number and value != number) or isinstance(value, bool):
        score["original"] = value
    if state.get("answer") is not None:
        score["extracted"] = state["answer"]
    provenance = state.get("provenance")
    if provenance is not None:
        score["provenance"] = provenance
    parts: Members = {"score": score}
    if whole:
        rest = {n: v for n, v in state.items() if n not in _TOLD and v not in (None, {}, [])}
        score.update(rest)
        if state.get("explanation") not in (None, ""):
            parts["rationale"] = state["explanation"]
    if isinstance(provenance, dict):
        parts |= occurred([provenance], ("timestamp",))
    return parts


_TOLD: Final = frozenset({"value", "answer", "explanation", "provenance"})
