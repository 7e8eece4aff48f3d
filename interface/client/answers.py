"""Answers read into values: JSON whose form is checked against the types of rows and details.

Members that are not known are left out, as a newer service may have more; one that is missing or of
another type is the service's fault. Not here: errors (``errors``).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum
from functools import cache, partial
from types import NoneType, UnionType
from typing import (
    Any,
    Final,
    NamedTuple,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from domain.evaluation.config import scorers_of
from interface.client.errors import BadAnswer
from interface.client.exchange import Answer
from interface.shown import RunShown

T = TypeVar("T")


class HistoryEvent(NamedTuple):
    """An envelope with its leaf hash in the stream's tree."""

    event: Mapping[str, Any]
    leaf: str


class Page(NamedTuple):
    """The rows of a page as they came, and the cursor of the next one."""

    items: Sequence[object]
    next: str | None = None


def document(answer: Answer) -> Any:
    """The JSON of an answer.

    Raises:
        BadAnswer: when it is none.
    """
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError) as problem:
        raise BadAnswer("answer", "JSON", ascii(answer.body[:80]), _OTHER) from problem


def reads(kind: type[T], member: str = "") -> Callable[[Answer], T]:
    """What reads an answer, or one member of it, as a value of this type."""

    def read(answer: Answer) -> T:
        whole: object = document(answer)
        if not member:
            return value_of(kind, whole)
        members = _mapping(whole, "answer")
        if member not in members:
            raise _unlike(f"a member {member}", [*members], "answer")
        return value_of(kind, members[member], member)

    return read


def read_run_shown(answer: Answer) -> RunShown:
    """A run, with its scorers' names as its config has them."""
    members = _mapping(document(answer), "answer")
    shown = value_of(RunShown, {"scorers": [], **members})
    scorers = scorers_of(shown.registered.value("config"))
    return shown._replace(scorers=[scorer.name for scorer in scorers])


def page_of(answer: Answer) -> Page:
    """One page of a list."""
    return value_of(Page, document(answer))


def value_of(kind: type[T], value: object, place: str = "answer") -> T:
    """A value of this type.

    Raises:
        BadAnswer: when it has another form.
    """
    reader: Any = _reader  # a type can be hashed, whatever a checker thinks
    return cast("T", reader(kind)(value, place))


_OTHER: Final = "See whether this is the address of an eval752 service, of a version that fits."
_Reader = Callable[[object, str], Any]


def _unlike(expected: str, value: object, place: str) -> BadAnswer:
    return BadAnswer(place, expected, ascii(value)[:80], _OTHER)


@cache
def _reader(kind: Any) -> _Reader:
    """What reads values of one type."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in {Union, UnionType}:
        return _one_of(arguments)
    if isinstance(kind, type) and hasattr(kind, "_fields"):
        return _tuple_of(kind)
    if isinstance(kind, type) and issubclass(kind, IntEnum):
        return partial(_word, kind)
    if origin is Sequence:
        return partial(_list, arguments[0])
    if kind in {str, int, float, bool}:
        return partial(_scalar, kind)
    return _mapping if origin is Mapping else _anything


def _anything(value: object, _place: str) -> Any:
    return value


def _mapping(value: object, place: str) -> Any:
    if not isinstance(value, dict):
        raise _unlike("an object", value, place)
    return cast("Any", value)


def _scalar(kind: type, value: object, place: str) -> Any:
    if type(value) is kind or (kind is float and type(value) is int):
        return value
    raise _unlike(f"a value of type {kind.__name__}", value, place)


def _word(kind: type[IntEnum], value: object, place: str) -> Any:
    for member in kind:
        if member.name.lower() == value:
            return member
    raise _unlike(f"one of {', '.join(member.name.lower() for member in kind)}", value, place)


def _list(kind: Any, value: object, place: str) -> Any:
    if not isinstance(value, list):
        raise _unlike("a list", value, place)
    read = _reader(kind)
    return [read(child, f"{place}, {n}") for n, child in enumerate(cast("list[object]", value))]


def _one_of(kinds: Sequence[Any]) -> _Reader:
    """A value of one of these types; numbers stay what they are."""
    if NoneType in kinds:
        rest = [kind for kind in kinds if kind is not NoneType]
        read = _one_of(rest) if len(rest) > 1 else _reader(rest[0])
        return lambda value, place: None if value is None else read(value, place)
    if set(kinds) == {int, float}:
        return partial(_scalar, float)
    return _anything


def _tuple_of(kind: Any) -> _Reader:
    hints = get_type_hints(kind)
    defaults = kind._field_defaults

    def read(value: object, place: str) -> Any:
        members = _mapping(value, place)
        told: dict[str, Any] = {}
        for name in kind._fields:
            if name in members:
                told[name] = _reader(hints[name])(members[name], f"{place}, {name}")
            elif name not in defaults:
                raise _unlike(f"a member {name}", [*members], place)
        return kind(**told)

    return read
