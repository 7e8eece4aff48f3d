"""Bad bundles whose attestation is none, is not the signer's, or says more than the events do.

A bundle without an attestation is sound.
"""

from collections.abc import Iterator
from typing import Any, Final

from scripts.attestation_by_hand import (
    ATTESTATION,
    attested,
    envelope,
    signing,
    statement,
    to_sign,
)
from scripts.bundle_by_hand import ARCHIVE, Members, Signer
from scripts.conformance_fixture import Bad, run_of, whole, with_run
from scripts.recording_by_hand import canonical, digest
from scripts.recordings import SMALL

SOUND: Final = whole(SMALL)
SAID: Final = canonical(statement(SOUND))
GIVEN_UP: Final = whole(with_run([*run_of(SMALL)[:3], run_of(SMALL)[-1]]))
"""A run that began, and whose end nobody recorded."""

OTHER: Final = Signer("archive-0000", "another key")
DOUBLE: Final = Signer(ARCHIVE.name, "another key")


def attestations() -> Iterator[Bad]:
    """All that is wrong with an attestation."""
    yield from _statements()
    yield from _signers()
    yield from _envelopes()


def _bad(what: str, place: str, why: str, data: bytes, members: Members = SOUND) -> Bad:
    return Bad(f"attestation-{what}", place, why, attested(members, data))


def _statements() -> Iterator[Bad]:
    """Statements that the archive signed, and that are not what follows from the events."""
    place = f"{ATTESTATION}, payload"
    more = {**statement(SOUND), "by": "hand"}
    other, root = digest(b"another").encode(), statement(SOUND)["subject"][1]["digest"]
    altered = {
        "of-another-bundle": (_replaced(digest(SOUND["SHA256SUMS"]).encode(), other), "digest"),
        "of-other-events": (_replaced(root["rfc9162Sha256"].encode(), other), "another root"),
        "of-another-run": (_replaced(b'"name":"run/0', b'"name":"run/1'), "another name"),
        "of-another-dataset": (_replaced(b'"name":"dataset/0', b'"name":"dataset/1'), "which?"),
        "count-raised": (_replaced(b'"answered":', b'"answered":1'), "a better count"),
        "key-doubled": (_replaced(b'"result":', b'"result":"FAILED","result":'), "which counts?"),
        "member-more": (canonical(more), "room for more words"),
        "of-another-type": (_replaced(b"test-result/v0.1", b"test-result/v0.2"), "wrong role"),
        "payload-indented": (_replaced(b'{"_type"', b'{ "_type"'), "written in another way"),
        "payload-empty": (b"", "says nothing"),
        "payload-not-utf-8": (b"\xff" + SAID, "no text"),
    }  # fmt: skip
    for what, (payload, why) in altered.items():
        yield _bad(what, place, why, signing(payload))
    failed = canonical(statement(GIVEN_UP))
    assert b'"FAILED"' in failed
    flipped = failed.replace(b'"FAILED"', b'"PASSED"')
    why = "a failed run made to pass, and signed"
    bad = _bad("result-flipped", place, why, signing(flipped), GIVEN_UP)
    yield Bad(bad.name, bad.place, bad.why, bad.members, ["completeness"])
    alone = whole(SMALL[:1])
    yield _bad("of-a-dataset-alone", place, "there is no result", signing(SAID), alone)


def _replaced(old: bytes, new: bytes) -> bytes:
    assert old in SAID, old
    return SAID.replace(old, new, 1)


def _signers() -> Iterator[Bad]:
    """Signatures that are not that of whoever signed the note over these bytes."""
    good = ARCHIVE.private.sign(to_sign(SAID))
    flipped = SAID.replace(b'"PASSED"', b'"WARNED"')
    payloads = {
        "payload-altered": (flipped, good, "the signature is of before"),
        "signed-by-a-double": (SAID, DOUBLE.private.sign(to_sign(SAID)), "in another's name"),
        "signature-without-pae": (SAID, ARCHIVE.private.sign(SAID), "in no role at all"),
        "signature-of-another-type": (
            SAID, ARCHIVE.private.sign(to_sign(SAID, "application/json")), "in another role"),
        "signature-cut": (SAID, good[:40], "half of it"),
        "signature-empty": (SAID, b"", "none of it"),
    }  # fmt: skip
    for what, (payload, signature, why) in payloads.items():
        yield _bad(what, ATTESTATION, why, canonical(envelope(payload, signature)) + b"\n")
    yield _bad("signed-by-another", ATTESTATION, "who did not sign the note", signing(SAID, OTHER))
    yield _bad("signed-by-a-key-of-the-same-name", ATTESTATION, "no key of the note",
               signing(SAID, DOUBLE))  # fmt: skip


def _envelopes() -> Iterator[Bad]:
    """Envelopes that are none."""
    sound = envelope(SAID, ARCHIVE.private.sign(to_sign(SAID)))
    (signed,) = sound["signatures"]
    edits: dict[str, tuple[dict[str, Any], str]] = {
        "signatures-none": ({"signatures": []}, "stripped"),
        "signatures-two": ({"signatures": [signed, signed]}, "one is enough"),
        "signature-without-keyid": ({"signatures": [{"sig": signed["sig"]}]}, "by whom?"),
        "signature-with-more": ({"signatures": [{**signed, "cert": ""}]}, "unsigned words"),
        "signature-not-base64": ({"signatures": [{**signed, "sig": "%"}]}, "strictly read"),
        "with-more": ({"note": "trust me"}, "unsigned words"),
        "payload-in-other-base64": ({"payload": sound["payload"] + "===="}, "strictly read"),
        "payload-as-number": ({"payload": 1}, "no payload"),
        "payload-none": ({"payload": None}, "no payload"),
    }
    for what, (edit, why) in edits.items():
        document = {name: value for name, value in {**sound, **edit}.items() if value is not None}
        yield _bad(what, ATTESTATION, why, canonical(document) + b"\n")
    place = f"{ATTESTATION}, payloadType"
    wrong = canonical({**sound, "payloadType": "application/json"}) + b"\n"
    yield _bad("payload-type-wrong", place, "in another role", wrong)
    whole_file = canonical(sound) + b"\n"
    files = {
        "empty": (b"", "no envelope"),
        "cut": (whole_file[:200], "the download stopped"),
        "without-line-feed": (whole_file[:-1], "written in another way"),
        "indented": (whole_file.replace(b",", b", "), "written in another way"),
        "type-doubled": (b'{"payloadType":"",' + whole_file[1:], "which one counts?"),
        "of-100-kb": (whole_file + b" " * 100_000, "bounded"),
        "a-list": (b"[]\n", "no envelope"),
    }
    for what, (data, why) in files.items():
        yield _bad(what, ATTESTATION, why, data)
