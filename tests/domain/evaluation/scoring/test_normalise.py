import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.evaluation.scoring.model import NotRecomputable
from domain.evaluation.scoring.normalise import STEPS, WHITE, collapse, fold, normalise

OFF = dict.fromkeys(STEPS, False)
DEFAULTS = {flag: default for flag, (default, _) in STEPS.items()}


def only(flag: str, text: str) -> str:
    return normalise(text, {**OFF, flag: True})


def test_without_a_step_a_text_stays_as_it_is() -> None:
    assert normalise(" The Ｐarís! ", OFF) == " The Ｐarís! "


@pytest.mark.parametrize(
    ("flag", "text", "expected"),
    [
        ("nfkc", "ﬁ２\u00a0e\u0301", "fi2 é"),
        ("casefold", "Straße ΑΣ İ", "strasse ασ i̇"),
        ("casefold", "\u03aa\u0301", "\u0390"),
        ("punctuation", "“Paris”, (France)!", "Paris France"),
        ("punctuation", "3.5, 1,000; 10:30 -1 .5 (5)", "3.5 1,000 10:30 -1 .5 5"),
        ("punctuation", "well-known C++ C# 5% $5", "wellknown C++ C# 5% $5"),
        ("punctuation", "...", "..."),
        ("articles", "The cat and a dog", " cat and  dog"),
        ("articles", "theatre\tAN\u3000apple", "theatre\t\u3000apple"),
        ("articles", "A", "A"),
        ("whitespace", "\u2003a \n\x85b\t", "a b"),
        ("whitespace", "a\x1cb\u200bc", "a\x1cb\u200bc"),
    ],
)
def test_a_step_does_what_the_document_says(flag: str, text: str, expected: str) -> None:
    assert only(flag, text) == expected


def test_the_default_steps_are_all_but_articles() -> None:
    assert normalise("  The\n**Paris**! ", DEFAULTS) == "the paris"


@given(st.text(st.characters(codec="utf-8"), max_size=30), st.sampled_from(sorted(STEPS)))
def test_any_text_is_normalised_or_refused(text: str, flag: str) -> None:
    try:
        once = only(flag, text)
    except NotRecomputable:
        return
    assert flag not in ("nfkc", "casefold", "whitespace") or only(flag, once) == once


@given(st.text(st.sampled_from("aÄß ﬁÅ\u0301ΐΣ"), max_size=8))
def test_case_never_matters_after_folding(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower()) == fold(text)


def test_white_space_is_the_unicode_property() -> None:
    separators = "\x1c\x1d\x1e\x1f"  # white space to Python, not to Unicode
    assert {char for char in map(chr, range(0x110000)) if char.isspace()} == {*WHITE, *separators}
    assert collapse(WHITE) == ""
