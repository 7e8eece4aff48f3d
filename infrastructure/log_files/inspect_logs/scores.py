"""The scores of a sample, with what they were before each revision.

A score that is withheld or erased counts as not scored (NaN), and says why. Not here: aggregates.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from domain.bundle.reading import Content
from domain.canonical import Json
from infrastructure.log_files.inspect_logs.members import Members, object_of
from infrastructure.log_files.inspect_logs.messages import as_text
from infrastructure.log_files.inspect_logs.score_names import ScoreName
from infrastructure.log_files.inspect_logs.shown import Shown
from infrastructure.log_files.json_text import Text, Value, array_of, text_of
from infrastructure.log_files.json_text import object_of as text_object

_UNCHANGED: Final = "UNCHANGED"
_TOLD: Final = frozenset({"value", "original", "extracted", "provenance"})
_NOT_FINITE: Final = frozenset({"NaN", "Infinity", "-Infinity"})
"""The archive's texts for these numbers, which are no JSON."""


class State(NamedTuple):
    """What a score was at one time: its members, and who made it so."""

    members: Members
    provenance: Json


class Scores:
    """Makes the scores of a run's samples; ``restored`` are those from a log of Inspect."""

    def __init__(self, names: Sequence[ScoreName], *, restored: bool) -> None:
        self._names, self._restored = names, restored

    def of(
        self, told: Mapping[int, Sequence[Content]], kept: Members, shown: Shown
    ) -> dict[str, Members]:
        """All scores of a sample; ``kept`` are those that are no numbers, as they were."""
        columns: dict[str, dict[str | None, Sequence[State]]] = {}
        for scorer, contents in told.items():
            name, key = self._names[scorer]
            columns.setdefault(name, {})[key] = self._states(name, contents, shown)
        scores = {name: _with_history(_merged(each)) for name, each in columns.items()}
        return scores | {name: _kept(score, scores.get(name, {})) for name, score in kept.items()}

    def _states(self, name: str, contents: Sequence[Content], shown: Shown) -> Sequence[State]:
        whats = (f"{name} {number}" if number else name for number in range(len(contents)))
        return [self._state(*each, shown) for each in zip(whats, contents, strict=True)]

    def _state(self, what: str, content: Content, shown: Shown) -> State:
        given = shown.value(content, "score", f"score {what}")
        score = object_of(given)
        members: Members = {n: told for n, told in score.items() if n not in _TOLD}
        if members and not self._restored:
            members = {"metadata": members}
        value = score.get("value", "NaN")
        members["value"] = score.get("original", value) if self._restored else value
        if "extracted" in score:
            members["answer"] = as_text(score["extracted"])
        rationale = shown.value(content, "rationale", f"rationale {what}")
        if rationale is not None:
            members["explanation"] = as_text(rationale)
        if isinstance(given, str):  # it is not shown
            members |= {"explanation": given, "reason": "not disclosed"}
        return State(members, _provenance(score.get("provenance"), content))


def score_text(score: Members) -> Text:
    """A score as JSON."""
    history = score.get("history")
    edits = history if isinstance(history, list) else []
    told = array_of(_with_value(object_of(edit)) for edit in edits)
    return _with_value({**score, "history": told})


def _with_value(members: Mapping[str, Value]) -> Text:
    """A score or an edit of one; its value may be a number that is not finite."""
    return text_object({**members, "value": _number_text(members.get("value"))})


def _number_text(value: Value) -> Text:
    if isinstance(value, str) and value in _NOT_FINITE:
        return Text(value.encode())
    if isinstance(value, list):
        return array_of(map(_number_text, value))
    if isinstance(value, dict):
        return text_object({name: _number_text(child) for name, child in value.items()})
    return text_of(value)


def _merged(columns: Mapping[str | None, Sequence[State]]) -> Sequence[State]:
    """The states of a score, of which each scorer has a key, or the one value."""
    return [_at(number, columns) for number in range(max(map(len, columns.values())))]


def _at(number: int, columns: Mapping[str | None, Sequence[State]]) -> State:
    """The state after so many revisions; what had fewer is as it was last."""
    members, values, provenance = Members(), Members(), None
    for key, states in columns.items():
        state = states[min(number, len(states) - 1)]
        members = {**state.members, **members}
        if key is not None:
            values[key] = state.members["value"]
        if number < len(states):
            provenance = provenance or state.provenance
    return State({**members, "value": values} if values else members, provenance)


def _with_history(states: Sequence[State]) -> Members:
    last = states[-1].members
    history = last.get("history")
    kept = history if isinstance(history, list) else []
    edits = [_edit(states, number) for number in range(bool(kept), len(states))]
    return {**last, "history": [*kept, *(edits if len(states) > 1 else [])]}


def _edit(states: Sequence[State], number: int) -> Json:
    """An edit: all of the score at first, and then what is another."""
    now = _edited(states[number].members)
    if not number:
        first = {name: value for name, value in now.items() if (name, value) != ("reason", None)}
        return {**first, "provenance": None}
    before = _edited(states[number - 1].members)
    changed = {name: _UNCHANGED if now[name] == before[name] else now[name] for name in now}
    return {**changed, "provenance": states[number].provenance}


def _edited(members: Members) -> Members:
    told = {name: members.get(name) for name in ("value", "answer", "explanation", "reason")}
    return told | {"metadata": members.get("metadata") or {}}


def _provenance(given: Json, content: Content) -> Json:
    """Who made a score what it is: as it says itself, or by whom and when it was recorded."""
    told = object_of(given)
    if isinstance(told.get("author"), str) and isinstance(told.get("timestamp"), str):
        return given
    when = content.facts.get("occurred", content.at)
    return {"timestamp": when, "author": content.actor, "metadata": told}


def _kept(given: Json, current: Members) -> Members:
    """A score that the archive kept as it was; the numbers in it are those of today."""
    score = object_of(given) if isinstance(given, dict) else {"value": given}
    value, now = score.get("value"), current.get("value")
    if isinstance(value, dict) and isinstance(now, dict):
        score = {**score, "value": {**value, **now}}
    return {"history": [], **score}
