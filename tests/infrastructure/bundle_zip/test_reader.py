import os
import struct
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.bundle.members import ContainerRejected, Members
from domain.errors import NotFound, UnreadableFile
from infrastructure.bundle_zip import BundleWriter, Method, open_bundle
from infrastructure.bundle_zip.headers import End, Entry, central, end, local, local_size

NAMES = ["README.txt", "events.jsonl", "assets/" + "5e" * 32 + ".bin", "sections/0.jsonl"]
BOTH = pytest.mark.parametrize("method", list(Method))
CONTENTS = st.lists(st.binary(max_size=300) | st.just(bytes(70_000)), max_size=len(NAMES))


def write(path: Path, contents: Sequence[bytes], method: Method) -> None:
    with BundleWriter(path, method, overwrite=True) as bundle:
        for name, content in zip(NAMES, contents, strict=False):
            bundle.copy(name, [content])


def read(path: Path) -> dict[str, bytes]:
    with open_bundle(path) as members:
        return {name: b"".join(members.chunks(name)) for name in members.names()}


@BOTH
@given(contents=CONTENTS)
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, method: Method, contents: list[bytes]
) -> None:
    path = tmp_path_factory.getbasetemp() / f"round-trip-{method}.zip"
    write(path, contents, method)
    assert list(read(path).items()) == list(zip(NAMES, contents, strict=False))


@BOTH
def test_members_are_read_at_any_place(tmp_path: Path, method: Method) -> None:
    big = bytes(index * index >> 8 & 0xFF for index in range(3 * 2**17))
    write(tmp_path / "new.zip", [b"first", big, b"", b"last"], method)
    with open_bundle(tmp_path / "new.zip") as opened:
        members: Members = opened
        assert [members.size(name) for name in members.names()] == [5, len(big), 0, 4]
        for offset in [0, 7, 2**16 - 1, 2**17, len(big) - 5, len(big), 2**40]:
            for size in [0, 1, 10, 2**16, 2**20]:
                assert members.read_at(NAMES[1], offset, size) == big[offset : offset + size]
        assert members.read_at(NAMES[0], 1, 3) == b"irs"
        assert members.read_at(NAMES[2], 0, 3) == b""
        assert members.read_at(NAMES[3], 2, 99) == b"st"
        assert members.read_at(NAMES[1], 3, 4) == big[3:7]


def test_names_can_be_asked_for_like_a_list(tmp_path: Path) -> None:
    write(tmp_path / "new.zip", [b""] * 4, Method.STORED)
    with open_bundle(tmp_path / "new.zip") as members:
        names = members.names()
        assert list(names) == NAMES
        assert (names[-1], names[1:3], len(names)) == (NAMES[-1], NAMES[1:3], 4)
        assert all(name in names for name in NAMES)
        assert not any(name in names for name in ("parts.jsonl", "proof/keys", "nonsense", 7))


@pytest.mark.parametrize("name", ["parts.jsonl", "nonsense"])
def test_a_member_that_is_not_there_is_not_found(tmp_path: Path, name: str) -> None:
    write(tmp_path / "new.zip", [b"first"], Method.STORED)
    with open_bundle(tmp_path / "new.zip") as members, pytest.raises(NotFound):
        members.size(name)


def test_a_container_may_be_empty(tmp_path: Path) -> None:
    write(tmp_path / "new.zip", [], Method.STORED)
    assert read(tmp_path / "new.zip") == {}


