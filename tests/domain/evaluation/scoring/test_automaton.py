import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.evaluation.scoring import automaton
from domain.evaluation.scoring.automaton import MAX_SIZE, MAX_WORK, Automaton, size
from domain.evaluation.scoring.model import NotRecomputable
from domain.evaluation.scoring.pattern import parse

ANCHORS = ("^", "$", r"\b", r"\B")
CHARS = (
    *("a", "b", "B", "_", "0", " ", "é", r"\n", r"\x41", r"\.", r"\u00e9", "."),
    *(r"\d", r"\D", r"\w", r"\W", r"\s", r"\S"),
    *("[ab]", "[^a]", "[a-c0]", r"[^\w]", r"[\d_-]", r"[^\s\S]", r"[A-z\]]"),
)
QUANTIFIERS = ("?", "*", "+", "{2}", "{1,}", "{0,2}", "{1,3}", "??", "*?", "+?", "{0}")


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    sequences = st.lists(inner, max_size=4).map("".join)
    options = st.lists(sequences, min_size=1, max_size=3).map("|".join)
    groups = st.tuples(st.sampled_from(["(", "(?:"]), options).map(lambda p: p[0] + p[1] + ")")
    repeated = st.tuples(st.sampled_from(CHARS) | groups, st.sampled_from(QUANTIFIERS))
    whole = repeated.filter(lambda p: p[0].strip("(?:)") not in ANCHORS).map("".join)
    return groups | whole


PATTERNS = st.lists(
    st.recursive(st.sampled_from(CHARS + ANCHORS), _larger, max_leaves=8), max_size=4
).map("".join)
TEXTS = st.text(st.sampled_from("aabBA_0 .é]\n"), min_size=1, max_size=12)


def first_end(pattern: str, text: str, ignore_case: bool = False) -> int | None:
    return Automaton(parse(pattern, ignore_case)).first_end(text)


@settings(max_examples=400, deadline=None)
@given(PATTERNS, st.lists(TEXTS, min_size=1, max_size=3), st.booleans())
def test_the_same_is_found_as_by_re(pattern: str, texts: list[str], ignore_case: bool) -> None:
    try:
        found = Automaton(parse(pattern, ignore_case))
    except NotRecomputable:  # a quantified anchor, which re allows
        return
    flags = re.ASCII | (re.IGNORECASE if ignore_case else 0)
    reference = re.compile(pattern.replace("$", r"\Z"), flags)
    for text in texts:
        end = found.first_end(text)
        assert (end is not None) == (reference.search(text) is not None)
        if end is not None:
            anywhere = (reference.fullmatch(text, start, end) for start in range(end + 1))
            anchored = {"^", "$", "\\"} & set(pattern)  # re takes the end of a slice for the end
            assert anchored or any(anywhere)


@pytest.mark.parametrize(
    ("pattern", "text", "end"),
    [
        ("b+", "abbb", 2),
        ("", "abc", 0),
        ("c$", "abc", 3),
        ("^b", "ab", None),
        (r"\B", "", 0),
        (r"\b", "", None),
        (r"^$", "", 0),
        (r"a\b", "aa a", 2),
        (".", "\n", None),
        (".", "\u2028", 1),
        ("\U0001f600+", "x\U0001f600", 2),
    ],
)
def test_the_first_end_of_any_match_is_found(pattern: str, text: str, end: int | None) -> None:
    assert first_end(pattern, text) == end


@pytest.mark.parametrize(
    ("pattern", "instructions"),
    [
        ("", 1),
        ("abc", 3),
        ("a|b", 3),
        ("a?", 2),
        ("a*", 2),
        ("a+", 2),
        ("a{3}", 3),
        ("a{2,}", 3),
        ("a{2,4}", 6),
        ("(){9}", 9),
        ("a{0}", 1),
    ],
)
def test_a_size_is_what_the_document_says(pattern: str, instructions: int) -> None:
    assert size(parse(pattern, ignore_case=False)) == instructions


@pytest.mark.parametrize("pattern", ["(a{1000}){11}", "((((){1000}){1000}){1000}){1000}"])
def test_a_pattern_that_expands_too_far_is_refused(pattern: str) -> None:
    with pytest.raises(NotRecomputable, match=f"{MAX_SIZE:,} states"):
        first_end(pattern, "a")


def test_deep_nesting_does_not_multiply_the_work() -> None:
    assert first_end("(" * 50 + "a" + ")+" * 50 + "b", "a" * 100 + "b") == 101


def test_too_long_a_text_for_a_pattern_is_refused() -> None:
    with pytest.raises(NotRecomputable, match="steps"):
        first_end("ab", "x" * (MAX_WORK // 2 + 1))


def test_a_pattern_that_makes_re_explode_is_matched_in_linear_time() -> None:
    assert first_end("(a+)+$", "a" * 5_000 + "b") is None
    assert first_end("(a|a)*(a|a)*(a|a)*b$", "a" * 5_000) is None


def test_forgetting_steps_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    pattern, text = "(a|b)*a(a|b){5}c", "abbabaabbbabaabab" * 20 + "ac"
    remembered = first_end(pattern, text)
    monkeypatch.setattr(automaton, "MAX_REMEMBERED", 40)
    assert first_end(pattern, text) == remembered


def test_an_automaton_may_be_used_again() -> None:
    found = Automaton(parse("ab", ignore_case=False))
    assert [found.first_end(text) for text in ("ab", "a", "xab", "ab")] == [2, None, 3, 2]
