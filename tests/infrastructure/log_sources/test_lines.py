from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from infrastructure.log_sources.lines import MAX_LINE_BYTES, lines_of, spans_of


@given(st.lists(st.binary(max_size=5)), st.integers(1, 7))
def test_lines_are_numbered_as_an_editor_does_however_they_come(
    lines: list[bytes], step: int
) -> None:
    text = b"\n".join(lines)
    chunks = [text[start : start + step] for start in range(0, len(text), step)]
    expected = [(n, line) for n, line in enumerate(text.split(b"\n"), 1) if line.strip()]
    assert list(lines_of(chunks, "x")) == expected


@given(st.lists(st.binary(max_size=5)), st.integers(1, 7))
def test_spans_are_the_places_of_the_same_lines(lines: list[bytes], step: int) -> None:
    text = b"\n".join(lines)
    chunks = [text[start : start + step] for start in range(0, len(text), step)]
    found = [(number, text[start:end]) for number, start, end in spans_of(chunks)]
    assert found == list(lines_of(chunks, "x"))


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_a_line_beyond_8_mib_is_refused_with_its_number(end: bytes) -> None:
    piece = bytes(2**20)
    full = [b"\n\n", *[piece] * 8]
    assert [number for number, _ in lines_of([*full, end], "x")] == [3]
    with pytest.raises(InvalidInput, match=f"x, line 3: expected at most {MAX_LINE_BYTES} bytes"):
        list(lines_of([*full, b"\0", end], "x"))


def test_no_more_is_held_of_an_endless_line_than_8_mib_and_a_chunk() -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield bytes(2**20)

    with pytest.raises(InvalidInput):
        list(lines_of(endless(), "x"))
    assert taken == 9
