"""The zips that we write, read back by what others read them with."""

import io
from struct import unpack_from
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest

from infrastructure.bundle_zip import headers as proven
from infrastructure.log_files import zip_file
from infrastructure.log_files.zip_file import ZipFileWriter

MAX_NAME_BYTES = 0xFFFF

MEMBERS = {
    "samples/a b/ü 💡_epoch_1.json": b"{}",
    "samples/\n\t.json": b"x" * 100_000,
    "n" * MAX_NAME_BYTES: b"",
}


def written(members: dict[str, bytes], *, deflated: bool = False, step: int = 4096) -> io.BytesIO:
    file = io.BytesIO()
    with ZipFileWriter(file, deflated=deflated) as zipped:
        for name, data in members.items():
            zipped.add(name, (data[at : at + step] for at in range(0, len(data), step)))
    return file


@pytest.mark.parametrize(("deflated", "method"), [(False, ZIP_STORED), (True, ZIP_DEFLATED)])
def test_names_and_bytes_come_back(deflated: bool, method: int) -> None:
    with ZipFile(written(MEMBERS, deflated=deflated)) as zipped:
        assert zipped.testzip() is None
        assert {name: zipped.read(name) for name in zipped.namelist()} == MEMBERS
        assert {info.compress_type for info in zipped.infolist()} == {method}


def test_how_the_bytes_come_does_not_show() -> None:
    assert written(MEMBERS).getvalue() == written(MEMBERS, step=77).getvalue()


def test_there_may_be_more_members_than_16_bits_count() -> None:
    with ZipFile(written({f"{number}": b"" for number in range(70_000)})) as zipped:
        assert (len(zipped.namelist()), zipped.namelist()[-1]) == (70_000, "69999")


def test_there_may_be_none() -> None:
    assert ZipFile(written({})).namelist() == []


@pytest.mark.parametrize("large", [7, 2**32 - 1, 2**32, 2**40])
def test_headers_are_those_of_bundles_but_for_the_flag_of_names_in_utf_8(large: int) -> None:
    ours = zip_file._Entry(b"name", 8, 3, large, large + 1, large + 2)
    theirs = proven.Entry("name", 8, 3, large, large + 1, large + 2)
    assert _without_flags(zip_file._local(ours), 6) == proven.local(theirs)
    assert _without_flags(zip_file._central(ours), 8) == proven.central(theirs)
    ends = proven.End(large, large + 1, large + 2)
    assert zip_file._ends(*ends) == proven.end(ends)


def _without_flags(header: bytes, at: int) -> bytes:
    assert unpack_from("<H", header, at) == (1 << 11,)
    return header[:at] + b"\0\0" + header[at + 2 :]
