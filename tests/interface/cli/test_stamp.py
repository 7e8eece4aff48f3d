"""``eval752 log timestamp`` and ``restamp``, by `openssl ts` behind a small server."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from domain.transparency.signed_note import VerifierKey
from interface.bootstrap.opening import open_archive
from tests.authorities import NEEDS_OPENSSL, REPLY, Asked, OpensslAuthority, serving
from tests.interface.cli.running import eval752
from tests.witnesses import TestWitness

pytestmark = NEEDS_OPENSSL


class Authority(NamedTuple):
    """`openssl ts`, and where it is served."""

    openssl: OpensslAuthority
    server: Asked

    @property
    def options(self) -> tuple[object, ...]:
        return "--authority", self.server.url, "--roots", self.openssl.root


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    openssl = OpensslAuthority(tmp_path_factory.mktemp("tsa") / "authority")
    with serving(openssl) as server:
        yield Authority(openssl, server)


@pytest.fixture
def policy(authority: Authority, tmp_path: Path) -> Path:
    path = tmp_path / "policy.toml"
    root = authority.openssl.root.read_text()
    path.write_text(f'[[timestamps]]\nname = "tsa"\nroot = """\n{root}"""\n')
    return path


def test_a_bundle_that_was_stamped_proves_by_when_it_was_sealed(
    data: Path, authority: Authority, policy: Path, tmp_path: Path
) -> None:
    before = eval752("export", "capitals", "-o", tmp_path / "a.zip", "--data", data)
    assert eval752("verify", "--policy", policy, tmp_path / "a.zip").code == 1
    said = eval752("log", "timestamp", *authority.options, "--data", data)
    assert (said.code, said.err) == (0, "")
    assert f"stamped by {authority.server.url}" in said.out
    said = eval752("log", "timestamp", *authority.options, "--data", data)
    assert said.out == "Nothing to do: these authorities have stamped every head.\n"
    after = eval752("export", "capitals", "-o", tmp_path / "b.zip", "--data", data, "--json")
    assert after.document["digest"] in before.out
    said = eval752("verify", "--policy", policy, tmp_path / "b.zip")
    assert said.code == 0, said.out
    assert "12 time          passed     the seal existed at or before 20" in said.out
    assert "says Test-Authority" in said.out
    said = eval752("verify", tmp_path / "b.zip")
    assert (
        "12 time          not shown  timestamps by Test-Authority: no root to check it by"
        in said.out
    )


def test_timestamps_are_renewed_by_another_hash_and_the_bundle_stays_sound(
    data: Path, authority: Authority, policy: Path, tmp_path: Path
) -> None:
    said = eval752("log", "restamp", *authority.options, "--data", data)
    assert said.out == "Nothing to do: no head has a timestamp yet.\n"
    eval752("log", "timestamp", *authority.options, "--data", data)
    said = eval752("log", "restamp", *authority.options, "--data", data, "--json")
    assert (said.code, {each["authority"] for each in said.document}) == (0, {authority.server.url})
    assert b"`\x86H\x01e\x03\x04\x02\x03" in authority.server.bodies[-1]  # SHA-512
    eval752("export", "capitals", "-o", tmp_path / "a.zip", "--data", data)
    said = eval752("verify", "--policy", policy, tmp_path / "a.zip")
    assert said.code == 0, said.out


def test_an_authority_that_gives_none_is_told_with_its_reason(
    data: Path, authority: Authority, tmp_path: Path
) -> None:
    with serving(lambda _: (500, REPLY, b"")) as server:
        roots = authority.openssl.root
        options = ("--authority", server.url, "--roots", roots, "--data", data)
        said = eval752("log", "timestamp", *options)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"error: timestamp by {server.url}: expected 200")
    said = eval752("log", "timestamp", "--authority", server.url, "--roots", tmp_path / "x",
                   "--data", data)  # fmt: skip
    assert (said.code, "root certificates, in PEM" in said.err) == (2, True)


def test_a_failure_tells_what_was_kept_before_it(data: Path, authority: Authority) -> None:
    with serving(lambda _: (500, REPLY, b"")) as broken:
        both = (*authority.options, "--authority", broken.url, "--data", data)
        said = eval752("log", "timestamp", *both)
        assert said.code == 2
        assert f"\nKept before that, by {authority.server.url}: heads " in said.err
        said = eval752("log", "restamp", *both)
    assert said.code == 2
    assert f"\nKept before that, by {authority.server.url}: heads " in said.err


def test_a_witness_is_shown_the_log_and_counts(data: Path, tmp_path: Path) -> None:
    with open_archive(data, writable=False) as archive:
        witness = TestWitness(VerifierKey(archive.signer.origin, archive.signer.public_key))
    key, policy = witness.key.encode(), tmp_path / "policy.toml"
    policy.write_text(f'[witnesses]\nquorum = 1\nkeys = ["{key}"]\n')
    with serving(witness) as server:
        said = eval752("log", "witness", server.url, "--key", key, "--data", data)
        assert (said.code, said.err) == (0, "")
        assert f"cosigned by {key}" in said.out
        said = eval752("log", "witness", server.url, "--key", key, "--data", data)
        assert said.out == "Nothing to do: this witness has seen every head.\n"
    eval752("export", "capitals", "-o", tmp_path / "a.zip", "--data", data)
    said = eval752("verify", "--policy", policy, tmp_path / "a.zip")
    assert said.code == 0, said.out
    assert "13 witness       passed     the log's head was seen by w1.example" in said.out
