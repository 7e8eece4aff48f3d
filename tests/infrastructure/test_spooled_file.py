"""Temporary files, and all that spools by them: a full disk is told in our words."""

import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from domain.errors import Refused, StorageFull
from infrastructure.bundle_zip.spill import Spill
from infrastructure.bundle_zip.writer import BundleWriter
from infrastructure.content.spool import FileSpool
from infrastructure.log_files.spool import LineSpool
from infrastructure.log_files.zip_file import ZipFileWriter
from infrastructure.log_sources.asset_spill import AssetSpill
from infrastructure.spooled_file import SpooledFile
from tests.full_disks import files_of_at_most

LARGE = b"x" * 2**21
"""More than is held in memory."""


@contextmanager
def full_disk() -> Iterator[None]:
    with (
        pytest.raises(StorageFull, match=r"temporary folder.+Make room"),
        files_of_at_most(1),
    ):
        yield


@pytest.mark.parametrize("line", [b"short\n", LARGE + b"\n"])
def test_what_was_written_is_read_back(line: bytes) -> None:
    with SpooledFile() as file:
        for _ in range(3):
            file.write(line)
        assert file.tell() == 3 * len(line)
        file.seek(0)
        assert [*file] == [line] * 3
        file.seek(len(line))
        assert file.read(3) == line[:3]


def test_a_full_disk_is_told_by_what_is_written() -> None:
    with SpooledFile() as file, full_disk():
        file.write(LARGE)


def test_a_disk_that_failed_can_be_let_go() -> None:
    file = SpooledFile()
    file.write(LARGE)
    with full_disk():
        file.write(b"kept in a buffer")
        file.seek(0)
    with files_of_at_most(1):
        file.close()


def test_a_temporary_folder_that_is_not_there_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with SpooledFile() as file, pytest.raises(Refused, match="the temporary folder"):
        file.write(LARGE)


def lines() -> None:
    with LineSpool() as spool:
        spool.add(LARGE)
        with full_disk():
            spool.add(b"line")
            next(spool.lines())


def spool_of_members() -> None:
    with FileSpool() as spool:
        spool.write(LARGE)
        spool.read_at(0, 1)
        with full_disk():
            spool.write(b"more")
            spool.read_at(0, 1)


def assets_of_a_log_file() -> None:
    spill = AssetSpill()
    spill.keep(LARGE, "png")
    with full_disk():
        next(spill.chunks(spill.keep(b"small", "png")))
    with files_of_at_most(1):
        spill.close()


def inflated_members() -> None:
    spill = Spill()
    spill.read("large", lambda: [LARGE], 0, 1)
    with full_disk():
        spill.read("small", lambda: [b"small"], 0, 1)
    with files_of_at_most(1):
        spill.close()


def directory_of_a_zip() -> None:
    with full_disk(), ZipFileWriter(io.BytesIO(), deflated=False) as zipped:
        for number in range(40):
            zipped.add(f"{number}{'n' * 60_000}", [])


def digests_of_a_bundle() -> None:
    with BundleWriter(io.BytesIO()) as bundle:
        names = (f"assets/{sha256(b'%d' % number).hexdigest()}.png" for number in range(9000))
        for name in sorted(names):
            bundle.copy(name, [])
        [*bundle.digests()]
        with full_disk():
            bundle.copy("meta.json", [])
            next(bundle.digests())


@pytest.mark.parametrize(
    "spooled",
    [
        *(lines, spool_of_members, assets_of_a_log_file, inflated_members),
        *(directory_of_a_zip, digests_of_a_bundle),
    ],
)
def test_whoever_spools_tells_a_full_disk(spooled: Callable[[], None]) -> None:
    spooled()
