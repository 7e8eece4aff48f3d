import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.canonical import Json
from interface.cli.text import block, clipped, columns, content, paragraph, table
from interface.hidden_characters import revealed


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain – ü 漢字 🙂", "plain – ü 漢字 🙂"),
        ("wide\u3000space", "wide\u3000space"),
        ("\x1b[31m", r"\x1b[31m"),
        ("a\nb\r\t\x00\x7f\x9b", r"a\nb\r\t\x00\x7f\x9b"),
        ("\u202eabc\u2066", r"\u202eabc\u2066"),
        ("\ud800", r"\ud800"),
        ("\u2028\u200b", r"\u2028\u200b"),
        ("\u3164\u2800\u034f\U000e0041", r"\u3164\u2800\u034f\U000e0041"),
        ("e" + "\u0301" * 5, "e" + "\u0301" * 4 + r"\u0301"),
    ],
)
def test_what_is_not_printable_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert clipped(text, 80) == shown
    assert clipped(shown, 80) == shown


@given(st.text(), st.integers(1, 60))
def test_a_clipped_text_fits(text: str, most: int) -> None:
    assert columns(clipped(text, most)) <= most


@given(st.text(st.characters(max_codepoint=0x2FF)), st.integers(22, 80))
def test_a_paragraph_fits_its_width(text: str, width: int) -> None:
    for line in paragraph("head  ", text, width):
        assert len(line) <= width
        assert revealed(line) == line


def test_a_paragraph_hangs_below_its_head_or_where_it_is_told() -> None:
    assert [*paragraph("1  ", "aaaa bbbb cccc dddd eeee", 23)] == [
        "1  aaaa bbbb cccc dddd",
        "   eeee",
    ]
    assert [*paragraph("a long head  ", "aaaa bbbb cccc", 23, indent=2)][1] == "  cccc"
    assert [*paragraph("", "", 80)] == [""]


def test_content_is_json_but_for_texts_of_several_lines() -> None:
    value: Json = {"a": "one", "b": "two\nlines", "c": [1, {"d": None}, []], "e": {}, 'f"': "\x1b"}
    assert [*content(value)] == [
        '"a": "one"',
        '"b":',
        "  two",
        "  lines",
        '"c":',
        "  - 1",
        "  -",
        '    "d": null',
        "  - []",
        '"e": {}',
        r'"f\"": "\u001b"',
    ]
    assert [*content("one")] == ['"one"']
    assert [*content("two\nlines")] == ["two", "lines"]


def test_every_line_of_a_block_stands_behind_a_bar() -> None:
    assert [*block(["short", "", "\x1b", "x" * 30], 24)] == [
        "  | short",
        "  |",
        r"  | \x1b",
        "  | " + "x" * 20,
        "  | " + "x" * 10,
    ]


def test_a_table_that_fits_has_columns_and_none_that_is_empty() -> None:
    rows = [("1", "", "Köln"), ("22", "", "漢字")]
    assert [*table(("n", "none", "name"), rows, 40)] == ["n   name", "1   Köln", "22  漢字"]


def test_a_table_that_does_not_fit_becomes_paragraphs() -> None:
    rows = [("1", "a" * 20, "b" * 20), ("2", "", "c")]
    assert [*table(("n", "first", "second"), rows, 30)] == [
        "1  first aaaaaaaaaaaaaaaaaaaa,",
        "   second bbbbbbbbbbbbbbbbbbbb",
        "2  second c",
    ]


def test_a_table_without_rows_is_nothing() -> None:
    assert [*table(("", "in file"), [], 80)] == []
