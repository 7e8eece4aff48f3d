"""Sessions in a real browser: followed links of other sites, and sessions that end meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from tests.interface.api.conftest import new_run
from tests.interface.web.browser import Browser, BrowserContext, Page, expect
from tests.interface.web.reading import journal
from tests.interface.web.visiting import token_of

if TYPE_CHECKING:
    from tests.interface.api.conftest import Served
    from tests.interface.web.pages_archive import Shown


@contextmanager
def another_site(links: dict[str, str]) -> Iterator[str]:
    """A site with these links by their words; ``localhost`` is another one than 127.0.0.1.

    Its page ``moving`` goes to the last of them by a script of its own.
    """
    told = "".join(f'<p><a href="{escape(to)}">{word}</a>' for word, to in links.items())
    moved = "<script>location.href = [...document.links].at(-1).href</script>"

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            script = moved if self.path == "/moving" else ""
            body = f"<!doctype html><title>x</title>{told}{script}".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("localhost", 0), Answers)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context()
    yield opened
    opened.close()


def sign_in(page: Page, service: "Served", role: str = "auditor") -> None:
    page.goto(f"{service.url}/sign-in")
    enter(page, service, role)
    expect(page.get_by_role("heading", name="Runs", level=1)).to_be_visible()


def enter(page: Page, service: "Served", role: str = "auditor") -> None:
    page.get_by_label("Token").fill(token_of(service.as_role(role)))
    page.get_by_role("button", name="Sign in").click()


@pytest.fixture
def page(context: BrowserContext, service: "Served") -> Page:
    """Of an auditor who has signed in."""
    opened = context.new_page()
    sign_in(opened, service)
    return opened


def test_who_is_signed_in_and_follows_a_link_of_another_site_arrives(
    page: Page, service: "Served", shown: "Shown"
) -> None:
    there = f"{service.url}/runs/{shown.ordinary}/items/1?epoch=1"
    with another_site({"the item": there}) as elsewhere:
        page.goto(elsewhere)
        page.get_by_role("link", name="the item").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Item 1")
        assert page.url == there


def test_who_is_not_signed_in_gets_the_form_once_and_then_arrives(
    context: BrowserContext, service: "Served", shown: "Shown"
) -> None:
    page = context.new_page()
    there = f"{service.url}/runs/{shown.ordinary}/history?to=3"
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with another_site({"the history": there}) as elsewhere:
        page.goto(elsewhere)
        page.get_by_role("link", name="the history").click()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        assert len([url for url in asked if "/sign-in?" in url]) == 2
        enter(page, service)
        expect(page.locator(".moment")).to_contain_text("After event 3 of")
        assert page.url == there


def test_another_site_can_have_nothing_leave_nor_lead_anywhere_without_a_click(
    page: Page, service: "Served", shown: "Shown"
) -> None:
    run = f"{service.url}/runs/{shown.ordinary}"
    before = len(journal(service))
    with another_site({"the bundle": f"{run}/bundle", "the run": run}) as elsewhere:
        page.goto(elsewhere)
        page.get_by_role("link", name="the bundle").click()  # theirs, but a file would leave
        on = page.get_by_role("link", name="Go on")
        expect(on).to_be_visible()
        page.goto(f"{elsewhere}moving")  # to what only shows, but by no click
        expect(on).to_be_visible()
        for kind in ("img", "iframe"):
            page.goto(elsewhere)
            page.evaluate(
                """([kind, where]) => new Promise((done) => {
                    const made = document.createElement(kind);
                    made.onload = made.onerror = done;
                    made.src = where;
                    document.body.append(made);
                })""",
                [kind, run],
            )
        assert len(journal(service)) == before
        page.goto(elsewhere)
        page.get_by_role("link", name="the bundle").click()
        with page.expect_download() as download:
            on.click()
        assert download.value.suggested_filename.endswith(".eval752.zip")
        assert journal(service)[-1]["type"] == "archive.exported"


def test_a_form_sent_when_the_session_is_over_leads_back_to_its_page_undone(
    context: BrowserContext, page: Page, service: "Served", shown: "Shown"
) -> None:
    page.goto(f"{service.url}/runs/{shown.ordinary}")
    context.clear_cookies()
    before = len(journal(service))
    page.get_by_role("button", name="Verify now").click()
    expect(page.get_by_role("alert")).to_contain_text("what you sent was not done")
    enter(page, service)
    expect(page.get_by_role("heading", level=1)).to_have_text("m-1 on capitals")
    assert "archive.verified" not in [each["type"] for each in journal(service)[before:]]
    page.get_by_role("button", name="Verify now").click()
    expect(page.get_by_role("heading", name="Verified")).to_be_visible()


def test_a_check_after_the_session_tells_that_it_is_over_and_leads_back(
    context: BrowserContext, page: Page, service: "Served", shown: "Shown"
) -> None:
    there = f"{service.url}/runs/{shown.ordinary}/items/1?epoch=1"
    page.goto(there)
    context.clear_cookies()
    page.get_by_role("button", name="Check it here").click()
    verdict = page.locator(".proof-verdict")
    expect(verdict).to_contain_text("Nothing was checked: your session is over.")
    verdict.get_by_role("link", name="Sign in").click()
    enter(page, service)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Item 1")
    assert page.url == there


def test_a_check_without_a_network_says_so(
    context: BrowserContext, page: Page, service: "Served", shown: "Shown"
) -> None:
    page.goto(f"{service.url}/runs/{shown.ordinary}/items/1")
    context.set_offline(True)
    page.get_by_role("button", name="Check it here").click()
    expect(page.locator(".proof-verdict")).to_contain_text("the service does not answer")


def test_a_list_that_is_followed_no_more_says_so(
    context: BrowserContext, page: Page, service: "Served", shown: "Shown"
) -> None:
    with page.expect_response(lambda answer: "/live?" in answer.url):
        page.goto(f"{service.url}/?q=capitals")
    told = page.get_by_text("This page is not followed any more")
    expect(told).to_be_hidden()
    (cookie,) = context.cookies()
    service.app.state.sessions.end(cookie["value"])
    new_run(service.as_role("recorder"))  # wakes the stream, which ends with the session
    expect(told).to_be_visible()
    page.get_by_role("link", name="Load it again").click()
    expect(page.get_by_text("Your session is over.")).to_be_visible()
    assert page.url == f"{service.url}/sign-in?next=%2F%3Fq%3Dcapitals"
