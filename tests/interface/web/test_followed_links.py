"""Of every page it is decided whether a link of another site leads to it at once."""

import re
from pathlib import Path

import pytest

from tests.interface.api.conftest import Served
from tests.interface.web.test_access import PUBLIC, UUID, routes
from tests.interface.web.visiting import visit

DOCS = Path(__file__).parents[3] / "docs" / "pages.md"

AT_ONCE = {
    "/",
    "/runs/{uuid}",
    "/runs/{uuid}/items",
    "/runs/{uuid}/items/{item}",
    "/runs/{uuid}/history",
    "/runs/{uuid}/events",
    "/runs/{uuid}/annotations",
    "/runs/{uuid}/verification",
    "/archive",
    "/archive/actions",
    "/archive/heads",
}
"""Pages that only show."""

BY_A_CLICK = {
    "/live",
    "/runs/{uuid}/assets/{name}",
    "/runs/{uuid}/bundle",
    "/runs/{uuid}/history/state",
    "/runs/{uuid}/items/{item}/proof",
    "/runs/{uuid}/parts/{of}/{version}/{kind}",
    "/runs/{uuid}/plots/{name}.svg",
    "/runs/{uuid}/report",
    "/compare",
    "/compare/flips",
    "/compare/items/{item}",
    "/compare/plots/{name}.svg",
    "/archive/checkpoint",
    "/archive/tokens",
}
"""What starts work, leaves as a file, gives keys out, or is a piece of a page."""

PLACES = {"uuid": UUID, "item": "0", "name": "n", "of": "run", "version": "1", "kind": "config"}
CLICKED = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-User": "?1"}


def test_of_every_page_that_needs_a_session_it_is_decided() -> None:
    looked_at = {route.path for route in routes() if "GET" in (route.methods or ())}
    assert looked_at - PUBLIC == AT_ONCE | BY_A_CLICK
    assert not AT_ONCE & BY_A_CLICK


@pytest.mark.parametrize("path", sorted(AT_ONCE | BY_A_CLICK))
def test_a_followed_link_leads_there_as_was_decided(service: Served, path: str) -> None:
    there = {"next": path.format_map(PLACES)}
    told = visit(service).get("/sign-in", params=there, headers=CLICKED).text
    assert "again=true" in told
    assert ('http-equiv="refresh"' in told) == (path in AT_ONCE)


def test_the_docs_name_what_is_reached_at_once() -> None:
    said = re.search(
        r"leads at once to pages that only show: (.*?),\n", DOCS.read_text(), re.DOTALL
    )
    assert said
    named = re.findall("`([^`]+)`", said[1])
    assert {each.replace("ID", "{uuid}").replace("N", "{item}") for each in named} == AT_ONCE
