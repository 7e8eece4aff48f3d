"""What two parsers could read differently is refused, by name and place."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.canonical import Json, decode, reading
from domain.errors import InvalidInput

REFUSED_BY_I_JSON = {"y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"}
"""Valid JSON that RFC 7493 §2.3 forbids. Nothing else that must parse is refused."""


def test_the_parsing_suite_is_judged_as_its_file_names_say(parsing_vectors: Path) -> None:
    files = sorted((parsing_vectors / "test_parsing").iterdir())
    wrong = [
        file.name
        for file in files
        if file.name[0] != "i" and accepted(file) != (file.name[0] == "y")
    ]
    assert len(files) > 300
    assert set(wrong) == REFUSED_BY_I_JSON


def test_what_the_suite_leaves_open_is_read_or_refused_but_never_crashes(
    parsing_vectors: Path,
) -> None:
    open_questions = [*(parsing_vectors / "test_parsing").glob("i_*")]
    open_questions += (parsing_vectors / "test_transform").iterdir()
    kept = {file.name for file in open_questions if accepted(file)}
    assert kept == {
        "i_number_double_huge_neg_exp.json",
        "i_number_real_underflow.json",
        "i_number_too_big_pos_int.json",
        "number_1.0.json",
        "number_1.000000000000000005.json",
        "number_1000000000000000.json",
        "number_1e-999.json",
        "number_1e6.json",
        "object_key_nfc_nfd.json",
        "object_key_nfd_nfc.json",
        "string_with_escaped_NULL.json",
    }


def accepted(file: Path) -> bool:
    try:
        decode(file.read_bytes(), file.name)
    except InvalidInput:
        return False
    return True


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ('{"a":1,"b":{"k":1,"k":1}}', "the key 'k' twice"),
        ('{"a":1,"\\u0061":2}', "the key 'a' twice"),
        ("[NaN]", "NaN"),
        ("-Infinity", "-Infinity"),
        ("1e309", "1e309"),
        ("[9007199254740993]", "9007199254740993"),
        ('["\\ud800"]', "lone surrogate U+D800"),
        ('{"\\uDC00":1}', "lone surrogate U+DC00"),
        ('["\ud83d"]', "lone surrogate U+D83D"),
        (b'["\xed\xa0\x80"]', "byte 0xed at byte 2"),
        (b"[\xff]", "byte 0xff at byte 1"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        ('{"a":1} x', "at character 8"),
        ("", "at character 0"),
        ("[1,]", "at character"),
    ],
)
def test_an_unfit_document_is_refused_by_place_and_finding(data: bytes | str, found: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        decode(data, "request body")
    assert caught.value.place == "request body"
    assert found in caught.value.found


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ("100000000000000000000", 1e20),
        ("-9007199254740992", -(2.0**53)),
        ("9007199254740991", 2**53 - 1),
        ("-0", 0),
        (" [1.0, 1e2]\n", [1.0, 100.0]),
        ('"\\ud83d\\ude00\\\\ud800"', "\U0001f600\\ud800"),
        (b'"\xf0\x9f\x98\x80"', "\U0001f600"),
    ],
)
def test_a_fit_document_is_read(data: bytes | str, value: Json) -> None:
    read = decode(data)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize("start", ["[", '{"a":', '[{"]":'], ids=["lists", "dicts", "both"])
@pytest.mark.parametrize("times", [129, 500_000])
def test_nesting_is_refused_where_it_gets_too_deep(start: str, times: int) -> None:
    with pytest.raises(InvalidInput, match="128 levels"):
        decode(start * times)


def test_brackets_side_by_side_or_within_text_are_not_nesting() -> None:
    assert decode("[" + "[],{}," * 200 + "0]") == [[], {}] * 200 + [0]
    assert decode('["' + "[{" * 500 + '\\"]"]') == ["[{" * 500 + '"]']


def test_an_integer_of_five_thousand_digits_is_refused_unread() -> None:
    with pytest.raises(InvalidInput, match="5000 long"):
        decode("1" * 5000)


def test_a_parser_that_runs_out_of_stack_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Exhausted:
        def decode(self, text: str) -> Json:
            raise RecursionError

    monkeypatch.setattr(reading, "_PARSER", Exhausted())
    with pytest.raises(InvalidInput, match="stack"):
        decode("[ ]")  # with a blank: what prints as it stands needs no such parser


@given(st.binary(max_size=40) | st.text('[]{}",:0129.eE+-\\u dntrfNa', max_size=40))
def test_any_bytes_are_read_or_refused_the_quick_way_as_the_long_way(data: bytes | str) -> None:
    assert _read_by(decode, data) == _read_by(reading.decode, data)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
)


@given(_VALUES, st.sampled_from([(",", ":"), (", ", ": ")]), st.booleans())
def test_what_anybody_prints_is_read_the_quick_way_as_the_long_way(
    value: Json, separators: tuple[str, str], ascii_only: bool
) -> None:
    text = json.dumps(value, separators=separators, ensure_ascii=ascii_only)
    assert _read_by(decode, text) == _read_by(reading.decode, text)


def _read_by(read: Callable[[bytes | str], Json], data: bytes | str) -> str:
    try:
        return repr(read(data))
    except InvalidInput as refusal:
        return str(refusal)
