"""The Merkle tree of RFC 9162 §2.1 with SHA-256, built from leaf hashes as a stream.

Not here: proofs (``domain.transparency.proofs``), and what a leaf is (docs/format.md §6).
"""

from collections.abc import Iterable, Sequence
from functools import reduce
from hashlib import sha256
from typing import Final, Self

from domain.errors import InvalidInput

HASH_SIZE: Final = 32
"""Bytes of each leaf hash, node hash and root."""

EMPTY_ROOT: Final = sha256(b"").digest()
"""The root of a tree without leaves (RFC 9162 §2.1.1)."""


def leaf_hash(data: bytes) -> bytes:
    """Hash what is logged; the prefix 0x00 keeps leaves and nodes apart (RFC 9162 §2.1.1)."""
    return sha256(b"\x00" + data).digest()


def leaf_hashes(entries: Iterable[bytes]) -> list[bytes]:
    """Hash many; the same as :func:`leaf_hash` for each, but quicker."""
    return [sha256(b"\x00" + data).digest() for data in entries]


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two neighbouring subtrees into their parent (RFC 9162 §2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """Compute the root of the tree over these leaf hashes."""
    tree = CompactRange()
    tree.extend(leaf_hashes)
    return tree.root()


class CompactRange:
    """A growing tree of which only the full subtrees are kept: one hash for each 1 bit of its size.

    These hashes, the largest subtree first, and the size are all that further appending needs.
    """

    __slots__ = ("_nodes", "_size")

    def __init__(self, size: int = 0, nodes: Sequence[bytes] = ()) -> None:
        """Take up a tree of ``size`` leaves; raises ``InvalidInput`` if ``nodes`` don't fit it."""
        if size < 0 or len(nodes) != size.bit_count():
            expected = f"one hash for each 1 bit of a size from 0 on, here {size}"
            raise InvalidInput("tree state", expected, f"{len(nodes)} hashes")
        if any(len(node) != HASH_SIZE for node in nodes):
            raise InvalidInput("tree state", f"hashes of {HASH_SIZE} bytes", "another length")
        self._size = size
        self._nodes = list(nodes)

    @classmethod
    def from_hex(cls, size: int, nodes: Sequence[str]) -> Self:
        """Take up what ``size`` and ``to_hex()`` gave; raises ``InvalidInput`` on anything else."""
        try:
            tree = cls(size, [bytes.fromhex(node) for node in nodes])
        except ValueError:
            raise InvalidInput("tree state", "hashes in hex", "something else") from None
        if tree.to_hex() != list(nodes):
            raise InvalidInput("tree state", "lower-case hex without spaces", "something else")
        return tree

    def to_hex(self) -> list[str]:
        """Give the hashes of the full subtrees, largest first; with ``size``, the whole state."""
        return [node.hex() for node in self._nodes]

    @property
    def size(self) -> int:
        """Number of leaves."""
        return self._size

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        nodes, level = self._nodes, self._size
        while level & 1:
            leaf = sha256(b"\x01" + nodes.pop() + leaf).digest()  # node_hash, for every leaf
            level >>= 1
        nodes.append(leaf)
        self._size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add many leaf hashes, level by level; the same as appending each, but quicker."""
        row = list(leaves)
        nodes, level, rest = self._nodes, self._size, list[bytes]()
        self._size += len(row)
        while row:
            if level & 1:
                row.insert(0, nodes.pop())
            if len(row) & 1:
                rest.append(row.pop())
            pairs = iter(row)
            row = [
                sha256(b"\x01" + left + right).digest()
                for left, right in zip(pairs, pairs, strict=True)
            ]
            level >>= 1
        nodes.extend(reversed(rest))

    def root(self) -> bytes:
        """Compute the root of the tree as it is now."""
        if not self._nodes:
            return EMPTY_ROOT
        return reduce(lambda right, left: node_hash(left, right), reversed(self._nodes))
