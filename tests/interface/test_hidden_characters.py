"""What nobody sees is told, by Python and by JavaScript alike."""

import json
import random
import subprocess
from itertools import islice
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interface.hidden_characters import IGNORABLE, is_hidden, revealed
from tests.interface.web.conftest import WEB, node

POINTS = range(0x110000)
TELLING = (
    "aé \n\x1b\u00a0\u0300\u0301\u034f\u20dd\u202e\u200d\u3164\u2800\ufe0e\ufe0f"
    "❤∑🙂\U0001d159\U000e0041\ud800"
)
"""Letters, spaces, marks, symbols and their selectors, and what cannot be seen of each kind."""


def from_node(expression: str) -> list[int | str]:
    """What an expression comes to, in JSON, with the module of JavaScript at hand."""
    module = (WEB / "hidden_characters.mjs").as_uri()
    program = f"import {{ revealed }} from '{module}'; console.log(JSON.stringify({expression}));"
    asked = [str(node()), "--input-type=module"]
    done = subprocess.run(
        asked, input=program, capture_output=True, check=True, encoding="utf-8", timeout=60
    )
    told: list[int | str] = json.loads(done.stdout)
    return told


def points_where(condition: str) -> set[int | str]:
    points = "[...Array(0x110000).keys()]"
    return {*from_node(f"{points}.filter((n) => {condition.format('String.fromCodePoint(n)')})")}


def texts(seed: int = 752) -> list[str]:
    chance = random.Random(seed)
    return ["".join(chance.choices(TELLING, k=chance.randrange(12))) for _ in range(5_000)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain – ü 漢字 🙂", "plain – ü 漢字 🙂"),
        ("\u3164a\u2800\U000e0041\u034f", r"\u3164a\u2800\U000e0041\u034f"),
        ("❤\ufe0f a\ufe0f \ufe0f", "❤\ufe0f a\\ufe0f \\ufe0f"),
        ("\u2800\ufe0f", r"\u2800\ufe0f"),
        ("e" + "\u0301" * 5, "e" + "\u0301" * 4 + r"\u0301"),
    ],
)
def test_what_nobody_sees_is_an_escape(text: str, shown: str) -> None:
    assert revealed(text) == shown


@given(st.text(st.sampled_from(TELLING) | st.characters()))
def test_what_was_revealed_stays_as_it_is(text: str) -> None:
    assert revealed(revealed(text)) == revealed(text)


def test_what_unicode_ignores_is_what_a_browser_of_today_says_that_it_does() -> None:
    assert points_where(r"/^\p{{DI}}$/u.test({})") == IGNORABLE


def test_javascript_hides_what_python_hides() -> None:
    """But for characters that one of them is too old to know."""
    hidden = points_where("revealed({0}) !== {0}")
    unassigned = points_where(r"/\p{{Cn}}/u.test({})")
    known = [n for n in POINTS if n not in unassigned and category(chr(n)) != "Cn"]
    assert len(known) > 280_000
    assert [hex(n) for n in known if is_hidden(chr(n)) != (n in hidden)] == []


def test_javascript_shows_texts_as_python_does() -> None:
    told = from_node(f"{json.dumps(texts())}.map(revealed)")
    pairs = zip(texts(), told, strict=True)
    assert [*islice((text for text, shown in pairs if revealed(text) != shown), 5)] == []
