"""Actions: what a caller asks to have recorded, one JSON line each, in the event types' words.

``{"type": "item.answered", "item": "q-001", "response": {"text": "Paris"}}``: the facts and parts
of the event by name, without what the archive itself adds (versions, roots, trial numbers).
``item`` may be an outside id, ``scorer`` a name. A receipt tells what a batch of them came to. Not
here: what may follow what, and how it is written.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, cast

from domain import syntax
from domain.canonical import Json, decode
from domain.errors import InvalidInput, shown
from domain.evaluation.events import TYPES, EventType, allowed

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

    def copy(self) -> "Action":
        """The same action with facts of its own."""
        facts = dict(self.facts)  # written out: there is one for every event
        rest = (self.id, self.stream, self.score, self.place, self.assets)
        return Action(self.type, facts, self.parts, *rest)


class Receipt(NamedTuple):
    """What a batch came to: events new, events known before, scores that no rule could give."""

    stream: str
    version: int
    recorded: int
    known: int
    unscored: int


def read_action(line: bytes, place: str) -> Action:
    """Read one line of actions strictly.

    Raises:
        InvalidInput: naming the member that is missing, unknown or of the wrong form.
    """
    members = decode(line, place)
    if not isinstance(members, dict) or not isinstance(members.get("type"), str):
        raise InvalidInput(place, 'an object with a member "type"', shown(members))
    return action_of(members, place)


def action_of(members: Mapping[str, Json], place: str) -> Action:
    """Read one action from its members.

    Raises:
        InvalidInput: as :func:`read_action`.
    """
    kind = cast("str", members["type"])
    form = _FORMS.get(kind)
    if form is None:
        expected = "one of the event types that can be recorded"
        raise InvalidInput(f"{place}, type", expected, shown(kind))
    if unknown := members.keys() - form.allowed:
        expected = f"members of {kind}: {', '.join(sorted(form.allowed))}"
        raise InvalidInput(place, expected, ", ".join(sorted(unknown)))
    facts, parts = _chosen(members, form.facts), _chosen(members, form.parts)
    _check_facts(facts, form.facts, place)
    if form.rows and "row" in members:
        parts.update(split_row(members["row"], place))
    if missing := (form.needed - facts.keys()) - parts.keys():
        found = f"none in {kind}"
        raise InvalidInput(place, f"a member {', '.join(sorted(missing))}", found)
    event_id = _name(members, "id", place) if "id" in members else ""
    stream = _name(members, "stream", place) if "stream" in members else ""
    scored = kind == "item.answered" and _flag(members, "score", place)
    return Action(kind, facts, parts, event_id, stream, scored, place)


class _Form(NamedTuple):
    """What an action of one type may hold, and what it needs; ``rows`` whether as a ``row``."""

    facts: Mapping[str, Callable[[object], bool]]
    parts: frozenset[str]
    allowed: frozenset[str]
    needed: frozenset[str]
    rows: bool


def _form(kind: str, spec: EventType) -> _Form:
    given = GIVEN_BY_ARCHIVE.get(kind, frozenset())
    facts = {name: allows for name, allows in spec.facts.items() if name not in given}
    rows = kind == "dataset.item_added"
    allowed = spec.parts | facts.keys() | _COMMON | _EXTRA.get(kind, frozenset())
    needed = (spec.required_facts - given - _OPTIONAL.get(kind, frozenset())) | spec.required_parts
    return _Form(facts, spec.parts, allowed | ({"row"} if rows else set()), needed, rows)


_FORMS: Final = {
    kind: _form(kind, spec) for kind, spec in TYPES.items() if "archive" not in spec.streams
}


def _chosen(members: Mapping[str, Json], names: Collection[str]) -> dict[str, Json]:
    return {name: value for name, value in members.items() if name in names}


def _name(members: Mapping[str, Json], name: str, place: str) -> str:
    value = members[name]
    allows = syntax.is_uuid if name == "id" else syntax.is_stream
    if value != "" and not allows(value):
        expected = "a lower-case UUID" if name == "id" else "dataset/<uuid> or run/<uuid>"
        raise InvalidInput(f"{place}, {name}", expected, shown(value))
    return cast("str", value)


def _flag(members: Mapping[str, Json], name: str, place: str) -> bool:
    value = members.get(name, False)
    if not isinstance(value, bool):
        raise InvalidInput(f"{place}, {name}", "true or false", shown(value))
    return value


def _check_facts(
    facts: Mapping[str, Json], forms: Mapping[str, Callable[[object], bool]], place: str
) -> None:
    for name, value in facts.items():
        if not forms[name](value) and not (name in _BY_NAME and isinstance(value, str)):
            raise InvalidInput(f"{place}, {name}", allowed(name), shown(value))


def split_row(row: Json, place: str) -> dict[str, Json]:
    """Split a dataset item in eval_752's form into its parts item, question and answer.

    Raises:
        InvalidInput: when a member that every item needs is missing.
    """
    if not isinstance(row, dict):
        raise InvalidInput(f"{place}, row", "an object", shown(row))
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
