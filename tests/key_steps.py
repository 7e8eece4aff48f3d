"""Steps in the life of an archive's keys, and what can be seen of it.

Not here: what must hold then (``tests.key_history``).
"""

from pathlib import Path

import pytest

from domain.bundle.layout import SEAL_PROOF
from domain.transparency.checkpoint import parse_signed
from domain.transparency.tlog_proof import TlogProof
from interface.bootstrap.archive import Archive
from tests.archives import member_of

NOW = "2026-11-23T10:00:00.000000Z"
CLAIM = "2026-11-20T00:00:00.000000Z"


def ids(archive: Archive) -> list[str]:
    return [each.id for each in archive.signer.known()]


def rotate(archive: Archive) -> str:
    return archive.key_changes().rotate().in_force.id


def compromised(archive: Archive, key_id: str = "", since: str = "") -> str:
    return archive.key_changes().compromised(key_id, since, NOW).in_force.id


def seeds(archive: Archive) -> set[bytes]:
    files = (path for path in archive.folder.rglob("*") if path.is_file())
    return {path.read_bytes() for path in files if b"ed25519_seed" in path.read_bytes()}


def handing_over(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rotate the key, and fail before a head is signed by both."""
    archive.log.checkpoint()
    with monkeypatch.context() as patched:
        patched.setattr(type(archive.heads), "add", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            rotate(archive)
    assert archive.signer.is_handing_over


def seal_signers(archive: Archive, path: Path) -> list[str]:
    proof = TlogProof.parse(member_of(path, SEAL_PROOF))
    note = parse_signed(proof.checkpoint).note
    return [line.key_id.hex() for line in note.signatures]
