import hashlib
import sys
import unicodedata

import pytest

from domain.evaluation.scoring.model import MAX_TEXT, NotRecomputable
from domain.evaluation.scoring.normalise import fold
from domain.evaluation.scoring.repertoire import (
    MAX_MARKS,
    check_text,
    is_assigned,
)

FOLDED = "e732e5c071d88fc4d07876c0b0c2dffb984ffc5eec90793fba9a18cc4842c6a8"
"""SHA-256 over the folding and NFKC of every code point that Unicode 14.0 assigns."""


@pytest.fixture(scope="module")
def assigned() -> list[str]:
    return [char for char in map(chr, range(sys.maxunicode + 1)) if is_assigned(char)]


def test_the_table_is_that_of_unicode_14(assigned: list[str]) -> None:
    graphic, private, control = 144_697, 137_468, 65
    assert len(assigned) == graphic + private + control  # as The Unicode Standard 14.0 counts them
    known = set(map(unicodedata.category, assigned))
    assert not known & {"Cn", "Cs"}


def test_every_python_folds_every_code_point_alike(assigned: list[str]) -> None:
    folded = "\n".join(f"{fold(char)} {unicodedata.normalize('NFKC', char)}" for char in assigned)
    assert hashlib.sha256(folded.encode()).hexdigest() == FOLDED


def test_the_marks_are_all_that_can_be_reordered(assigned: list[str]) -> None:
    reordered = {
        char for char in assigned if unicodedata.combining(unicodedata.normalize("NFKD", char)[0])
    }
    others = {char for char in reordered if unicodedata.category(char)[0] != "M"}
    assert others == {"\uff9e", "\uff9f"}


@pytest.mark.parametrize(
    "text",
    ["\U0001fae8", "a\u0378", "\uffff", "\ud800"],
    ids=["15.0", "none", "never", "surrogate"],
)
def test_a_text_with_a_code_point_that_unicode_14_lacks_is_refused(text: str) -> None:
    with pytest.raises(NotRecomputable, match=f"U\\+{ord(text[-1]):04X} is not assigned"):
        check_text(text)


@pytest.mark.parametrize("text", ["", "plain", "Ünïcödé 你好 😀", "\ue000", "e\u0301" * 100])
def test_other_texts_are_accepted(text: str) -> None:
    check_text(text)


@pytest.mark.parametrize("mark", ["\u0301", "\uff9e"])
def test_a_pile_of_marks_is_refused_as_sorting_it_takes_quadratic_time(mark: str) -> None:
    check_text("a" + mark * MAX_MARKS)
    with pytest.raises(NotRecomputable, match="marks"):
        check_text("a" + mark * (MAX_MARKS + 1))


def test_a_long_text_is_refused() -> None:
    check_text("a" * MAX_TEXT)
    with pytest.raises(NotRecomputable):
        check_text("a" * (MAX_TEXT + 1))
