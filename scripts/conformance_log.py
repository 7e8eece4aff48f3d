"""Bad bundles whose proof from the log is none, or is that of something else.

A bundle without one is sound: whoever requires inclusion must say so (``conformance_proofs``).
"""

from collections.abc import Iterator
from typing import Any, Final

from scripts.bundle_by_hand import ARCHIVE, KEYS, Signer, note_text
from scripts.conformance_fixture import Bad, whole, with_event
from scripts.conformance_proofs import DOUBLE, OTHER, SOUND, TRUSTED, flipped_line
from scripts.log_by_hand import SEAL_PROOF, Proof, leaf, proof_of
from scripts.recording_by_hand import digest
from scripts.recordings import JUDGE, registered

PROOF: Final = proof_of(SOUND)
ROOT = "root by inclusion proof"


def inclusion() -> Iterator[Bad]:
    """All of them."""
    yield from _paths()
    yield from _heads()
    yield from _signatures()
    yield from _files()


def _bad(name: str, place: str, why: str, data: bytes, **more: Any) -> Bad:
    return Bad(name, place, why, {**SOUND, SEAL_PROOF: data}, **more)


def _paths() -> Iterator[Bad]:
    """Proofs that lead elsewhere, or nowhere."""
    first, second, *rest = PROOF.hashes
    altered = bytes([first[0] ^ 1]) + first[1:]
    other = digest(b"another hash").encode()[:32]
    paths: dict[str, tuple[Proof, str, str]] = {
        "hash-altered": (PROOF.edited(hashes=[altered, second, *rest]), ROOT, "one bit"),
        "hash-missing": (PROOF.edited(hashes=PROOF.hashes[:-1]), "inclusion proof", "cut"),
        "hash-too-many": (PROOF.edited(hashes=[*PROOF.hashes, other]), "inclusion proof", "padded"),
        "hashes-none": (PROOF.edited(hashes=[]), "inclusion proof", "nothing shown"),
        "hashes-swapped": (PROOF.edited(hashes=[second, first, *rest]), ROOT, "in order"),
        "index-before": (PROOF.edited(index=PROOF.index - 1), "inclusion proof", "at its place"),
        "index-beyond-the-log": (PROOF.edited(index=PROOF.size), "inclusion proof", "below size"),
        "of-the-datasets-seal": (proof_of(SOUND, 4), ROOT, "the last seal"),
        "of-the-event-before-the-seal": (proof_of(SOUND, -2), ROOT, "the last event"),
        "of-another-run": (proof_of(_judged()), ROOT, "the same place in another log"),
        "of-an-empty-log": (PROOF.edited(size=0), "inclusion proof", "it has no events"),
    }
    for name, (proof, place, why) in paths.items():
        yield _bad(name, place, why, proof.file())
    short = Proof(0, [], 1, leaf(b"the first event of the archive"))
    yield _bad("of-a-log-of-one-event", ROOT, "it is another one", short.file())


def _judged() -> Any:
    return whole(with_event(1, registered(JUDGE)))


def _heads() -> Iterator[Bad]:
    """Checkpoints that are none, or of another log."""
    text, root = PROOF.text, digest(b"another root").encode()[:32]
    lines = text.split(b"\n")
    heads: dict[str, tuple[bytes, str, str]] = {
        "root-of-another-log": (PROOF.edited(root=root).text, ROOT, "signed, and not this tree"),
        "size-of-another-log": (
            PROOF.edited(size=2 * PROOF.size).text,
            "inclusion proof",
            "signed",
        ),
        "size-with-leading-zero": (text.replace(lines[1], b"0" + lines[1]), "checkpoint", "strict"),
        "size-not-a-number": (text.replace(lines[1], b"many"), "checkpoint", "a number"),
        "size-beyond-numbers": (text.replace(lines[1], b"%d" % 2**53), SEAL_PROOF, "2^53 - 1"),
        "root-in-hex": (text.replace(lines[2], root.hex().encode()), "checkpoint", "base64"),
        "root-cut": (text.replace(lines[2], lines[2][:40]), "checkpoint", "32 bytes"),
        "with-an-extension-line": (text + b"checked by hand\n", SEAL_PROOF, "room for more words"),
        "checkpoint-with-carriage-returns": (text.replace(b"\n", b"\r\n"), "signed note", "strict"),
        "checkpoint-is-the-bundles-note": (note_text(SOUND), "checkpoint", "wrong role"),
    }
    for name, (changed, place, why) in heads.items():
        yield _bad(name, place, why, PROOF.head + ARCHIVE.note(changed))
    foreign = PROOF.edited(origin=OTHER.name)
    why = "the log of another archive"
    yield _bad("checkpoint-of-another-origin", SEAL_PROOF, why, foreign.file(OTHER))
    given = {"keys": [ARCHIVE.verifier_key, OTHER.verifier_key]}
    why = "and the verifier trusts that one too"
    data = foreign.file(OTHER)
    yield _bad("checkpoint-of-another-trusted-origin", SEAL_PROOF, why, data, given=given)


