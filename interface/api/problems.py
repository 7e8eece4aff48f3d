"""Every answer of 400 and above is a problem document, whoever found the fault, but for pages.

Errors of the tree, those of FastAPI and Starlette, whatever else is raised, and error answers that
some part wrote in a form of its own. Not here: which status and kind an error has
(``problem_documents``), what is wrong with a request (``invalid_requests``), and errors before
there is one (``protocols``).
"""

import asyncio
from typing import Any, Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.errors import Eval752Error
from interface.api.errors import TurnedAway, Unavailable
from interface.api.invalid_requests import invalid_input
from interface.api.logs import log_fault
from interface.api.problem_documents import MEDIA_TYPE, Problem, problem_of, problem_of_status
from interface.api.problem_schema import describe_problems
from interface.api.request_facts import is_page, request_id

_KEPT: Final = ("allow", "connection", "content-range", "retry-after", "www-authenticate")


def install(app: FastAPI) -> None:
    """Make every error of the app a problem document, in its answers and in its OpenAPI."""
    for kind in (Eval752Error, HTTPException, RequestValidationError, ClientDisconnect):
        app.add_exception_handler(kind, handled)
    app.add_exception_handler(Exception, _answered)
    app.add_middleware(ProblemAnswers)
    describe_problems(app)


def problem_of_fault(fault: Exception, instance: str) -> Problem:
    """Whatever was raised, as an answer."""
    match fault:
        case Eval752Error():
            return problem_of(fault, instance)
        case RequestValidationError():
            return problem_of(invalid_input(fault), instance)
        case HTTPException(__cause__=Eval752Error() as cause):  # FastAPI, while it read a body
            return problem_of(cause, instance)
        case HTTPException():
            return problem_of_status(fault.status_code, fault.headers, instance)
        case ClientDisconnect():  # nobody reads it
            return problem_of_status(400, None, instance)
        case _:
            return problem_of_status(500, None, instance)


def _stopping() -> Unavailable:
    expected, found = "time to answer", "that it is stopping"
    return Unavailable("the service", expected, found, "Send the request again.")


class ProblemAnswers:
    """Answers for whatever an app raises, and instead of errors that it words in its own way."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the app."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(scope, send)
        try:
            await self._app(scope, receive, answer.send)
        except asyncio.CancelledError:  # the server waits for it no longer
            if not answer.began:
                await answer.tell(problem_of(_stopping(), request_id(scope)))
            raise
        except Exception as fault:
            problem = problem_of_fault(fault, request_id(scope))
            if answer.began or is_ours(fault, problem):
                note_fault(scope["app"].state, fault)
            if answer.began:
                raise
            await answer.tell(problem)


class _Answer:
    """One answer on its way out."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send = scope, send
        self.began = self._replaced = False

    async def send(self, message: Message) -> None:
        """Pass a message on, or a problem instead of an error that is none."""
        if self._replaced:
            return
        if message["type"] == "http.response.start" and (problem := self._instead_of(message)):
            self._replaced = True
            await self.tell(problem)
            return
        self.began = True
        await self._send(message)

    async def tell(self, problem: Problem) -> None:
        """Answer with a problem."""
        self.began = True
        headers = problem.raw_headers()
        await self._send(
            {"type": "http.response.start", "status": problem.status, "headers": headers}
        )
        await self._send({"type": "http.response.body", "body": problem.body})

    def _instead_of(self, start: Message) -> Problem | None:
        headers = Headers(raw=[*start.get("headers", ())])
        if (
            start["status"] < 400
            or is_page(self._scope)
            or headers.get("content-type", "").startswith(MEDIA_TYPE)
        ):
            return None
        kept = {name: headers[name] for name in _KEPT if name in headers}
        return problem_of_status(start["status"], kept, request_id(self._scope))


async def handled(request: Request, fault: Exception) -> Response:
    """The problem document that answers what a route raised, or a framework before it."""
    problem = problem_of_fault(fault, request_id(request.scope))
    if is_ours(fault, problem):
        note_fault(request.app.state, fault)
    return _response(problem)


async def _answered(request: Request, fault: Exception) -> Response:
    """The answer where even ``ProblemAnswers`` had none; whoever runs the app logs the fault."""
    return _response(problem_of_fault(fault, request_id(request.scope)))


def note_fault(state: Any, fault: Exception) -> None:
    """Log what is ours to put right, and note which evidence is damaged."""
    log_fault(fault)
    if service := getattr(state, "service", None):  # which is not there before it has started
        service.damage.note(fault)


def is_ours(fault: Exception, problem: Problem) -> bool:
    """Whether it is for the log: an error of the service's, and none that is meant."""
    return problem.status >= 500 and not isinstance(fault, TurnedAway)


def _response(problem: Problem) -> Response:
    answer = Response(problem.body, problem.status)
    answer.raw_headers = problem.raw_headers()
    return answer
