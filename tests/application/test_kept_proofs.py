"""What is kept and broken leaves in no bundle: the export is refused and names the file."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from domain.errors import ArchiveDamaged
from domain.transparency.signed_note import VerifierKey
from domain.verification.policy import Policy, TimestampRoot
from interface.bootstrap.archive import Archive
from interface.bootstrap.on_demand import http_witness
from interface.verifying import verify_file
from scripts.timestamps_by_hand import Authority, Timestamp
from tests.archives import export, open_fixed
from tests.authorities import serving
from tests.story import record_story
from tests.witnesses import TestWitness

AUTHORITY = Authority()


class Stamping:
    """An authority in this process."""

    name = AUTHORITY.name

    def stamp(self, message: bytes, *, sha512: bool = False) -> bytes:
        return Timestamp(AUTHORITY, message, "sha512" if sha512 else "sha256").response()


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """One whose head is stamped, renewed and cosigned, and of which a bundle has left."""
    with open_fixed(tmp_path / "archive", "archive-a") as opened:
        record_story(opened)
        export(opened, tmp_path / "before.zip")
        opened.stamper().stamp_next(Stamping())
        list(opened.stamper().renew_all([Stamping()]))
        key = VerifierKey(opened.signer.origin, opened.signer.public_key)
        with serving(witness := TestWitness(key)) as server:
            opened.witnesser().stamp_next(http_witness(server.url, witness.key.encode()))
        yield opened


Damage = Callable[[bytes], bytes]


def rubbish(_: bytes) -> bytes:
    return b"rubbish"


def empty(_: bytes) -> bytes:
    return b""


def flipped(data: bytes) -> bytes:
    return data[:-12] + (b"A" if data[-12:-11] != b"A" else b"B") + data[-11:]


PROOF, COSIGNATURE = "proofs/*/seal.tlog-proof", "log/cosignatures/*/1-*.note"
STAMP, RENEWAL = "log/timestamps/*/1-*.tsr", "log/timestamps/*/2-*.tsr"


@pytest.mark.parametrize(
    ("pattern", "damage"),
    [
        *((pattern, rubbish) for pattern in (PROOF, COSIGNATURE, STAMP, RENEWAL)),
        *((pattern, empty) for pattern in (PROOF, COSIGNATURE, STAMP, RENEWAL)),
        *((pattern, flipped) for pattern in (PROOF, COSIGNATURE)),
    ],
)
def test_what_is_damaged_is_refused_by_the_name_of_its_file(
    archive: Archive, tmp_path: Path, pattern: str, damage: Damage
) -> None:
    [path] = archive.folder.glob(pattern)
    path.write_bytes(damage(path.read_bytes()))
    remedy = "the log makes the proof anew" if pattern == PROOF else "bundles leave without it"
    with pytest.raises(ArchiveDamaged, match=remedy) as refused:
        export(archive, tmp_path / "a.zip")
    assert str(path).endswith(refused.value.place)
    assert not (tmp_path / "a.zip").exists()
    path.unlink()
    if pattern != STAMP:  # without which its renewal covers nothing
        export(archive, tmp_path / "a.zip")
        roots = [TimestampRoot(AUTHORITY.name, AUTHORITY.root_der)]
        assert verify_file(tmp_path / "a.zip", Policy(roots=roots)).verified


def test_of_a_rotten_head_no_proof_is_made(archive: Archive, tmp_path: Path) -> None:
    [path] = archive.folder.glob(PROOF)
    path.unlink()
    with closing(sqlite3.connect(archive.folder / "log/heads.sqlite3")) as database:
        rows = database.execute("SELECT size, note FROM heads").fetchall()
        database.executemany(
            "UPDATE heads SET note = ? WHERE size = ?", [(flipped(n), s) for s, n in rows]
        )
        database.commit()
    with pytest.raises(ArchiveDamaged, match="Put the newest copy of this file back") as refused:
        export(archive, tmp_path / "a.zip")
    assert refused.value.place == "log/heads.sqlite3"
    assert not path.exists()


def test_a_timestamp_of_another_head_is_refused(archive: Archive, tmp_path: Path) -> None:
    [path] = archive.folder.glob("log/timestamps/*/1-*.tsr")
    path.write_bytes(Stamping().stamp(b"another head"))
    with pytest.raises(ArchiveDamaged, match="expected one over the sha256") as refused:
        export(archive, tmp_path / "a.zip")
    assert refused.value.place == str(path)
