import io
import struct
import tracemalloc
import warnings
from contextlib import suppress
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput, UnreadableFile
from infrastructure.log_sources.bounded_zip import BoundedZip
from infrastructure.log_sources.zip_limits import Limits
from tests.native_exports import patched, write_zip

CENTRAL, LOCAL, END = b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"
TEXT = b"some text, some text, some text\n" * 10
SMALL = Limits(expanded=2**20)


def read_all(path: Path, limits: Limits = SMALL) -> dict[str, bytes]:
    members = BoundedZip(path, limits)
    try:
        return {name: b"".join(members.chunks(name)) for name in members.names()}
    finally:
        members.close()


def refused(path: Path, limits: Limits = SMALL) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        read_all(path, limits)
    return caught.value


@pytest.fixture(name="path")
def zip_path(tmp_path: Path) -> Path:
    return tmp_path / "a.zip"


@pytest.mark.parametrize("method", [ZIP_STORED, ZIP_DEFLATED])
def test_members_are_read_as_they_are(path: Path, method: int) -> None:
    members = {"a.txt": TEXT, "b/c.txt": b"", "é.txt": b"\0" * 3_000_000}
    assert read_all(write_zip(path, members, method), Limits()) == members


def test_sizes_that_follow_the_data_are_read(path: Path) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise io.UnsupportedOperation

    pipe = Pipe()
    with ZipFile(pipe, "w", ZIP_DEFLATED) as file, file.open("a.txt", "w") as member:
        member.write(TEXT)
    path.write_bytes(pipe.getvalue())
    assert read_all(path) == {"a.txt": TEXT}


def test_wide_sizes_are_read(path: Path) -> None:
    with ZipFile(path, "w") as file, file.open("a.txt", "w", force_zip64=True) as member:
        member.write(TEXT)
    assert read_all(path) == {"a.txt": TEXT}


def test_folders_are_left_out(path: Path) -> None:
    with ZipFile(path, "w") as file:
        file.mkdir("assets")
        file.writestr("assets/a.txt", TEXT)
    assert read_all(path) == {"assets/a.txt": TEXT}


def test_the_file_itself_can_be_read_between_members(path: Path) -> None:
    write_zip(path, {"a.txt": TEXT})
    members = BoundedZip(path)
    raw, text = members.raw(), members.chunks("a.txt")
    assert (next(raw), next(text)) == (path.read_bytes(), TEXT)
    members.close()