def test_a_flipped_bit_never_goes_unnoticed(tmp_path: Path) -> None:
    path = tmp_path / "new.zip"
    write(path, [b"a"], Method.STORED)
    sound = path.read_bytes()
    for bit in range(8 * len(sound)):
        flipped = bytearray(sound)
        flipped[bit // 8] ^= 1 << bit % 8
        path.write_bytes(flipped)
        with pytest.raises((ContainerRejected, UnreadableFile)):
            read(path)


@BOTH
def test_a_file_that_ends_early_never_goes_unnoticed(tmp_path: Path, method: Method) -> None:
    path = tmp_path / "new.zip"
    write(path, [b"a", b"bc"], method)
    sound = path.read_bytes()
    for length in range(len(sound)):
        path.write_bytes(sound[:length])
        with pytest.raises(UnreadableFile):
            read(path)


@given(st.binary(max_size=200), st.integers(0, 1000), st.integers(0, 300))
def test_arbitrary_changes_are_rejected_or_harmless(
    tmp_path_factory: pytest.TempPathFactory, change: bytes, start: int, length: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "changed.zip"
    contents = [b"first", b"second" * 9, b"", b"last"]
    write(path, contents, Method.DEFLATED)
    sound = path.read_bytes()
    path.write_bytes(sound[:start] + change + sound[start + length :])
    try:
        assert list(read(path).values()) == contents
    except (ContainerRejected, UnreadableFile):
        assert path.read_bytes() != sound


@pytest.mark.parametrize("place", ["", "missing.zip"])
def test_what_is_no_file_is_unreadable(tmp_path: Path, place: str) -> None:
    with pytest.raises(UnreadableFile):
        open_bundle(tmp_path / place)


def huge(path: Path, size: int) -> bytes:
    """A stored bundle with a hole of ``size`` zero bytes; returns what stands behind the hole."""
    entry = Entry("README.txt", 0, 0, size, size, 0)
    last = Entry("events.jsonl", 0, 0, 0, 0, local_size(entry.name) + size)
    directory = central(entry) + central(last)
    offset = last.offset + local_size(last.name)
    behind = local(last) + directory + end(End(2, len(directory), offset))
    with path.open("wb") as file:
        file.write(local(entry))
        file.seek(last.offset)
        file.write(behind)
    return behind


def test_a_member_of_more_than_4_gib_is_read(tmp_path: Path) -> None:
    size = 5 * 2**30
    huge(tmp_path / "huge.zip", size)
    with open_bundle(tmp_path / "huge.zip") as members:
        assert members.size("README.txt") == size
        assert members.read_at("README.txt", size - 3, 9) == bytes(3)
        assert members.read_at("events.jsonl", 0, 9) == b""


@pytest.mark.parametrize(
    ("back", "place"),
    [
        (98, "ZIP64 end record"),  # its signature
        (94, "ZIP64 end record"),  # its size
        (42, "ZIP64 end record"),  # the locator
        (34, "ZIP64 end record"),  # where the locator points
        (26, "ZIP64 end record"),  # the number of disks
        (22 - 16, "end record"),  # the offset, which is in the ZIP64 record
    ],
)
def test_zip64_records_are_as_we_write_them(tmp_path: Path, back: int, place: str) -> None:
    path = tmp_path / "huge.zip"
    huge(path, 5 * 2**30)
    with path.open("r+b") as file:
        file.seek(-back, os.SEEK_END)
        byte = file.read(1)[0]
        file.seek(-back, os.SEEK_END)
        file.write(bytes([byte ^ 1]))
    with pytest.raises((ContainerRejected, UnreadableFile)) as caught:
        open_bundle(path)
    assert caught.value.place == place


def test_a_stated_size_is_not_allocated(tmp_path: Path) -> None:
    path, size = tmp_path / "claim.zip", 2**62
    entry = Entry("README.txt", 0, 0, size, size, 0)
    body, directory = local(entry), central(entry)
    for stated in (End(2**60, len(directory), len(body)), End(1, size, len(body))):
        path.write_bytes(body + directory + end(stated))
        tracemalloc.start()
        with pytest.raises(ContainerRejected):
            open_bundle(path)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 2**20


@BOTH
def test_memory_does_not_grow_with_a_member(tmp_path: Path, method: Method) -> None:
    path = tmp_path / "new.zip"
    with BundleWriter(path, method) as bundle:
        bundle.copy("events.jsonl", (bytes(2**20) for _ in range(64)))
    with open_bundle(path) as members:
        tracemalloc.start()
        assert max(map(len, members.chunks("events.jsonl"))) == 2**20
        assert members.read_at("events.jsonl", 2**25, 9) == bytes(9)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 8 * 2**20


def test_a_damaged_deflated_member_is_not_read_in_part(tmp_path: Path) -> None:
    path = tmp_path / "new.zip"
    write(path, [b"first"], Method.DEFLATED)
    sound = path.read_bytes()
    crc, wrong = sound[14:18], struct.pack("<I", 1)
    path.write_bytes(sound.replace(crc, wrong))
    with open_bundle(path) as members, pytest.raises(ContainerRejected, match="expected CRC 1"):
        members.read_at("README.txt", 0, 1)
