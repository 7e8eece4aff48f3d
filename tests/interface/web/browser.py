"""A real browser for the pages: the system's Chromium, driven by Playwright.

Whatever imports this is skipped where there is no Playwright, and has its names from here: to
import them from there would be an error. Not here: what is expected of the pages.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import pytest

pytest.importorskip("playwright.sync_api", reason="there is no playwright")
pytest.importorskip("axe_playwright_python.sync_playwright", reason="there is no axe")

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # has none
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Route,
    expect,
    sync_playwright,
)

__all__ = [
    "RULES",
    "Axe",
    "Browser",
    "BrowserContext",
    "Locator",
    "Page",
    "Route",
    "Visit",
    "browser",
    "drag",
    "expect",
    "violations",
    "visiting",
]

RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
"""What axe checks of a page that people use."""

FLAGS = [
    *("--disable-background-networking", "--disable-component-update", "--disable-gpu"),
    *("--disable-quic", "--disable-sync", "--no-first-run", "--no-sandbox"),
]


def chromium() -> str:
    """Where Chromium is; skips where it is not."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("there is no Chromium here")
    return found


@contextmanager
def browser() -> Iterator[Browser]:
    """One browser."""
    program = chromium()
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield opened
        opened.close()


class Visit:
    """One tab of who has a token, and everything that went wrong in it.

    Pages may answer with a status that is ``meant``.
    """

    def __init__(
        self, context: BrowserContext, url: str, token: str, meant: Sequence[int] = (400, 404)
    ) -> None:
        self.page, self._url = context.new_page(), url
        self._meant = [f"status of {status}" for status in meant]
        self.faults: list[str] = []
        self.page.on("console", lambda told: self._note(told.type, told.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("dialog", lambda dialog: self.faults.append(dialog.message))
        self.page.on("request", lambda asked: self._check(asked.url))
        self.go("/")
        self.page.get_by_label("Token").fill(token)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("heading", name="Runs", level=1)).to_be_visible()

    def go(self, path: str) -> Page:
        """Open a page."""
        self.page.goto(self._url + path, wait_until="load")
        return self.page

    def _note(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and not any(meant in text for meant in self._meant):
            self.faults.append(text)

    def _check(self, url: str) -> None:
        if not url.startswith(self._url):
            self.faults.append(f"asked elsewhere: {url}")


@contextmanager
def visiting(
    browser: Browser, url: str, token: str, meant: Sequence[int] = (400, 404), **more: Any
) -> Iterator[Visit]:
    """A visit in which nothing may go wrong, in a context with ``more`` settings."""
    context = browser.new_context(**more)
    visit = Visit(context, url, token, meant)
    yield visit
    context.close()
    assert visit.faults == []


def violations(page: Page, rules: Sequence[str] = RULES) -> list[Any]:
    """What axe finds against a page, with the elements that it is found in."""
    found = Axe().run(page, options={"runOnly": rules}).response
    assert len(found["passes"]) >= len(rules)
    return [
        (each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found["violations"]
    ]


def drag(page: Page, version: int) -> None:
    """Drag the slider of a history to a version."""
    page.get_by_label("Drag through").evaluate(
        """(slide, version) => {
            slide.value = version;
            slide.dispatchEvent(new Event("input", { bubbles: true }));
        }""",
        version,
    )
