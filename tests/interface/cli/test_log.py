"""The log's commands: an archive's own log, and the audit of anybody's, here and over HTTP."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from domain.canonical import encode
from domain.transparency.checkpoint import parse_signed
from tests.interface.api.conftest import new_run, served
from tests.interface.cli.running import Said, eval752


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    record(tmp_path / "archive", "first")
    return tmp_path / "archive"


def record(folder: Path, name: str) -> None:
    line = json.dumps({"type": "dataset.registered", "config": {"name": name}})
    assert eval752("record", "--data", folder, stdin=f"{line}\n").code == 0


def shown(folder: Path) -> dict[str, object]:
    document: dict[str, object] = eval752("log", "show", "--json", "--data", folder).document
    return document


def audit(place: object, state: Path, *more: object) -> Said:
    return eval752("log", "audit", place, "--state", state, *more)


def test_show_says_what_is_signed_and_what_waits(folder: Path) -> None:
    said = eval752("log", "show", "--data", folder)
    assert "  signed   nothing yet: eval752 log checkpoint" in said.out
    assert shown(folder)["size"] == 0
    assert eval752("log", "checkpoint", "--data", folder).code == 0
    record(folder, "second")
    said = eval752("log", "show", "--data", folder)
    assert "  signed   2 events\n" in said.out
    assert "  waiting  1 event\n" in said.out


def test_checkpoint_prints_the_note_as_it_is_published(folder: Path) -> None:
    said = eval752("log", "checkpoint", "--data", folder)
    assert said.code == 0
    assert said.out.encode() == (folder / "log/checkpoint").read_bytes()
    assert parse_signed(said.out.encode()).checkpoint.size == 2
    document = eval752("log", "checkpoint", "--json", "--data", folder).document
    assert document["checkpoint"] == said.out


def test_rebuild_makes_the_same_tiles(folder: Path) -> None:
    head = eval752("log", "checkpoint", "--json", "--data", folder).document
    shutil.rmtree(folder / "log/tile")
    assert eval752("log", "rebuild", "--json", "--data", folder).document == head
    assert (folder / "log/tile/0/000.p/2").stat().st_size == 64


@pytest.mark.parametrize("lost", ["tile", "marks", "tile/0/000.p", "checkpoint"])
@pytest.mark.parametrize("count", [1, 300])
def test_a_checkpoint_makes_anew_what_is_lost_of_what_is_published(
    folder: Path, lost: str, count: int
) -> None:
    lines = (
        json.dumps({"type": "dataset.registered", "config": {"name": str(number)}})
        for number in range(count)
    )
    assert eval752("record", "--data", folder, stdin="\n".join(lines)).code == 0
    head = eval752("log", "checkpoint", "--data", folder).out
    log = folder / "log"
    before = {path: path.read_bytes() for path in log.rglob("*") if path.is_file()}
    gone = log / lost
    if gone.is_dir():
        shutil.rmtree(gone)
    else:
        gone.unlink(missing_ok=True)
    assert eval752("log", "checkpoint", "--data", folder).out == head
    assert before == {path: path.read_bytes() for path in log.rglob("*") if path.is_file()}


def test_an_archive_that_went_back_says_so_and_signs_nothing(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "backup")
    record(folder, "second")
    eval752("log", "checkpoint", "--data", folder)
    shutil.copy(tmp_path / "backup/events.sqlite3", folder / "events.sqlite3")
    for command in ("checkpoint", "rebuild"):
        said = eval752("log", command, "--data", folder)
        assert said.code == 2
        assert "expected the 3 events whose head was signed, found 2" in said.err
        assert "begin a new archive" in said.err


def test_show_says_where_the_events_are_not_those_that_were_signed(
    folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(folder, tmp_path / "backup")
    record(folder, "second")
    eval752("log", "checkpoint", "--data", folder)
    assert shown(folder)["fault"] is None
    shutil.copy(tmp_path / "backup/events.sqlite3", folder / "events.sqlite3")
    for told in ("expected the 3 events whose head was signed, found 2", "expected the root"):
        said = eval752("log", "show", "--data", folder)
        assert said.code == 1
        assert "NOTHING MORE CAN BE SIGNED" in said.out
        assert told in said.out
        assert "waiting" not in said.out
        assert shown(folder)["waiting"] is None
        record(folder, "another second")
        record(folder, "another third")
    (folder / "log/heads.sqlite3").unlink()
    said = eval752("log", "show", "--data", folder)
    assert (said.code, "log/heads.sqlite3: expected the head of 3 events" in said.out) == (1, True)


def test_an_audit_follows_a_log_and_finds_another_history(folder: Path, tmp_path: Path) -> None:
    state, log = tmp_path / "state.json", folder / "log"
    eval752("log", "checkpoint", "--data", folder)
    key = shown(folder)["verifier_key"]
    assert audit(log, state).code == 2
    first = audit(log, state, "--key", key)
    assert (first.code, first.err) == (0, "")
    assert first.out.endswith(
        ": 2 events, seen for the first time\n"
        "  read: 1 of 1 tile of hashes, which lead to the signed root\n"
    )
    shutil.copytree(folder, tmp_path / "other")
    record(folder, "second")
    eval752("log", "checkpoint", "--data", folder)
    assert ": 3 events, which extends the 2 seen before\n" in audit(log, state).out
    kept = state.read_bytes()
    record(tmp_path / "other", "another second")
    eval752("log", "checkpoint", "--data", tmp_path / "other")
    said = audit(tmp_path / "other/log", state)
    assert said.code == 1
    assert said.out.startswith("NOT THE SAME LOG: two roots were signed for 3 events")
    notes = {path.read_bytes() for path in tmp_path.glob("state.json-*.note")}
    assert notes == {
        (each / "log/checkpoint").read_bytes() for each in (folder, tmp_path / "other")
    }
    assert state.read_bytes() == kept
    document = audit(tmp_path / "other/log", state, "--json").document
    assert (document["consistent"], len(document["evidence"])) == (False, 2)


def test_an_audit_keeps_a_signed_head_whose_tiles_are_withheld(
    folder: Path, tmp_path: Path
) -> None:
    eval752("log", "checkpoint", "--data", folder)
    key = shown(folder)["verifier_key"]
    shutil.rmtree(folder / "log/tile")
    said = audit(folder / "log", tmp_path / "state.json", "--key", key)
    assert (said.code, "tile/0/000.p/2: expected a tile of the log" in said.err) == (2, True)
    [kept] = tmp_path.glob("state.json-*.note")
    assert f"The head that was signed is kept: {kept}" in said.err
    assert kept.read_bytes() == (folder / "log/checkpoint").read_bytes()
    assert not (tmp_path / "state.json").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="has no such files")
@pytest.mark.parametrize("name", ["checkpoint", "tile/0/000.p/2"])
@pytest.mark.parametrize("kind", ["fifo", "device", "folder", "long"])
def test_an_audit_reads_no_more_than_a_log_may_have(
    folder: Path, tmp_path: Path, name: str, kind: str
) -> None:
    eval752("log", "checkpoint", "--data", folder)
    key, path = shown(folder)["verifier_key"], folder / "log" / name
    path.unlink()
    match kind:
        case "fifo":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "folder":
            path.mkdir()
        case _:
            path.write_bytes(bytes(70_000))
    said = audit(folder / "log", tmp_path / "state.json", "--key", key)
    expected = "at most 65536 bytes, found more" if kind == "long" else "a file, found something"
    assert (said.code, f"{path}: expected {expected}" in said.err) == (2, True)


@pytest.mark.parametrize("place", ["ftp://a.example/log", "file:///tmp", "HTTPX://a.example"])
def test_an_address_of_another_kind_is_no_folder(folder: Path, tmp_path: Path, place: str) -> None:
    said = audit(place, tmp_path / "s", "--key", shown(folder)["verifier_key"])
    assert said.code == 2
    assert "DIR|URL: expected a folder, or an http or https address" in said.err


def test_a_full_audit_says_that_it_read_all(folder: Path, tmp_path: Path) -> None:
    lines = (
        json.dumps({"type": "dataset.registered", "config": {"name": str(number)}})
        for number in range(300)
    )
    assert eval752("record", "--data", folder, stdin="\n".join(lines)).code == 0
    eval752("log", "checkpoint", "--data", folder)
    key = shown(folder)["verifier_key"]
    assert (
        "read: 2 of 3 tiles of hashes, which lead to the signed root; --full reads all"
        in audit(folder / "log", tmp_path / "s", "--key", key).out
    )
    assert "read: 3 of 3 tiles of hashes" in audit(folder / "log", tmp_path / "s", "--full").out
    document = audit(folder / "log", tmp_path / "s", "--full", "--json").document
    assert (document["tiles_read"], document["tiles"]) == (3, 3)


def test_an_audit_keeps_to_the_key_that_it_began_with(folder: Path, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    record(tmp_path / "other", "other")
    for each in (folder, tmp_path / "other"):
        eval752("log", "checkpoint", "--data", each)
    audit(folder / "log", state, "--key", shown(folder)["verifier_key"])
    said = audit(folder / "log", state, "--key", shown(tmp_path / "other")["verifier_key"])
    assert (said.code, "name another --state FILE" in said.err) == (2, True)
    said = audit(tmp_path / "other/log", state)
    assert (said.code, "no valid signature" in said.out) == (1, True)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"checkpoint":"x","key":"y"}', b"\xff", b"BAD CHECKPOINT", b"BAD KEY"]
)
def test_a_state_that_is_none_is_refused(folder: Path, tmp_path: Path, content: bytes) -> None:
    state = tmp_path / "state.json"
    eval752("log", "checkpoint", "--data", folder)
    assert audit(folder / "log", state, "--key", shown(folder)["verifier_key"]).code == 0
    kept = json.loads(state.read_bytes())
    if content.startswith(b"BAD "):
        kept[content.removeprefix(b"BAD ").decode().lower()] = "x"
        content = encode(kept)
    state.write_bytes(content)
    said = audit(folder / "log", tmp_path / "state.json")
    assert said.code == 2
    assert said.err.startswith("error: ")
    assert str(tmp_path / "state.json") in said.err


def test_a_served_log_is_audited_over_http(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with served(tmp_path / "data", public_log=True) as service:
        new_run(service.root, 100)
        service.service.archive.log.checkpoint()
        key = service.root.get("/v1/archive").json()["verifier_key"]
        assert audit(service.url, state, "--key", key).code == 0
        new_run(service.root, 100)
        service.service.archive.log.checkpoint()
        said = audit(service.url.replace("http", "HTTP"), state)
        assert (said.code, "which extends the" in said.out) == (0, True)
        said = audit(f"{service.url}/v1", state)
        assert (said.code, "no checkpoint" in said.err) == (2, True)


def test_a_log_that_takes_a_token_is_read_with_the_one_that_is_named(tmp_path: Path) -> None:
    token = tmp_path / "token"
    with served(tmp_path / "data") as service:
        token.write_text(service.root.headers["authorization"].removeprefix("Bearer "))
        token.chmod(0o600)
        service.service.archive.log.checkpoint()
        key = service.root.get("/v1/archive").json()["verifier_key"]
        state = tmp_path / "state.json"
        said = audit(service.url, state, "--key", key)
        assert (said.code, "HTTP 401" in said.err) == (2, True)
        assert audit(service.url, state, "--key", key, "--token-file", token).code == 0
