import random
from pathlib import Path

import pytest

from domain.errors import InvalidInput, UnreadableFile
from infrastructure.log_sources.bounded_zip import BoundedZip
from infrastructure.log_sources.zip_limits import ZIP_ZSTD, Limits
from infrastructure.log_sources.zstd_frames import inflate_frames
from tests.native_exports import patched
from tests.zstd_zips import frames, write_zstd_zip

ALLOWED = Limits(methods=frozenset({0, 8, ZIP_ZSTD}))
NOISE = random.Random(752).randbytes(3 * 2**20)
CENTRAL, LOCAL = b"PK\x01\x02", b"PK\x03\x04"


def read(path: Path, limits: Limits = ALLOWED) -> dict[str, list[bytes]]:
    members = BoundedZip(path, limits)
    try:
        return {name: [*members.chunks(name)] for name in members.names()}
    finally:
        members.close()


def inflated(data: bytes, size: int, step: int = 1000) -> bytes:
    pieces = (data[at : at + step] for at in range(0, len(data), step))
    return b"".join(inflate_frames(pieces, size, "a"))


def test_members_of_one_frame_or_several_are_read(tmp_path: Path) -> None:
    texts = {"a": [b"one"], "b": [b"one, ", b"", b"two"], "é/c": [NOISE, b"x" * 5_000_000]}
    told = read(write_zstd_zip(tmp_path / "a.zip", texts))
    assert {name: b"".join(chunks) for name, chunks in told.items()} == {
        name: b"".join(parts) for name, parts in texts.items()
    }
    assert max(map(len, told["é/c"])) <= 2**20


def test_they_are_read_where_they_are_allowed_only(tmp_path: Path) -> None:
    path = write_zstd_zip(tmp_path / "a.zip", {"a": [b"one"]})
    with pytest.raises(InvalidInput, match="method 93"):
        read(path, Limits())


@pytest.mark.parametrize("step", [1, 7, 10**6])
def test_frames_may_be_cut_anywhere(step: int) -> None:
    assert inflated(frames(b"one, ", b"two"), 8, step) == b"one, two"


def test_more_than_was_stated_is_not_inflated() -> None:
    with pytest.raises(UnreadableFile, match="expected 1000 bytes, found more"):
        inflated(frames(b"\0" * 100_000_000), 1000)
    with pytest.raises(UnreadableFile, match="found more"):
        inflated(frames(b"one", b"two"), 3)


def test_frames_that_end_early_are_refused() -> None:
    with pytest.raises(UnreadableFile, match="one that ends early"):
        inflated(frames(NOISE)[:-5], len(NOISE))


def test_what_is_no_frame_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="expected zstd frames"):
        inflated(b"no frame at all", 10)
    with pytest.raises(UnreadableFile, match="expected zstd frames"):
        inflated(frames(b"one") + b"rest", 10)


def test_a_frame_that_needs_much_memory_is_refused() -> None:
    header = b"\x28\xb5\x2f\xfd\x00" + bytes([(31 - 10) << 3])  # a window of 2 GiB
    with pytest.raises(InvalidInput, match="windows of at most 32 MiB"):
        inflated(header + b"\x01\x00\x00", 10)


@pytest.mark.parametrize(("field", "told"), [((16, 14), "the CRC"), ((24, 22), "bytes, found")])
def test_crc_and_size_are_checked(tmp_path: Path, field: tuple[int, int], told: str) -> None:
    path = write_zstd_zip(tmp_path / "a.zip", {"a": [b"one"]})
    patched(patched(path, CENTRAL, field[0], "<L", 9), LOCAL, field[1], "<L", 9)
    with pytest.raises(UnreadableFile, match=told):
        read(path)
