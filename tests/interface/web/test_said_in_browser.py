"""What was said of a run, and revised scores, in a real browser: hostile words, phones, axe."""

from pathlib import Path
from typing import Any

import pytest

from tests.archives import Members
from tests.interface.api.conftest import Served, append, ok
from tests.interface.web.browser import Browser, violations, visiting
from tests.interface.web.pages_archive import HOSTILE, Shown
from tests.interface.web.reported_runs import UNBROKEN
from tests.interface.web.test_said_of_run import archived, note

PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def paths(service: Served, shown: Shown, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Pages of a run of which hostile things were said, and of one with findings."""
    folder: Path = tmp_path_factory.mktemp("log")
    found = archived(service, folder, 0.75)
    words = HOSTILE + UNBROKEN
    superseded: Members = {"type": "run.superseded", "by": shown.ordinary, "annotation": words}
    score: Members = {"type": "score.revised", "item": "q-1", "scorer": 0, "score": {"value": 1}}
    said = [score, note(words), note({HOSTILE: words}), note([{"role": HOSTILE, "content": words}])]
    ok(append(service.root, f"runs/{shown.ordinary}", *said))
    ok(service.root.post(f"/v1/runs/{shown.ordinary}/seal"))
    ok(append(service.root, f"runs/{shown.ordinary}", superseded, note(words)))
    pages = ("", "/annotations", "/items", "/verification", "/report")
    return [f"/runs/{found}", f"/runs/{found}/report"] + [
        f"/runs/{shown.ordinary}{page}" for page in pages
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_hostile_words_do_nothing_fit_a_phone_and_pass_the_accessibility_check(
    browser: Browser, service: Served, token: str, paths: list[str], scheme: Any
) -> None:
    more: dict[str, Any] = {"color_scheme": scheme, "viewport": PHONE}
    found: dict[str, Any] = {}
    with visiting(browser, service.url, token, **more) as visit:
        for path in paths:
            page = visit.go(path)
            page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
            assert page.evaluate("window.hacked") is None
            assert page.locator("main script, iframe, object, img[src='x']").count() == 0
            found[path] = violations(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
    assert {path: told for path, told in found.items() if told} == {}
