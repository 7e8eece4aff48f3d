"""Inflates untrusted data in bounded steps, to exactly the stated size (RFC 1951).

Not here: where the data come from, and their CRC.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from domain.bundle.members import ContainerRejected

_STEP: Final = 2**20


def inflate(place: str, pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    """``size`` bytes in chunks of at most 1 MiB; inflates at most one byte more than was stated.

    Raises:
        ContainerRejected: when the data are not one deflate stream, of that size, and nothing else.
    """
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    done = 0
    for piece in pieces:
        if engine.eof:
            raise ContainerRejected(place, "one deflate stream", "data behind it")
        packed, full = piece, False
        while packed or full:
            limit = min(_STEP, size - done + 1)
            chunk = _step(place, engine.decompress, packed, limit)
            done += len(chunk)
            if done > size:
                raise ContainerRejected(place, f"{size} bytes", "more")
            yield chunk
            packed, full = engine.unconsumed_tail, len(chunk) == limit
    if not engine.eof or engine.unused_data:
        found = "data behind it" if engine.eof else "one that ends early"
        raise ContainerRejected(place, "one deflate stream", found)
    if done != size:
        raise ContainerRejected(place, f"{size} bytes", str(done))


def _step(place: str, engine: Callable[[bytes, int], bytes], packed: bytes, limit: int) -> bytes:
    try:
        return engine(packed, limit)
    except zlib.error as error:
        raise ContainerRejected(place, "a deflate stream", str(error)) from error
