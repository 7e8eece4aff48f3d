"""The evidence report in a real browser: printed, read by a screen reader, and looked at."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.verification.policy import Policy
from interface.web.evidence_report import evidence_report
from tests.interface.web.browser import RULES, Browser, Page, violations
from tests.interface.web.reported_runs import bundle_of, hostile, story

FORGED = Path(__file__).parents[2] / "conformance" / "invalid" / "replay"
NAMES = ["story", "hostile", "forged"]
SCREENS = (1280, 1100)
POINTS_OF_A_MILLIMETRE = 72 / 25.4
WORD = re.compile(r'<word xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)" yMax="[\d.]+">([^<]+)')


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The story, one with hostile texts and long names, and a forged one, as files."""
    folder = tmp_path_factory.mktemp("reports")
    bundles = {"forged": next(iter(sorted(FORGED.glob("*.eval752.zip"))))}
    for name, actions in {"story": story(), "hostile": hostile()}.items():
        (folder / name).mkdir()
        bundles[name] = bundle_of(folder / name, actions)
    files = {name: folder / f"{name}.html" for name in bundles}
    for name, bundle in bundles.items():
        files[name].write_text(evidence_report(bundle, Policy()).html)
    return files


@pytest.fixture
def faults() -> list[str]:
    return []


@pytest.fixture
def page(browser: Browser, faults: list[str]) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    page.on("console", lambda told: faults.append(told.text))
    page.on("request", lambda asked: None if _is_inside(asked.url) else faults.append(asked.url))
    yield page
    context.close()
    assert faults == []


def _is_inside(url: str) -> bool:
    return url.startswith(("file://", "data:image/svg+xml;base64,"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("form", "width"), [("A4", 210), ("Letter", 215.9)])
def test_nothing_is_cut_off_when_it_is_printed(  # noqa: PLR0917 - fixtures
    page: Page, reports: dict[str, Path], tmp_path: Path, name: str, form: str, width: float
) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("there is no pdftotext here")
    page.goto(reports[name].as_uri())
    target = tmp_path / "report.pdf"
    page.pdf(path=target, format=form)
    layout = _pdftotext(target, "-bbox")
    margin = 15 * POINTS_OF_A_MILLIMETRE
    words = [(float(x), float(end), text) for x, end, text in WORD.findall(layout)]
    assert len(words) > 500
    right = width * POINTS_OF_A_MILLIMETRE - margin
    assert [word for word in words if word[0] < margin or word[1] > right] == []
    text = _pdftotext(target, "-layout")
    pages = text.removesuffix("\f").split("\f")
    (digest,) = set(re.findall(r"bundle ([0-9a-f]{64})", page.title()))
    for number, each in enumerate(pages, 1):
        assert f"bundle {digest}" in each
        assert re.search("run/[0-9a-f-]{36}", each)
        assert f"Page {number} of {len(pages)}" in each
        assert ("NOT VERIFIED" in each) == (name != "story")  # of the hostile one an item is open
    assert "Verify it yourself" in text
    assert "No." in {word for _, _, word in words}


def _pdftotext(path: Path, option: str) -> str:
    command = ["pdftotext", option, str(path), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_it_is_printed_black_on_white_from_a_dark_screen_too(
    page: Page, reports: dict[str, Path]
) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(reports["story"].as_uri())
    style = "getComputedStyle(document.body)"
    assert page.evaluate(f"[{style}.color, {style}.backgroundColor]") == [
        "rgb(0, 0, 0)",
        "rgb(255, 255, 255)",
    ]


def test_a_forged_one_is_red(page: Page, reports: dict[str, Path]) -> None:
    for media in ("screen", "print"):
        page.emulate_media(media=media, color_scheme="light")
        page.goto(reports["forged"].as_uri())
        heading = page.get_by_role("heading", name="Not verified: there are findings")
        assert heading.evaluate("each => getComputedStyle(each).color") == "rgb(163, 39, 31)"


@pytest.mark.parametrize("name", NAMES)
def test_plots_are_drawn_and_hostile_content_does_nothing(
    page: Page, reports: dict[str, Path], name: str
) -> None:
    page.goto(reports[name].as_uri())
    page.wait_for_load_state("load")
    widths = page.evaluate("[...document.images].map((image) => image.naturalWidth)")
    assert len(widths) >= 3
    assert min(widths) > 100
    assert page.evaluate("window.hacked") is None
    assert page.locator("script, svg, iframe, object, link, form, a").count() == 0


@pytest.mark.parametrize("name", NAMES)
def test_no_report_is_wider_than_a_phone(page: Page, reports: dict[str, Path], name: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(reports[name].as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


LOOKED_AT = [
    ("story", "light", RULES),
    ("forged", "light", RULES),
    ("forged", "dark", ["color-contrast"]),
]


@pytest.mark.parametrize(("name", "scheme", "rules"), LOOKED_AT)
def test_every_report_passes_the_accessibility_check(
    page: Page, reports: dict[str, Path], name: str, scheme: Any, rules: Any
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(reports[name].as_uri())
    assert violations(page, rules) == []


@pytest.mark.parametrize("width", SCREENS)
def test_tokens_that_some_answers_state_fit_on_a_screen(
    page: Page, tmp_path: Path, width: int
) -> None:
    actions = story()
    for number, each in enumerate(actions):
        if each["type"] == "item.answered":
            each["tokens_in"] = each["tokens_out"] = 10**9
            if number % 2:
                del each["tokens_in"], each["tokens_out"]
    target = tmp_path / "report.html"
    target.write_text(evidence_report(bundle_of(tmp_path, actions), Policy()).html)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(target.as_uri())
    table = page.get_by_role("region", name="Latency and tokens by section, as a table")
    assert "answers state" in table.inner_text()
    assert table.evaluate("(of) => of.scrollWidth <= of.clientWidth")
