"""What a page shows of the service while it is open: marks that follow, and what is not fetched."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.archives import answered
from tests.interface.api.conftest import append, begin_run, new_dataset, ok
from tests.interface.web.browser import Browser, BrowserContext, Page, drag, expect
from tests.interface.web.visiting import token_of

if TYPE_CHECKING:
    from tests.interface.api.conftest import Served
    from tests.interface.web.pages_archive import Shown


@pytest.fixture
def context(browser: Browser, service: "Served") -> Iterator[BrowserContext]:
    """Of an auditor who has signed in."""
    opened = browser.new_context()
    page = opened.new_page()
    page.goto(f"{service.url}/sign-in")
    page.get_by_label("Token").fill(token_of(service.as_role("auditor")))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Runs", level=1)).to_be_visible()
    page.close()
    yield opened
    opened.close()


def marks(page: Page, run: str) -> list[tuple[str, ...]]:
    """Word, sign, class and title of a run's marks, as its row shows them."""
    cells = page.locator(f"[data-run='{run}'] td.marks").all()
    return [
        (
            cell.locator(".unseen").inner_text(),
            cell.locator(".mark").inner_text(),
            str(cell.locator(".mark").get_attribute("class")),
            str(cell.get_attribute("title")),
        )
        for cell in cells
    ]


def test_the_marks_of_a_run_follow_as_a_reload_would_show_them(
    context: BrowserContext, service: "Served"
) -> None:
    client = service.as_role("recorder")
    run = begin_run(client, new_dataset(client, 3, "marked"))
    page = context.new_page()
    with page.expect_response(lambda answer: "/live?" in answer.url):
        page.goto(f"{service.url}/?q=marked")
    row = page.locator(f"[data-run='{run}']")
    complete = row.locator("td.marks").nth(2)
    expect(complete).to_have_attribute("title", re.compile("3 of 3 planned results are open"))
    ok(append(client, f"runs/{run}", answered(0)))
    expect(complete).to_have_attribute("title", re.compile("not shown: 2 of 3"))
    ok(append(client, f"runs/{run}", {"type": "run.completed"}))
    expect(complete.locator(".mark")).to_have_class("mark denied")
    expect(row.get_by_text("not sealed")).to_be_visible()
    ok(client.post(f"/v1/runs/{run}/seal"))
    expect(row.get_by_text("not sealed")).to_be_hidden()
    followed = marks(page, run)
    page.reload()
    assert followed == marks(page, run)
    assert followed[2][:3] == ("denied", "✗", "mark denied")


@pytest.mark.parametrize(
    ("fails", "why"), [("abort", "does not answer"), ("429", "answered with 429")]
)
def test_a_state_that_cannot_be_fetched_is_told_and_the_form_tells_what_is_shown(
    context: BrowserContext, service: "Served", shown: "Shown", fails: str, why: str
) -> None:
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{service.url}/runs/{shown.ordinary}/history?to=6&from=4")
    page.route(
        "**/history/state?*",
        lambda route: route.abort() if fails == "abort" else route.fulfill(status=429),
    )
    problem = page.get_by_role("alert")
    page.get_by_label("Compare with event").fill("5")
    expect(problem).to_contain_text(why)
    expect(page.get_by_label("Compare with event")).to_have_value("4")
    drag(page, 9)
    field = page.get_by_role("spinbutton", name="After event")
    expect(field).to_have_value("6")
    expect(page.get_by_label("Drag through")).to_have_value("6")
    expect(page.locator(".moment")).to_contain_text("After event 6 of")
    page.unroute("**/history/state?*")
    drag(page, 9)
    expect(page.locator(".moment")).to_contain_text("After event 9 of")
    expect(field).to_have_value("9")
    expect(problem).to_have_count(0)
    assert faults == []


def test_history_and_events_fit_a_small_phone(
    context: BrowserContext, service: "Served", shown: "Shown"
) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"{service.url}/runs/{shown.ordinary}/history?from=4")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size({"width": 390, "height": 700})
    page.goto(f"{service.url}/runs/{shown.ordinary}/events")
    table, around = page.locator("table"), page.get_by_role("region", name="Events")
    assert table.evaluate("table => table.offsetWidth") <= around.evaluate("it => it.clientWidth")
    expect(page.locator("tbody tr").first).to_contain_text("items_root")
    highest = (
        "Math.max(...[...document.querySelectorAll('tbody tr')].map((row) => row.offsetHeight))"
    )
    assert page.evaluate(highest) < 330
