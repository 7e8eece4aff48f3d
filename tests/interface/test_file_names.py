import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from interface.file_names import check_name


@pytest.mark.parametrize(
    "name", ["a", "a.json", "a/b", "...", ".a", "a..b", "ä ö/🙂.json", "x" * 255, "é" * 127, "C:b"]
)
def test_a_name_of_a_file_perhaps_in_a_folder_is_one(name: str) -> None:
    assert check_name(name, "x") == name


@pytest.mark.parametrize(
    "name",
    [
        "", ".", "..", "/", "/a", "a/", "a//b", "../a", "a/..", "./a", "a/.", "a/b/c", "a/../b",
        "a\\b", "..\\a", "C:\\a", "a\0", "a\nb", "a\r\nb", "\x7f", "\x85", "a\ud800", "x" * 256,
        "é" * 128, "a/" + "x" * 256, "..\n", "~/\x00",
    ],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_none(name: str) -> None:
    with pytest.raises(InvalidInput, match="form: expected FILE or FOLDER/FILE"):
        check_name(name, "form")


@given(st.text())
def test_a_good_name_stays_below_its_folder(name: str) -> None:
    try:
        check_name(name, "x")
    except InvalidInput:
        return
    assert 1 <= len(name.split("/")) <= 2
    assert not {"", ".", ".."} & set(name.split("/"))
    assert not set("\0\\") & set(name)