NAMES = {
    "/a": "an absolute path",
    "../a": "a path that climbs out of its folder",
    "a/../../b": "a path that climbs out of its folder",
    "a\\b": "a backslash in the name",
    "C:a": "a drive letter",
    "a//b": "another spelling of a path",
    "./a": "another spelling of a path",
    "a\nb": "a control character in the name",
    "x" * 1001: "a name of 1001 characters",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_is_no_plain_path_is_refused(path: Path, name: str) -> None:
    write_zip(path, {name: TEXT})
    assert refused(path).found == NAMES[name]


def test_a_nul_in_a_name_is_refused(path: Path) -> None:
    write_zip(path, {"aXb": TEXT})
    path.write_bytes(path.read_bytes().replace(b"aXb", b"a\0b"))
    assert refused(path).found == "a control character in the name"


def test_two_members_of_one_name_are_refused(path: Path) -> None:
    with warnings.catch_warnings(), ZipFile(path, "w") as file:
        warnings.simplefilter("ignore")
        file.writestr("a", TEXT)
        file.writestr("a", TEXT)
    problem = refused(path)
    assert (problem.place, problem.found) == (
        "a.zip, member 'a'",
        "a name that another member has",
    )


def test_a_second_name_in_an_extra_field_is_refused(path: Path) -> None:
    info = ZipInfo("a")
    info.extra = struct.pack("<HHBL", 0x7075, 6, 1, 0) + b"b"
    with ZipFile(path, "w") as file:
        file.writestr(info, TEXT)
    assert refused(path).found == "a second name"


def test_an_encrypted_member_is_refused(path: Path) -> None:
    patched(write_zip(path, {"a": TEXT}), CENTRAL, 8, "<H", 1)
    assert refused(path).found == "encryption"


def test_another_method_is_refused(path: Path) -> None:
    assert refused(write_zip(path, {"a": TEXT}, ZIP_BZIP2)).found == "method 12"


def test_a_link_is_refused(path: Path) -> None:
    info = ZipInfo("a")
    info.external_attr = 0o120777 << 16
    with ZipFile(path, "w") as file:
        file.writestr(info, "/etc/passwd")
    assert refused(path).found == "a link or device"


def test_members_that_overlap_are_refused(path: Path) -> None:
    write_zip(path, {"a": TEXT, "b": TEXT})
    data = path.read_bytes()
    second = data.rfind(CENTRAL)
    changed = bytearray(data)
    struct.pack_into("<L", changed, second + 42, 0)
    changed[second + 46 : second + 47] = b"a"
    path.write_bytes(bytes(changed).replace(b"\x01\x00b", b"\x01\x00c"))
    assert refused(path)


def test_a_member_inside_another_is_refused(tmp_path: Path, path: Path) -> None:
    inner = write_zip(tmp_path / "inner.zip", {"b": TEXT}, ZIP_STORED).read_bytes()
    local = inner[: inner.find(CENTRAL)]
    outer = write_zip(path, {"a": local, "b": TEXT}, ZIP_STORED).read_bytes()
    changed = bytearray(outer)
    struct.pack_into("<L", changed, outer.rfind(CENTRAL) + 42, outer.find(local))
    path.write_bytes(bytes(changed))
    problem = refused(path)
    assert problem.place == "a.zip, member 'b'"
    assert problem.expected == f"a member from byte {30 + 1 + len(local)} on"


def test_data_before_the_first_member_are_refused(path: Path) -> None:
    write_zip(path, {"a": TEXT})
    path.write_bytes(b"PK something" + path.read_bytes())
    assert refused(path).found == "byte 12"


@pytest.mark.parametrize(
    ("offset", "form", "value"), [(8, "<H", 0), (14, "<L", 7), (18, "<L", 7), (22, "<L", 7)]
)
def test_a_local_header_that_differs_is_refused(
    path: Path, offset: int, form: str, value: int
) -> None:
    patched(write_zip(path, {"a": TEXT}), LOCAL, offset, form, value)
    assert refused(path).expected == "a local header like the directory's entry"


def test_sizes_that_are_only_stated_cost_nothing(path: Path) -> None:
    write_zip(path, {"a": b""}, ZIP_DEFLATED)
    for signature, offset in ((LOCAL, 22), (CENTRAL, 24)):
        patched(path, signature, offset, "<L", 0xFFFFFFFE)
    tracemalloc.start()
    problem = refused(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert problem.found == f"{0xFFFFFFFE} bytes stated in {path.stat().st_size}"
    assert peak < 2**20


def test_a_directory_that_is_only_stated_costs_nothing(path: Path) -> None:
    patched(write_zip(path, {"a": TEXT}), END, 12, "<L", 0xFFFFFFF0)
    assert isinstance(refused(path), InvalidInput)


def test_a_member_that_gives_less_than_it_states_is_refused(path: Path) -> None:
    write_zip(path, {"a": TEXT})
    for signature, offset in ((LOCAL, 22), (CENTRAL, 24)):
        patched(path, signature, offset, "<L", len(TEXT) + 1)
    assert isinstance(refused(path), UnreadableFile)


def test_a_member_that_gives_more_than_it_states_is_refused(path: Path) -> None:
    write_zip(path, {"a": TEXT})
    for signature, offset in ((LOCAL, 22), (CENTRAL, 24)):
        patched(path, signature, offset, "<L", len(TEXT) - 1)
    assert isinstance(refused(path), UnreadableFile)


def test_a_bomb_is_refused_before_it_is_expanded(path: Path) -> None:
    write_zip(path, {"a": bytes(2**21)})
    assert refused(path).expected == f"at most {2**20} bytes of content"


def test_too_many_members_are_refused_before_they_are_listed(path: Path) -> None:
    write_zip(path, {f"{number}": b"" for number in range(11)})
    assert refused(path, Limits(members=10)).expected == "at most 10 members"
    assert len(read_all(path, Limits(members=11))) == 11


def test_too_large_a_directory_is_refused_before_it_is_read(path: Path) -> None:
    write_zip(path, {f"{number:0100}": b"" for number in range(1000)})
    limits = Limits(directory=100_000)
    assert refused(path, limits).expected == "a directory of at most 100000 bytes"


@pytest.mark.parametrize("size", [0, 2, 30, -1, -30])
def test_a_zip_that_ends_early_is_unreadable(path: Path, size: int) -> None:
    path.write_bytes(write_zip(path, {"a": TEXT}).read_bytes()[:size])
    assert isinstance(refused(path), UnreadableFile)


def test_a_folder_is_unreadable(tmp_path: Path) -> None:
    assert isinstance(refused(tmp_path), UnreadableFile)


@pytest.fixture(name="folder", scope="module")
def shared_tmp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("zips")


@given(data=st.data())
def test_a_damaged_zip_is_read_or_refused_and_nothing_else(
    data: st.DataObject, folder: Path
) -> None:
    path = write_zip(folder / "a.zip", {"a.txt": TEXT, "b/c.txt": TEXT[:7]}, ZIP_DEFLATED)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.sampled_from([0, 1, 8, 0x7F, 0x80, 0xFF]))
    path.write_bytes(content)
    with suppress(InvalidInput):
        read_all(path)
