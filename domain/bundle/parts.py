"""Parts: the content that envelopes commit to, one canonical line each (format, section 3).

Not here: which part belongs to which event, and whether it is disclosed (``disclosure``).
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Final, NamedTuple, cast

from domain import syntax
from domain.bundle.layout import MAX_PART_BYTES
from domain.canonical import Json, decode_canonical, decode_simple, encode, encode_simple
from domain.errors import InvalidInput, shown

_LEVELS: Final = 127
"""Those of a line: its object, and the 126 of a value, which stands deeper in views."""

_SALTED: Final = b'{"salt":"'
_VALUE_AT: Final = len(_SALTED) + 32 + len(b'","value":')
_HEAD = re.compile(
    rb'\{(?:"assets":\["([0-9a-z.",]+)"\],)?"salt":"([0-9a-f]{32})","value":', re.ASCII
)
_MEMBERS: Final = frozenset({"salt", "value"})


class Part(NamedTuple):
    """A part's value and the assets that it refers to."""

    value: Json
    assets: Sequence[str]


def write_part(value: Json, salt: str, assets: Sequence[str] = ()) -> bytes:
    """Return the part line, without LF.

    Raises:
        InvalidInput: when it would be longer than 8 MiB, or when the value is not I-JSON.
    """
    members: dict[str, Json] = {"salt": salt, "value": value}
    if assets:
        members["assets"] = [*sorted(set(assets))]
    line = encode_simple(members, _LEVELS) or _write_strictly(members)
    if len(line) > MAX_PART_BYTES:
        remedy = "Put what is large into an asset and let the part refer to it."
        raise InvalidInput("part", f"at most {MAX_PART_BYTES} bytes", f"{len(line)} bytes", remedy)
    return line


def _write_strictly(members: dict[str, Json]) -> bytes:
    encode([[members["value"]]])  # in views it stands two levels down (format, 2.3)
    return encode(members)


def digest_of(line: bytes) -> str:
    """The digest that stands in the envelope."""
    return sha256(line).hexdigest()


def read_part(line: bytes, place: str) -> Part:
    """Read a part line strictly.

    Raises:
        InvalidInput: when :func:`write_part` could not have written it.
    """
    if len(line) > MAX_PART_BYTES:
        raise InvalidInput(place, f"at most {MAX_PART_BYTES} bytes", f"{len(line)} bytes")
    return _read_simple(line) or _read_strictly(line, place)


def _read_simple(line: bytes) -> Part | None:
    """Nearly every part: without assets, and without a number that needs a second look."""
    members = decode_simple(line, _LEVELS)
    if isinstance(members, dict) and members.keys() == _MEMBERS and syntax.is_salt(members["salt"]):
        return Part(members["value"], ())
    return None


def _read_strictly(line: bytes, place: str) -> Part:
    head = _HEAD.match(line)
    if head is None or not line.endswith(b"}"):
        raise InvalidInput(place, 'a part, {"salt":…,"value":…}', shown(line[:60]))
    nested = cast("list[list[Json]]", decode_canonical(b"[[%b]]" % line[head.end() : -1], place))
    if len(nested) != 1 or len(nested[0]) != 1:
        raise InvalidInput(place, "one value", shown(line[-60:]))
    names = _asset_names(head.group(1), place) if head.group(1) else ()
    return Part(nested[0][0], names)


def salt_of(line: bytes) -> str:
    """The salt of a part line that is known to be good."""
    head = _HEAD.match(line)
    assert head is not None
    return head.group(2).decode()


def value_of(line: bytes) -> bytes:
    """The value's bytes, verbatim, of a part line that is known to be good."""
    if line.startswith(_SALTED):
        return line[_VALUE_AT:-1]
    head = _HEAD.match(line)
    assert head is not None
    return line[head.end() : -1]


def values_of(lines: Iterable[bytes]) -> list[bytes]:
    """What :func:`value_of` gives, of each line."""
    return [line[_VALUE_AT:-1] if line.startswith(_SALTED) else value_of(line) for line in lines]


def assets_of(line: bytes) -> Sequence[str]:
    """The assets that a part line, known to be good, refers to."""
    if line.startswith(_SALTED):
        return ()
    head = _HEAD.match(line)
    return head.group(1).decode().split('","') if head and head.group(1) else ()


def assets_in(lines: Iterable[bytes]) -> set[str]:
    """What :func:`assets_of` gives, of all of these lines."""
    listing = [line for line in lines if not line.startswith(_SALTED)]
    return {name for line in listing for name in assets_of(line)}


def _asset_names(listed: bytes, place: str) -> Sequence[str]:
    names = listed.decode().split('","')
    if not all(map(syntax.is_asset_name, names)) or names != sorted(set(names)):
        expected = "names of assets, ascending and distinct"
        raise InvalidInput(f"{place}, assets", expected, shown(names))
    return names


def check_shape(kind: str, value: Json, place: str) -> None:
    """Check a value against the shape of its kind (format, section 3.4).

    Raises:
        InvalidInput: naming the member that is missing or of the wrong type.
    """
    shape = _SHAPES.get(kind)
    if shape is None:
        return
    if not isinstance(value, dict):
        raise InvalidInput(f"{place}, {kind}", "an object", shown(value))
    for name, (allows, expected) in shape.items():
        if not allows(value.get(name, _ABSENT)):
            found = shown(value[name]) if name in value else "none"
            raise InvalidInput(f"{place}, {kind}, {name}", expected, found)
    if kind == "question" and not value.keys() <= shape.keys():
        # it would stand in the view as if it were the item's, or the answer
        more = sorted(value.keys() - shape.keys())
        raise InvalidInput(f"{place}, {kind}", f"{' and '.join(shape)} alone", shown(more))


_ABSENT: Final = object()


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_choices(value: object) -> bool:
    if isinstance(value, list):
        return {*map(type, cast("list[object]", value))} <= {str}
    return value is _ABSENT


def _is_absent(value: object) -> bool:
    return value is _ABSENT


_Shape = Mapping[str, tuple[Callable[[object], bool], str]]
_NONE: Final = (_is_absent, "no member of this name here")
_SHAPES: Mapping[str, _Shape] = {
    "item": {
        "id": (_is_text, "a string"),
        "type": (_is_text, "a string"),
        "section": (lambda value: value is _ABSENT or _is_text(value), "a string"),
        "answer": _NONE,
        "inputs": _NONE,
        "choices": _NONE,
    },
    "question": {
        "inputs": (lambda value: value is not _ABSENT, "the inputs"),
        "choices": (_is_choices, "a list of strings"),
    },
    "environment": {},
    "response": {"text": (lambda value: value is None or _is_text(value), "a string or null")},
    "score": {"value": (syntax.is_number, "a number")},
    "original": {"name": (_is_text, "a string"), "media_type": (_is_text, "a string")},
}
