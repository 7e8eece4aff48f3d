"""JSON from pieces is the JSON that the whole would be."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.canonical import encode
from infrastructure.log_files.json_text import (
    Member,
    Text,
    array_of,
    gathered,
    listed,
    object_of,
    pieces_of,
    text_of,
)

VALUES = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | st.text(max_size=3)


@given(st.dictionaries(st.text(max_size=3), VALUES, max_size=5))
def test_an_object_is_printed_as_rfc_8785_has_it(members: dict[str, Any]) -> None:
    assert object_of(members) == encode(members)
    assert object_of({name: text_of(value) for name, value in members.items()}) == encode(members)
    assert b"".join(pieces_of(members)) == encode(members)


@given(st.lists(VALUES, max_size=4))
def test_an_array_is_printed_as_rfc_8785_has_it(values: list[Any]) -> None:
    assert array_of(values) == b"".join(listed(map(text_of, values))) == encode(values)


def test_a_long_array_comes_in_pieces_and_large_chunks() -> None:
    pieces = [b'"%d"' % number for number in range(300_000)]
    text: dict[str, Member] = {"ids": lambda: listed(pieces), "z": 1}
    chunks = list(gathered(pieces_of(text)))
    assert len(chunks) == 3
    assert json.loads(b"".join(chunks)) == {"ids": [str(n) for n in range(300_000)], "z": 1}


def test_text_stands_as_it_is() -> None:
    assert object_of({"b": Text(b"NaN"), "a": array_of([Text(b"Infinity"), 1.0])}) == (
        b'{"a":[Infinity,1],"b":NaN}'
    )
