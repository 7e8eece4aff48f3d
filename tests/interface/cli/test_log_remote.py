"""The log's commands against a service: they do and say the same as in a folder."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from application import stamping_thread
from domain.transparency.signed_note import VerifierKey
from infrastructure.content.stamps import FileStamps
from interface.bootstrap.opening import open_archive
from tests.authorities import NEEDS_OPENSSL, REPLY, OpensslAuthority, serving
from tests.interface.api.conftest import served
from tests.interface.cli.running import Remote, Said, eval752
from tests.witnesses import TestWitness

SELDOM = 10**6


@pytest.fixture(autouse=True)
def _nobody_stamps_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The threads of a service do only what they are asked for, after their first look."""
    monkeypatch.setattr(stamping_thread, "LOOK", SELDOM)
    monkeypatch.setattr(stamping_thread, "FIRST_PAUSE", SELDOM)


@contextmanager
def service_of(folder: Path, token_file: Path, **settings: Any) -> Iterator[Remote]:
    """A service of this archive."""
    with served(folder, checkpoint_interval=86_400, **settings) as real:
        token_file.touch(0o600)
        token_file.write_text(real.root.headers["authorization"].removeprefix("Bearer "))
        yield Remote(real.url, token_file, real.service)


def test_a_checkpoint_is_signed_printed_and_shown(remote: Remote) -> None:
    remote("project", "add", "first")
    said = remote("log", "checkpoint")
    assert (said.code, said.err) == (0, "")
    folder: Path = remote.service.archive.folder
    assert said.out == (folder / "log/checkpoint").read_text()
    assert remote("log", "checkpoint", "--json").document["checkpoint"] == said.out
    shown = remote("log", "show", "--json").document
    assert (shown["checkpoint"], shown["waiting"]) == (said.out, 0)


def test_tiles_are_made_anew_and_are_the_same(remote: Remote) -> None:
    head = remote("log", "checkpoint", "--json").document
    folder: Path = remote.service.archive.folder
    before = tiles(folder)
    shutil.rmtree(folder / "log/tile")
    assert remote("log", "rebuild", "--json").document == head
    assert tiles(folder) == before != {}
    assert remote("log", "rebuild").out == f"{head['size']} events, root {head['root']}\n"


def tiles(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in (folder / "log/tile").rglob("*") if path.is_file()}


def test_only_an_administrator_keeps_the_log_and_whoever_reads_sees_it(
    remote: Remote, tmp_path: Path
) -> None:
    made = remote("token", "create", "--role", "auditor", "--json").document
    token = tmp_path / "token"
    token.touch(0o600)
    token.write_text(made["token"])
    place = ("--server", remote.url, "--token-file", token)
    assert eval752("log", "show", *place).code == 0
    for command in ("checkpoint", "rebuild", "timestamp", "witness", "restamp"):
        said = eval752("log", command, *place)
        assert (said.code, "a role that may manage" in said.err) == (2, True)


@pytest.mark.parametrize(
    ("command", "setting"),
    [
        ("timestamp", "timestamp_authorities"),
        ("restamp", "timestamp_authorities"),
        ("witness", "witnesses"),
    ],
)
def test_a_service_without_anybody_to_ask_says_so_and_signs_nothing(
    remote: Remote, command: str, setting: str
) -> None:
    before = remote("log", "checkpoint").out
    remote("project", "add", f"for-{command}")
    said = remote("log", command)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"error: {setting}: expected ")
    assert "No request can." in said.err
    assert remote("log", "show", "--json").document["checkpoint"] == before


@pytest.mark.parametrize(
    ("command", "named"),
    [
        (["timestamp", "--authority", "http://127.0.0.1:9/"], "--authority"),
        (["timestamp", "--roots", "roots.pem"], "--roots"),
        (["restamp", "--authority", "http://127.0.0.1:9/"], "--authority"),
        (["witness", "http://127.0.0.1:9/"], "URL"),
        (["witness", "--key", "w+1+A"], "--key"),
    ],
)
def test_who_is_asked_by_a_service_is_not_for_a_command_to_say(
    remote: Remote, command: list[str], named: str
) -> None:
    said = remote("log", *command)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"error: {named}: expected nothing: a service asks those of its own")


