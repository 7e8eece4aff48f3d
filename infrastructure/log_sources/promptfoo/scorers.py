"""The scorers of a promptfoo run: whether a result passed, its score, and each kind of assertion.

All are external: what decided is in the assertion, and may be code or a model. Not here: which of
them there are in a file (``matrix``).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from application.log_source import Account
from domain.canonical import Json
from domain.syntax import MAX_SCORERS
from infrastructure.log_sources.json_values import object_at
from infrastructure.log_sources.loose_json import Members
from infrastructure.log_sources.promptfoo.rows import number_of

PASSED: Final = "pass"
SCORE: Final = "score"
NAMED: Final = "metric "
"""How the names of scorers begin that are metrics of the user's own."""

_MAX_NAME: Final = 128


class Given(NamedTuple):
    """A score that a row gives, by the name of its scorer; None where it is no number."""

    name: str
    value: float | None
    details: Members
    reason: Json


class Scorers:
    """The scorers of a run, as many as a run may have."""

    def __init__(self, names: Sequence[str]) -> None:
        self._numbers = {name: number for number, name in enumerate(names[:MAX_SCORERS])}

    def definitions(self) -> Sequence[Json]:
        """As they stand in a run's config."""
        return [
            {"method": "external", "name": name[:_MAX_NAME], "parameters": {}}
            for name in self._numbers
        ]

    def entries(self, given: Given, at: Members, place: str, account: Account) -> Iterator[Members]:
        """The score as an action; nothing for one that is no number, or has no scorer."""
        account.found["scores"] += 1
        number = self._numbers.get(given.name)
        if given.value is None or number is None:
            why = "that is no number" if number is not None else "beyond the scorers of a run"
            account.note(f"a score {why}: kept in the original only", place)
            return
        told: Members = {} if given.reason is None else {"rationale": given.reason}
        score: Members = {**given.details, "value": given.value}
        yield {"type": "item.scored", **at, "scorer": number, "score": score, **told}


def scores_of(row: Mapping[str, Json]) -> Iterator[Given]:
    """All scores of a row: passed or not, the score, metrics, and each assertion."""
    grading = object_at(row.get("gradingResult"))
    used = {"pass", "score", "reason", "componentResults", "namedScores", "assertion"}
    rest: Members = {name: value for name, value in grading.items() if name not in used}
    reason = grading.get("reason")
    passed = row.get("success", row.get("pass", grading.get("pass")))
    if passed is not None:
        told = reason if reason is not None else row.get("error")
        yield Given(PASSED, _value(passed), {"grading": rest} if rest else {}, told)
    score = row.get("score", grading.get("score"))
    if score is not None:
        yield Given(SCORE, _value(score), {}, None)
    for name, value in object_at(row.get("namedScores")).items():
        yield Given(f"{NAMED}{name}", _value(value), {}, None)
    yield from _components(row)


def components_of(row: Mapping[str, Json]) -> Sequence[Members]:
    """What each assertion came to."""
    listed = object_at(row.get("gradingResult")).get("componentResults")
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _components(row: Mapping[str, Json]) -> Iterator[Given]:
    asserts = object_at(row.get("testCase")).get("assert")
    expected = asserts if isinstance(asserts, list) else []
    kinds: Counter[str] = Counter()
    for component in components_of(row):
        assertion = component.get("assertion")
        kind = object_at(assertion).get("type")
        kind = kind if isinstance(kind, str) and kind else "assertion"
        kinds[kind] += 1
        details = {n: v for n, v in component.items() if n not in {"score", "reason", "assertion"}}
        if assertion is not None:
            details["assertion"] = expected.index(assertion) if assertion in expected else assertion
        value = _value(component.get("score", component.get("pass")))
        name = kind if kinds[kind] == 1 else f"{kind} {kinds[kind]}"
        yield Given(name, value, details, component.get("reason"))


def _value(value: Json) -> float | None:
    """A number as it is; passed is 1 and not passed 0."""
    return int(value) if isinstance(value, bool) else number_of(value)
