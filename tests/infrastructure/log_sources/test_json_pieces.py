import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput, UnreadableFile
from infrastructure.log_sources.json_pieces import extents, members

TEXTS = st.text(alphabet='a"\\,:[]{} é\n')
VALUES = st.recursive(
    TEXTS | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
)


def cut(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def read(data: bytes, size: int = 7, limit: int = 10_000_000) -> dict[str, Any]:
    told = members(cut(data, size), lambda _: True, limit, "a.json")
    return {name: json.loads(text) for name, text in told}


def refused(data: bytes, **options: int) -> str:
    with pytest.raises(InvalidInput) as caught:
        read(data, **options)
    return str(caught.value)


@given(st.dictionaries(TEXTS, VALUES), st.integers(1, 40), st.sampled_from([None, 2]))
def test_members_are_those_of_a_parser(value: Any, size: int, indent: int | None) -> None:
    assert read(json.dumps(value, indent=indent).encode(), size) == value


@given(st.lists(VALUES), st.integers(1, 40), st.sampled_from([None, 2]))
def test_elements_lie_where_they_are_said_to(value: Any, size: int, indent: int | None) -> None:
    data = json.dumps(value, indent=indent).encode()
    places = [*extents(cut(data, size), "a.json")]
    assert [json.loads(data[start:end]) for start, end in places] == value


@given(st.dictionaries(TEXTS, VALUES), st.data())
def test_what_ends_early_is_told(value: Any, data: st.DataObject) -> None:
    text = json.dumps(value).encode()
    short = text[: data.draw(st.integers(0, len(text) - 1))]
    with pytest.raises(UnreadableFile, match="cut short, or is still being written"):
        read(short)


def test_what_is_not_wanted_is_not_looked_into() -> None:
    data = b'{"a": [1, 2, {"x": NaN, }], "b": 1, "c": "%b"}' % (b"x" * 1000)
    assert dict(members([data], "b".__eq__, 10, "a.json")) == {"b": b" 1"}


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"[1]", "JSON that begins with {"),
        (b"\xef\xbb\xbf{}", "JSON that begins with {"),
        (b'{"a":1}{', "nothing behind the last bracket"),
        (b'{"a":1,}', "found } at byte 7"),
        (b'{"a"}', "a value for each name"),
        (b'{"a","b"}', "found , at byte 4"),
        (b'{"a":1:2}', "found : at byte 6"),
        (b'{"a":1,b:2}', "a name in quotes"),
        (b'{"a":1,"a":2}', "the key 'a' twice in one object"),
        (b'{"a":1,"\\u0061":2}', "the key 'a' twice in one object"),
    ],
)  # fmt: skip
def test_what_is_no_object_is_refused(data: bytes, told: str) -> None:
    assert told in refused(data)
    assert told in refused(data, size=1)


def test_what_is_wanted_has_a_limit() -> None:
    assert refused(b'{"a":"12345","b":"12345"}', limit=13).startswith("a.json, b: expected at most")


@pytest.mark.parametrize("data", [b"[1,]", b"[,]", b"[1,,2]", b"[1:2]"])
def test_a_list_with_holes_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput):
        list(extents([data], "a.json"))
