"""The page that waits, in a real browser: it needs no script, and shows by itself what was made."""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from interface.web import making
from tests.interface.api.conftest import Served
from tests.interface.web.browser import Axe, Browser, BrowserContext, Page, browser, expect
from tests.interface.web.comparing_archive import Compared, fill_compared
from tests.interface.web.held_up import Gate
from tests.interface.web.pages_archive import Shown
from tests.interface.web.visiting import token_of

pytest.importorskip("scipy", reason="SciPy has no wheel here")

RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MADE: Final = {
    "/runs/{small}/report": "Five properties of a good result",
    "/compare?run={small}&run={large}": "Before you rely on it",
}
"""Pages that wait, and a heading of what they then show."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


pytestmark = pytest.mark.usefixtures("impatient")


@pytest.fixture(scope="module")
def compared(service: Served, shown: Shown) -> Compared:
    return fill_compared(service, shown)


def signed_in(context: BrowserContext, service: Served) -> Page:
    page = context.new_page()
    page.goto(service.url)
    page.get_by_label("Token").fill(token_of(service.as_role("auditor")))
    page.get_by_role("button", name="Sign in").click()
    return page


@pytest.mark.parametrize(("path", "heading"), MADE.items())
def test_two_tabs_wait_without_script_until_each_shows_what_was_made_once(  # noqa: PLR0917 - fixtures
    chromium: Browser,
    service: Served,
    compared: Compared,
    gate: Gate,
    path: str,
    heading: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(making, "EVERY", 1)
    context = chromium.new_context(java_script_enabled=False)
    pages = [signed_in(context, service)]
    pages.append(context.new_page())
    for page in pages:
        page.goto(service.url + path.format(**compared._asdict()))
        expect(page.get_by_role("status")).to_contain_text("It is being made, since 20")
    with pages[0].expect_event("load"):  # it looks again
        pass
    expect(pages[0].get_by_role("status")).to_be_visible()
    pages[1].get_by_role("link", name="Look now").click()
    expect(pages[1].get_by_role("status")).to_be_visible()
    gate.opened.set()
    for page in pages:
        expect(page.get_by_role("heading", name=heading)).to_be_visible(timeout=30_000)
    assert gate.made == 1
    context.close()


@pytest.mark.usefixtures("gate")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_that_waits_passes_the_accessibility_check_and_fits_a_phone(
    chromium: Browser, service: Served, compared: Compared, scheme: Any
) -> None:
    size: Any = {"width": 360, "height": 740}
    context = chromium.new_context(color_scheme=scheme, viewport=size)
    page = signed_in(context, service)
    found: dict[str, Any] = {}
    for path in MADE:
        page.goto(service.url + path.format(**compared._asdict()))
        expect(page.get_by_role("status")).to_be_visible()
        results = Axe().run(page, options={"runOnly": RULES})
        assert results.response["passes"]
        found[path] = [each["id"] for each in results.response["violations"]]
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()
    assert not any(found.values()), found
