"""Checkpoints after C2SP's tlog-checkpoint: the head of a log as the text of a signed note.

Parsed strictly: what is accepted is what would be printed. Ours have no extension lines; those of
other logs are kept. Not here: signatures (``signed_note``), and which of them count.
"""

import re
from base64 import b64encode
from dataclasses import dataclass
from typing import Final, NamedTuple, Self

from domain.errors import InvalidInput
from domain.transparency import signed_note
from domain.transparency.base64_text import from_base64
from domain.transparency.merkle import HASH_SIZE
from domain.transparency.proofs import SIZE_LIMIT
from domain.transparency.signed_note import Note

MAX_BYTES: Final = 64 * 2**10
"""Of a checkpoint with all of its signatures, as we read one."""

_PLACE: Final = "checkpoint"
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Origin, number of leaves and root of a log; ``InvalidInput`` for what no checkpoint can say.

    The origin is any line, as C2SP has it; that of one of our archives is stricter (format, 4.2).
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for line in (self.origin, *self.extensions):
            if not line or "\n" in line:
                raise InvalidInput(_PLACE, "lines that are not empty", ascii(line[:80]))
        if not 0 <= self.size < SIZE_LIMIT:
            raise InvalidInput(_PLACE, f"a size below {SIZE_LIMIT}", str(self.size))
        if len(self.root) != HASH_SIZE:
            raise InvalidInput(_PLACE, f"a root of {HASH_SIZE} bytes", str(len(self.root)))

    def text(self) -> str:
        """The text that is signed: a line each, ended by LF."""
        root = b64encode(self.root).decode()
        return "\n".join([self.origin, str(self.size), root, *self.extensions, ""])

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what :meth:`text` prints; raises ``InvalidInput`` for anything else."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1]:
            raise InvalidInput(_PLACE, "origin, size and root, a line each", ascii(text[:80]))
        origin, size, root, *extensions = lines[:-1]
        if not _SIZE.fullmatch(size):
            raise InvalidInput(_PLACE, "a size in decimal without leading zeros", ascii(size[:40]))
        checkpoint = cls(origin, int(size), from_base64(_PLACE, root), (*extensions,))
        if checkpoint.text() != text:
            raise InvalidInput(_PLACE, "the only way to write it", "another one")
        return checkpoint


class SignedCheckpoint(NamedTuple):
    """What is signed, and the note that signs it."""

    checkpoint: Checkpoint
    note: Note


def parse_signed(data: bytes) -> SignedCheckpoint:
    """Read a checkpoint with its signatures, none of which is checked here.

    Raises:
        InvalidInput: when it is none, or of more than 64 KiB.
    """
    if len(data) > MAX_BYTES:
        raise InvalidInput(_PLACE, f"at most {MAX_BYTES} bytes", str(len(data)))
    note = signed_note.parse(data)
    return SignedCheckpoint(Checkpoint.parse(note.text), note)
