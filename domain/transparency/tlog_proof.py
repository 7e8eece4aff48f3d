"""C2SP's tlog-proof: that an entry stands in a log, as one text that can be verified offline.

Index, inclusion proof and the checkpoint that it leads to, verbatim. Not here: the entry itself,
and whose signature on the checkpoint counts.
"""

import re
from base64 import b64encode
from dataclasses import dataclass
from typing import Final, Self

from domain.errors import InvalidInput
from domain.transparency.base64_text import from_base64
from domain.transparency.merkle import HASH_SIZE

MAX_HASHES: Final = 63

_PLACE: Final = "tlog-proof"
_TITLE: Final = "c2sp.org/tlog-proof@v1"
_INDEX: Final = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class TlogProof:
    """Where an entry stands, its inclusion proof, and the checkpoint's bytes, signatures included.

    ``extra`` is opaque and proves nothing. Raises ``InvalidInput`` for more than 63 hashes, or one
    that is none.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes = b""

    def __post_init__(self) -> None:
        if len(self.hashes) > MAX_HASHES or any(len(each) != HASH_SIZE for each in self.hashes):
            expected = f"at most {MAX_HASHES} hashes of {HASH_SIZE} bytes"
            raise InvalidInput(_PLACE, expected, f"{len(self.hashes)}, or one of another length")

    def encode(self) -> bytes:
        """Print it."""
        extra = [f"extra {b64encode(self.extra).decode()}"] if self.extra else []
        hashes = (b64encode(each).decode() for each in self.hashes)
        lines = [_TITLE, *extra, f"index {self.index}", *hashes]
        return "\n".join([*lines, "", ""]).encode() + self.checkpoint

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read what :meth:`encode` prints; raises ``InvalidInput`` for anything else.

        The checkpoint is not looked into.
        """
        head, blank, checkpoint = data.partition(b"\n\n")
        try:
            title, *lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError:
            title, lines = "", []
        if title != _TITLE or not blank:
            raise InvalidInput(_PLACE, f"{_TITLE}, lines, a blank line", "another beginning")
        extra = b""
        if lines and lines[0].startswith("extra "):
            extra = from_base64(_PLACE, lines.pop(0).removeprefix("extra "))
        index = _INDEX.fullmatch(lines.pop(0)) if lines else None
        if index is None:
            raise InvalidInput(_PLACE, "index and a number without leading zeros", "no such line")
        hashes = tuple(from_base64(_PLACE, line) for line in lines[: MAX_HASHES + 1])
        proof = cls(int(index[1]), hashes, checkpoint, extra)
        if proof.encode() != data:
            raise InvalidInput(_PLACE, "the only way to write this proof", "another one")
        return proof
