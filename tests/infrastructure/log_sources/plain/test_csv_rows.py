import csv
import io
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from infrastructure.log_sources.lines import MAX_LINE_BYTES
from infrastructure.log_sources.plain.csv_rows import records

CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=5)


def read(text: bytes, delimiter: str = ",", step: int = 2**20) -> list[Sequence[str]]:
    chunks = [text[start : start + step] for start in range(0, len(text), step)]
    return [record.fields for record in records(chunks, delimiter, "a.csv")]


def refused(text: bytes) -> str:
    with pytest.raises(InvalidInput) as caught:
        read(text)
    return str(caught.value)


@given(st.lists(st.tuples(CELLS, CELLS)), st.integers(1, 9), st.sampled_from([",", ";", "\t"]))
def test_what_was_written_is_read_however_it_comes(
    rows: list[tuple[str, str]], step: int, delimiter: str
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([("a", "b"), *rows])
    found = read(text.getvalue().encode(), delimiter, step)
    assert found == [["a", "b"], *map(list, rows)]


def test_a_record_has_the_line_in_which_it_begins() -> None:
    text = b'a,b\n"1\n2",x\n\n3,y'
    assert [record.line for record in records([text], ",", "x")] == [1, 2, 5]


@pytest.mark.parametrize(("row", "found"), [(b"1", 1), (b"1,2,3", 3)])
def test_a_ragged_row_is_refused_with_its_line(row: bytes, found: int) -> None:
    expected = f"a.csv, line 3: expected 2 fields, as in the header, found {found}"
    assert refused(b"a,b\n1,2\n" + row) == expected


@pytest.mark.parametrize(
    ("header", "found"), [(b"a,a", "'a' twice"), (b"a,", "none for column 2"), (b" ,b", "column 1")]
)
def test_a_header_names_each_column_once(header: bytes, found: str) -> None:
    assert found in refused(header + b"\n1,2\n")


def test_a_header_below_blank_lines_is_refused_with_its_line() -> None:
    assert refused(b"\n\na,a\n1,2\n").startswith("a.csv, line 3: expected a header")


@pytest.mark.parametrize("text", [b'a,b\n"1,2\n', b'a,b\n"1"2,3\n', b"a,b\n1\r2,3\n"])
def test_what_is_no_csv_is_refused_with_its_line(text: bytes) -> None:
    assert refused(text).startswith("a.csv, line 2: expected CSV as of RFC 4180")


def test_a_byte_order_mark_is_no_part_of_a_name() -> None:
    assert read(b"\xef\xbb\xbfa,b\n")[0] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b"a,b\n1,\xff\n", "a.csv, line 2: expected UTF-8, found byte 0xff. Save it as UTF-8."),
        (
            "a,b\n".encode("utf-16"),
            "a.csv, line 1: expected UTF-8, found UTF-16. Save it as UTF-8.",
        ),
    ],
)
def test_another_encoding_is_refused(text: bytes, found: str) -> None:
    assert refused(text) == found


def test_a_record_beyond_8_mib_is_refused_before_it_ends() -> None:
    def endless() -> Iterator[bytes]:
        yield b"a,b\n1,"
        while True:
            yield b"x" * 2**20

    with pytest.raises(
        InvalidInput, match=f"line 2: expected a record of at most {MAX_LINE_BYTES}"
    ):
        list(records(endless(), ",", "a.csv"))
    lines = b'"' + b"x\n" * 2**22
    with pytest.raises(InvalidInput, match="a record of at most"):
        read(b"a,b\n" + lines + b"y")
