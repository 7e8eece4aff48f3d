"""What an evidence report says of a bundle: the same each time, no more than was shown."""

import html
import json
import re
import subprocess
import sys
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from domain.errors import Refused, UnreadableFile
from domain.verification.policy import Policy
from interface.policies import Demands, with_demands
from interface.web.evidence_report import Made, evidence_report, excerpt
from tests.interface.cli.running import eval752
from tests.interface.web.pages_archive import HOSTILE
from tests.interface.web.reported_runs import bundle_of, hostile, story

CONFORMANCE = Path(__file__).parents[2] / "conformance"
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bundle_of(tmp_path_factory.mktemp("story"), story())


@pytest.fixture(scope="module")
def made(bundle: Path) -> Made:
    return evidence_report(bundle, Policy())


def text_of(page: str) -> str:
    """What a reader sees, on one line."""
    body = page.partition("<body>")[2]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_the_verdict_comes_first_and_claims_no_more_than_was_shown(made: Made) -> None:
    text = text_of(made.html)
    verdict = text.index("Verified: no check failed")
    assert verdict < text.index("Five properties") < text.index("What was run")
    assert "Who wrote the bundle is not shown." in text
    assert "For that you have the word of whoever recorded the run." in text
    assert "signed by a key that whoever made this report trusts" not in text
    assert f"Bundle digest (SHA-256): {made.report.digest}" in text


def test_a_trusted_key_is_said_with_the_policy(bundle: Path, made: Made) -> None:
    key = re.search(r"--key '(\S+)'", made.html)
    assert key
    policy = with_demands(Policy(), Demands(keys=[key[1]], required=["replay"]), ("", "", ""))
    text = text_of(evidence_report(bundle, policy).html)
    assert "It was signed by a key that whoever made this report trusts." in text
    assert "Who wrote the bundle is not shown." not in text
    assert f"Trusted key {key[1]} Checks that must pass 9 signature, 15 replay" in text


def test_it_says_what_was_run_and_how_to_check_it(bundle: Path, made: Made) -> None:
    text = text_of(made.html)
    for told in (
        "Provider example Model example-1 Dataset capitals, 9 items",
        '"temperature": 0',
        '"python": "3.12"',
        "Directly: as events that its recorder sent",
        f"eval752 verify --expect-digest {made.report.digest} \\ --key '",
        "sha256sum --check SHA256SUMS",
        "Root of the dataset's items",
    ):
        assert told in text
    streams = eval752("verify", "--json", bundle).document[0]["about"]["streams"]
    assert all(stream in text for stream in streams)


def test_it_says_what_it_came_to_by_section_by_kind_and_from_below(made: Made) -> None:
    text = text_of(made.html)
    assert "Planned were 9 results: 1 for each item asked. 6 were answered, 3 failed" in text
    assert "all 9 6 3 0 1 A 5 3 2 0 1" in text
    assert "all 200 500 500 60 15 A 200 400 400 30 6" in text
    assert "match exact_match 6 0.6667" in text
    assert "Errors by kind A kind is what the error states" in text
    assert "timeout 1 6" in text
    assert "no kind 1 withheld or erased 1" in text
    assert "gave up 1 7" in text
    assert "4 of 6 scored results have the highest score, 1. These are the 2 below it." in text
    assert "0 q-0 A 0 Asked: Question 0? Expected: right Answered: Wrong answer" in text
    assert "q-1 B 1" not in text
    assert "sk-secret" not in made.html


def test_a_kind_or_message_that_is_a_word_of_the_report_stands_in_quotes(tmp_path: Path) -> None:
    told = json.dumps(story()).replace('"timeout"', '"(erased)"').replace('"gave up"', '"no kind"')
    text = text_of(evidence_report(bundle_of(tmp_path, json.loads(told)), Policy()).html)
    assert "“(erased)” 1 6" in text
    assert "“no kind” 1 7" in text


def test_a_section_without_a_name_stands_in_brackets(tmp_path: Path) -> None:
    bundle = bundle_of(tmp_path, story(), "--withhold=item")
    text = text_of(evidence_report(bundle, Policy()).html)
    assert "(section 0) 5 3 2 0 1 (section 1)" in text


def test_tables_number_what_plots_cannot_tell_apart_by_name(tmp_path: Path) -> None:
    actions = [
        {**each, "row": {**each["row"], "section": f"the long section {n % 2} of the benchmark"}}
        if each["type"] == "dataset.item_added"
        else each
        for n, each in enumerate(story())
    ]
    text = text_of(evidence_report(bundle_of(tmp_path, actions), Policy()).html)
    assert len(re.findall("0: the long section 1 of the benchmark", text)) == 3
    assert len(re.findall("1: the long section 0 of the benchmark", text)) == 3


def test_many_sections_are_counted_and_the_first_are_named(tmp_path: Path) -> None:
    actions = [
        {**each, "row": {**each["row"], "section": f"section of {each['row']['id']}"}}
        if each["type"] == "dataset.item_added"
        else each
        for each in story(50)
    ]
    text = text_of(evidence_report(bundle_of(tmp_path, actions), Policy()).html)
    assert text.count("The first 40 of 50 sections") == 1
    assert "Results , the first 24 of 50 sections" in text
    assert "section of q-39" in text
    assert "section of q-40" not in text


def test_it_says_who_did_what_and_what_is_gone(made: Made) -> None:
    text = text_of(made.html)
    assert "Content erased for good: the error of event 19" in text
    assert "error 1 erased for good, by an event" in text
    assert "answers: 6, tries that failed: 1, results given up: 3, scores: 6" in text
    assert "claimed:local 36" in text
    assert text.count("run, 1 claimed:local") == 1


