"""The pages of comparisons and of the archive in a real browser: the ways through them, looks."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any, Final

import pytest

from application.access import Role
from tests.interface.api.conftest import Served, ok
from tests.interface.web.browser import RULES, Browser, Visit, expect, violations, visiting
from tests.interface.web.comparing_archive import Compared, fill_compared
from tests.interface.web.pages_archive import HOSTILE, Shown
from tests.interface.web.visiting import token_of

pytest.importorskip("scipy", reason="SciPy has no wheel here")

PAGES: Final = {
    "the runs": "/?q=compared",
    "a comparison": "/compare?run={small}&run={large}",
    "three runs": "/compare?run={small}&run={medium}&run={large}",
    "hostile runs": "/compare?run={hostile}&run={other_hostile}&scorer=choice",
    "what cannot be compared": "/compare?run={small}&run={elsewhere}",
    "runs to compare with": "/compare?run={small}",
    "nothing to compare": "/compare",
    "flips": "/compare/flips?run={small}&run={large}",
    "an item of two runs": "/compare/items/2?run={small}&run={large}",
    "a hostile item of two runs": "/compare/items/0?run={hostile}&run={other_hostile}",
    "the archive": "/archive",
    "heads": "/archive/heads",
    "actions": "/archive/actions",
    "tokens": "/archive/tokens",
}

COLOURED: Final = ("a comparison", "flips", "the archive", "tokens")
"""Pages that have every colour."""

CHECKED: Final = {"light": (RULES, [*PAGES]), "dark": (["color-contrast"], COLOURED)}
"""In dark, nothing but colours is another."""


@pytest.fixture(scope="module")
def compared(service: Served, shown: Shown) -> Compared:
    ok(service.root.post("/v1/log/checkpoints"))
    wanted = {"role": "auditor", "label": HOSTILE[:200]}
    ok(service.root.post("/v1/tokens", json=wanted), 201)
    return fill_compared(service, shown)


def visiting_as(
    browser: Browser, service: Served, role: str, **more: Any
) -> AbstractContextManager[Visit]:
    token = token_of(service.as_role(role, None if role == Role.ADMINISTRATOR else "main"))
    return visiting(browser, service.url, token, meant=(403, 409), **more)


@pytest.fixture
def auditor(browser: Browser, service: Served) -> Iterator[Visit]:
    """An auditor of one project, whose browser runs no script."""
    with visiting_as(browser, service, "auditor", java_script_enabled=False) as visit:
        yield visit


@pytest.fixture
def administrator(browser: Browser, service: Served) -> Iterator[Visit]:
    with visiting_as(browser, service, "administrator") as visit:
        yield visit


def test_runs_are_picked_compared_and_followed_down_to_a_flip_in_both(
    auditor: Visit, compared: Compared
) -> None:
    page = auditor.go("/?q=compared&sort=registered")
    for model in ("small", "large"):
        page.get_by_role("checkbox", name=f"Compare {model}").check()
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_text("B scores 20.0 points higher than A on 5 paired items")).to_be_visible()
    expect(page.get_by_role("heading", name="Before you rely on it")).to_be_visible()
    image = page.locator("figure img")
    image.scroll_into_view_if_needed()
    expect(image).to_be_visible()
    page.get_by_role("link", name="2 flipped to right").click()
    expect(page.get_by_label("Direction")).to_have_value("right")
    page.get_by_role("link", name="2", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Item 2")
    expect(page.get_by_text("I do not know.", exact=True).first).to_be_visible()
    expect(page.get_by_text("The answer is C.", exact=True).first).to_be_visible()
    page.get_by_role("link", name="Next flip").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Item 3")
    page.get_by_role("region", name="A small").get_by_role("link", name="the item in").click()
    expect(page).to_have_url(re.compile(f"/runs/{compared.small}/items/3$"))
    page.go_back()
    page.get_by_role("region", name="B large").get_by_role("link", name="the item in").click()
    expect(page).to_have_url(re.compile(f"/runs/{compared.large}/items/3$"))


def test_ticks_outlast_searching_and_sorting_without_script(
    auditor: Visit, compared: Compared
) -> None:
    page = auditor.go("/?q=compared")
    page.get_by_role("checkbox", name="Compare large").check()
    page.get_by_role("searchbox").fill("elsewhere")
    page.get_by_role("searchbox").press("Enter")
    chosen = page.get_by_role("region", name="Chosen to compare")
    expect(chosen.get_by_role("listitem")).to_contain_text(["large"])
    page.get_by_role("checkbox", name="Compare other").check()
    page.get_by_label("Order").select_option("registered")
    page.get_by_role("button", name="Search").click()
    expect(chosen.get_by_role("listitem")).to_contain_text(["large", "other"])
    page.get_by_role("link", name="Clear").click()
    expect(chosen.get_by_role("listitem")).to_contain_text(["large", "other"])
    expect(page.get_by_role("checkbox", name="Compare large")).to_be_checked()
    page.get_by_role("checkbox", name="Compare small").check()
    chosen.get_by_role("button", name="Remove other").click()
    expect(chosen.get_by_role("listitem")).to_contain_text(["large", "small"])
    page.get_by_role("button", name="Compare").click()
    expect(page).to_have_url(re.compile(f"/compare.run={compared.large}&run={compared.small}$"))


def test_from_a_run_one_gets_to_others_of_its_dataset(auditor: Visit, compared: Compared) -> None:
    page = auditor.go(f"/runs/{compared.small}")
    page.get_by_role("link", name="Compare with…").click()
    page.get_by_role("checkbox", name="medium").check()
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_text("1 item flipped to right, 0 to wrong")).to_be_visible()
    page.get_by_role("link", name="put first").click()
    expect(page.get_by_text("0 items flipped to right, 1 to wrong")).to_be_visible()


def test_the_archive_is_shown_by_role(
    auditor: Visit, administrator: Visit, compared: Compared
) -> None:
    for visit, manages in ((auditor, False), (administrator, True)):
        page = visit.go("/")
        page.get_by_role("link", name="Archive", exact=True).click()
        expect(page.get_by_text("It records and can be read.")).to_be_visible()
        expect(page.locator("#checkpoint")).to_contain_text("—")
        assert page.get_by_role("heading", name="Recent actions").is_visible() is manages
        assert page.get_by_role("link", name="Tokens and projects").is_visible() is manages
        page.get_by_role("link", name="Verify a bundle").click()
        expect(page).to_have_url(re.compile("/verify$"))


def test_a_token_is_made_shown_once_used_and_revoked(
    browser: Browser, service: Served, administrator: Visit
) -> None:
    page = administrator.go("/archive")
    page.get_by_role("link", name="Tokens and projects").click()
    page.get_by_label("Project", exact=True).select_option("main")
    page.get_by_label("Label").fill("the audit")
    page.get_by_role("button", name="Make the token").click()
    secret = page.locator(".secret").inner_text()
    context = browser.new_context()
    theirs = context.new_page()
    theirs.goto(f"{service.url}/sign-in")
    theirs.get_by_label("Token").fill(secret)
    theirs.get_by_role("button", name="Sign in").click()
    expect(theirs.get_by_role("heading", name="Runs", level=1)).to_be_visible()
    page.get_by_role("link", name="Tokens and projects").click()
    assert secret not in page.content()
    row = page.get_by_role("row").filter(has_text="the audit")
    row.get_by_text("Revoke…").click()
    row.get_by_role("button", name="Revoke for good the audit").click()
    expect(row).to_contain_text("revoked")
    theirs.reload()
    expect(theirs.get_by_role("heading", name="Sign in")).to_be_visible()
    context.close()


def test_no_page_runs_what_it_shows_or_is_wider_than_a_phone(
    administrator: Visit, compared: Compared
) -> None:
    administrator.page.set_viewport_size({"width": 360, "height": 740})
    for name, path in PAGES.items():
        page = administrator.go(path.format(**compared._asdict()))
        page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
        assert page.evaluate("window.hacked") is None, name
        assert page.locator("img[src='x'], main svg, main script, iframe").count() == 0, name
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, name


@pytest.mark.parametrize("scheme", CHECKED)
def test_every_page_passes_the_accessibility_check(
    browser: Browser, service: Served, compared: Compared, scheme: Any
) -> None:
    found: dict[str, Any] = {}
    rules, names = CHECKED[scheme]
    with visiting_as(browser, service, "administrator", color_scheme=scheme) as visit:
        for name in names:
            page = visit.go(PAGES[name].format(**compared._asdict()))
            found[name] = violations(page, rules)
    assert {name: told for name, told in found.items() if told} == {}
