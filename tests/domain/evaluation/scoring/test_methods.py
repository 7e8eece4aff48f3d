import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.canonical import Json, decode, encode
from domain.errors import InvalidInput
from domain.evaluation.scoring import (
    METHODS,
    NotRecomputable,
    Score,
    ScoredItem,
    check_scorer,
    is_recomputable,
    needs,
    score,
    steps_per_byte,
    text_of,
    unicode_version,
)
from domain.evaluation.scoring.model import MAX_TEXT, ratio

ITEM = ScoredItem("mcq_single", ["London", "Paris"], "Paris")
REQUIRED: dict[str, dict[str, Json]] = {"regex": {"pattern": "Paris"}}
RECOMPUTABLE = [name for name in METHODS if is_recomputable(name)]

SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats() | st.text(max_size=9)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)
TEXTS = st.text(max_size=40) | st.text(st.characters(exclude_categories=()), max_size=10)


@pytest.mark.parametrize("method", RECOMPUTABLE)
@pytest.mark.parametrize("text", ["The answer is B.", "7", "Paris", None])
def test_a_score_is_the_same_without_the_parts_that_its_method_does_not_need(
    method: str, text: str | None
) -> None:
    parts: dict[str, Json] = {
        "item": {"type": "mcq_single"},
        "question": {"choices": ["6", "7"]},
        "answer": "7",
    }
    needed = [value if kind in needs(method) else None for kind, value in parts.items()]
    whole, part = ScoredItem.of(*parts.values()), ScoredItem.of(*needed)
    parameters = REQUIRED.get(method, {})
    assert score(method, parameters, text, part) == score(method, parameters, text, whole)


def test_what_is_recomputable_is_said() -> None:
    assert RECOMPUTABLE == ["multiple_choice", "exact_match", "set_f1", "regex", "numeric"]
    assert not is_recomputable("judge")
    assert not is_recomputable("external")
    assert not is_recomputable("vibes")


@pytest.mark.parametrize("method", ["judge", "external"])
def test_what_others_said_is_not_recomputable(method: str) -> None:
    check_scorer({"method": method, "name": "x", "parameters": {"model": "m", "any": [1]}}, "s")
    with pytest.raises(NotRecomputable, match=method):
        score(method, {"model": "m"}, "Paris", ITEM)


@pytest.mark.parametrize("method", RECOMPUTABLE)
def test_no_text_scores_0_and_shows_nothing(method: str) -> None:
    assert score(method, REQUIRED.get(method, {}), None, ITEM) == Score(0, None)


@pytest.mark.parametrize("method", RECOMPUTABLE)
def test_too_long_a_response_is_not_recomputable(method: str) -> None:
    with pytest.raises(NotRecomputable, match="1,000,000"):
        score(method, REQUIRED.get(method, {}), "1" * (MAX_TEXT + 1), ITEM)


ITEMS = st.builds(
    ScoredItem,
    st.sampled_from(["mcq_single", "mcq_multi", "freeform", "code", "judge_pairwise"]),
    st.lists(st.text(max_size=5) | st.just("Paris"), max_size=4),
    VALUES,
)
PARAMETERS = st.dictionaries(st.sampled_from(["credit", "tolerance", "nfkc", "pattern"]), VALUES)


@given(st.sampled_from(sorted(METHODS)), PARAMETERS, TEXTS | st.none(), ITEMS)
def test_anything_is_scored_or_refused(
    method: str, parameters: dict[str, Json], text: str | None, item: ScoredItem
) -> None:
    with contextlib.suppress(NotRecomputable, InvalidInput):
        assert 0 <= score(method, parameters, text, item).value <= 1


@given(st.sampled_from(RECOMPUTABLE), TEXTS, ITEMS)
def test_a_score_is_a_function_that_can_be_written_as_json(
    method: str, text: str, item: ScoredItem
) -> None:
    parameters = REQUIRED.get(method, {})
    with contextlib.suppress(NotRecomputable, InvalidInput):
        found = score(method, parameters, text, item)
        assert score(method, parameters, text, item) == found
        assert decode(encode({"extracted": found.extracted, "value": found.value}))


