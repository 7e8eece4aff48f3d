import errno
import hashlib
import io
import subprocess
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.bundle_ports import BundleSink
from domain.bundle.members import ContainerRejected
from domain.errors import NotFound, StorageFull
from infrastructure.bundle_zip import BundleWriter, Method

SAMPLE = {
    "README.txt": b"To whom it may concern.\n",
    "events.jsonl": b'{"type":"run.started"}\n' * 50_000,
    "assets/" + "5e" * 32 + ".bin": bytes(range(256)),
    "sections/0.jsonl": b"",
    "SHA256SUMS": b"none\n",
    "proof/keys": b"none either\n",
}
BOTH = pytest.mark.parametrize("method", list(Method))


def write(target: Path | BinaryIO, members: dict[str, bytes], method: Method) -> None:
    with BundleWriter(target, method) as bundle:
        for name, content in members.items():
            bundle.copy(name, [content])


def test_the_stored_bytes_are_the_same_everywhere_and_for_ever() -> None:
    file = io.BytesIO()
    write(file, SAMPLE, Method.STORED)
    digest = hashlib.sha256(file.getvalue()).hexdigest()
    assert digest == "fcfa61e87140d154905ae142d848e0c58d5b04d64774ddafabc3335e1b3eaead"


@given(st.binary(max_size=300), st.lists(st.integers(1, 100)))
def test_how_content_is_cut_does_not_show(content: bytes, cuts: list[int]) -> None:
    whole, cut = io.BytesIO(), io.BytesIO()
    write(whole, {"README.txt": content}, Method.STORED)
    with BundleWriter(cut) as bundle, bundle.member("README.txt") as sink:
        for size in cuts:
            assert sink.write(content[:size]) == len(content[:size])
            content = content[size:]
        sink.write(content)
    assert cut.getvalue() == whole.getvalue()


@BOTH
def test_digests_are_of_the_members_in_order(method: Method) -> None:
    with BundleWriter(io.BytesIO(), method) as bundle:
        sink: BundleSink = bundle
        told = {name: sink.copy(name, [content]) for name, content in SAMPLE.items()}
        assert list(sink.digests()) == list(told.items())
    assert told == {name: hashlib.sha256(each).hexdigest() for name, each in SAMPLE.items()}


def test_digests_can_be_written_while_they_are_asked_for() -> None:
    with BundleWriter(io.BytesIO()) as bundle:
        bundle.copy("README.txt", [b"1"])
        bundle.copy("events.jsonl", [b"2"])
        bundle.copy("SHA256SUMS", (name.encode() for name, _ in bundle.digests()))
        assert bundle.read_at("SHA256SUMS", 0, 99) == b"README.txtevents.jsonl"
        assert [name for name, _ in bundle.digests()][2:] == ["SHA256SUMS"]


def test_what_was_written_can_be_read_back_while_writing_goes_on(tmp_path: Path) -> None:
    events = SAMPLE["events.jsonl"]
    with BundleWriter(tmp_path / "new.zip") as bundle:
        bundle.copy("events.jsonl", [events])
        with bundle.member("results.jsonl") as sink:
            for offset in range(0, len(events), 50_001):
                found = bundle.read_at("events.jsonl", offset, 50_001)
                assert found == events[offset : offset + 50_001]
                sink.write(found)
        assert bundle.read_at("results.jsonl", len(events) - 3, 99) == events[-3:]


@pytest.mark.parametrize("name", ["parts.jsonl", "events.jsonl", "sections/0.jsonl"])
def test_only_closed_members_of_fixed_names_are_read_back(name: str) -> None:
    with BundleWriter(io.BytesIO()) as bundle:
        bundle.copy("README.txt", [b"1"])
        with bundle.member("events.jsonl"), pytest.raises(NotFound):
            bundle.read_at(name, 0, 1)
        bundle.copy("sections/0.jsonl", [b"1"])
        with pytest.raises(NotFound):
            bundle.read_at("sections/0.jsonl", 0, 1)


def test_deflated_members_are_not_read_back() -> None:
    with BundleWriter(io.BytesIO(), Method.DEFLATED) as bundle:
        bundle.copy("README.txt", [b"1"])
        with pytest.raises(NotFound):
            bundle.read_at("README.txt", 0, 1)


@pytest.mark.parametrize("name", ["events.jsonl", "README.txt", "notes.txt"])
def test_a_wrong_name_is_rejected_and_nothing_is_left(tmp_path: Path, name: str) -> None:
    with pytest.raises(ContainerRejected):
        write(tmp_path / "new.zip", {"parts.jsonl": b"", name: b""}, Method.STORED)
    assert list(tmp_path.iterdir()) == []


def test_members_are_written_one_after_the_other(tmp_path: Path) -> None:
    writer = BundleWriter(tmp_path / "new.zip")
    with writer as bundle, bundle.member("README.txt"), pytest.raises(RuntimeError, match="begun"):
        bundle.member("events.jsonl")


def test_a_member_that_was_not_closed_is_a_mistake(tmp_path: Path) -> None:
    with (
        pytest.raises(RuntimeError, match="not closed"),
        BundleWriter(tmp_path / "n.zip") as bundle,
    ):
        bundle.member("README.txt")
    assert list(tmp_path.iterdir()) == []


