import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain.errors import InvalidInput
from infrastructure.signing.der import SEQUENCE, made, only, values


@given(some.lists(some.binary(max_size=300), max_size=5))
def test_what_was_put_together_is_taken_apart_again(contents: list[bytes]) -> None:
    whole = made(SEQUENCE, [made(4, [content]) for content in contents])
    assert [each.content for each in values(only(whole, SEQUENCE).content)] == contents
    assert only(whole, SEQUENCE).whole == whole


@pytest.mark.parametrize(
    "data",
    [
        "30",
        "3001",
        "3080",
        "308101",
        "30820001",
        "3084ffffffff",
        "1f0100",
        "30858000000001",
        "3081",
    ],
)
def test_other_lengths_and_tags_are_no_der(data: str) -> None:
    with pytest.raises(InvalidInput, match="a tag, a length"):
        values(bytes.fromhex(data))


def test_one_value_of_a_tag_is_wanted() -> None:
    for data, found in ((b"", "none"), (b"\x04\x00", "04"), (b"\x30\x00" * 2, "30, 30")):
        with pytest.raises(InvalidInput, match=f"found {found}"):
            only(data, SEQUENCE)


@given(some.binary(max_size=40))
def test_any_bytes_are_values_or_invalid(data: bytes) -> None:
    with contextlib.suppress(InvalidInput):
        assert b"".join(each.whole for each in values(data)) == data
