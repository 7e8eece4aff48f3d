"""Cosignatures after C2SP's tlog-cosignature, `cosignature/v1`: a witness has seen this head.

Ed25519 over the note's text and a time. Not here: whether a witness counts, and ML-DSA.
"""

from collections.abc import Iterable, Sequence
from struct import Struct
from typing import Final

from domain.transparency.signed_note import Note, NoteSignature, VerifierKey, Verify, lines_of

_TIME: Final = Struct(">Q")
_SIZE: Final = _TIME.size + 64
_TIME_LIMIT: Final = 2**63


def cosigned_message(text: str, time: int) -> bytes:
    """What a witness signs of a note with this text; ``time`` is POSIX, in seconds."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def claimed_time(line: NoteSignature) -> int | None:
    """When a witness says that it cosigned, POSIX in seconds; None of a line of another form.

    Nothing is checked: it is for showing a line that was checked when it came.
    """
    if len(line.signature) != _SIZE:
        return None
    [time] = _TIME.unpack(line.signature[: _TIME.size])
    return int(time)


def cosigners(note: Note, keys: Iterable[VerifierKey], verify: Verify) -> Sequence[VerifierKey]:
    """List those of ``keys`` that cosigned the note, each once, in their order.

    As for signatures, a key of which one line does not verify has not cosigned.
    """
    found: list[VerifierKey] = []
    for key in dict.fromkeys(keys):
        mine = lines_of(note, key)
        if mine and all(_is_valid(line, note.text, key, verify) for line in mine):
            found.append(key)
    return found


def _is_valid(line: NoteSignature, text: str, key: VerifierKey, verify: Verify) -> bool:
    time = claimed_time(line)
    if time is None:
        return False
    signature = line.signature[_TIME.size :]
    return time < _TIME_LIMIT and verify(key.public_key, signature, cosigned_message(text, time))
