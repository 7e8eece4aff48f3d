import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.canonical import Json, decode, encode
from domain.errors import InvalidInput
from infrastructure.log_sources import loose_json
from infrastructure.log_sources.loose_json import MAX_DEPTH, read_loosely

TEN_TO_20 = 10**20


@pytest.mark.parametrize(
    ("text", "value", "rule"),
    [
        ("NaN", "NaN", loose_json.NOT_FINITE),
        ("-Infinity", "-Infinity", loose_json.NOT_FINITE),
        ("9007199254740993", "9007199254740993", loose_json.BEYOND_INTEGER),
        ("1" * 5000, "1" * 5000, loose_json.BEYOND_INTEGER),
        ("-1e999", "-1e999", loose_json.BEYOND_DOUBLE),
        (r'"a\ud83d!"', r"a\ud83d!", loose_json.SURROGATE),
        (r'{"\udc00": 1}', {r"\udc00": 1}, loose_json.SURROGATE),
    ],
)
def test_a_loose_value_is_mapped_to_text_and_counted(text: str, value: Json, rule: str) -> None:
    for document, expected in ((text, value), (f"[[{text}],1]", [[value], 1])):
        assert read_loosely(document.encode(), "x") == (expected, {rule: 1})


def test_every_occurrence_is_counted() -> None:
    value, mapped = read_loosely(b'{"a": [NaN, 1e999], "b": Infinity, "c": 1.5, "d": 7}', "x")
    assert value == {"a": ["NaN", "1e999"], "b": "Infinity", "c": 1.5, "d": 7}
    assert mapped == {loose_json.NOT_FINITE: 2, loose_json.BEYOND_DOUBLE: 1}


def test_an_integer_that_a_double_prints_is_no_loose_value_beside_one() -> None:
    value, mapped = read_loosely(f"[{TEN_TO_20}, NaN]".encode(), "x")
    assert encode(value) == f'[{TEN_TO_20},"NaN"]'.encode()
    assert sum(mapped.values()) == 1


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 2}',
        '[NaN, {"a": 1, "a": 2}]',
        r'{"\ud800": 1, "\\ud800": 2}',
        "{'a': 1}",
        "[NaN,]",
        "",
        "\ufeff{}",
        "[" * 5000 + "]" * 5000,
    ],
)
def test_what_can_be_understood_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"^place: "):
        read_loosely(text.encode(), "place")


def test_other_than_utf_8_is_refused() -> None:
    with pytest.raises(InvalidInput, match="UTF-8"):
        read_loosely(b'"\xff"', "place")


@pytest.mark.parametrize("leaf", ["1", "NaN"])
def test_nesting_leaves_room_for_what_the_format_adds(leaf: str) -> None:
    def nested(levels: int) -> bytes:
        return ("[" * levels + leaf + "]" * levels).encode()

    read_loosely(nested(MAX_DEPTH), "x")
    with pytest.raises(InvalidInput, match=f"at most {MAX_DEPTH} levels"):
        read_loosely(nested(MAX_DEPTH + 1), "x")


values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(values)
def test_what_any_program_writes_becomes_i_json(value: object) -> None:
    read, mapped = read_loosely(json.dumps(value).encode(), "x")
    assert decode(encode(read)) == read
    if not mapped:
        assert read == value


def test_nothing_is_counted_for_good_json() -> None:
    mapped: Mapping[str, int] = read_loosely(b'{"a":1}', "x")[1]
    assert not mapped