@pytest.mark.parametrize("command", ["timestamp", "restamp", "witness"])
def test_in_a_folder_a_command_must_say_who_is_asked(data: Path, command: str) -> None:
    said = eval752("log", command, "--data", data)
    assert (said.code, said.out) == (2, "")
    assert "expected a value, for an archive in a folder, found none" in said.err


@NEEDS_OPENSSL
def test_heads_are_stamped_and_renewed_by_the_authorities_of_the_service(
    data: Path, tmp_path: Path
) -> None:
    openssl, kept = OpensslAuthority(tmp_path / "authority"), FileStamps(data / "log/timestamps")
    with serving(openssl) as server:
        named = {"timestamp_authorities": server.url, "timestamp_roots": openssl.root}
        with service_of(data, tmp_path / "token", **named) as remote:
            remote("log", "timestamp")
            remote("project", "add", "more")
            said = remote("log", "timestamp", "--json")
            assert heads_of(said, server.url) == kept.sizes()[-1:]
            said = remote("log", "timestamp")
            assert said.out == "Nothing to do: these authorities have stamped every head.\n"
            said = remote("log", "restamp", "--json")
            assert heads_of(said, server.url) == kept.sizes()
    assert {len(kept.of(size)) for size in kept.sizes()} == {2}
    policy, root = tmp_path / "policy.toml", openssl.root.read_text()
    policy.write_text(f'[[timestamps]]\nname = "tsa"\nroot = """\n{root}"""\n')
    eval752("export", "capitals", "-o", tmp_path / "a.zip", "--data", data)
    said = eval752("verify", "--policy", policy, "--require", "time", tmp_path / "a.zip")
    assert said.code == 0, said.out


def heads_of(said: Said, authority: str) -> list[int]:
    """The heads that a command tells of, all by one authority."""
    assert (said.code, said.err) == (0, "")
    assert {each["authority"] for each in said.document} == {authority}
    return [each["size"] for each in said.document]


@NEEDS_OPENSSL
def test_where_no_head_has_a_timestamp_there_is_nothing_to_renew(
    tmp_path: Path,
) -> None:
    openssl = OpensslAuthority(tmp_path / "authority")
    named = {"timestamp_authorities": "http://127.0.0.1:9/", "timestamp_roots": openssl.root}
    with service_of(tmp_path / "new", tmp_path / "token", **named) as remote:
        assert remote("log", "restamp").out == "Nothing to do: no head has a timestamp yet.\n"


@NEEDS_OPENSSL
def test_an_authority_that_gives_none_is_told_with_its_reason(data: Path, tmp_path: Path) -> None:
    openssl = OpensslAuthority(tmp_path / "authority")
    with serving(lambda _: (500, REPLY, b"")) as server:
        named = {"timestamp_authorities": server.url, "timestamp_roots": openssl.root}
        with service_of(data, tmp_path / "token", **named) as remote:
            said = remote("log", "timestamp")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"error: timestamp by {server.url}: expected 200")


def test_heads_are_shown_to_the_witnesses_of_the_service(data: Path, tmp_path: Path) -> None:
    with open_archive(data, writable=False) as archive:
        witness = TestWitness(VerifierKey(archive.signer.origin, archive.signer.public_key))
    key = witness.key.encode()
    with (
        serving(witness) as server,
        service_of(data, tmp_path / "token", witnesses=f"{key} {server.url}") as remote,
    ):
        remote("log", "witness")
        remote("project", "add", "more")
        said = remote("log", "witness")
        assert (said.code, said.err) == (0, "")
        size = remote("log", "show", "--json").document["size"]
        assert said.out == f"head {size}  cosigned by {key}\n"
        said = remote("log", "witness")
        assert said.out == "Nothing to do: this witness has seen every head.\n"
