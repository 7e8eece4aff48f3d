"""Pages of a list: opaque cursors, and the link to the next page (RFC 8288).

A cursor is what its list needs to go on, in a form that nobody has a reason to take apart; it is no
secret, and a list trusts nothing in it. Not here: what each list goes on from.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress
from hashlib import sha256
from types import UnionType
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode

from starlette.types import Scope

from domain.canonical import Json, decode_canonical, encode
from domain.errors import InvalidInput

PARAMETER: Final = "cursor"


def cursor_of(of: str, *values: str | int | None) -> str:
    """The cursor of a list (``of`` names it, with its order and filters) after these values."""
    return _text(encode([_mark(of), *values]))


def values_of(cursor: str, of: str, *kinds: type | UnionType) -> tuple[Any, ...]:
    """What a list gave to :func:`cursor_of`, each of its kind.

    Raises:
        InvalidInput: when it is no cursor, or another list's.
    """
    with suppress(ValueError, InvalidInput):
        mark, *values = _read(cursor)
        are = zip(values, kinds, strict=True)
        if mark == _mark(of) and all(isinstance(value, kind) for value, kind in are):
            return tuple(values)
    found = ascii(cursor[:80])
    remedy = "Take it from `next` of an answer to the same question, or begin without it."
    raise InvalidInput("query parameter cursor", "a cursor of this list", found, remedy)


def next_link(scope: Scope, cursor: str) -> str:
    """The value of ``Link``: the same question, from this cursor on."""
    asked = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    query = [(name, value) for name, value in asked if name != PARAMETER]
    return f'<{quote(scope["path"])}?{urlencode([*query, (PARAMETER, cursor)])}>; rel="next"'


def _read(cursor: str) -> list[Json]:
    """What the texts of :func:`cursor_of` hold, and no other text.

    Raises:
        ValueError, InvalidInput: for any other.
    """
    line = urlsafe_b64decode(cursor.encode() + b"==")
    read = decode_canonical(line)
    if not isinstance(read, list) or _text(line) != cursor or bool in map(type, read):
        raise ValueError
    return read


def _mark(of: str) -> str:
    """What tells lists apart, short whatever they are filtered by."""
    return sha256(of.encode()).hexdigest()[:16]


def _text(line: bytes) -> str:
    return urlsafe_b64encode(line).rstrip(b"=").decode()
