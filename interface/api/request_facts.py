"""What is known of a request while it is answered: its id, its token, the template of its route.

Kept in ``scope["state"]``, where ``request.state`` finds it too. Not here: what is made of it
(``watching``).
"""

from typing import Any, Final

from starlette.types import Scope

REQUEST_ID: Final = "request_id"
_PAGE: Final = "is_page"
_TOKEN: Final = "token_id"  # noqa: S105 - the name of a place, no secret
UNMATCHED: Final = "unmatched"
"""Stands for the template of an address that no route has."""


def keep_request_id(scope: Scope, request_id: str) -> None:
    """Give a request its id."""
    _state(scope)[REQUEST_ID] = request_id


def request_id(scope: Scope) -> str:
    """The request's id; none where nothing gave it one."""
    return str(_state(scope).get(REQUEST_ID, ""))


def keep_token_id(scope: Scope, token_id: str) -> None:
    """Note whose request it is, for the access log; the id of a token is no secret."""
    _state(scope)[_TOKEN] = token_id


def token_id(scope: Scope) -> str:
    """The id of the token, as far as one was accepted."""
    return str(_state(scope).get(_TOKEN, ""))


def keep_page(scope: Scope) -> None:
    """Note that a page is the answer: a browser asked, and errors are pages as well."""
    _state(scope)[_PAGE] = True


def is_page(scope: Scope) -> bool:
    """Whether a page is the answer."""
    return bool(_state(scope).get(_PAGE))


def route_template(scope: Scope) -> str:
    """The path of the route as it was declared: never what a caller wrote in its place."""
    context = scope.get("fastapi", {}).get("effective_route_context")
    for route in (context, scope.get("route")):
        if template := getattr(route, "path_format", None):
            return str(template)
    return UNMATCHED


def _state(scope: Scope) -> dict[str, Any]:
    state: dict[str, Any] = scope.setdefault("state", {})
    return state
