"""JSON from chunks of bytes, and what stands within: objects by path, the names of a beginning.

Not here: where the chunks come from (``bounded_zip``, ``raw_file``), and what values mean.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TypeGuard

from application.log_source import Account
from domain.canonical import Json
from domain.errors import InvalidInput, shown
from infrastructure.log_sources.json_pieces import members, pieces, values
from infrastructure.log_sources.lines import MAX_LINE_BYTES
from infrastructure.log_sources.loose_json import Members, read_noted


def read_object(data: bytes, place: str, account: Account) -> Members:
    """One JSON object.

    Raises:
        InvalidInput: when it is something else.
    """
    value = read_noted(data, place, account)
    if not isinstance(value, dict):
        raise InvalidInput(place, "an object", shown(value))
    return value


def whole(chunks: Iterable[bytes], place: str) -> bytes:
    """All of a document of at most 8 MiB, which is what one part can hold.

    Raises:
        InvalidInput: when it is larger.
    """
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > MAX_LINE_BYTES:
            raise InvalidInput(place, f"at most {MAX_LINE_BYTES} bytes", "more")
    return bytes(data)


def elements_of(name: str, chunks: Iterable[bytes], place: str) -> Iterator[tuple[str, bytes]]:
    """Place and text of each element of the list that is an object's member of this name."""
    held = (value.data for value in values(chunks, place) if value.name == name)
    return elements(held, f"{place}, {name}")


def elements(chunks: Iterable[bytes], place: str) -> Iterator[tuple[str, bytes]]:
    """Place and text of each element of a list, of which only one is held at a time.

    Raises:
        InvalidInput: when it is no list, or an element has more than 8 MiB.
    """
    held, number = bytearray(), 0
    for piece in pieces(chunks, b"[", place):
        held += piece.data
        if len(held) > MAX_LINE_BYTES:
            at = f"{place}, element {number}"
            raise InvalidInput(at, f"at most {MAX_LINE_BYTES} bytes", "more")
        if piece.last and (piece.number or held.strip()):
            yield f"{place}, element {number}", bytes(held)
            number += 1
            held.clear()


def first_names(chunk: bytes) -> set[str]:
    """The names of the members with which an object begins; none of what is no object."""
    found: set[str] = set()

    def note(name: str) -> bool:
        found.add(name)
        return False

    with suppress(InvalidInput):
        deque(members([chunk], note, 0, ""), 0)
    return found


def object_at(value: Json, *names: str) -> Members:
    """The object under these names, one within the other; an empty one where there is none."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def text_at(value: Members, *names: str) -> str:
    """The first text that is not empty under one of these names."""
    texts = (value.get(name) for name in names)
    return next((text for text in texts if isinstance(text, str) and text), "")


def is_number(value: Json) -> TypeGuard[int | float]:
    """Whether it is a number, which true and false are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)