def test_withheld_content_is_counted_and_not_there(tmp_path: Path) -> None:
    options = [f"--withhold={kind}" for kind in ("question", "config", "response")]
    page = evidence_report(bundle_of(tmp_path, story(), *options), Policy()).html
    text = text_of(page)
    assert "A model whose name is left out on a dataset whose name is left out" in text
    assert "Asked: not in this bundle Expected: right Answered: not in this bundle" in text
    assert "question 9 left out of this bundle on purpose" in text
    assert "response 6 left out of this bundle on purpose" in text
    assert not re.search(r"example-1|capitals|Question \d|Wrong answer", page)


def test_every_forged_bundle_of_a_run_says_so_in_red_and_in_words() -> None:
    told = 0
    for path in sorted((CONFORMANCE / "invalid").rglob("*.eval752.zip")):
        try:
            made = evidence_report(path, Policy())
        except (Refused, UnreadableFile):  # of one item, a dataset, or no bundle at all
            continue
        told += 1
        text = text_of(made.html)
        is_bad = not made.report.verified  # some are so by a policy alone
        assert ("Not verified: there are findings" in text) is is_bad, path.name
        assert ('class="verdict denied"' in made.html) is is_bad
        assert ('content: "Evidence report: NOT VERIFIED"' in made.html) is is_bad
        for line in made.report.lines.values():
            if line.findings:
                assert f"Check {line.check.number}, {line.check.label} failed" in text
        assert ("What was found wrong" in text) is is_bad
    assert told > 100


def test_what_is_only_missing_is_not_called_a_contradiction(bundle: Path, tmp_path: Path) -> None:
    incomplete = [each for each in story() if each.get("item") != "q-8"][:-1]
    (tmp_path / "incomplete").mkdir()
    pages = [
        evidence_report(bundle_of(tmp_path / "incomplete", incomplete), Policy()).html,
        evidence_report(
            bundle, with_demands(Policy(), Demands(required=["time"]), ("", "", ""))
        ).html,
    ]
    for page in pages:
        assert "Not verified: there are findings" in page
        assert "nothing in the bundle contradicts itself" in page
        assert "Do not rely" not in page
    forged = min((CONFORMANCE / "invalid" / "replay").glob("*.eval752.zip"))
    assert "Do not rely" in evidence_report(forged, Policy()).html


def test_what_cannot_be_relied_on_is_not_reported() -> None:
    path = CONFORMANCE / "invalid" / "container" / "climbing-name.eval752.zip"
    text = text_of(evidence_report(path, Policy()).html)
    assert "nothing in it can be relied on" in text
    assert "What was run" not in text
    assert "Shown Nothing." in " ".join(text.replace("✓", "").split())


def test_a_dataset_and_one_item_are_refused() -> None:
    refused = 0
    for path in sorted((CONFORMANCE / "valid").rglob("*.eval752.zip")):
        kind = eval752("verify", "--json", path).document[0]["about"].get("kind")
        if kind == "run":
            assert "What was run" in evidence_report(path, Policy()).html
        else:
            with pytest.raises(Refused, match="a bundle of a run"):
                evidence_report(path, Policy())
            refused += 1
    assert refused > 1


def test_hostile_content_is_text(tmp_path: Path) -> None:
    page = evidence_report(bundle_of(tmp_path, hostile()), Policy()).html
    assert not re.search(r"<(script|svg|iframe|object|link|form)|<img src=[^\"]|src=\"[^d]", page)
    assert "\u202e" not in page
    assert "\0" not in page
    assert "{{7*7}}" in page
    assert html.escape(HOSTILE[:40], quote=True).replace("&#x27;", "&#39;") in page
    for image in re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', page):
        assert b"<script" not in b64decode(image)


def test_a_browser_is_allowed_this_style_and_nothing_else(made: Made) -> None:
    style = re.search(r"<style>(.*)</style>", made.html, re.DOTALL)
    assert style
    digest = b64encode(sha256(style[1].encode()).digest()).decode()
    assert html.unescape(made.html).count(f'content="{made.rules}"') == 1
    assert made.rules == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none';"
        " form-action 'none'"
    )
    assert "style=" not in made.html
    assert "http://" not in re.sub(r"base64,[^\"]+", "", made.html)


def test_the_same_bundle_gives_the_same_bytes_in_any_process(bundle: Path, made: Made) -> None:
    script = (
        "import sys; from pathlib import Path; from domain.verification.policy import Policy\n"
        "from interface.web.evidence_report import evidence_report\n"
        "sys.stdout.buffer.write(evidence_report(Path(sys.argv[1]), Policy()).html.encode())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(bundle)],
        check=True,
        capture_output=True,
        cwd=ROOT,
        env={"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
    )
    assert done.stdout == made.html.encode()


def test_no_plot_says_when_it_was_drawn(made: Made) -> None:
    images = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', made.html)
    assert len(images) == 5
    for image in images:
        svg = b64decode(image).decode()
        assert "<!--" not in svg
        assert "prefers-color-scheme" not in svg
        assert f"{datetime.now(UTC):%Y-%m-}" not in svg


def test_every_plot_says_what_it_shows(made: Made) -> None:
    alts = re.findall(r'alt="([^"]+)"', made.html)
    assert [alt.partition(";")[2] for alt in alts] == [" the figures are in the tables below"] * 5


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"inputs": {"messages": [{"role": "user", "content": "Why?"}]}}, "user: Why?"),
        ({"inputs": {"text": "Why?"}, "choices": ["a", "b"]}, "Why? / Choices: a; b"),
        ("x" * 500, "x" * 279 + "…"),
        (None, "null"),
    ],
)
def test_an_excerpt_is_the_beginning_of_what_is_said(value: object, told: str) -> None:
    assert excerpt(value) == told  # type: ignore[arg-type]  # mypy does not see that these are JSON
