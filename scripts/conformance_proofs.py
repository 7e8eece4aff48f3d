"""Bad bundles whose proofs are not: notes and keys; and sound ones that are not what is required.

A bundle without a note is sound: whoever requires a signature must say so.
"""

from collections.abc import Iterator
from typing import Any, Final

from scripts.bundle_by_hand import (
    ARCHIVE,
    KEYS,
    NOTE,
    Members,
    Signer,
    note_text,
    signed,
    summed,
)
from scripts.conformance_fixture import Bad, run_of, whole, with_event, with_run
from scripts.log_by_hand import SEAL_PROOF, proof_of
from scripts.policies_by_hand import BEFORE, SEALED_BY, timestamped, trusting, witnesses
from scripts.recording_by_hand import digest
from scripts.recordings import JUDGE, SMALL, registered

SOUND: Final = whole(SMALL)
TEXT: Final = note_text(SOUND)
OTHER: Final = Signer("archive-0000", "another key")
DOUBLE: Final = Signer(ARCHIVE.name, "another key")
"""One who signs under the same name."""
TRUSTED: Final[dict[str, Any]] = {"keys": [ARCHIVE.verifier_key]}


def signatures() -> Iterator[Bad]:
    """All that is wrong with a note or with the key beside it."""
    yield from _texts()
    yield from _notes()
    yield from _keys()


def _texts() -> Iterator[Bad]:
    """Signed texts that are not that of this bundle."""
    lines = TEXT.split(b"\n")
    other, root = digest(b"another bundle").encode(), lines[4].split()[2]
    texts = {
        "of-another-bundle": (TEXT.replace(lines[2], other), "another digest"),
        "of-another-kind": (TEXT.replace(b"eval752 bundle", b"eval752 checkpoint"), "wrong role"),
        "of-other-events": (TEXT.replace(root, other), "another root"),
        "of-a-longer-stream": (TEXT.replace(b" 9 ", b" 10 "), "another size"),
        "of-the-run-alone": (TEXT.replace(lines[3] + b"\n", b""), "each stream has a line"),
        "with-carriage-returns": (TEXT.replace(b"\n", b"\r\n"), "written in another way"),
        "with-another-line": (TEXT + b"checked by hand\n", "room for more words"),
        "with-another-signer": (TEXT.replace(b"\narchive-7f3a", b"\narchive-0000"), "says who?"),
        "in-upper-case": (TEXT.replace(lines[2], lines[2].upper()), "written in another way"),
    }
    for what, (text, why) in texts.items():
        name = KEYS if what == "with-another-signer" else NOTE
        place = "signed note" if b"\r" in text else name
        yield Bad(f"note-{what}", place, why, {**SOUND, NOTE: ARCHIVE.note(text)})
    renewed = summed({**SOUND, "README.txt": b"Trust me.\n"})
    kept = {name: SOUND[name] for name in (NOTE, KEYS)}
    yield Bad("members-changed-and-sums-renewed", NOTE, "the note is of before",
              {**renewed, **kept}, ["manifest"])  # fmt: skip


def _notes() -> Iterator[Bad]:
    """Notes that are none, or whose signature is none."""
    line = ARCHIVE.line(TEXT).decode()
    name, _, data = line.rpartition(" ")
    flipped = f"{name} {_flipped(data)}"
    notes = {
        "signature-altered": (flipped, NOTE, "one bit"),
        "signature-cut": (f"{name} {data[:40]}\n", NOTE, "half of it"),
        "signature-in-other-base64": (line.replace("\n", "=\n"), "signed note", "strictly read"),
        "signature-not-base64": (f"{name} {'%' * 88}\n", "signed note", "strictly read"),
        "signature-of-other-text": (ARCHIVE.line(TEXT + b"\n").decode(), NOTE, "re-serialized"),
        "signature-twice-and-one-altered": (line + flipped, NOTE, "which one counts?"),
        "signature-with-hyphen": (line.replace("—", "-"), "signed note", "an em dash"),
        "signature-without-line-feed": (line[:-1], "signed note", "each line ends in LF"),
        "signatures-none": ("", "signed note", "a note has one"),
    }
    for what, (lines, place, why) in notes.items():
        yield Bad(what, place, why, {**SOUND, NOTE: TEXT + b"\n" + lines.encode()})
    whole_note = SOUND[NOTE]
    files = {
        "note-empty": (b"", "no note"),
        "note-cut": (whole_note[:200], "the download stopped"),
        "note-not-utf-8": (b"\xff" + whole_note, "no text"),
        "note-with-bytes-behind": (whole_note + b"\n", "only one way to write it"),
        "note-of-100-kb": (TEXT + b"\n" + b"".join(_cosigned(900)), "bounded"),
    }
    for what, (data_of_note, why) in files.items():
        place = NOTE if what == "note-of-100-kb" else "signed note"
        yield Bad(what, place, why, {**SOUND, NOTE: data_of_note})


