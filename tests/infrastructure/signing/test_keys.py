"""The archive's identity, as a file."""

import os
import stat
from pathlib import Path

import pytest

from domain.errors import ArchiveDamaged, InvalidInput, Refused
from infrastructure.signing.keys import COMING, FILE, KeyFiles, open_identity

posix = pytest.mark.skipif(os.name == "nt", reason="modes are those of POSIX")


def test_an_identity_is_made_once(tmp_path: Path) -> None:
    made, again = open_identity(tmp_path / "new"), open_identity(tmp_path / "new")
    assert (made.origin, made.public_key) == (again.origin, again.public_key)
    assert made.sign(b"message") == again.sign(b"message")
    assert list((tmp_path / "new").iterdir()) == [tmp_path / "new" / FILE]


def test_two_archives_are_two_identities(tmp_path: Path) -> None:
    one, other = open_identity(tmp_path / "one"), open_identity(tmp_path / "other")
    assert one.origin != other.origin
    assert one.public_key != other.public_key
    assert one.origin.startswith("archive-")
    assert len(one.origin) == len("archive-") + 32


def test_an_origin_may_be_chosen_at_first(tmp_path: Path) -> None:
    assert open_identity(tmp_path, origin="lab.example/evals").origin == "lab.example/evals"
    assert open_identity(tmp_path).origin == "lab.example/evals"


def test_an_origin_never_changes(tmp_path: Path) -> None:
    open_identity(tmp_path, origin="one")
    with pytest.raises(Refused, match="origin other"):
        open_identity(tmp_path, origin="other")


@pytest.mark.parametrize("origin", ["", "Lab", "a b", "a\n", "a" * 129])
def test_an_origin_that_is_none_is_refused_and_nothing_is_made(tmp_path: Path, origin: str) -> None:
    with pytest.raises(InvalidInput):
        open_identity(tmp_path / "new", origin=origin)
    assert not (tmp_path / "new").exists()


@posix
def test_the_key_is_its_owners_alone(tmp_path: Path) -> None:
    open_identity(tmp_path / "new")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "new" / FILE).stat().st_mode) == 0o600


@posix
def test_a_key_that_others_may_read_is_refused_with_the_command_that_helps(tmp_path: Path) -> None:
    open_identity(tmp_path)
    (tmp_path / FILE).chmod(0o644)
    with pytest.raises(Refused, match=f"mode 644.*chmod 600 {tmp_path / FILE}"):
        open_identity(tmp_path)


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b'{"ed25519_seed":"00","origin":"a"}', b'{"origin":"a"}', b"\xff"],
)
def test_a_file_that_is_no_identity_is_damage_and_never_overwritten(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / FILE
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(ArchiveDamaged, match="backup"):
        open_identity(tmp_path)
    assert path.read_bytes() == content


def test_whoever_comes_second_takes_what_the_first_one_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = open_identity(tmp_path)
    exists = iter([False])
    monkeypatch.setattr(Path, "exists", lambda path: next(exists))
    assert open_identity(tmp_path).public_key == first.public_key


def test_the_key_does_not_show(tmp_path: Path) -> None:
    identity = open_identity(tmp_path)
    seed = (tmp_path / FILE).read_text().split('"')[3]
    assert len(seed) == 64
    assert seed not in f"{identity!r} {identity}"


def test_a_key_to_come_takes_the_place_of_the_other(tmp_path: Path) -> None:
    files = KeyFiles(tmp_path / "new", "archive-a")
    (first,) = files.held()
    second = files.prepare()
    assert [key.public_key for key in files.held()] == [first.public_key, second.public_key]
    assert (second.origin, files.origin) == ("archive-a", "archive-a")
    files.promote()
    assert [key.public_key for key in KeyFiles(tmp_path / "new").held()] == [second.public_key]
    assert [path.name for path in (tmp_path / "new").iterdir()] == [FILE]


def test_a_key_to_come_is_forgotten_for_the_next_one(tmp_path: Path) -> None:
    files = KeyFiles(tmp_path)
    forgotten = files.prepare()
    (tmp_path / ".0123456789abcdef").write_bytes(b"what a crash left")
    kept = files.prepare()
    assert kept.public_key != forgotten.public_key
    assert files.held()[1].public_key == kept.public_key
    assert {path.name for path in tmp_path.iterdir()} == {FILE, COMING}


@posix
def test_a_key_to_come_is_its_owners_alone(tmp_path: Path) -> None:
    files = KeyFiles(tmp_path / "new")
    files.prepare()
    assert stat.S_IMODE((tmp_path / "new" / COMING).stat().st_mode) == 0o600
    (tmp_path / "new" / COMING).chmod(0o640)
    with pytest.raises(Refused, match="mode 640"):
        files.held()


def test_a_key_to_come_of_another_archive_is_damage(tmp_path: Path) -> None:
    files = KeyFiles(tmp_path / "one", "archive-a")
    open_identity(tmp_path / "other", "archive-b")
    (tmp_path / "other" / FILE).rename(tmp_path / "one" / COMING)
    with pytest.raises(ArchiveDamaged, match="archive-b"):
        files.held()


@posix
@pytest.mark.skipif(os.name != "nt" and os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_takes_nothing_keeps_the_key(tmp_path: Path) -> None:
    files = KeyFiles(tmp_path / "new")
    before = files.held()[0].public_key
    (tmp_path / "new").chmod(0o500)
    with pytest.raises(Refused):
        files.prepare()
    (tmp_path / "new").chmod(0o700)
    assert [key.public_key for key in files.held()] == [before]