@pytest.mark.parametrize(
    ("definition", "told"),
    [
        (None, "s: expected an object"),
        ({"method": "regex", "name": "x"}, "s: expected an object of method, name and parameters"),
        ({"method": "vibes", "name": "x", "parameters": {}}, "s, method: expected one of"),
        ({"method": [], "name": "x", "parameters": {}}, "s, method: expected one of"),
        ({"method": "judge", "name": "", "parameters": {}}, "s, name: expected a text of 1 to"),
        ({"method": "judge", "name": "x", "parameters": []}, "s, parameters: expected an object"),
        (
            {"method": "numeric", "name": "x", "parameters": {"delta": 1}},
            "s, parameters: expected no other parameters of numeric than tolerance, "
            "relative_tolerance, found 'delta'",
        ),
        (
            {"method": "numeric", "name": "x", "parameters": {"tolerance": -1}},
            "s, parameters, tolerance: expected a number from 0, found -1",
        ),
        (
            {"method": "numeric", "name": "x", "parameters": {"tolerance": float("inf")}},
            "s, parameters, tolerance: expected a number from 0, found Infinity",
        ),
        (
            {"method": "numeric", "name": "x", "parameters": {"tolerance": True}},
            "s, parameters, tolerance: expected a number from 0, found true",
        ),
        (
            {"method": "regex", "name": "x", "parameters": {}},
            "s, parameters: expected the parameter pattern, found none",
        ),
        (
            {"method": "exact_match", "name": "x", "parameters": {"nfkc": 1}},
            "s, parameters, nfkc: expected true or false, found 1",
        ),
        (
            {"method": "multiple_choice", "name": "x", "parameters": {"credit": "half"}},
            's, parameters, credit: expected "exact" or "partial", found \'half\'',
        ),
        (
            {"method": "set_f1", "name": "x", "parameters": {"separator": ""}},
            "s, parameters, separator: expected a text that is not empty, found ''",
        ),
    ],
)
def test_a_wrong_definition_is_refused_with_both_sides(definition: Json, told: str) -> None:
    with pytest.raises(InvalidInput, match=re.escape(told)):
        check_scorer(definition, "s")


@pytest.mark.parametrize("method", sorted(METHODS))
def test_a_definition_with_the_defaults_is_accepted(method: str) -> None:
    parameters = METHODS[method].defaults() | REQUIRED.get(method, {})
    check_scorer({"method": method, "name": "x", "parameters": parameters}, "s")


def test_a_pattern_outside_the_subset_may_be_registered_but_not_recomputed() -> None:
    parameters: dict[str, Json] = {"pattern": "(?=x)"}
    check_scorer({"method": "regex", "name": "x", "parameters": parameters}, "s")
    with pytest.raises(NotRecomputable, match="subset"):
        score("regex", parameters, "x", ITEM)


def test_the_text_of_a_response_is_its_member_text() -> None:
    assert text_of({"text": "Paris", "usage": {"tokens": 1}}) == "Paris"
    assert text_of({"text": None}) is None


@pytest.mark.parametrize("response", [None, "Paris", [], {}, {"text": 1}, {"Text": "Paris"}])
def test_a_response_without_a_text_is_refused(response: Json) -> None:
    with pytest.raises(InvalidInput, match="text"):
        text_of(response)


def test_a_quotient_is_rounded_once_and_whole_ones_are_integers() -> None:
    assert (ratio(1, 3), ratio(4, 4), ratio(0, 7)) == (1 / 3, 1, 0)
    assert isinstance(ratio(4, 4), int)


def test_the_unicode_version_is_that_of_the_rules_not_of_the_python() -> None:
    assert unicode_version() == "14.0.0"


@pytest.mark.parametrize(
    ("pattern", "steps"),
    [("a{16}", 16), ("a{17}", 17), ("(a{1000}){10}", 10_000), ("a", 16), ("(a)\\1", 16)],
)
def test_a_pattern_takes_as_many_steps_a_byte_as_its_size_and_sixteen_at_least(
    pattern: str, steps: int
) -> None:
    assert steps_per_byte("regex", {"pattern": pattern}) == steps


def test_every_other_method_takes_sixteen_steps_a_byte() -> None:
    assert {steps_per_byte(name, {}) for name in METHODS if name != "regex"} == {16}
