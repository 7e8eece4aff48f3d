import zlib
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.bundle.members import ContainerRejected
from infrastructure.bundle_zip.inflate import inflate


def deflate(data: bytes) -> bytes:
    engine = zlib.compressobj(9, wbits=-15)
    return engine.compress(data) + engine.flush()


def cut(data: bytes, step: int) -> Iterator[bytes]:
    return (data[start : start + step] for start in range(0, len(data), step))


@given(st.binary(max_size=2000), st.integers(1, 50))
def test_data_come_back_however_they_are_cut(data: bytes, step: int) -> None:
    assert b"".join(inflate("x", cut(deflate(data), step), len(data))) == data


@given(st.binary(max_size=200), st.integers(-3, 3).filter(bool))
def test_any_other_size_is_rejected(data: bytes, off: int) -> None:
    with pytest.raises(ContainerRejected):
        list(inflate("x", [deflate(data)], max(len(data) + off, 0) or len(data) + 1))


@given(st.binary(max_size=200), st.binary(min_size=1, max_size=5), st.integers(1, 50))
def test_bytes_behind_the_stream_are_rejected(data: bytes, more: bytes, step: int) -> None:
    with pytest.raises(ContainerRejected):
        list(inflate("x", cut(deflate(data) + more, step), len(data)))


@given(st.binary(max_size=200), st.integers(1, 20))
def test_a_stream_that_ends_early_is_rejected(data: bytes, missing: int) -> None:
    with pytest.raises(ContainerRejected):
        list(inflate("x", [deflate(data)[:-missing]], len(data)))


@given(st.binary(max_size=100), st.integers(0, 2000))
def test_arbitrary_data_are_inflated_or_rejected(data: bytes, size: int) -> None:
    with suppress(ContainerRejected):
        assert sum(map(len, inflate("x", [data], size))) == size


def test_chunks_are_bounded_whatever_the_ratio() -> None:
    size = 5 * 2**20 + 3
    chunks = list(inflate("x", [deflate(bytes(size))], size))
    assert max(map(len, chunks)) == 2**20
    assert b"".join(chunks) == bytes(size)


def test_a_bomb_gives_no_more_than_was_stated() -> None:
    chunks = inflate("x", [deflate(bytes(10**8))], 1_500_000)
    assert len(next(chunks)) == 2**20
    with pytest.raises(ContainerRejected, match="expected 1500000 bytes, found more"):
        next(chunks)
