"""The verify page in a real browser, from the disk and from a server: what it shows is so."""

import json
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from domain.verification.checks import Check
from infrastructure.bundle_zip import BundleWriter
from interface.demo import bundles, story
from interface.demo.tampering import raise_score
from interface.report_text import NO_DIGEST
from scripts.conformance_fixture import whole
from scripts.recordings import SMALL
from tests.interface.web.conftest import Ask
from tests.interface.web.verify_pages import (
    CONFORMANCE,
    GOOD,
    NO_ZIP,
    TAMPERED,
    Opened,
    from_disk,
    told_by_node,
)

if TYPE_CHECKING:
    from tests.interface.web.browser import Browser

SAMPLES = [
    "valid/run-with-everything-deflated",
    "valid/all-withheld",
    "valid/dataset-alone",
    "valid/signed-by-a-trusted-key",
    "valid/as-a-policy-wants-it",
    "invalid/assets/asset-altered",
    "invalid/parts/part-altered",
    "invalid/completeness/canceled",
    "invalid/container/archive-comment",
]
EVIL = '<img src=x onerror="document.title=1"><script>document.title=1</script>\u202e\u2800txt.exe'


@pytest.fixture(scope="module")
def raised_score(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's forgery that replay alone finds."""
    folder = tmp_path_factory.mktemp("demo")
    story.run(folder / "story", lambda _: None)
    target = folder / "raised-score.eval752.zip"
    bundles.rewrite(folder / "story" / story.BUNDLE, target, raise_score)
    return target


def packed(members: Mapping[str, bytes], target: Path) -> Path:
    with BundleWriter(target) as bundle:
        for name, data in members.items():
            bundle.copy(name, [data])
    return target


def test_of_a_good_bundle_is_said_that_no_check_failed_and_which_were_not_performed(
    opened: Opened,
) -> None:
    opened.give(GOOD)
    assert "No check failed" in opened.verdict()
    because = opened.page.locator(".because").inner_text()
    passed = sum(row[1] == "passed" for row in opened.outcomes())
    assert f"{passed} of 18 checks were performed; not: " in because
    assert "replay, rescoring, evidence" in because
    assert [name for _, _, name, *_ in opened.outcomes()] == [check.label for check in Check]
    assert "No check failed" in opened.page.locator("#status").inner_text()
    facts = opened.page.locator(".result dl").first.inner_text()
    for fact in ("m-1", "capitals", "completed", "46 events", "1 rationale erased"):
        assert fact in facts


def test_a_raised_score_in_a_view_is_not_told_as_verified(
    opened: Opened, raised_score: Path
) -> None:
    result = opened.give(raised_score)
    assert [row for row in opened.outcomes() if row[1] == "failed"] == []
    assert "verified" not in opened.page.locator(".verdict").inner_text().lower()
    assert "A score that was changed before the bundle was made is not found here" in (
        result.inner_text()
    )
    assert "✓" not in opened.verdict()
    colour = "(of) => getComputedStyle(document.querySelector(of)).color"
    good = opened.page.evaluate(colour, ".passed .outcome")
    shown = opened.page.evaluate(colour, ".verdict h2")
    assert shown != good
    footer = opened.page.locator("footer").inner_text()
    assert "fails nothing here" in footer


def test_without_a_script_nothing_is_offered(browser: "Browser", address: str) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{address}/verify")
        assert not page.locator("#drop").is_visible()
        assert "needs JavaScript" in page.locator("main").inner_text()


def test_the_served_page_leads_back_and_the_kept_one_does_not(
    kept: Opened, browser: "Browser", address: str
) -> None:
    assert kept.page.locator("a").count() == 0
    with browser.new_context() as context:
        page = Opened(context.new_page(), f"{address}/verify").page
        page.get_by_role("link", name="To the archive's pages").click()
        page.wait_for_url(lambda url: url.startswith(f"{address}/") and "verify" not in url)


def test_a_tampered_bundle_is_not_verified_and_the_place_is_named(opened: Opened) -> None:
    opened.give(TAMPERED)
    assert "Not verified" in opened.verdict()
    ((_, _, name, _, findings),) = [row for row in opened.outcomes() if row[1] == "failed"]
    assert name == "parts"
    assert "version 3, answer" in findings[0]
    assert "rely on none of this" in opened.page.locator(".result").inner_text()


def test_a_digest_that_is_not_of_the_content_is_not_offered_for_comparison(
    opened: Opened, tmp_path: Path
) -> None:
    compare = "Compare it with the digest that you were told"
    altered = {**whole(SMALL), "parts.jsonl": b""}
    digest = sha256(altered["SHA256SUMS"]).hexdigest()
    cut = CONFORMANCE / "invalid" / "container" / "crc-wrong.eval752.zip"
    for file in (packed(altered, tmp_path / "altered.zip"), cut):
        told = opened.give(file).inner_text()
        assert NO_DIGEST in told
        assert compare not in told
        assert digest not in told
    told = opened.give(packed(whole(SMALL), tmp_path / "sound.zip")).inner_text()
    assert compare in told
    assert digest in told


def test_what_is_withheld_is_told(opened: Opened) -> None:
    opened.give(CONFORMANCE / "valid" / "all-withheld.eval752.zip")
    assert "No check failed" in opened.verdict()
    facts = opened.page.locator(".result dl").first.inner_text()
    assert "7 response withheld" in facts
    assert "left out of this bundle" in facts


def test_a_file_that_is_no_zip_is_unreadable(opened: Opened) -> None:
    opened.give(NO_ZIP)
    assert "Unreadable" in opened.verdict()
    assert "no ZIP file" in opened.page.locator(".result").inner_text()
    assert opened.outcomes() == []


def test_nothing_leaves_the_machine_while_it_verifies(opened: Opened) -> None:
    opened.asked.clear()
    opened.give(GOOD, TAMPERED, NO_ZIP)
    script = "/verify/verify_page.js"  # the worker's, which is the page's own
    assert [
        url for url in opened.asked if not url.startswith("blob:null/") and not url.endswith(script)
    ] == []


REACHING = """(address) => new Promise((resolve) => {
    addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective));
    fetch(address, { mode: "no-cors" }).then(() => resolve("reached"), () => {});
})"""
IN_WORKER = """([reaching, address]) => new Promise((resolve) => {
    const code = `(${reaching})("${address}").then(postMessage)`;
    const worker = new Worker(URL.createObjectURL(new Blob([code])));
    worker.onmessage = ({ data }) => resolve(data);
})"""


def test_neither_page_nor_worker_could_reach_anybody(
    browser: "Browser", address: str, tmp_path: Path
) -> None:
    target = f"{address}/verify.html"
    with browser.new_context() as context:
        for place in (from_disk(tmp_path), f"{address}/verify"):
            page = Opened(context.new_page(), place).page
            assert page.evaluate(REACHING, target) == "connect-src"
        page = Opened(context.new_page(), from_disk(tmp_path)).page
        assert page.evaluate(IN_WORKER, [REACHING, target]) == "connect-src"


@pytest.mark.parametrize("sample", SAMPLES)
def test_each_check_comes_to_what_it_does_in_node(kept: Opened, ask: Ask, sample: str) -> None:
    file = CONFORMANCE / f"{sample}.eval752.zip"
    kept.give(file)
    assert kept.outcomes() == told_by_node(ask, file, {})


def test_a_policy_file_and_a_digest_that_was_told_count(
    kept: Opened, ask: Ask, tmp_path: Path
) -> None:
    file = CONFORMANCE / "valid" / "as-a-policy-wants-it.eval752.zip"
    document = json.loads(file.with_name("as-a-policy-wants-it.json").read_text())["policy"]
    (policy := tmp_path / "policy.json").write_text(json.dumps(document))
    kept.page.locator("summary").click()
    kept.page.set_input_files("#policy", policy)
    kept.give(file)
    before = kept.outcomes()
    assert before == told_by_node(ask, file, {"document": document})
    assert before[17][1] == "passed"
    kept.page.fill("#digest", "0" * 64)
    kept.page.click("#again")
    kept.results()
    assert kept.outcomes() == told_by_node(ask, file, {"document": document, "digest": "0" * 64})
    assert "Not verified" in kept.verdict()


@pytest.mark.parametrize("text", ["require = []", '{"want":[]}', '{"require":[],"require":[]}'])
def test_a_policy_that_is_none_is_refused_and_nothing_verified(
    kept: Opened, tmp_path: Path, text: str
) -> None:
    (policy := tmp_path / "policy.json").write_text(text)
    kept.page.locator("summary").click()
    kept.page.set_input_files("#policy", policy)
    kept.page.set_input_files("#files", GOOD)
    kept.page.locator("#refused").wait_for()
    assert "Nothing was verified" in kept.page.locator("#refused").inner_text()
    assert kept.page.locator(".result").count() == 0
    kept.page.set_input_files("#policy", [])
    kept.page.click("#again")
    kept.results()
    assert "No check failed" in kept.verdict()


def test_a_digest_is_about_one_file(kept: Opened) -> None:
    kept.page.locator("summary").click()
    kept.page.fill("#digest", "0" * 64)
    kept.page.set_input_files("#files", [GOOD, TAMPERED])
    kept.page.locator("#refused").wait_for()
    assert "expected one file" in kept.page.locator("#refused").inner_text()


def test_what_others_wrote_is_text_and_nothing_of_it_is_markup(
    opened: Opened, tmp_path: Path
) -> None:
    members = whole(SMALL_AND_EVIL)
    note = members["proof/bundle.note"].replace(b"archive-7f3a\n", f"{EVIL}\n".encode(), 1)
    target = tmp_path / "<img src=x onerror=alert(1)>\u202e\u3164.zip"
    title = opened.page.title()
    opened.give(packed({**members, "proof/bundle.note": note}, target))
    shown = opened.page.locator(".result").inner_text()
    assert '<img src=x onerror="document.title=1">' in shown
    assert "<img src=x onerror=alert(1)>\\u202e\\u3164.zip" in shown
    assert not {*"\u202e\u2800\u3164"} & {*opened.page.content()}
    assert opened.page.locator(".result img, .result script").count() == 0
    assert opened.page.title() == title
    ((name, findings),) = [(row[2], row[4]) for row in opened.outcomes() if row[4]]
    assert name == "signature"
    assert "<script>document.title=1</script>" in findings[2]


SMALL_AND_EVIL = [
    replace(
        stream,
        events=[
            replace(
                event,
                parts={
                    kind: {**part, ("model" if "model" in part else "name"): EVIL}
                    if kind == "config"
                    else part
                    for kind, part in event.parts.items()
                },
            )
            for event in stream.events
        ],
    )
    for stream in SMALL
]
