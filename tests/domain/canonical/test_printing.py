"""Numbers are printed as ECMAScript prints them, keys are sorted as it compares strings."""

import hashlib
import math
import re
import struct
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.canonical.printing import print_float, print_reference, reprints


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (-1.5, "-1.5"),
        (1e-6, "0.000001"),
        (-1.25e-5, "-0.0000125"),
        (1e-7, "1e-7"),
        (-1.5e-10, "-1.5e-10"),
        (1e16, "10000000000000000"),
        (-1.2345678901234567e19, "-12345678901234567000"),
        (1e21, "1e+21"),
        (1.5e300, "1.5e+300"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
    ],
)
def test_a_number_is_printed_as_ecmascript_prints_it(value: float, text: str) -> None:
    assert print_float(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_printed_number_is_read_back_as_the_same_double(value: float) -> None:
    assert float(print_float(value)) == value


def test_ten_thousand_numbers_of_the_published_sequence_have_the_published_digest(
    rfc8785_vectors: Path,
) -> None:
    page = (rfc8785_vectors / "testdata" / "README.md").read_text()
    published = re.findall(r"\| ([0-9a-f]{64}) +\| 10000 +\|", page)
    digest = hashlib.sha256()
    for bits in islice(published_sequence(page), 10_000):
        text = print_float(struct.unpack(">d", bits.to_bytes(8, "big"))[0])
        digest.update(f"{bits:x},{text}\n".encode())
    assert [digest.hexdigest()] == published


def published_sequence(page: str) -> Iterator[int]:
    """The doubles, as bits, that the page beside the vectors describes."""
    listed = page[page.index("BigUint64Array([") : page.index("])")]
    yield from (int(bits, 16) for bits in re.findall(r"0x([0-9a-f]{16})n", listed))
    yield from range(0x0010000000000000, 0x0010000000000000 + 2000)
    block = bytes(32)
    while True:
        block = hashlib.sha256(block).digest()
        for (bits,) in struct.iter_unpack("<Q", block):
            value = struct.unpack(">d", bits.to_bytes(8, "big"))[0]
            if value != 0 and math.isfinite(value):
                yield bits


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        (2**53 - 1, True),
        (2**53, True),
        (2**53 + 1, False),
        (-(2**53) - 1, False),
        (10**20, True),
        (10**20 + 1, False),
        (10**21, False),
        (2**60, False),
        (10**400, False),
    ],
)
def test_a_large_integer_fits_only_if_its_double_is_printed_alike(value: int, fits: bool) -> None:
    assert reprints(value) is fits


def test_keys_are_sorted_by_utf_16_code_units_not_by_characters() -> None:
    printed = print_reference({"\uffff": 1, "\U0001f600": 2, "\u20ac": 3, "a": 4})
    assert printed == '{"a":4,"\u20ac":3,"\U0001f600":2,"\uffff":1}'.encode()


def test_only_quotes_backslashes_and_controls_are_escaped_in_their_shortest_form() -> None:
    printed = print_reference('\x00\x1f\b\t\n\f\r"\\/\x7f\u2028é')
    assert printed == '"\\u0000\\u001f\\b\\t\\n\\f\\r\\"\\\\/\x7f\u2028é"'.encode()
