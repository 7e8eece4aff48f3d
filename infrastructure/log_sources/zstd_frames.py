"""Inflates untrusted zstd data, of one frame or several, in bounded steps (RFC 8878).

Not here: where the data come from, and their CRC.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from domain.errors import InvalidInput, UnreadableFile

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_STEP: Final = 2**20
_OPTIONS: Final[Mapping[int, int]] = {zstd.DecompressionParameter.window_log_max: 25}
"""Windows of 32 MiB, which every usual level stays below: a frame may ask for 2 GiB."""


def inflate_frames(pieces: Iterable[bytes], size: int, place: str) -> Iterator[bytes]:
    """``size`` bytes in chunks of at most 1 MiB; inflates at most one byte more than was stated.

    Raises:
        UnreadableFile: when the data are not whole frames, of that size together.
        InvalidInput: when a frame needs more memory than is allowed.
    """
    engine, done = zstd.ZstdDecompressor(options=_OPTIONS), 0
    fresh = True
    for piece in pieces:
        packed = piece
        while packed or not (fresh or engine.needs_input or engine.eof):
            limit = min(_STEP, size - done + 1)
            chunk = _step(engine, packed, limit, place)
            packed, fresh = b"", False
            done += len(chunk)
            if done > size:
                raise UnreadableFile(place, f"{size} bytes", "more")
            yield chunk
            if engine.eof:
                packed, fresh = engine.unused_data, True
                engine = zstd.ZstdDecompressor(options=_OPTIONS)
    if not fresh:
        raise UnreadableFile(place, "whole zstd frames", "one that ends early")


def _step(engine: zstd.ZstdDecompressor, packed: bytes, limit: int, place: str) -> bytes:
    try:
        return engine.decompress(packed, limit)
    except zstd.ZstdError as error:
        if "memory" in str(error):
            raise InvalidInput(
                place, "frames with windows of at most 32 MiB", str(error)
            ) from error
        raise UnreadableFile(place, "zstd frames", str(error)) from error
