import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.evaluation.scoring.model import NotRecomputable
from domain.evaluation.scoring.pattern import (
    MAX_NESTING,
    MAX_PATTERN,
    Anchor,
    Chars,
    Repeat,
    Sequence,
    parse,
)

OUTSIDE = {
    "a backreference": r"(a)\1",
    "a lookahead": "a(?=b)",
    "a lookbehind": "(?<=a)b",
    "a named group": "(?P<n>a)",
    "an inline flag": "(?i)a",
    "a possessive quantifier": "a++",
    "two quantifiers": "a**",
    "a quantified anchor": "^*",
    "a quantified anchor in a group": "(^)*",
    "nothing to repeat": "*a",
    "a bare brace": "a{",
    "a count without its lower bound": "a{,3}",
    "a count that descends": "a{3,2}",
    "a count above a thousand": "a{1001}",
    "a count of five digits": "a{10000}",
    "an empty class": "[]",
    "an empty negated class": "[^]a]",
    "a class without an end": "[a",
    "a range that descends": "[b-a]",
    "a range to a class": r"[a-\d]",
    "a range from a class": r"[\d-z]",
    "two ranges in one": "[a-c-e]",
    "a group without an end": "(a",
    "a group without a beginning": "a)",
    "a backslash at the end": "a\\",
    "a letter that is no escape": r"\q",
    "the end of the text as in Python": r"a\Z",
    "a property": r"\p{L}",
    "half a hexadecimal code": r"\x4",
}


@pytest.mark.parametrize("pattern", OUTSIDE.values(), ids=OUTSIDE.keys())
def test_what_is_outside_the_subset_is_refused(pattern: str) -> None:
    with pytest.raises(NotRecomputable, match="outside the linear-time subset"):
        parse(pattern, ignore_case=False)


def test_a_long_pattern_is_refused() -> None:
    parse("a" * MAX_PATTERN, ignore_case=False)
    with pytest.raises(NotRecomputable):
        parse("a" * (MAX_PATTERN + 1), ignore_case=False)


def test_deep_nesting_is_refused_before_the_stack_ends() -> None:
    parse("(" * MAX_NESTING + ")" * MAX_NESTING, ignore_case=False)
    with pytest.raises(NotRecomputable):
        parse("(" * 450 + ")" * 450, ignore_case=False)


def test_a_pattern_becomes_a_tree() -> None:
    assert parse(r"^a{2,3}?", ignore_case=False) == Sequence(
        (Anchor("^"), Repeat(Chars((97, 98)), 2, 3))
    )


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("[a-]", r"[a\-]"),
        ("[-a]", r"[\-a]"),
        (r"\x41\u0042", "AB"),
        ("a{3}", "a{3,3}"),
        ("a?", "a{0,1}"),
        ("a+?", "a{1,}"),
        (r"\D", "[^0-9]"),
        (r"[^\w]", r"\W"),
        (r"[\W\w]", r"[\S\s]"),
        ("(?:a)", "(a)"),
        ("}]", r"\}\]"),
    ],
)
def test_two_ways_to_write_the_same(short: str, long: str) -> None:
    assert parse(short, ignore_case=False) == parse(long, ignore_case=False)


def test_ignoring_case_is_ascii_and_comes_before_negation() -> None:
    assert parse("[^a]", ignore_case=True) == parse("[^aA]", ignore_case=False)
    assert parse("[Y-b]", ignore_case=True) == parse("[ABYZab-byz[-`]", ignore_case=False)
    assert parse("é", ignore_case=True) == parse("é", ignore_case=False)


@given(st.text(st.sampled_from("ab\\()[]{}*+?|^$.,-:=01xud<"), max_size=30), st.booleans())
def test_any_pattern_is_parsed_or_refused(pattern: str, ignore_case: bool) -> None:
    with contextlib.suppress(NotRecomputable):
        parse(pattern, ignore_case)
