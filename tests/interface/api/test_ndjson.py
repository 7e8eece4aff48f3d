import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interface.api.errors import TooLarge
from interface.api.ndjson import Bounds, lines_of

WIDE = Bounds(line=100, total=1000)


def lines(*chunks: bytes, bounds: Bounds = WIDE) -> list[bytes]:
    async def coming() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    async def read() -> list[bytes]:
        return [line async for line in lines_of(coming(), bounds)]

    return asyncio.run(read())


@given(st.binary(max_size=60), st.lists(st.integers(0, 60), max_size=5))
def test_lines_are_the_same_however_the_body_is_cut(body: bytes, cuts: list[int]) -> None:
    places = sorted({0, len(body), *(cut for cut in cuts if cut < len(body))})
    pieces = [body[a:b] for a, b in pairwise(places)]
    whole = body.split(b"\n")
    expected = whole[:-1] if whole[-1] == b"" else whole
    assert lines(*pieces) == expected


def test_the_last_line_need_not_end() -> None:
    assert lines(b"a\nb") == lines(b"a\nb\n") == [b"a", b"b"]


def test_an_empty_line_is_a_line() -> None:
    assert lines(b"a\n\nb\n") == [b"a", b"", b"b"]


@pytest.mark.parametrize("chunks", [(b"a\n123456",), (b"a\n123", b"456"), (b"a\n123456\n",)])
def test_a_line_that_is_too_long_is_named(chunks: tuple[bytes, ...]) -> None:
    assert lines(b"a\n12345", bounds=Bounds(5, 100))
    with pytest.raises(TooLarge) as caught:
        lines(*chunks, bounds=Bounds(5, 100))
    assert (caught.value.place, caught.value.expected) == ("line 2", "a line of at most 5 bytes")


def test_a_line_too_many_is_named() -> None:
    assert len(lines(b"1\n2\n3", bounds=Bounds(5, 100, lines=3))) == 3
    with pytest.raises(TooLarge) as caught:
        lines(b"1\n2\n3\n4", bounds=Bounds(5, 100, lines=3))
    assert (caught.value.place, caught.value.expected) == ("line 4", "at most 3 lines")


def test_a_body_that_is_too_long_is_refused_as_soon_as_it_is() -> None:
    assert lines(b"1\n2\n", bounds=Bounds(5, 4))
    with pytest.raises(TooLarge) as caught:
        lines(b"1\n2\n", b"3", bounds=Bounds(5, 4))
    assert caught.value.place == "the body"