def test_a_failing_source_leaves_nothing_behind(tmp_path: Path) -> None:
    def failing() -> Iterator[bytes]:
        yield bytes(2**21)
        raise ValueError("lost")

    with pytest.raises(ValueError, match="lost"), BundleWriter(tmp_path / "new.zip") as bundle:
        bundle.copy("README.txt", failing())
    assert list(tmp_path.iterdir()) == []


class FullDisk(io.BytesIO):
    """Takes 1,000 bytes at a time, and 5,000 in all."""

    def write(self, data: "memoryview", /) -> int:  # type: ignore[override]  # all that is given
        if self.tell() >= 5000:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(data[:1000])


def test_a_file_may_take_less_than_it_is_given() -> None:
    partly, whole = FullDisk(), io.BytesIO()
    for file in (partly, whole):
        write(file, {"README.txt": bytes(4000)}, Method.STORED)
    assert partly.getvalue() == whole.getvalue()


@BOTH
def test_a_full_disk_is_refused_wherever_it_happens(method: Method) -> None:
    content = bytes(hashlib.sha256(b"%d" % n).digest()[0] for n in range(6000))
    with pytest.raises(StorageFull, match="No space left"):
        write(FullDisk(), {"README.txt": content}, method)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MiB, where the tests may mount one."""
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(tmp_path)]
    try:
        subprocess.run(command, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"a small file system cannot be mounted here: {error}")
    yield tmp_path
    subprocess.run(["umount", str(tmp_path)], check=True)


@pytest.mark.parametrize("kilobytes", [500, 1022, 2000])
def test_a_full_disk_keeps_what_was_there(small_disk: Path, kilobytes: int) -> None:
    old, others = small_disk / "old.zip", small_disk / "others"
    old.write_bytes(b"kept")
    others.write_bytes(bytes(600 * 1024))
    with (
        pytest.raises(StorageFull, match="No space left"),
        BundleWriter(old, overwrite=True) as bundle,
    ):
        bundle.copy("events.jsonl", [bytes(1024)] * kilobytes)
    assert old.read_bytes() == b"kept"
    assert set(small_disk.iterdir()) == {old, others}


@BOTH
def test_memory_does_not_grow_with_a_member(method: Method) -> None:
    chunk = hashlib.sha256(b"").digest() * 2**15
    with TemporaryFile(buffering=0) as file, BundleWriter(file, method) as bundle:
        tracemalloc.start()
        bundle.copy("events.jsonl", (chunk for _ in range(200)))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 8 * 2**20


def test_memory_does_not_grow_with_the_number_of_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infrastructure.spooled_file._IN_MEMORY", 1000)  # on disk at once
    with TemporaryFile(buffering=0) as file, BundleWriter(file) as bundle:
        for ordinal in range(100):
            bundle.copy(f"sections/{ordinal}.jsonl", [b"x"])
        tracemalloc.start()
        for ordinal in range(100, 2100):
            bundle.copy(f"sections/{ordinal}.jsonl", [b"x"])
        kept = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
    assert kept < 2000 * 10


def test_a_member_of_stated_size_is_written_beside_the_one_behind_it() -> None:
    one, two = b"1" * 3_000_000, b"2" * 2_000_000
    beside, behind = io.BytesIO(), io.BytesIO()
    write(behind, {"events.jsonl": one, "parts.jsonl": two, "meta.json": b"{}"}, Method.STORED)
    with BundleWriter(beside) as bundle:
        events = bundle.member("events.jsonl", len(one))
        parts = bundle.member("parts.jsonl")
        for at in range(0, len(one), 10_000):
            events.write(one[at : at + 10_000])
            parts.write(two[at : at + 10_000])
        told = [events.close(), parts.close(), bundle.copy("meta.json", [b"{}"])]
        assert [digest for _, digest in bundle.digests()] == told
    assert beside.getvalue() == behind.getvalue()


@pytest.mark.parametrize("size", [0, 2, 4])
def test_a_member_is_of_the_size_that_was_stated(tmp_path: Path, size: int) -> None:
    def written() -> None:
        with BundleWriter(tmp_path / "n.zip") as bundle, bundle.member("events.jsonl", 3) as sink:
            sink.write(bytes(size))

    with pytest.raises(RuntimeError, match="stated size"):
        written()
    assert list(tmp_path.iterdir()) == []


def test_members_are_closed_in_their_order() -> None:
    with BundleWriter(io.BytesIO()) as bundle:
        events, parts = bundle.member("events.jsonl", 1), bundle.member("parts.jsonl")
        with pytest.raises(RuntimeError, match="before events"):
            parts.close()
        events.write(b"1")
        events.close()
        parts.close()


def test_what_the_disk_refuses_is_told_at_the_next_piece_or_the_end() -> None:
    def written() -> None:
        with BundleWriter(FullDisk()) as bundle, bundle.member("README.txt") as sink:
            sink.write(bytes(2**21))

    with pytest.raises(StorageFull, match="No space left"):
        written()
