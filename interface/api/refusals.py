"""What is no request is refused with a problem document, and its connection closed.

Here there is no app, no scope and no answer but these bytes. Not here: when that is so
(``protocols``), and errors of requests (``problems``).
"""

from http import HTTPStatus
from typing import Any, Final

import structlog

from domain.errors import InvalidInput
from interface.api.problem_documents import problem_of
from interface.api.request_ids import HEADER, new_request_id
from interface.api.security_headers import HEADERS

LARGEST_HEAD: Final = 65_536
"""Bytes of a request line with its headers."""


def refuse(protocol: Any, found: str) -> None:
    """Answer with a problem and close; an answer that is under way is broken off instead."""
    if not (is_answering(protocol) and protocol.cycle.response_started):
        protocol.transport.write(_refusal(found))
    protocol.transport.close()


def is_answering(protocol: Any) -> bool:
    """Whether there is a request that has no whole answer yet."""
    return protocol.cycle is not None and not protocol.cycle.response_complete


def _refusal(found: str) -> bytes:
    request_id = new_request_id()
    structlog.get_logger().info("no request", request_id=request_id, found=found)
    expected = f"a request of HTTP/1.1 with a head of at most {LARGEST_HEAD} bytes"
    problem = problem_of(InvalidInput("the connection", expected, found), request_id)
    ours = {HEADER: request_id, "Connection": "close", **HEADERS}
    headers = [(name.lower().encode(), value.encode()) for name, value in ours.items()]
    lines = [name + b": " + value for name, value in [*problem.raw_headers(), *headers]]
    status = HTTPStatus(problem.status)
    first = f"HTTP/1.1 {status.value} {status.phrase}".encode()
    return b"\r\n".join([first, *lines, b"", problem.body])
