"""What every signer does."""

from pathlib import Path

import pytest

from application.ports import Signer
from domain.syntax import is_origin
from infrastructure.signing.keys import open_identity
from infrastructure.signing.verify import verify_ed25519


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return open_identity(tmp_path / "identity")


def test_an_archive_has_an_origin_and_a_key(signer: Signer) -> None:
    assert is_origin(signer.origin)
    assert len(signer.public_key) == 32


def test_a_signature_is_the_keys_over_the_message_alone(signer: Signer) -> None:
    signature = signer.sign(b"message")
    assert len(signature) == 64
    assert verify_ed25519(signer.public_key, signature, b"message")
    assert not verify_ed25519(signer.public_key, signature, b"another message")
