"""The verify page as it is used: dropped files, no worker, an end to it, a keyboard alone."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.interface.web.conftest import Ask
from tests.interface.web.verify_pages import DEAF, GOOD, TAMPERED, Opened, from_disk, told_by_node

if TYPE_CHECKING:
    from tests.interface.web.browser import Browser


FALLING = """globalThis.Worker = class {
    constructor() { setTimeout(() => this.onmessage({ data: "ready" })); }
    postMessage() { this.onerror({ message: "out of memory" }); }
    terminate() {}
};"""


def test_a_dropped_file_is_verified(opened: Opened) -> None:
    data = list(GOOD.read_bytes())
    transfer = opened.page.evaluate_handle(
        """(data) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(data)], "dropped.eval752.zip"));
            return transfer;
        }""",
        data,
    )
    opened.page.dispatch_event("#drop", "drop", {"dataTransfer": transfer})
    opened.results()
    assert "No check failed" in opened.verdict()
    assert opened.page.locator(".verdict .file").inner_text() == "dropped.eval752.zip"


def test_where_no_worker_starts_the_page_verifies_itself_and_says_so(
    browser: "Browser", ask: Ask, tmp_path: Path
) -> None:
    with browser.new_context() as context:
        context.add_init_script(DEAF)
        page = Opened(context.new_page(), from_disk(tmp_path))
        assert not page.page.locator("#no-worker").is_visible()
        page.give(TAMPERED)
        assert page.page.locator("#no-worker").is_visible()
        assert page.outcomes() == told_by_node(ask, TAMPERED, {})
        assert page.told == []


def test_a_verifier_that_breaks_down_says_nothing_about_the_file(
    browser: "Browser", tmp_path: Path
) -> None:
    with browser.new_context() as context:
        context.add_init_script(FALLING)
        page = Opened(context.new_page(), from_disk(tmp_path))
        page.give(GOOD)
        assert "The verifier stopped" in page.verdict()
        assert "out of memory" in page.page.locator(".result").inner_text()


@pytest.mark.parametrize("before", ["", DEAF], ids=["worker", "page"])
def test_it_can_be_canceled_and_then_says_nothing_of_the_file(
    browser: "Browser", tmp_path: Path, before: str
) -> None:
    """Canceled as soon as there is progress, by what sees it before the next piece is read."""
    cancel = """() => new MutationObserver((_, observer) => {
        observer.disconnect();
        document.getElementById("cancel").click();
    }).observe(document.getElementById("progress"), { attributeFilter: ["max"] })"""
    with browser.new_context() as context:
        context.add_init_script(before)
        page = Opened(context.new_page(), from_disk(tmp_path))
        page.page.evaluate(cancel)
        page.page.set_input_files("#files", [GOOD, TAMPERED])
        page.page.locator(".note").wait_for()
        assert "Canceled" in page.page.locator(".note").inner_text()
        assert page.page.locator(".result").count() == 0
        page.page.click("#again")
        page.results(2)
        assert page.told == []


def test_it_tells_how_far_it_has_come_by_bytes(kept: Opened, tmp_path: Path) -> None:
    kept.page.evaluate(
        """() => {
            globalThis.seen = [];
            const bar = document.getElementById("progress");
            const told = document.getElementById("progress-text");
            new MutationObserver(() => seen.push([bar.value, bar.max, told.textContent]))
                .observe(told, { childList: true });
        }"""
    )
    kept.give(GOOD)
    seen = [each for each in kept.page.evaluate("seen") if "read and hashed" in each[2]]
    done = [value for value, *_ in seen]
    assert done == sorted(done)
    assert len(done) > 5
    assert (seen[-1][0], {most for _, most, _ in seen}) == (seen[-1][1], {seen[-1][1]})


def test_it_can_be_used_with_the_keyboard_alone(kept: Opened) -> None:
    for expected in ("files", "SUMMARY"):
        kept.page.keyboard.press("Tab")
        focused = "document.activeElement.id || document.activeElement.tagName"
        assert kept.page.evaluate(focused) == expected
    kept.page.keyboard.press("Enter")
    kept.page.keyboard.press("Tab")
    kept.page.keyboard.type("0" * 64)
    kept.give(GOOD)
    assert kept.page.evaluate("document.activeElement.tagName") == "H2"
    assert "Not verified" in kept.verdict()
