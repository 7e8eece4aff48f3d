from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from interface.api.paging import cursor_of, next_link, values_of

VALUES = st.text() | st.integers(-(2**53) + 1, 2**53 - 1) | st.none()


def decoded(*values: str | int | None) -> bytes:
    """What a cursor of runs has inside."""
    return urlsafe_b64decode(cursor_of("runs", *values) + "==")


@given(st.text(), st.lists(VALUES, max_size=4))
def test_a_list_gets_back_what_it_gave(of: str, values: list[str | int | None]) -> None:
    kinds = [str | int | None] * len(values)
    assert values_of(cursor_of(of, *values), of, *kinds) == tuple(values)


@given(st.text(max_size=3000))
def test_nothing_else_is_a_cursor(text: str) -> None:
    with pytest.raises(InvalidInput):
        values_of(text, "runs", int)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "é",
        cursor_of("datasets", 7),
        cursor_of("runs"),
        cursor_of("runs", 7, 8),
        cursor_of("runs", "7"),
        cursor_of("runs", 7) + "=",
        cursor_of("runs", 7) + "\n",
        cursor_of("runs", "x" * 3000),
        urlsafe_b64encode(decoded(7) + b"\n").decode().rstrip("="),
        urlsafe_b64encode(decoded(7).replace(b",", b", ")).decode().rstrip("="),
        urlsafe_b64encode(decoded(7).replace(b"7", b"true")).decode().rstrip("="),
        urlsafe_b64encode(b"[" * 1500).decode().rstrip("="),
        urlsafe_b64encode(b'{"a":1}').decode().rstrip("="),
        urlsafe_b64encode(b"[]").decode().rstrip("="),
    ],
)
def test_a_cursor_is_the_lists_own_and_written_in_one_way(cursor: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        values_of(cursor, "runs", int)
    assert caught.value.place == "query parameter cursor"
    assert len(caught.value.found) < 1000


def test_a_cursor_is_short_whatever_its_list_is_filtered_by() -> None:
    assert len(cursor_of("x" * 10_000, 7)) < 100


def test_the_link_asks_the_same_question_from_the_cursor_on() -> None:
    scope = {"path": "/v1/runs/é>", "query_string": b"text=a%26b&empty=&cursor=old&text=c"}
    assert next_link(scope, "new") == (
        '</v1/runs/%C3%A9%3E?text=a%26b&empty=&text=c&cursor=new>; rel="next"'
    )
