"""What clients of a log compute: proofs from all of its leaves, and the entries in a tile.

The slow and simple way. Not here: what is expected of a log.
"""

from collections.abc import Sequence

from domain.transparency.merkle import root_of
from domain.transparency.proofs import consistency_spans


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """Prove that the tree over these leaf hashes extends the one over its first ``old_size``."""
    return [root_of(leaves[start:end]) for start, end in consistency_spans(old_size, len(leaves))]


def decode_entries(data: bytes) -> list[bytes]:
    """Read an entry bundle, which ends where an entry does."""
    entries, at = list[bytes](), 0
    while at < len(data):
        start, at = at + 2, at + 2 + int.from_bytes(data[at : at + 2])
        assert at <= len(data), "the end within an entry"
        entries.append(data[start:at])
    return entries
