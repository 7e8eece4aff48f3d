"""An archive's log and the proof that a bundle's last seal stands in it, in the plainest way.

Shares nothing with ``domain``: a second writing of the format, by which the verifier is tested. Not
here: what is wrong in which file.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from scripts.bundle_by_hand import ARCHIVE, Members, Signer
from scripts.recording_by_hand import ORIGIN

SEAL_PROOF: Final = "proof/seal.tlog-proof"
BEFORE, AFTER = 3, 5
"""How many events of other streams the log has before and behind those of the bundle."""


def leaf(data: bytes) -> bytes:
    """The hash of a leaf (RFC 9162, section 2.1.1)."""
    return sha256(b"\0" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return sha256(b"\1" + left + right).digest()


def tree(hashes: Sequence[bytes]) -> bytes:
    """The root over leaf hashes."""
    if len(hashes) == 1:
        return hashes[0]
    middle = _middle(len(hashes))
    return node(tree(hashes[:middle]), tree(hashes[middle:]))


def path(index: int, hashes: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D[n]) of RFC 9162, section 2.1.3.1."""
    if len(hashes) == 1:
        return []
    middle = _middle(len(hashes))
    if index < middle:
        return [*path(index, hashes[:middle]), tree(hashes[middle:])]
    return [*path(index - middle, hashes[middle:]), tree(hashes[:middle])]


def _middle(size: int) -> int:
    """The largest power of two below the size."""
    middle = 1
    while middle * 2 < size:
        middle *= 2
    return middle


@dataclass(frozen=True)
class Proof:
    """A tlog-proof in its pieces: index, hashes, and what the checkpoint says."""

    index: int
    hashes: Sequence[bytes]
    size: int
    root: bytes
    origin: str = ORIGIN

    @property
    def head(self) -> bytes:
        """All before the checkpoint, the blank line included."""
        hashes = "".join(f"{b64encode(each).decode()}\n" for each in self.hashes)
        return f"c2sp.org/tlog-proof@v1\nindex {self.index}\n{hashes}\n".encode()

    @property
    def text(self) -> bytes:
        """The text of the checkpoint."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n".encode()

    def file(self, signer: Signer = ARCHIVE) -> bytes:
        """The member."""
        return self.head + signer.note(self.text)

    def edited(self, **changes: object) -> "Proof":
        """The proof with another piece."""
        return replace(self, **changes)  # type: ignore[arg-type]  # of the pieces' own types


def proof_of(members: Members, last: int = -1) -> Proof:
    """The proof of the last event of a bundle, or of another one, in a log that has all of them."""
    lines = members["events.jsonl"].splitlines()
    others = [b"event %d of another stream" % number for number in range(BEFORE + AFTER)]
    logged = [*map(leaf, [*others[:BEFORE], *lines, *others[BEFORE:]])]
    index = BEFORE + range(len(lines))[last]
    return Proof(index, path(index, logged), len(logged), tree(logged))


def far_proof_of(members: Members, index: int, levels: int) -> Proof:
    """The proof of the last event as this leaf of a log of 2 to the power of so many leaves."""
    found = leaf(members["events.jsonl"].splitlines()[-1])
    hashes = [sha256(b"subtree %d" % level).digest() for level in range(levels)]
    for level, other in enumerate(hashes):
        found = node(other, found) if index >> level & 1 else node(found, other)
    return Proof(index, hashes, 2**levels, found)
