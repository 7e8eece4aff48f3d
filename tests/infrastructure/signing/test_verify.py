"""Ed25519, against RFC 8032 and the vectors of Wycheproof."""

import json
import sys
from pathlib import Path

import pytest

from infrastructure.signing.verify import find_verifier, verify_ed25519
from tests.conftest import shared_folder

# RFC 8032, section 7.1, test 2
PUBLIC_KEY = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)
MESSAGE = b"\x72"


def test_the_example_of_the_rfc_is_valid() -> None:
    assert verify_ed25519(PUBLIC_KEY, SIGNATURE, MESSAGE)


@pytest.mark.parametrize(
    ("public_key", "signature", "message"),
    [
        (PUBLIC_KEY, SIGNATURE, b"\x73"),
        (PUBLIC_KEY, SIGNATURE[:63] + b"\1", MESSAGE),
        (PUBLIC_KEY, SIGNATURE[:63], MESSAGE),
        (PUBLIC_KEY, b"", MESSAGE),
        (PUBLIC_KEY[:31], SIGNATURE, MESSAGE),
        (bytes(32), SIGNATURE, MESSAGE),
    ],
)
def test_whatever_differs_is_false_and_no_error(
    public_key: bytes, signature: bytes, message: bytes
) -> None:
    assert not verify_ed25519(public_key, signature, message)


def test_wycheproof_agrees() -> None:
    folder = shared_folder("vectors/wycheproof")
    groups = [
        group
        for path in sorted(Path(folder).rglob("ed25519*test.json"))
        for group in json.loads(path.read_text())["testGroups"]
    ]
    disagreeing = [
        test["tcId"]
        for group in groups
        for test in group["tests"]
        if verify_ed25519(
            bytes.fromhex(group["publicKey"]["pk"]),
            bytes.fromhex(test["sig"]),
            bytes.fromhex(test["msg"]),
        )
        is not (test["result"] == "valid")
    ]
    assert groups
    assert disagreeing == []


def test_without_the_library_there_is_no_verifier(monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_verifier() is verify_ed25519
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.asymmetric", None)
    assert find_verifier() is None
