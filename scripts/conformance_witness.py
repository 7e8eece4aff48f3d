"""Bundles whose log's head was seen by witnesses: good ones, and bad ones by what is wrong.

A bundle without cosignatures is sound: whoever requires them must say so (``conformance_proofs``).
"""

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Final

from scripts.bundle_by_hand import ARCHIVE, Members, Signer
from scripts.conformance_fixture import Bad
from scripts.conformance_proofs import SOUND
from scripts.conformance_time import GoodTime
from scripts.log_by_hand import SEAL_PROOF, proof_of

PROOF: Final = proof_of(SOUND)
FILE: Final = PROOF.file()
TIME: Final = 1_795_000_000
NAMES: Final = ("w1.example", "w2.example", "w3.example")


def vkey(signer: Signer) -> str:
    """The verifier key of a witness."""
    typed = b"\x04" + signer.private.public_key().public_bytes_raw()
    return f"{signer.name}+{_key_id(signer).hex()}+{b64encode(typed).decode()}"


def cosigned(signer: Signer, text: bytes = PROOF.text, time: int = TIME) -> bytes:
    """A line by which a witness says that it has seen this head by then."""
    signature = signer.private.sign(b"cosignature/v1\ntime %d\n" % time + text)
    return _line(signer, time.to_bytes(8) + signature)


def trusting(quorum: int, *signers: Signer) -> dict[str, Any]:
    """What a verifier is given that wants so many of these."""
    keys = [vkey(each) for each in signers]
    return {"policy": {"witnesses": {"quorum": quorum, "keys": keys}}}


def witness(name: str) -> Signer:
    """One of that name."""
    return Signer(name, f"the key of {name}")


W1, W2, W3 = map(witness, NAMES)


def seen(*lines: bytes) -> Members:
    """The bundle with these lines behind its checkpoint."""
    return {**SOUND, SEAL_PROOF: FILE + b"".join(lines)}


def good_witnesses() -> Iterator[GoodTime]:
    """Heads that were seen."""
    shown = {"witness": "passed", "policy": "passed"}
    rows = {
        "seen-by-all": (seen(cosigned(W1), cosigned(W2)), trusting(2, W1, W2)),
        "seen-by-enough": (seen(cosigned(W3), cosigned(W1)), trusting(2, W1, W2, W3)),
        "seen-by-others-too": (seen(cosigned(W3), cosigned(W1)), trusting(1, W1)),
        "seen-twice-by-one": (seen(cosigned(W1), cosigned(W1, time=TIME + 9)), trusting(1, W1)),
        "seen-at-the-last-time": (seen(cosigned(W1, time=2**63 - 1)), trusting(1, W1)),
    }
    for name, (members, given) in rows.items():
        yield GoodTime(name, "as many as are wanted", members, shown, given)
    yield GoodTime("seen-and-nobody-trusted", "whose word is it?", seen(cosigned(W1)), {}, {})


def witnesses() -> Iterator[Bad]:
    """Lines in the name of a witness that are not by it."""
    text, other = PROOF.text, PROOF.edited(size=PROOF.size + 1).text
    plain = _line(W1, TIME.to_bytes(8) + W1.private.sign(text))
    late = _line(W1, (TIME + 1).to_bytes(8) + _signature(W1))
    rows: dict[str, tuple[bytes, str]] = {
        "of-another-head": (cosigned(W1, other), "another size"),
        "of-the-text-alone": (plain, "it must say that it is a cosignature"),
        "time-altered": (late, "it was signed with another"),
        "time-beyond-all": (cosigned(W1, time=2**63), "no such time"),
        "without-a-time": (_line(W1, _signature(W1)), "by when?"),
        "by-another-key": (_line(W1, TIME.to_bytes(8) + _signature(W2)), "a name is not a key"),
        "cut": (_line(W1, TIME.to_bytes(8) + _signature(W1)[:32]), "half of it"),
        "one-of-two-altered": (cosigned(W1) + late, "which one counts?"),
    }
    for name, (line, why) in rows.items():
        members = seen(cosigned(W2), line)
        given = trusting(2, W1, W2)
        yield Bad(name, SEAL_PROOF, why, members, also=["policy"], given=given)


def too_few() -> Iterator[Bad]:
    """Sound cosignatures that are not what is required."""
    place = "check 13, witness"
    log = Signer(NAMES[0], ARCHIVE.seed)
    rows: list[tuple[str, Members, dict[str, Any], str]] = [
        ("by-too-few", seen(cosigned(W1)), trusting(2, W1, W2, W3), "two were wanted"),
        ("by-one-twice", seen(cosigned(W1), cosigned(W1, time=TIME + 9)), trusting(2, W1, W2),
         "one is one"),
        ("by-strangers", seen(cosigned(W2), cosigned(W3)), trusting(1, W1), "who are they?"),
        ("by-the-log-itself", seen(cosigned(log)), trusting(1, log), "it is no witness of its own"),
        ("by-a-plain-signature", seen(W1.line(PROOF.text)), trusting(1, W1), "another kind of key"),
        ("by-nobody", seen(), trusting(1, W1), "a missing one must not pass"),
    ]  # fmt: skip
    for what, members, given, why in rows:
        yield Bad(f"seen-{what}", place, why, members, given=given)


def _signature(signer: Signer) -> bytes:
    return signer.private.sign(b"cosignature/v1\ntime %d\n" % TIME + PROOF.text)


def _key_id(signer: Signer) -> bytes:
    typed = b"\x04" + signer.private.public_key().public_bytes_raw()
    return sha256(signer.name.encode() + b"\n" + typed).digest()[:4]


def _line(signer: Signer, signature: bytes) -> bytes:
    encoded = b64encode(_key_id(signer) + signature).decode()
    return f"— {signer.name} {encoded}\n".encode()
