import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.queries import ResultSort, RunSort
from application.rows import SectionRow
from domain.errors import InvalidInput
from interface.web.search import Asked, Bounds, bounds, read_search
from interface.web.search_results import result_query
from interface.web.search_runs import run_query

NAMES = ("model", "status", "score")
SECTIONS = [SectionRow(0, "algebra", 2), SectionRow(1, None, 1)]


def test_a_search_is_text_and_qualifiers_in_any_order() -> None:
    assert read_search("  capitals  model:gpt-4o  of  status:failed ", NAMES) == Asked(
        "capitals of", {"model": "gpt-4o", "status": "failed"}
    )


def test_quotes_keep_spaces_and_make_text_of_what_looks_like_a_qualifier() -> None:
    assert read_search('model:"my model" "unit:cm"', NAMES) == Asked(
        "unit:cm", {"model": "my model"}
    )
    assert read_search("qwen2.5:0.5b", NAMES).text == "qwen2.5:0.5b"
    assert read_search("GPT:4", NAMES).text == "GPT:4"


@pytest.mark.parametrize(
    ("search", "told"),
    [
        ("statu:failed", "qualifier statu:"),
        ("model:a model:b", "twice"),
        ("model:", "a value after the colon"),
        ("x" * 201, "200 characters"),
    ],
)
def test_a_wrong_qualifier_is_told(search: str, told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        read_search(search, NAMES)


@given(st.text(max_size=220))
def test_whatever_is_typed_is_a_query_or_is_told(search: str) -> None:
    with suppress(InvalidInput):
        query = run_query(search, "-registered")
        assert len(query.text) <= len(search)


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("<0.5", 0.4999999999, 0.5),
        ("<=0.5", 0.5, 0.5000000001),
        (">0.5", 0.5000000001, 0.5),
        (">=0.5", 0.5, 0.4999999999),
        ("0.2..0.8", 0.8, 0.8000000001),
        ("1", 1.0, 0.9999999999),
        ("=-2", -2.0, 2.0),
    ],
)
def test_bounds_let_through_what_they_say(text: str, inside: float, outside: float) -> None:
    low, high = bounds("score", text)
    assert low <= inside <= high
    assert not low <= outside <= high


@pytest.mark.parametrize("text", ["", "<", "half", "1..", "nan", "1e999", "0x1", "<<1", "٣"])
def test_bounds_of_something_else_are_told(text: str) -> None:
    with pytest.raises(InvalidInput, match="score:"):
        bounds("score", text)


def test_runs_are_asked_for_by_all_that_a_search_says() -> None:
    query = run_query('gpt model:gpt-4o provider:"a b" status:failed score:>=0.5', "-score")
    assert (query.text, query.model, query.provider) == ("gpt", "gpt-4o", "a b")
    assert (query.status, query.low, query.high) == ("failed", 0.5, math.inf)
    assert (query.sort, query.descending) == (RunSort.SCORE, True)


@pytest.mark.parametrize(("search", "sort"), [("status:done", "score"), ("", "name")])
def test_a_state_or_an_order_that_is_none_is_told(search: str, sort: str) -> None:
    with pytest.raises(InvalidInput, match="expected one of"):
        run_query(search, sort)


def test_results_are_asked_for_by_names_and_numbers() -> None:
    search = "q-1 status:answered section:algebra scorer:judge score:<1"
    query = result_query(search, "-latency_ms", SECTIONS, ["choice", "judge"])
    assert (query.text, query.status, query.section, query.scorer) == ("q-1", "answered", 0, 1)
    assert (query.low, query.high) == Bounds(-math.inf, math.nextafter(1, 0))
    assert (query.sort, query.descending, query.sorted_by) == (ResultSort.LATENCY, True, 1)
    assert result_query("section:1", "item", SECTIONS, []).section == 1
    assert result_query("scorer:1", "score", SECTIONS, ["a", "b"]).scorer is None


@pytest.mark.parametrize("search", ["section:geometry", "section:2", "scorer:7", "score:x"])
def test_a_section_a_scorer_or_a_score_that_is_none_is_told(search: str) -> None:
    with pytest.raises(InvalidInput, match="expected"):
        result_query(search, "item", SECTIONS, ["choice"])
