"""The pages in a real browser: the way down to an answer, hostile content, accessibility."""

from typing import Any

import pytest

from tests.archives import answered
from tests.interface.api.conftest import Served, append, begin_run, new_dataset, ok
from tests.interface.web.browser import Browser, Visit, expect, violations
from tests.interface.web.pages_archive import Shown

PAGES = {
    "the runs": "/",
    "a search that is wrong": "/?q=statu:x",
    "a run": "/runs/{ordinary}",
    "a hostile run": "/runs/{hostile}",
    "results": "/runs/{hostile}/items",
    "a result": "/runs/{ordinary}/items/1",
    "a hostile result": "/runs/{hostile}/items/0",
    "a failed result": "/runs/{hostile}/items/1",
    "events": "/runs/{hostile}/events",
    "a verification": "/runs/{ordinary}/verification",
    "nothing": "/runs/none",
}


def test_one_finds_the_way_from_the_runs_down_to_an_answer(visit: Visit, shown: Shown) -> None:
    page = visit.page
    page.get_by_label("Search").fill("status:completed score:<0.9")
    page.get_by_label("Search").press("Enter")
    page.get_by_role("link", name="capitals").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("m-1 on capitals")
    for image in page.locator("figure img").all():
        image.scroll_into_view_if_needed()
        expect(image).to_have_js_property("complete", value=True)
        assert image.evaluate("image => image.naturalWidth") > 100
    page.get_by_role("link", name="All items").click()
    page.get_by_label("Search").fill("score:0")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="5", exact=True).click()
    expect(page.get_by_text("The answer is none of these.").first).to_be_visible()
    page.get_by_text("Raw, with digests: event").first.click()
    expect(page.get_by_text("Leaf hash").first).to_be_visible()
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Item 6")
    page.get_by_role("link", name="m-1 on capitals").click()
    page.get_by_role("button", name="Verify now").click()
    expect(page.get_by_role("heading", name="Verified")).to_be_visible()


def test_one_finds_the_way_from_a_kind_of_error_to_an_item(visit: Visit, shown: Shown) -> None:
    page = visit.go(f"/runs/{shown.ordinary}")
    row = page.get_by_role("row", name="timeout")
    expect(row.get_by_role("cell").first).to_have_text("1")
    row.get_by_role("link", name="11").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Item 11")
    page.go_back()
    page.get_by_role("link", name="All failed items").click()
    expect(page.get_by_role("link", name="11", exact=True)).to_be_visible()


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_hostile_content_does_nothing_on_any_page(visit: Visit, shown: Shown, path: str) -> None:
    page = visit.go(path.format(**shown._asdict()))
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src='x'], main svg, main script, iframe, object").count() == 0
    assert page.locator("main").inner_text()


@pytest.mark.parametrize("name", ["scores", "errors"])
def test_a_plot_opened_by_itself_runs_nothing(visit: Visit, shown: Shown, name: str) -> None:
    page = visit.go(f"/runs/{shown.hostile}/plots/{name}.svg")
    assert page.locator("text").count() > 3
    assert page.evaluate("window.hacked") is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_passes_the_accessibility_check(
    browser: Browser, service: Served, token: str, shown: Shown, scheme: Any
) -> None:
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{service.url}/sign-in")
    found = {"sign in": violations(page)}
    visit = Visit(context, service.url, token)
    for name, path in PAGES.items():
        found[name] = violations(visit.go(path.format(**shown._asdict())))
    context.close()
    assert {name: told for name, told in found.items() if told} == {}


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_no_page_is_wider_than_a_phone(visit: Visit, shown: Shown, path: str) -> None:
    visit.page.set_viewport_size({"width": 360, "height": 740})
    page = visit.go(path.format(**shown._asdict()))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_keyboard_gets_past_what_stands_on_top(visit: Visit) -> None:
    page = visit.go("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Search")).to_be_focused()


def test_a_run_that_is_being_recorded_is_followed(service: Served, visit: Visit) -> None:
    client = service.as_role("recorder")
    run = begin_run(client, new_dataset(client, 3, "followed"))
    table = visit.go("/?q=followed")
    row = table.locator(f"[data-run='{run}']")
    expect(row.locator("[data-field=answered]")).to_have_text("0")
    ok(append(client, f"runs/{run}", answered(0), answered(1)))
    expect(row.locator("[data-field=answered]")).to_have_text("2")
    ok(append(client, f"runs/{run}", answered(2), {"type": "run.completed"}))
    expect(row.locator("[data-field=status]")).to_have_text("completed")
    begin_run(client, new_dataset(client, 1, "another"))
    expect(table.get_by_text("There is a new run.")).to_be_visible()


def test_the_pages_are_whole_without_script(
    browser: Browser, service: Served, token: str, shown: Shown
) -> None:
    context = browser.new_context(java_script_enabled=False)
    visit = Visit(context, service.url, token)
    page = visit.go(f"/runs/{shown.ordinary}/items?q=score:0")
    page.get_by_role("link", name="1", exact=True).click()
    expect(page.get_by_text("The answer is none of these.").first).to_be_visible()
    context.close()


def test_signing_out_ends_it(visit: Visit) -> None:
    page = visit.go("/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    visit.go("/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
