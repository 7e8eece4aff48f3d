"""The errors of a client: those of our own tree that a service tells of, and these beside them.

::

    Eval752Error
    ├── Refused
    │   ├── Unauthenticated   the caller's: no token, or one that is unknown, expired or revoked
    │   ├── Forbidden         the caller's: a role that may not do this
    │   └── Findings          the sender's: a bundle in which a check has found something
    ├── Unavailable     the network's or nobody's: no answer, or that there is none for now
    └── BadAnswer       the service's: a fault of its own, or an answer that docs/api.md knows not

A problem document (``docs/api.md``, section 2) becomes the error of its kind, with both sides and
the way on; the request's id is a note on it (PEP 678). Not here: what is tried again.
"""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, cast

from domain.errors import (
    ArchiveDamaged,
    Conflict,
    Eval752Error,
    InvalidInput,
    NotFound,
    Refused,
    StorageFull,
    UnreadableFile,
)
from interface.client.exchange import Answer, Request


class Unauthenticated(Refused):
    """There is no token, or it is unknown, expired or revoked."""


class Forbidden(Refused):
    """The token's role may not do this."""


class Findings(Refused):
    """A check has found something in a bundle; ``report`` is the verifier's, as a document."""

    report: Mapping[str, Any] = MappingProxyType({})


class Unavailable(Eval752Error):
    """There is no answer, or it is that there is none for now; ``after`` seconds there may be."""

    after: float = 0.0


class BadAnswer(Eval752Error):
    """The service has a fault, or what answers is no service of this kind."""


PROBLEM: Final = "application/problem+json"
_URN: Final = "urn:eval752:problem:"
_KINDS: Final[Mapping[str, type[Eval752Error]]] = {
    "archive-damaged": ArchiveDamaged,
    "conflict": Conflict,
    "findings": Findings,
    "forbidden": Forbidden,
    "internal": BadAnswer,
    "invalid-input": InvalidInput,
    "length-required": InvalidInput,
    "method-not-allowed": BadAnswer,
    "not-found": NotFound,
    "range-not-satisfiable": InvalidInput,
    "refused": Refused,
    "storage-full": StorageFull,
    "too-slow": Unavailable,
    "too-large": InvalidInput,
    "too-many-requests": Unavailable,
    "unauthenticated": Unauthenticated,
    "unavailable": Unavailable,
    "unreadable": UnreadableFile,
    "unsupported-media-type": InvalidInput,
}
_STATUSES: Final[Mapping[int, type[Eval752Error]]] = {
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    408: Unavailable,
    409: Refused,
    413: InvalidInput,
    429: Unavailable,
    502: Unavailable,
    503: Unavailable,
    504: Unavailable,
    507: StorageFull,
}
"""For answers that are no problem documents: a proxy on the way has given them."""


def check(answer: Answer, request: Request) -> None:
    """Let an answer pass that is one.

    Raises:
        Eval752Error: of the kind that any other tells of.
    """
    if not answer.is_good:
        raise problem_of(answer, request.path)


def problem_of(answer: Answer, path: str) -> Eval752Error:
    """The error that an answer tells of."""
    if 300 <= answer.status < 400:
        return _redirected(answer, path)
    told = _document(answer)
    kind = str(told.get("type", "")).removeprefix(_URN)
    error = _KINDS.get(kind) or _STATUSES.get(answer.status, BadAnswer)
    place, expected = str(told.get("place") or path), str(told.get("expected") or "")
    found = str(told.get("found") or told.get("detail") or told.get("title") or "")
    problem = error(
        place,
        expected or "what the service can do",
        found or f"status {answer.status}",
        str(told.get("remedy") or ""),
    )
    if isinstance(problem, Unavailable):
        problem.after = _seconds(answer.headers.get("retry-after", ""))
    if isinstance(problem, Findings):
        problem.report = told.get("report") or {}
    return _noted(problem, answer, told)


def line_of(answer: Answer) -> int | None:
    """The line of a batch that is at fault, where the service names one."""
    line = _document(answer).get("line")
    return line if type(line) is int and line > 0 else None


def _redirected(answer: Answer, path: str) -> Eval752Error:
    found = f"a redirect to {answer.headers.get('location', 'nowhere')[:200]!r}"
    remedy = "If this is where the service is, give its address; the token went nowhere else."
    return Refused(path, "an answer of the service itself", found, remedy)


def _document(answer: Answer) -> dict[str, Any]:
    if not answer.headers.get("content-type", "").startswith(PROBLEM):
        return {}
    try:
        told: object = json.loads(answer.body)
    except ValueError:
        return {}
    return cast("dict[str, Any]", told) if isinstance(told, dict) else {}


def _noted(problem: Eval752Error, answer: Answer, told: Mapping[str, Any]) -> Eval752Error:
    request = told.get("instance") or answer.headers.get("x-request-id")
    if request:
        problem.add_note(f"request {str(request)[:200]}")
    return problem


def _seconds(text: str) -> float:
    return float(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0.0
