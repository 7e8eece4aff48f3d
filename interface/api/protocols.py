"""uvicorn's protocols, so that what they refuse themselves is refused with a problem document too.

h11 bounds the size of a head by itself. Not here: the form of a refusal (``refusals``).
"""

from uvicorn.protocols.http.h11_impl import H11Protocol

from interface.api.connections import Bounded
from interface.api.refusals import refuse


class H11Problems(Bounded, H11Protocol):
    """What uvicorn does, but for the form of a refusal."""

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request."""
        refuse(self, msg)


def problem_protocol() -> type[Bounded]:
    """The faster protocol, or h11 where there is no httptools."""
    try:
        from interface.api.httptools_protocol import HttpToolsProblems  # noqa: PLC0415
    except ImportError:
        return H11Problems
    return HttpToolsProblems
