"""Actions: what a caller asks to have recorded, one JSON line each, in the event types' words.

``{"type": "item.answered", "item": "q-001", "response": {"text": "Paris"}}``: the facts and parts
of the event by name, without what the archive itself adds (versions, roots, trial numbers).
``item`` may be an outside id, ``scorer`` a name. Not here: what may follow what, and how it is
written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from domain import syntax
from domain.canonical import Json, decode
from domain.errors import InvalidInput
from domain.evaluation.events import TYPES

GIVEN_BY_ARCHIVE: Final[Mapping[str, frozenset[str]]] = {
    "dataset.item_added": frozenset({"item", "section"}),
    "dataset.frozen": frozenset({"items", "items_root"}),
    "run.registered": frozenset(
        {"dataset_origin", "items", "items_root", "same_config", "scorers", "trial"}
    ),
    "stream.sealed": frozenset({"root", "size"}),
}
_OPTIONAL: Final[Mapping[str, frozenset[str]]] = {
    "run.registered": frozenset({"dataset"}),
    "run.planned": frozenset({"epochs", "ranges", "plan_source"}),
    "item.attempt_failed": frozenset({"attempt", "epoch"}),
    "item.answered": frozenset({"attempt", "epoch"}),
    "item.scored": frozenset({"epoch"}),
    "item.failed": frozenset({"epoch"}),
    "score.revised": frozenset({"epoch"}),
}
"""Facts that the archive fills in where the caller leaves them out."""

_BY_NAME: Final = frozenset({"item", "scorer"})
"""Facts that the caller may give by name, and the archive by number."""

_COMMON: Final = frozenset({"id", "stream", "type"})
_EXTRA: Final[Mapping[str, frozenset[str]]] = {"item.answered": frozenset({"score"})}


@dataclass(slots=True)
class Action:
    """One thing to record.

    ``stream`` is empty for the one at hand; ``score`` asks for the deterministic scores as well;
    ``assets`` are the names of assets that parts refer to, by kind.
    """

    type: str
    facts: dict[str, Any] = field(default_factory=dict[str, Any])
    parts: dict[str, Json] = field(default_factory=dict[str, Json])
    id: str = ""
    stream: str = ""
    score: bool = False
    place: str = "action"
    assets: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])


def read_action(line: bytes, place: str) -> Action:
    """Read one line of actions strictly.

    Raises:
        InvalidInput: naming the member that is missing, unknown or of the wrong form.
    """
    members = decode(line, place)
    if not isinstance(members, dict) or not isinstance(members.get("type"), str):
        raise InvalidInput(place, 'an object with a member "type"', repr(members)[:60])
    return action_of(members, place)


def action_of(members: Mapping[str, Json], place: str) -> Action:
    """Read one action from its members.

    Raises:
        InvalidInput: as :func:`read_action`.
    """
    kind = cast("str", members["type"])
    spec = TYPES.get(kind)
    if spec is None or "archive" in spec.streams:
        raise InvalidInput(
            f"{place}, type", "one of the event types that can be recorded", repr(kind)
        )
    given = spec.facts.keys() - GIVEN_BY_ARCHIVE.get(kind, frozenset())
    row = {"row"} if kind == "dataset.item_added" else set[str]()
    allowed = given | spec.parts | _COMMON | _EXTRA.get(kind, frozenset()) | row
    if unknown := members.keys() - allowed:
        expected = f"members of {kind}: {', '.join(sorted(allowed))}"
        raise InvalidInput(place, expected, ", ".join(sorted(unknown)))
    action = Action(kind, place=place)
    action.id, action.stream = _name(members, "id", place), _name(members, "stream", place)
    action.score = members.get("score") is True and kind == "item.answered"
    action.facts = {name: members[name] for name in given if name in members}
    _check_facts(action, place)
    action.parts = {name: members[name] for name in spec.parts if name in members}
    if row and "row" in members:
        action.parts.update(split_row(members["row"], place))
    _check_complete(action, place)
    return action


def _name(members: Mapping[str, Json], name: str, place: str) -> str:
    value = members.get(name, "")
    allows = syntax.is_uuid if name == "id" else syntax.is_stream
    if value != "" and not allows(value):
        expected = "a lower-case UUID" if name == "id" else "dataset/<uuid> or run/<uuid>"
        raise InvalidInput(f"{place}, {name}", expected, repr(value)[:60])
    return cast("str", value)


def _check_facts(action: Action, place: str) -> None:
    allows = TYPES[action.type].facts
    for name, value in action.facts.items():
        if not allows[name](value) and not (name in _BY_NAME and isinstance(value, str)):
            raise InvalidInput(f"{place}, {name}", f"a valid {name}", repr(value)[:60])


def _check_complete(action: Action, place: str) -> None:
    spec = TYPES[action.type]
    left = GIVEN_BY_ARCHIVE.get(action.type, frozenset()) | _OPTIONAL.get(action.type, frozenset())
    missing = (spec.required_facts - left - action.facts.keys()) | (
        spec.required_parts - action.parts.keys()
    )
    if missing:
        found = f"none in {action.type}"
        raise InvalidInput(place, f"a member {', '.join(sorted(missing))}", found)


def split_row(row: Json, place: str) -> dict[str, Json]:
    """Split a dataset item in eval_752's form into its parts item, question and answer.

    Raises:
        InvalidInput: when a member that every item needs is missing.
    """
    if not isinstance(row, dict):
        raise InvalidInput(f"{place}, row", "an object", repr(row)[:60])
    if missing := {"id", "type", "inputs", "answer"} - row.keys():
        expected = "an item with id, type, inputs and answer"
        raise InvalidInput(f"{place}, row", expected, f"no {', '.join(sorted(missing))}")
    question = {name: row[name] for name in ("inputs", "choices") if row.get(name) is not None}
    kept = row.keys() - {"inputs", "choices", "answer"}
    return {
        "answer": row["answer"],
        "item": {name: row[name] for name in kept},
        "question": cast("Json", question),
    }