def _flipped(data: str) -> str:
    return data[:30] + ("A" if data[30] != "A" else "B") + data[31:]


def _cosigned(count: int) -> Iterator[bytes]:
    return (Signer(f"witness-{number}").line(TEXT) for number in range(count))


def _keys() -> Iterator[Bad]:
    """Keys that are none, or not that of the note."""
    line = ARCHIVE.verifier_key
    name, key_id, data = line.split("+", 2)
    keys = {
        "key-of-another": (f"{OTHER.verifier_key}\n", KEYS, "another name"),
        "key-of-a-double": (f"{DOUBLE.verifier_key}\n", NOTE, "the same name"),
        "key-of-another-algorithm": (f"{name}+{key_id}+B{data[1:]}\n", "verifier key", "Ed25519"),
        "key-with-another-id": (f"{name}+00000000+{data}\n", "verifier key", "not its id"),
        "key-cut": (line[:-8] + "\n", "verifier key", "32 bytes"),
        "key-without-line-feed": (line, KEYS, "one line"),
        "keys-two": (f"{line}\n{OTHER.verifier_key}\n", KEYS, "one line"),
        "keys-empty": ("", KEYS, "one line"),
    }
    for what, (text, place, why) in keys.items():
        yield Bad(what, place, why, {**SOUND, KEYS: text.encode()})
    alone = {name: data for name, data in SOUND.items() if name != NOTE}
    hidden = {**alone, KEYS: b"a message that nobody looks at\n"}
    yield Bad("key-none-without-a-note", "verifier key", "a proof that is none", hidden)
    double = {**SOUND, NOTE: TEXT + b"\n" + flipped_line(ARCHIVE.line(TEXT)) + DOUBLE.line(TEXT)}
    double = {**double, KEYS: f"{DOUBLE.verifier_key}\n".encode()}
    why = "a line in the name of a trusted key that does not verify, beside one that does"
    yield Bad("trusted-signature-invalid", NOTE, why, double, also=["policy"], given=TRUSTED)


def flipped_line(line: bytes) -> bytes:
    """A line that names the same key, with a signature that is not by it."""
    name, _, data = line.decode().rpartition(" ")
    return f"{name} {_flipped(data)}".encode()


def policies() -> Iterator[Bad]:
    """Sound bundles that do not show what is required."""
    bare = summed(SOUND)
    place, needed = "check 9, signature", {**TRUSTED, "require": ["signature"]}
    rows: list[tuple[str, Members, str, dict[str, Any]]] = [
        ("note-stripped", bare, "a missing signature must not pass", needed),
        ("note-stripped-and-key-left", {**bare, KEYS: SOUND[KEYS]}, "a key signs nothing", needed),
        ("signed-by-a-key-that-came-along", SOUND, "whose is it?", {"require": ["signature"]}),
        ("signed-by-another", signed(bare, OTHER), "not by whom you trust", needed),
        ("signed-by-a-double", signed(bare, DOUBLE), "not by whom you trust", needed),
        ("signed-under-another-name", _under_another_name(bare), "in whose name?",
         {"keys": [OTHER.verifier_key], "require": ["signature"]}),
    ]  # fmt: skip
    for what, members, why, given in rows:
        yield Bad(what, place, why, members, given=given)
    yield from _by_file()
    yield from _of_the_log()
    unplanned = [*run_of(SMALL)[:1], *run_of(SMALL)[2:]]
    judged = with_event(1, registered(JUDGE))
    unscored = with_run([*run_of(SMALL)[:6], *run_of(SMALL)[7:]])
    others = {
        "completeness": ("plan-not-declared", with_run(unplanned), "complete against what?"),
        "rescoring": ("scored-by-a-judge", judged, "nobody can recompute it"),
        "inclusion": ("no-log", SMALL, "this version carries no such proof"),
        "time": ("no-timestamp", SMALL, "a missing proof must not pass"),
        "witness": ("no-witness", SMALL, "a missing proof must not pass"),
    }
    for check, (what, recording, why) in others.items():
        required = {"require": [check]}
        yield Bad(what, f", {check}", why, whole(recording), given=required)
    required = {"require": ["rescoring"]}
    why = "the right answer is scored, and the wrong one is not"
    yield Bad("wrong-answer-not-scored", ", rescoring", why, whole(unscored), given=required)


