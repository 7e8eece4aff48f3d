"""RFC 9457: errors as problem documents, of which the table below gives status and kind.

What an error of the caller's names (place, expected, found) are the request's own words, cut where
they are long; of an error of ours nothing is told but its kind, as its places are ours as well, but
where evidence is damaged, which concerns whoever may read it.
Not here: where errors are caught (``problems``).
"""

import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, NamedTuple

from domain.bundle.members import ContainerRejected
from domain.errors import (
    ArchiveDamaged,
    Conflict,
    Eval752Error,
    InvalidInput,
    NotFound,
    Refused,
    StorageFull,
    StreamDamaged,
    UnreadableFile,
)
from domain.transparency.proofs import ProofMalformed, ProofMismatch
from interface.api.errors import (
    BundleRejected,
    Forbidden,
    LengthRequired,
    RangeNotSatisfiable,
    TooLarge,
    TooManyRequests,
    TooSlow,
    TurnedAway,
    Unauthenticated,
    Unavailable,
    UnsupportedMedia,
)

MEDIA_TYPE: Final = "application/problem+json"
_MOST: Final = 500
"""Characters of a member that are told."""

_NO_HEADERS: Final[Mapping[str, str]] = {}
_LINE: Final = re.compile(r"line ([1-9][0-9]{0,14})\b", re.ASCII)


class Kind(NamedTuple):
    """A row of the table in ``docs/api.md``: the status, the last word of ``type``, the title."""

    status: int
    name: str
    title: str


INTERNAL: Final = Kind(500, "internal", "A bug of eval752; its log has this request's id")
METHOD_NOT_ALLOWED: Final = Kind(405, "method-not-allowed", "Not a method of this address")

KINDS: Final[Mapping[type[Eval752Error], Kind]] = {
    InvalidInput: Kind(400, "invalid-input", "The request is not what it has to be"),
    Unauthenticated: Kind(401, "unauthenticated", "A token is needed that counts"),
    Forbidden: Kind(403, "forbidden", "This token may not do that"),
    NotFound: Kind(404, "not-found", "Nothing of this name that this token may see"),
    TooSlow: Kind(408, "too-slow", "The body came too slowly"),
    Refused: Kind(409, "refused", "Not in the present state"),
    Conflict: Kind(409, "conflict", "Somebody else was first"),
    LengthRequired: Kind(411, "length-required", "The body has to say how long it is"),
    TooLarge: Kind(413, "too-large", "The body is longer than it may be"),
    UnsupportedMedia: Kind(415, "unsupported-media-type", "Not a media type of this request"),
    RangeNotSatisfiable: Kind(416, "range-not-satisfiable", "The range is not within it"),
    UnreadableFile: Kind(422, "unreadable", "Not the kind of file that it should be"),
    ContainerRejected: Kind(422, "unreadable", "Not the kind of file that it should be"),
    ProofMalformed: Kind(422, "unreadable", "Not the kind of file that it should be"),
    ProofMismatch: Kind(422, "unreadable", "Not the kind of file that it should be"),
    BundleRejected: Kind(422, "findings", "A check of the bundle has found something"),
    TooManyRequests: Kind(429, "too-many-requests", "More requests than are allowed"),
    ArchiveDamaged: Kind(500, "archive-damaged", "The archive does not hold what it promised"),
    Unavailable: Kind(503, "unavailable", "The service is starting or stopping"),
    StorageFull: Kind(507, "storage-full", "The disk took no more; nothing of this is there"),
    Eval752Error: INTERNAL,
}
_BY_STATUS: Final = {kind.status: kind for kind in [*KINDS.values(), METHOD_NOT_ALLOWED]} | {
    409: KINDS[Refused],
    422: KINDS[UnreadableFile],
    500: INTERNAL,
}


class Problem(NamedTuple):
    """An answer of 400 or above."""

    status: int
    headers: Mapping[str, str]
    document: Mapping[str, Any]

    @property
    def body(self) -> bytes:
        """The document as it is sent."""
        return json.dumps(self.document).encode()

    def raw_headers(self) -> list[tuple[bytes, bytes]]:
        """All headers in the form of ASGI."""
        own = {"Content-Type": MEDIA_TYPE, "Content-Length": str(len(self.body))}
        told = {**self.headers, **own}
        return [(name.lower().encode(), value.encode("latin-1")) for name, value in told.items()]


def row_of(kind: type[Eval752Error]) -> Kind:
    """The row of a kind of error: its own, or else that of the nearest above."""
    return next(KINDS[known] for known in kind.__mro__ if known in KINDS)


def problem_of(error: Eval752Error, instance: str) -> Problem:
    """An error of the tree, as the answer to the request whose id is ``instance``."""
    kind = row_of(type(error))
    headers = error.headers if isinstance(error, TurnedAway) else _NO_HEADERS
    if kind.status >= 500 and not isinstance(error, (TurnedAway, StreamDamaged)):
        return Problem(kind.status, headers, _document(kind, kind.title, instance))
    names = ("expected", "found", "remedy")
    told: dict[str, Any] = {"place": _place(error)}
    told |= {name: _clipped(getattr(error, name)) for name in names}
    if line := _LINE.match(error.place):
        told["line"] = int(line[1])
    members = {name: value for name, value in told.items() if value}
    members |= error.members if isinstance(error, TurnedAway) else {}
    detail = str(Eval752Error(_place(error), error.expected, error.found, error.remedy))
    return Problem(kind.status, headers, _document(kind, _clipped(detail), instance) | members)


def problem_of_status(status: int, headers: Mapping[str, str] | None, instance: str) -> Problem:
    """An error that a framework found, of which no more is known than its status."""
    kind = _BY_STATUS.get(status) or _other(status)
    return Problem(status, headers or _NO_HEADERS, _document(kind, kind.title, instance))


def _other(status: int) -> Kind:
    """A row for a status that the table has not: its phrase in HTTP says the kind."""
    phrase = HTTPStatus(status).phrase
    return Kind(status, re.sub(r"[^a-z]+", "-", phrase.lower()), phrase)


def _document(kind: Kind, detail: str, instance: str) -> dict[str, Any]:
    return {
        "type": f"urn:eval752:problem:{kind.name}",
        "title": kind.title,
        "status": kind.status,
        "detail": detail,
        "instance": instance,
    }


def _place(error: Eval752Error) -> str:
    """Where it is; a path is one of this machine, and nobody's who asks from elsewhere."""
    is_path = Path(error.place).is_absolute() or error.place.startswith("file:")
    return "the file" if is_path else _clipped(error.place)


def _clipped(text: str) -> str:
    return text if len(text) <= _MOST else f"{text[: _MOST - 1]}…"
