"""What a page does not have as a query parameter is refused, on a page, as the API refuses it."""

import pytest
from fastapi.routing import APIRoute

from interface.api.parameters import parameters_of
from tests.interface.api.conftest import Served
from tests.interface.api.test_parameters import address
from tests.interface.web.reading import text_of
from tests.interface.web.test_access import routes
from tests.interface.web.visiting import visit

ROUTES = [(method, route) for route in routes() for method in sorted(route.methods or ())]
FILES = {"/verify", "/verify.html", "/verify/verify_page.css", "/verify/verify_page.js"}
"""Their errors are problem documents: they are pages of no archive."""


@pytest.mark.parametrize(("method", "route"), ROUTES, ids=lambda each: getattr(each, "path", each))
def test_every_page_refuses_what_it_does_not_have(
    service: Served, method: str, route: APIRoute
) -> None:
    answer = visit(service).request(method, address(route), params={"limt": "3"})
    assert answer.status_code == 400
    kind = "application/problem+json" if route.path in FILES else "text/html; charset=utf-8"
    assert answer.headers["content-type"] == kind
    if method == "HEAD":
        return
    told = text_of(answer, 400)
    assert "query parameter limt" in told
    assert all(name in told for name in parameters_of(route))