def _signatures() -> Iterator[Bad]:
    """Checkpoints whose signature is none."""
    line = ARCHIVE.line(PROOF.text)
    forged = flipped_line(line)
    start = PROOF.head + PROOF.text + b"\n"
    yield _bad("signature-forged", SEAL_PROOF, "by the key that came along", start + forged)
    members = {name: data for name, data in SOUND.items() if name != KEYS}
    yield Bad("signature-forged-of-a-trusted-key", SEAL_PROOF, "by the key that is trusted",
              {**members, SEAL_PROOF: start + forged}, given=TRUSTED)  # fmt: skip
    yield _bad("signature-twice-and-one-forged", SEAL_PROOF, "which counts?", start + line + forged)
    stale = start + ARCHIVE.line(PROOF.edited(size=PROOF.size + 1).text)
    yield _bad("signature-of-another-head", SEAL_PROOF, "taken from elsewhere", stale)
    beside = start + forged + DOUBLE.line(PROOF.text)
    yield _bad("signature-forged-beside-a-double", SEAL_PROOF, "one in the same name", beside)
    witness = Signer("witness.example/w1", "a witness")
    beside = start + forged + witness.line(PROOF.text)
    yield _bad("signature-forged-beside-a-witness", SEAL_PROOF, "another's is no help", beside)
    yield _bad("signatures-none", "signed note", "a checkpoint has one", start)
    hyphen = start + line.replace("—".encode(), b"-")
    yield _bad("signature-with-hyphen", "signed note", "an em dash", hyphen)


def _files() -> Iterator[Bad]:
    """Files that are no tlog-proof."""
    data, place = PROOF.file(), "tlog-proof"
    files: dict[str, tuple[bytes, str]] = {
        "empty": (b"", "a proof that is none"),
        "cut-within-the-hashes": (PROOF.head[:120], "the download stopped"),
        "checkpoint-alone": (ARCHIVE.note(PROOF.text), "no index, no hashes"),
        "of-another-version": (data.replace(b"@v1", b"@v2", 1), "one that nobody knows"),
        "with-carriage-returns": (data.replace(b"\n", b"\r\n"), "written in another way"),
        "index-with-leading-zero": (data.replace(b"index ", b"index 0", 1), "strictly read"),
        "index-negative": (data.replace(b"index ", b"index -", 1), "strictly read"),
        "index-missing": (data.replace(b"index %d\n" % PROOF.index, b"", 1), "where is it?"),
        "hash-in-other-base64": (data.replace(b"=\n", b"\n", 1), "strictly read"),
        "hash-of-31-bytes": (PROOF.edited(hashes=[bytes(31)]).file(), "32 bytes"),
        "of-1000-hashes": (PROOF.edited(hashes=[bytes(32)] * 1000).file(), "no log is so large"),
        "not-ascii": (b"\xff" + data, "no text"),
    }
    for name, (content, why) in files.items():
        yield _bad(f"proof-{name}", place, why, content)
    extra = data.replace(b"index", b"extra SGVsbG8=\nindex", 1)
    yield _bad("proof-with-extra-data", SEAL_PROOF, "a message that nobody looks at", extra)
    yield _bad("proof-with-bytes-behind", "signed note", "only one way to write it", data + b"\n")
    cosigned = (Signer(f"witness-{number}").line(PROOF.text) for number in range(900))
    yield _bad("proof-of-100-kb", SEAL_PROOF, "bounded", data + b"".join(cosigned))
    yield _bad("proof-cut-within-the-checkpoint", "signed note", "stopped", data[:-30])
