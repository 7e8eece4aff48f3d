"""Errors that only a service has, below those of the whole project (``domain.errors``).

::

    Eval752Error
    └── TurnedAway           the service does not take this request up
        ├── Unauthenticated      no token, or none that counts
        ├── Forbidden            a token that may not do this
        ├── TooSlow              a body of which nothing came for too long
        ├── LengthRequired       a body that does not say how long it is
        ├── TooLarge             a body beyond its bound
        ├── UnsupportedMedia     a body of another media type
        ├── RangeNotSatisfiable  a range that is not within what was asked for
        ├── BundleRejected       a bundle in which a check has found something
        ├── TooManyRequests      more than the rate that is allowed
        └── Unavailable          starting or stopping

Not here: their statuses (``problem_documents``).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Self

from application.bundle_events import only_policy_failed
from domain.errors import Eval752Error
from domain.verification.checks import Check
from domain.verification.report import Report
from interface.report_text import report_document

Headers = Mapping[str, str]
_CLOSE: Final[Headers] = MappingProxyType({"Connection": "close"})
"""The rest of a body that nobody reads is not waited for."""


class TurnedAway(Eval752Error):
    """The service does not take this request up; the answer has these headers and more members."""

    headers: Headers = MappingProxyType({})
    members: Mapping[str, Any] = MappingProxyType({})


class Unauthenticated(TurnedAway):
    """No token, or one that is unknown, expired or revoked."""

    headers: Headers = MappingProxyType({"WWW-Authenticate": "Bearer"})


class Forbidden(TurnedAway):
    """A role that may not do this."""


class TooSlow(TurnedAway):
    """No byte of the body came for too long."""

    headers: Headers = _CLOSE


class LengthRequired(TurnedAway):
    """The body does not say how long it is."""

    headers: Headers = _CLOSE


class TooLarge(TurnedAway):
    """The body is longer than it may be."""

    headers: Headers = _CLOSE


class UnsupportedMedia(TurnedAway):
    """The body has a media type that this request does not take."""


class RangeNotSatisfiable(TurnedAway):
    """The range is not within what was asked for."""

    @classmethod
    def of(cls, found: str, size: int) -> "RangeNotSatisfiable":
        """The error for a range of what is ``size`` bytes long."""
        error = cls("Range", f"a range within {size} bytes", found)
        error.headers = {"Content-Range": f"bytes */{size}"}
        return error


class BundleRejected(TurnedAway):
    """A check that a bundle must pass has failed; the report goes with the answer."""

    @classmethod
    def of(cls, report: Report) -> "BundleRejected":
        """The error for a bundle with this report."""
        if only_policy_failed(report):
            remedy = "The archive's own policy requires it; the report names what is not shown."
        else:
            remedy = "Ask for another copy; the report names every finding."
        found = f"findings in {', '.join(check.label for check in Check if report.failed(check))}"
        error = cls("bundle", "no finding of the verifier", found, remedy)
        error.members = {"report": report_document("", report)}
        return error


class _Later(TurnedAway):
    """It may be taken up later."""

    def after(self, seconds: int) -> Self:
        """The same, to be tried again so much later."""
        self.headers = {"Retry-After": str(seconds)}
        return self


class TooManyRequests(_Later):
    """More requests than the rate that is allowed."""

    headers: Headers = MappingProxyType({"Retry-After": "1"})


class Unavailable(_Later):
    """The service is starting or stopping."""

    headers: Headers = MappingProxyType({"Retry-After": "5"})
