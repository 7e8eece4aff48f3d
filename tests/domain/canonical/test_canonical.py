"""Both ways of printing are one, and a line is accepted only in the form that is printed."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from enum import Enum, StrEnum
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain import canonical
from domain.canonical import (
    Json,
    decode,
    decode_canonical,
    decode_simple,
    encode,
    encode_simple,
)
from domain.canonical.printing import print_reference
from domain.canonical.reading import decode as decode_strictly
from domain.errors import InvalidInput

INTEGERS = st.one_of(
    st.integers(-(2**53) + 1, 2**53 - 1), st.integers(0, 20).map(lambda power: 10**power)
)
FLOATS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([1.0, -0.0, 1e-6, 1e-7, 1e16, 1e20, 1e21, 0.1, 2.0**53, 123456.789]),
)
TEXTS = st.one_of(
    st.text(max_size=8),
    st.text('aZ\x7f\x1f"\\/\u2028\ue000\uffff\U0001f600', max_size=4),
    st.sampled_from(["a,1.50", "[1e5", ":-2.0", ",1e999", ":0.-", ",1.5.2", '","x":1.0']),
)
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | INTEGERS | FLOATS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


class Colour(Enum):
    RED = "red"


class Kind(StrEnum):
    ITEM = "item"


class Whole(int):
    pass


@contextmanager
def without_orjson() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(canonical, "orjson", None)
        yield


def outcome(line: bytes) -> str:
    """What ``decode_canonical`` answers, types of numbers included."""
    try:
        return repr(decode_canonical(line))
    except InvalidInput as error:
        return f"refused: {error}"


def is_canonical(line: bytes) -> bool:
    return not outcome(line).startswith("refused: ")


@given(VALUES)
@example({"a": [1.5, "x,1.5", "1.5"]})
@example({"\ue000": 1, "\U0001f600": 2})
@example(1.5)
@example([1e20, 1e21, -1e16])
@example([0.5, ":0.-", ",1e999", ",1.e5"])
@example([1.5e300, 2.5e-300, 1e22])
def test_orjson_prints_what_the_reference_prints(value: Json) -> None:
    assert encode(value) == print_reference(value)


@given(VALUES)
def test_what_is_printed_is_read_back_and_printed_the_same(value: Json) -> None:
    line = encode(value)
    assert encode(decode(line)) == line
    assert decode(line) == value
    assert is_canonical(line)


@given(VALUES)
def test_another_way_of_writing_the_same_value_is_printed_the_same(value: Json) -> None:
    loose = json.dumps(value, indent=1)
    assert encode(decode(loose)) == encode(value)
    assert is_canonical(loose.encode()) == (loose.encode() == encode(value))


@given(VALUES, st.data())
@settings(max_examples=200)
def test_a_changed_line_is_accepted_only_if_it_is_what_would_be_printed(
    value: Json, data: st.DataObject
) -> None:
    line = encode(value)
    start = data.draw(st.integers(0, len(line)))
    end = data.draw(st.integers(start, min(start + 2, len(line))))
    changed = line[:start] + data.draw(st.sampled_from(PIECES)) + line[end:]
    try:
        expected = print_reference(decode(changed)) == changed
    except InvalidInput:
        expected = False
    assert is_canonical(changed) == expected
    quick = outcome(changed)
    with without_orjson():
        assert outcome(changed) == quick


PIECES = [
    b"",
    b" ",
    b"0",
    b"-",
    b".0",
    b"e5",
    b"1",
    b",",
    b'"',
    b"\\u0061",
    b"\xff",
    b"null",
    b"[]",
]


@pytest.mark.parametrize(
    "line",
    [
        b"100000000000000000000",
        b"18446744073709551616",
        b"9007199254740993",
        b"[9007199254740992]",
        b"[100000000000000000000,1.5]",
        b"[-1e+21]",
        b"-0",
        b"[1.0]",
        b"[1E5]",
        b'{"a":1,"a":1}',
        b'{"b":1,"a":1}',
        b'{"a":1}\n',
        b'["\\/"]',
        b'["\\ud800"]',
        b'["\xed\xa0\x80"]',
        b"[NaN]",
        b"",
    ],
)
def test_both_ways_of_reading_answer_the_same(line: bytes) -> None:
    quick = outcome(line)
    with without_orjson():
        assert outcome(line) == quick


def test_every_character_is_printed_the_same_by_both() -> None:
    characters = [chr(n) for n in range(0x10000) if not 0xD800 <= n < 0xE000]
    for start in range(0, len(characters), 4096):
        value: Json = list(characters[start : start + 4096])
        assert encode(value) == print_reference(value)
    keys: Json = dict.fromkeys(characters[::7], 0)
    assert encode(keys) == print_reference(keys)


@pytest.mark.usefixtures("printer")
@pytest.mark.parametrize("name", ["arrays", "french", "structures", "unicode", "values", "weird"])
def test_the_vectors_of_rfc_8785_hold(name: str, rfc8785_vectors: Path) -> None:
    data = rfc8785_vectors / "testdata"
    printed = encode(decode((data / "input" / f"{name}.json").read_bytes()))
    assert printed == (data / "output" / f"{name}.json").read_bytes()
    assert printed == bytes.fromhex((data / "outhex" / f"{name}.txt").read_text())
    assert is_canonical(printed)


@pytest.mark.usefixtures("printer")
@pytest.mark.parametrize(
    ("value", "found"),
    [
        ([float("nan")], "nan"),
        ([float("-inf")], "-inf"),
        ([2**53 + 1], "bits"),
        ([10**400], "bits"),
        (["\ud800"], "U+D800"),
        ({"\udfff": 1}, "U+DFFF"),
        ({1: "a"}, "int"),
        ({"a": 1, None: 2}, "NoneType"),
        ([("a",)], "tuple"),
        ([Colour.RED], "Colour"),
        ([Kind.ITEM], "Kind"),
        ([Whole(1)], "Whole"),
        ([uuid.UUID(int=0)], "UUID"),
        ([b"a"], "bytes"),
    ],
)
def test_what_is_no_json_is_never_printed(value: Json, found: str) -> None:
    with pytest.raises(InvalidInput, match="value to encode") as caught:
        encode(value)
    assert found in caught.value.found


@pytest.mark.usefixtures("printer")
def test_a_key_may_be_a_member_of_an_enum_of_strings() -> None:
    assert encode({Kind.ITEM: 1}) == b'{"item":1}'


@pytest.mark.usefixtures("printer")
def test_a_line_that_is_not_canonical_is_shown_from_the_first_difference_on() -> None:
    with pytest.raises(InvalidInput) as caught:
        decode_canonical(b'{"a": 1}', "events.jsonl line 7")
    assert caught.value.place == "events.jsonl line 7"
    assert caught.value.expected == "RFC 8785 bytes, '1}' at byte 5"
    assert caught.value.found == "' 1}'"


@pytest.mark.usefixtures("printer")
def test_128_levels_are_printed_and_read_and_129_are_not() -> None:
    value: Json = []
    for _ in range(127):
        value = [value]
    line = b"[" * 128 + b"]" * 128
    assert encode(value) == line
    assert decode_canonical(line) == value
    with pytest.raises(InvalidInput, match="128 levels"):
        encode([value])
    with pytest.raises(InvalidInput, match="128 levels"):
        decode_canonical(b"[" + line + b"]")


@pytest.mark.usefixtures("printer")
@pytest.mark.parametrize("wrapped", ["list", "dict"])
def test_a_value_far_too_deep_is_refused_as_one_level_too_many_is(wrapped: str) -> None:
    value: Json = []
    for _ in range(100_000):
        value = [value] if wrapped == "list" else {"a": value}
    with pytest.raises(InvalidInput, match="128 levels"):
        encode(value)


@given(VALUES, st.integers(0, 5))
def test_the_quick_ways_do_as_the_reference_or_leave_it_to_it(value: Json, levels: int) -> None:
    line = print_reference(value)
    assert encode_simple(value) in {None, line}
    for printer in (nullcontext, without_orjson):
        with printer():
            read = decode_simple(line, levels)
        assert read is None or repr(read) == repr(decode_strictly(line))
        assert read is None or encode_simple(read, levels) == line


@pytest.mark.usefixtures("printer")
def test_the_quick_ways_count_levels() -> None:
    assert decode_simple(b'[{"a":[]}]', 3) == [{"a": []}]
    assert decode_simple(b'[{"a":[]}]', 2) is None
    assert encode_simple([{"a": []}], 2) is None
