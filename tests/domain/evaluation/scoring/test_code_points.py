from hypothesis import given
from hypothesis import strategies as st

from domain.evaluation.scoring.code_points import (
    CLASSES,
    both_cases,
    complement,
    holds,
    spans_of,
    union,
)

SPANS = st.lists(
    st.tuples(st.integers(0, 0x10FFFF), st.integers(0, 0x10FFFF)).map(
        lambda pair: (min(pair), max(pair))
    ),
    max_size=5,
)
CODES = st.integers(0, 0x10FFFF)


@given(SPANS, CODES)
def test_a_set_holds_what_is_in_one_of_its_spans(spans: list[tuple[int, int]], code: int) -> None:
    inside = any(first <= code <= last for first, last in spans)
    assert holds(union(spans), chr(code)) == inside
    assert holds(complement(union(spans)), chr(code)) != inside


@given(SPANS)
def test_spans_are_read_back(spans: list[tuple[int, int]]) -> None:
    assert union(spans_of(union(spans))) == union(spans)


def test_the_last_span_of_a_complement_has_an_end() -> None:
    assert spans_of(complement(union([(0, 9)]))) == [(10, 0x10FFFF)]


def test_both_cases_are_those_of_ascii_letters() -> None:
    chars = {
        chr(code) for first, last in both_cases([(0x58, 0x63)]) for code in range(first, last + 1)
    }
    assert chars == set("XYZ[\\]^_`abcxyzABC")


def test_the_classes_are_ascii() -> None:
    assert [char for char in "0٣9" if holds(CLASSES["d"], char)] == ["0", "9"]
    assert [char for char in "aé_Z-" if holds(CLASSES["w"], char)] == ["a", "_", "Z"]
    assert [char for char in " \t\v\x1c\xa0" if holds(CLASSES["s"], char)] == [" ", "\t", "\v"]
