"""Signed notes and their verifier keys, after C2SP's signed-note: text, a blank line, signatures.

Parsed strictly: what is accepted is what would be printed, byte for byte. The Ed25519 function is
an argument, because the domain holds no cryptography but hashing.

Not here: what a note says (a bundle's note: docs/format.md §10), which keys are to be trusted, and
how many of them are enough. Signatures of other kinds (witnesses' cosignatures) are parsed and
kept, but no key here matches them.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Self, TypeAlias

from domain.errors import InvalidInput, shown
from domain.transparency.base64_text import from_base64

MAX_SIGNATURES: Final = 100
"""A reader tries each line that names a key of its own, so their number is bounded."""

Verify: TypeAlias = Callable[[bytes, bytes, bytes], bool]
"""(public key, signature, message) -> whether the Ed25519 signature is valid."""

ED25519: Final = b"\x01"
COSIGNATURE: Final = b"\x04"
"""The type of a witness's key: Ed25519 over a note with a time (C2SP tlog-cosignature)."""
_TYPES: Final = {ED25519: "Ed25519", COSIGNATURE: "cosignatures"}
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NOTE: Final = "signed note"
_KEY: Final = "verifier key"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A name and an Ed25519 public key of 32 bytes; raises ``InvalidInput`` if it cannot be one.

    ``kind`` is what it signs, notes or cosignatures; the key id depends on it, so that the one is
    never taken for the other.
    """

    name: str
    public_key: bytes
    kind: bytes = ED25519

    def __post_init__(self) -> None:
        _require_name(_KEY, self.name)
        if len(self.public_key) != 32:
            raise InvalidInput(_KEY, "a key of 32 bytes", str(len(self.public_key)))

    @property
    def key_id(self) -> bytes:
        """The 4 bytes that stand for this key in a signature line: a hint, no proof."""
        named = self.name.encode() + b"\n" + self.kind + self.public_key
        return sha256(named).digest()[:4]

    def encode(self) -> str:
        """Print ``<name>+<key id in hex>+<base64 of the kind's byte and the key>``."""
        return f"{self.name}+{self.key_id.hex()}+{_base64(self.kind + self.public_key)}"

    @classmethod
    def parse(cls, text: str, kind: bytes = ED25519) -> Self:
        """Read what ``encode`` prints of this kind; raises ``InvalidInput`` for anything else."""
        name, _, rest = text.partition("+")
        typed = from_base64(_KEY, rest.partition("+")[2])
        if typed[:1] != kind:
            expected = f"the key type {kind.hex()} ({_TYPES[kind]})"
            raise InvalidInput(_KEY, expected, typed[:1].hex() or "none")
        key = cls(name, typed[1:], kind)
        if key.encode() != text:
            raise InvalidInput(_KEY, key.encode(), ascii(text[:160]))
        return key


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line: who signed by their own account, the hint at the key, the signature."""

    name: str
    key_id: bytes
    signature: bytes

    def __post_init__(self) -> None:
        _require_name(_NOTE, self.name)
        if len(self.key_id) != 4 or not self.signature:
            raise InvalidInput(_NOTE, "a key id of 4 bytes and a signature", "less")

    def encode(self) -> str:
        """Print the line, its LF included."""
        return f"— {self.name} {_base64(self.key_id + self.signature)}\n"

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read a line without its LF; raises ``InvalidInput`` unless ``encode`` prints the same."""
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        if dash != "—":
            raise InvalidInput(_NOTE, "a signature line, — <name> <base64>", shown(line[:40]))
        data = from_base64(_NOTE, encoded)
        return cls(name, data[:4], data[4:])


@dataclass(frozen=True, slots=True)
class Note:
    """A text and who signed it; raises ``InvalidInput`` for what no note can be.

    ``text`` ends in LF and has no other control characters; there are 1 to 100 signatures.
    """

    text: str
    signatures: tuple[NoteSignature, ...]

    def __post_init__(self) -> None:
        if not self.text.endswith("\n") or _CONTROL.search(self.text):
            expected = "text that ends in LF, without other control characters"
            raise InvalidInput(_NOTE, expected, shown(self.text[-40:]))
        if not 1 <= len(self.signatures) <= MAX_SIGNATURES:
            expected = f"1 to {MAX_SIGNATURES} signatures"
            raise InvalidInput(_NOTE, expected, str(len(self.signatures)))

    def encode(self) -> bytes:
        """Print the note: text, a blank line, a line for each signature."""
        lines = "".join(signature.encode() for signature in self.signatures)
        return f"{self.text}\n{lines}".encode()


def parse(data: bytes) -> Note:
    """Read what ``Note.encode`` prints; raises ``InvalidInput`` for anything else."""
    try:
        text, blank, lines = data.decode().rpartition("\n\n")
    except UnicodeDecodeError:
        raise InvalidInput(_NOTE, "UTF-8", "other bytes") from None
    if not blank or not lines.endswith("\n"):
        raise InvalidInput(_NOTE, "text, a blank line and signatures, ended by LF", "none of it")
    listed = lines[:-1].split("\n")
    note = Note(text + "\n", tuple(NoteSignature.parse(line) for line in listed))
    if note.encode() != data:
        raise InvalidInput(_NOTE, "the only way to write this note", "another one")
    return note


def lines_of(note: Note, key: VerifierKey) -> Sequence[NoteSignature]:
    """The signature lines that name this key."""
    named = (key.name, key.key_id)
    return [line for line in note.signatures if (line.name, line.key_id) == named]


def valid_signatures(note: Note, keys: Iterable[VerifierKey], verify: Verify) -> list[VerifierKey]:
    """List those of ``keys`` that signed the text, each once, in their order.

    A key whose name and id stand on a line that does not verify has not signed, whatever its other
    lines do. Two names with one public key are two keys here: whoever counts must trust but one.
    """
    message = note.text.encode()
    signed: list[VerifierKey] = []
    for key in dict.fromkeys(keys):
        mine = lines_of(note, key)
        if mine and all(verify(key.public_key, line.signature, message) for line in mine):
            signed.append(key)
    return signed


def _require_name(place: str, name: str) -> None:
    if not name or "+" in name or any(char.isspace() for char in name) or _CONTROL.search(name):
        raise InvalidInput(place, "a name without spaces and plus signs", shown(name[:80]))


def _base64(data: bytes) -> str:
    return b64encode(data).decode()