def _by_file() -> Iterator[Bad]:
    """Sound bundles that are not what a policy file requires."""
    signature, witness, time = "check 9, signature", "check 13, witness", "check 12, time"
    rows: list[tuple[str, str, dict[str, Any], str]] = [
        ("origin-unknown", signature, trusting(OTHER), "from whom?"),
        ("key-unknown", signature, trusting(DOUBLE), "a known name, another key"),
        ("key-compromised-before", signature, trusting(ARCHIVE, compromised=BEFORE), "by whom?"),
        ("key-compromised-later", signature, trusting(ARCHIVE, compromised=SEALED_BY),
         "no time is proven before it, whatever the seal claims"),
        ("key-no-longer-trusted", signature, trusting(ARCHIVE, until=BEFORE), "sealed too late"),
        ("key-not-yet-trusted", signature, trusting(ARCHIVE, **{"from": SEALED_BY}),
         "sealed too early"),
        ("witnesses-named", witness, witnesses(1, "w1.example", "w2.example"), "none has signed"),
        ("timestamp-root-named", time, timestamped(), "no authority has signed"),
        ("digest-not-accepted", "bundle digest", {"digests": [digest(b"1"), digest(b"2")]},
         "another one"),
        ("trusted-and-more-required", time, {**trusting(ARCHIVE), "require": ["time", "tree"]},
         "a trusted key is not all"),
    ]  # fmt: skip
    for what, place, policy, why in rows:
        yield Bad(f"file-{what}", place, why, SOUND, given={"policy": policy})
    told = {"policy": trusting(ARCHIVE, compromised=BEFORE), "keys": [ARCHIVE.verifier_key]}
    why = "to name a key again does not heal it"
    yield Bad("file-key-compromised-and-named-again", signature, why, SOUND, given=told)


def _of_the_log() -> Iterator[Bad]:
    """Sound proofs from a log that nobody vouches for."""
    place, proof = "check 10, inclusion", proof_of(SOUND)
    witness = Signer("witness.example/w1", "a witness")
    needed = {**TRUSTED, "require": ["inclusion"]}
    alone = {"keys": [ARCHIVE.verifier_key, witness.verifier_key], "require": ["inclusion"]}
    rows: list[tuple[str, Members, str, dict[str, Any]]] = [
        ("log-proof-stripped", SOUND, "a missing proof must not pass", needed),
        ("log-proof-by-a-key-that-came-along", {**SOUND, SEAL_PROOF: proof.file()}, "whose is it?",
         {"require": ["inclusion"]}),
        ("log-proof-by-a-double", {**SOUND, SEAL_PROOF: proof.file(DOUBLE)},
         "not by whom you trust", needed),
        ("log-proof-by-a-witness-alone", {**SOUND, SEAL_PROOF: proof.file(witness)},
         "not in the name of the log", alone),
    ]  # fmt: skip
    for what, members, why, given in rows:
        yield Bad(what, place, why, members, given=given)


def _under_another_name(bare: Members) -> Members:
    """A text in the name of the archive, with a signature by another whom the verifier trusts."""
    text = note_text(bare)
    return {**bare, NOTE: OTHER.note(text)}
