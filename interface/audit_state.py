"""What an audit keeps of a log between two times: its key, its head; and both heads of a fork.

One join to ``infrastructure``, for files and Ed25519. Not here: what is compared
(``application.auditing``).
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from domain.canonical import decode, encode
from domain.errors import InvalidInput, Refused, UnreadableFile
from domain.transparency.checkpoint import parse_signed
from domain.transparency.signed_note import VerifierKey, Verify
from infrastructure.new_file import new_file
from infrastructure.signing.verify import find_verifier
from interface.policies import read_key


class Kept(NamedTuple):
    """The key of a log, and its head as it was seen last; None for not yet.

    The key may be another one than that which the head was checked by: the log's next.
    """

    key: VerifierKey
    note: bytes | None = None


def read_state(path: Path, given: str) -> Kept:
    """Read what is kept in a file; the key is the one that is ``given``, if one is.

    Whoever gives another key of the same log was told of it over another channel, as of the first;
    what the log shows by it must still extend the head that is kept.

    Raises:
        InvalidInput: when no key is there, that of another log is given, or the file is no such
            state.
        UnreadableFile: when it cannot be read.
    """
    if not path.exists():
        if not given:
            remedy = "Ask whoever runs the log for it, over another channel."
            raise InvalidInput("--key", "the log's verifier key, the first time", "none", remedy)
        return Kept(read_key(given, "--key"))
    try:
        data = path.read_bytes()
    except OSError as problem:
        found = problem.strerror or str(problem)
        raise UnreadableFile(str(path), "what an audit has kept", found) from problem
    match decode(data, str(path)):
        case {"checkpoint": str(note), "key": str(key)}:
            known = read_key(key, f"{path}, key")
            _check_head(note, f"{path}, checkpoint")
        case _:
            raise InvalidInput(str(path), "what an audit has kept", "another document")
    named = read_key(given, "--key") if given else known
    if named.name != known.name:
        remedy = "For another log, name another --state FILE."
        raise InvalidInput("--key", f"a key of {known.name}", ascii(given[:160]), remedy)
    return Kept(named, note.encode())


def _check_head(note: str, place: str) -> None:
    try:
        parse_signed(note.encode())
    except InvalidInput as problem:
        raise InvalidInput(place, problem.expected, problem.found) from problem


def keep_state(path: Path, kept: Kept) -> None:
    """Keep it in the place of what was there, wholly or not at all.

    Raises:
        Refused, StorageFull: when it cannot be written.
    """
    note = (kept.note or b"").decode()
    _write(path, encode({"checkpoint": note, "key": kept.key.encode()}) + b"\n")


def keep_evidence(path: Path, *notes: bytes | None) -> Iterator[str]:
    """Keep notes as files of their own beside the state; yield their names."""
    for note in dict.fromkeys(filter(None, notes)):
        beside = path.with_name(f"{path.name}-{sha256(note).hexdigest()[:16]}.note")
        _write(beside, note)
        yield str(beside)


def verifier() -> Verify:
    """Ed25519.

    Raises:
        Refused: where this Python has none.
    """
    if found := find_verifier():
        return found
    raise Refused("audit", "Ed25519", "none in this Python", "Install the package cryptography.")


def _write(path: Path, data: bytes) -> None:
    with new_file(path, overwrite=True) as file:
        file.write(data)
