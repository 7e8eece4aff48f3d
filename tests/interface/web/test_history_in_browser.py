"""The history and an item's proof in a real browser: the slider, and a check that can fail."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from domain.bundle import layout
from domain.bundle.parts import digest_of
from domain.verification.digests import is_covered, sums
from interface.demo.bundles import rewrite
from tests.archives import Members, answered
from tests.interface.api.conftest import Served, append, begin_run, new_dataset, ok
from tests.interface.web.browser import (
    Browser,
    Locator,
    Page,
    Route,
    Visit,
    drag,
    expect,
    violations,
)
from tests.interface.web.history_archive import Storied, tell

Files = Mapping[str, bytes]


@pytest.fixture(scope="module")
def storied(service: Served) -> Storied:
    return tell(service)


def test_the_slider_shows_the_run_as_it_stood_without_a_reload(
    visit: Visit, storied: Storied
) -> None:
    page = visit.go(f"/runs/{storied.run}/history")
    page.evaluate("window.same = true")
    expect(page.locator(".moment")).to_contain_text(f"After event {storied.last} of")
    for version in (20, 9, 6):
        drag(page, version)
    expect(page.locator(".moment")).to_contain_text("After event 6 of")
    expect(page.locator(".figures")).to_contain_text("1 of 40")
    expect(page.get_by_role("spinbutton", name="After event")).to_have_value("6")
    expect(page.get_by_role("status").last).to_contain_text("After event 6 of")
    expect(page.locator("[data-first='4'].later")).to_have_count(0)
    assert page.locator("tr.later").count() > 3
    assert page.url.endswith(f"/runs/{storied.run}/history?to=6")
    page.get_by_label("Drag through").press("ArrowRight")
    expect(page.locator(".moment")).to_contain_text("After event 7 of")
    assert page.evaluate("window.same")
    page.reload()
    expect(page.locator(".moment")).to_contain_text("After event 7 of")


def test_an_answer_that_comes_while_one_drags_on_does_not_take_the_slider_back(
    visit: Visit, storied: Storied
) -> None:
    page, held = visit.page, list[Route]()

    def hold(route: Route) -> None:  # as Playwright takes no method of a list
        held.append(route)

    page.clock.install()
    page.route(re.compile(r"/history/state\?to=20$"), hold)
    visit.go(f"/runs/{storied.run}/history")
    drag(page, 20)
    page.clock.run_for(1000)
    while not held:
        page.wait_for_timeout(10)
    answer = held[0].fetch()
    drag(page, 6)
    held[0].fulfill(response=answer)
    page.evaluate("() => fetch('/healthz').then((answer) => answer.text())")  # is behind it
    expect(page.get_by_role("spinbutton", name="After event")).to_have_value("6")
    page.clock.run_for(1000)
    expect(page.locator(".moment")).to_contain_text("After event 6 of")


def test_two_versions_are_compared_in_place(visit: Visit, storied: Storied) -> None:
    page = visit.go(f"/runs/{storied.run}/history")
    page.get_by_label("Compare with event").fill(str(storied.completed))
    changed = page.get_by_role("region", name="Changed results")
    expect(changed.locator("tbody tr")).to_have_count(1)
    expect(changed.locator("tbody tr")).to_contain_text("q-5")
    expect(page.get_by_text(re.compile("^Event [0-9]+ erased the response of"))).to_be_visible()
    drag(page, storied.completed + 1)
    expect(changed).to_have_count(0)
    drag(page, storied.completed - 2)
    title = f"What changed from event {storied.completed - 2} to {storied.completed}"
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(changed.locator("tbody tr")).to_contain_text("q-39")


def test_what_cannot_be_shown_in_place_is_told_on_a_page(visit: Visit, storied: Storied) -> None:
    page = visit.go(f"/runs/{storied.run}/history")
    page.get_by_label("or at a time, UTC").fill("1999-01-01T00:00:00")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("alert")).to_contain_text("a time with events")


def test_the_form_does_without_script(
    browser: Browser, service: Served, token: str, storied: Storied
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = Visit(context, service.url, token).go(f"/runs/{storied.run}/history")
    expect(page.get_by_label("Drag through")).to_be_hidden()
    page.get_by_role("spinbutton", name="After event").fill("6")
    page.get_by_label("Compare with event").fill("5")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".moment")).to_contain_text("After event 6 of")
    expect(page.get_by_role("heading", name="What changed from event 5 to 6")).to_be_visible()
    page.get_by_role("link", name="The run after event 3", exact=True).click()
    expect(page.locator(".moment")).to_contain_text("After event 3 of")
    expect(page.get_by_role("heading", name="What changed from event 3 to 5")).to_be_visible()
    context.close()


def test_a_run_that_goes_on_is_told(service: Served, visit: Visit) -> None:
    client = service.as_role("recorder")
    run = begin_run(client, new_dataset(client, 3))
    page = visit.page
    with page.expect_response(lambda answer: answer.url.endswith(f"&run={run}")):
        visit.go(f"/runs/{run}/history")
    ok(append(client, f"runs/{run}", answered(0)))
    page.get_by_role("link", name="Show it as it is now").click()
    expect(page.locator(".figures")).to_contain_text("1 of 3")


def prove(page: Page) -> Locator:
    page.get_by_role("button", name="Check it here").click()
    verdict = page.locator(".proof-verdict")
    expect(verdict).to_have_text(re.compile(r"^(Proven|Not proven|Not shown|Nothing)"))
    return verdict


def outcomes(page: Page) -> dict[str, str]:
    rows = page.locator("[data-check]").all()
    return {str(row.get_attribute("data-check")): row.locator(".word").inner_text() for row in rows}


def test_a_good_item_is_proven_in_its_page(visit: Visit, storied: Storied) -> None:
    page = visit.go(f"/runs/{storied.run}/items/5")
    verdict = prove(page)
    expect(verdict).to_contain_text("Proven: this is in the log")
    expect(verdict).to_contain_text(
        "key which signed the log's head is the archive's, this service"
    )
    assert outcomes(page) == {"6": "passed", "7": "passed", "10": "passed"}
    expect(page.locator("[data-check='7']")).to_contain_text("disclosed")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the item's bundle").click()
    assert download.value.suggested_filename.endswith("-item-5.eval752.zip")


def test_an_erased_response_is_not_told_as_proven(visit: Visit, storied: Storied) -> None:
    page = visit.go(f"/runs/{storied.run}/items/0")
    expect(page.locator("section[aria-labelledby=prove]")).to_contain_text(
        "1 of the parts above is erased"
    )
    verdict = prove(page)
    expect(verdict).to_contain_text(
        "Of what is withheld or erased (1 response) the digests alone are proven."
    )
    expect(verdict).not_to_contain_text("this is in the log")


def test_a_bundle_that_is_refused_meanwhile_is_refused_in_words(
    visit: Visit, service: Served, storied: Storied
) -> None:
    run = tell(service).run
    page = visit.go(f"/runs/{run}/items/5")
    erase: Members = {"type": "part.erased", "target": 7, "kind": "response"}
    ok(append(service.root, f"runs/{run}", erase))
    verdict = prove(page)
    expect(verdict).to_contain_text(f"run/{run}: expected a seal over all that was erased")
    expect(verdict).to_contain_text("its recorder or an administrator sends POST")
    visit.faults = [told for told in visit.faults if "409" not in told]  # it was meant


def intercept(page: Page, folder: Path, change: Callable[[Files], Files]) -> None:
    """Have the bundle changed on its way."""

    def tamper(route: Route) -> None:
        came, changed = folder / "came.zip", folder / "changed.zip"
        answer = route.fetch()
        came.write_bytes(answer.body())
        rewrite(came, changed, change)
        route.fulfill(response=answer, body=changed.read_bytes())

    page.route("**/proof", tamper)


def answer_replaced(files: Files) -> Files:
    """Another answer, and digests that are right again."""
    parts = files[layout.PARTS].replace(b"none of these", b"surely Lima..")
    assert parts != files[layout.PARTS]
    changed = {**files, layout.PARTS: parts}
    digests = {name: digest_of(data) for name, data in changed.items() if is_covered(name)}
    return {**changed, layout.SUMS: sums(digests)}


def test_an_answer_that_was_replaced_on_the_way_is_not_proven(
    visit: Visit, storied: Storied, tmp_path: Path
) -> None:
    intercept(visit.page, tmp_path, answer_replaced)
    page = visit.go(f"/runs/{storied.run}/items/5")
    verdict = prove(page)
    expect(verdict).to_contain_text("Not proven.")
    expect(verdict).to_contain_text("Check 7, parts, failed")
    assert outcomes(page)["7"] == "failed"


def test_the_proof_of_another_item_proves_nothing(visit: Visit, storied: Storied) -> None:
    page = visit.page
    page.route("**/items/5/proof", lambda route: route.fulfill(response=_of_another(route)))
    visit.go(f"/runs/{storied.run}/items/5")
    expect(prove(page)).to_contain_text("It is the bundle of something else.")
    assert outcomes(page) == {"6": "passed", "7": "passed", "10": "passed"}


def _of_another(route: Route) -> Any:
    return route.fetch(url=route.request.url.replace("/items/5/", "/items/6/"))


def test_what_is_no_bundle_proves_nothing(visit: Visit, storied: Storied, tmp_path: Path) -> None:
    page = visit.page
    page.route("**/proof", lambda route: route.fulfill(body="\u202eno bundle"))
    visit.go(f"/runs/{storied.run}/items/5")
    expect(prove(page)).to_contain_text("Not proven: this is no bundle.")
    page.unroute("**/proof")
    page.route("**/proof", lambda route: route.abort())
    visit.go(f"/runs/{storied.run}/items/5")
    expect(prove(page)).to_contain_text("Nothing was checked")
    visit.faults = [told for told in visit.faults if "ERR_FAILED" not in told]  # it was meant


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_history_and_proof_pass_the_accessibility_check(
    browser: Browser, service: Served, token: str, storied: Storied, scheme: Any
) -> None:
    context = browser.new_context(color_scheme=scheme)
    visit = Visit(context, service.url, token)
    found = {"history": violations(visit.go(f"/runs/{storied.run}/history?from=6&to=20"))}
    page = visit.go(f"/runs/{storied.run}/items/5")
    prove(page)
    found["proof"] = violations(page)
    context.close()
    assert {name: told for name, told in found.items() if told} == {}


def test_the_history_is_no_wider_than_a_phone(visit: Visit, storied: Storied) -> None:
    visit.page.set_viewport_size({"width": 360, "height": 740})
    page = visit.go(f"/runs/{storied.run}/history?from=6")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page = visit.go(f"/runs/{storied.run}/items/5")
    prove(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


LINES_OF_A_WORD = """(tile) => {
    tile.innerHTML = '1 undisclosed <span class="of">of 7</span>';
    const word = document.createRange();
    word.setStart(tile.firstChild, 2);
    word.setEnd(tile.firstChild, 13);
    return word.getClientRects().length;
}"""


def test_no_word_of_a_tile_is_broken(visit: Visit, storied: Storied) -> None:
    page = visit.go(f"/runs/{storied.run}/history")
    page.evaluate("document.querySelector('.figures').style.maxWidth = '16.5rem'")
    tiles = page.locator(".figures dd").all()
    assert [tile.evaluate(LINES_OF_A_WORD) for tile in tiles] == [1] * len(tiles)
