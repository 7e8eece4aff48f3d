"""The mapper: a page of envelopes is one stored event of the library.

``topic`` is a constant of ours, never a module's name, and is compared, never resolved. ``state``
is the envelope lines joined by LF: the very bytes that are hashed. Not here: parts (``blocks``).
"""

from collections.abc import Sequence
from typing import cast

from eventsourcing.persistence import StoredEvent

from application.ports import StreamKey
from domain.errors import RESTORE, EvidenceDamaged, shown

TOPIC = "page:1"


def originator_id(key: StreamKey) -> str:
    """One text for (origin, stream); neither of them can hold a colon."""
    return f"{key.origin}:{key.stream}"


def ids_of(origin: str) -> tuple[str, str]:
    """The bounds of the ids of all streams of an origin; the second is no longer one."""
    return f"{origin}:", f"{origin};"


def stream_key(originator: str) -> StreamKey:
    """Read :func:`originator_id` back."""
    origin, _, stream = originator.partition(":")
    return StreamKey(origin, stream)


def join(lines: Sequence[bytes]) -> bytes:
    """Join lines by LF.

    Raises:
        ValueError: when a line is empty or holds an LF, and so could not be told from others.
    """
    joined = b"\n".join(lines)
    if lines and (joined.count(b"\n") != len(lines) - 1 or not all(lines)):
        raise ValueError("a line that is empty or holds a line feed")
    return joined


def to_stored_event(key: StreamKey, ordinal: int, lines: Sequence[bytes]) -> StoredEvent:
    """Return the stored event for a page, the ``ordinal``-th of its stream, from 0."""
    return StoredEvent(originator_id(key), ordinal, TOPIC, join(lines))


def versions_of(originator: str, last: int, count: int) -> str:
    """Where so many versions up to ``last`` stand: the place of what is damaged there."""
    stream = stream_key(originator).stream
    first = max(1, last - count + 1)
    return f"{stream}, version{'' if count == 1 else f's {first} to'} {last}"


def to_lines(event: StoredEvent, last: int, count: int) -> list[bytes]:
    """Return the envelope lines of a stored page, whose last version is ``last``.

    Raises:
        EvidenceDamaged: when it is not a page of so many lines.
    """
    place = versions_of(str(event.originator_id), last, count)
    if event.topic != TOPIC:
        raise EvidenceDamaged(place, f"the topic {TOPIC}", shown(event.topic), RESTORE)
    state = cast("object", event.state)  # as SQLite gave it
    lines = state.split(b"\n") if isinstance(state, bytes) else []
    if len(lines) != count:
        raise EvidenceDamaged(place, f"{count} envelopes", f"{len(lines)}", RESTORE)
    return lines
