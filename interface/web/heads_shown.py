"""Which heads of the log others have seen: which authorities and witnesses, and when.

A timestamp was checked when it came: to who trusts its authority it proves that the head existed by
its time. A witness claims when it saw one. Not here: checking either (``domain.verification``).
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from application.stamp_ports import Stamps
from domain.errors import InvalidInput
from domain.transparency.cosignature import claimed_time as cosigned_at
from domain.transparency.signed_note import NoteSignature
from interface.verifying import claimed_time as stamped_at

_FORM: Final = "%Y-%m-%dT%H:%M:%SZ"


class Vouched(NamedTuple):
    """That somebody has seen a head: who, as what, when; None for a time that cannot be read."""

    kind: str
    name: str
    at: str | None


class HeadSeen(NamedTuple):
    """A head of so many events, and who has seen it."""

    size: int
    by: Sequence[Vouched]


class Proven(NamedTuple):
    """The newest head that is timestamped existed by this time, which is so long ago."""

    size: int
    by: str
    age: str


class HeadsSeen(NamedTuple):
    """Heads that others have seen, the newest first; ``before`` leads to older ones."""

    shown: Sequence[HeadSeen]
    before: int | None
    proven: Proven | None


def heads_seen(
    stamps: Stamps, cosignatures: Stamps, now: str, before: int | None, most: int
) -> HeadsSeen:
    """So many of the heads, below a size if any, that have a timestamp or a cosignature."""
    sizes = {*stamps.recent(before, most + 1), *cosignatures.recent(before, most + 1)}
    newest = sorted(sizes, reverse=True)
    heads = [
        HeadSeen(size, [*_stamped(stamps, size), *_cosigned(cosignatures, size)])
        for size in newest[:most]
    ]
    more = newest[most - 1] if len(newest) > most else None
    return HeadsSeen(heads, more, _proven(stamps, now))


def _proven(stamps: Stamps, now: str) -> Proven | None:
    """By the earliest time that an authority says of it: the head existed by then."""
    for size in stamps.recent(None, 1):
        times = [each.at for each in _stamped(stamps, size) if each.at]
        if times:
            return Proven(size, min(times), _age(min(times), now))
    return None


def _age(then: str, now: str) -> str:
    seconds = (datetime.fromisoformat(now) - datetime.fromisoformat(then)).total_seconds()
    minutes = max(0, int(seconds)) // 60
    for unit, length in (("day", 24 * 60), ("hour", 60)):
        if minutes >= length:
            count = minutes // length
            return f"{count} {unit}{'s' if count != 1 else ''} ago"
    return f"{minutes} minute{'s' if minutes != 1 else ''} ago"


def _stamped(stamps: Stamps, size: int) -> Iterator[Vouched]:
    for stamp in stamps.of(size):
        at = stamped_at(stamp.data)
        told = at.astimezone(UTC).strftime(_FORM) if at else None
        yield Vouched("timestamp", stamp.authority, told)


def _cosigned(cosignatures: Stamps, size: int) -> Iterator[Vouched]:
    for line in cosignatures.of(size):
        yield Vouched("cosignature", line.authority, _time_of(line.data))


def _time_of(line: bytes) -> str | None:
    try:
        at = cosigned_at(NoteSignature.parse(line.decode().rstrip("\n")))
        return None if at is None else datetime.fromtimestamp(at, UTC).strftime(_FORM)
    except (InvalidInput, ValueError, OverflowError, OSError):  # of no line, and of no time
        return None
