"""Follows a log from outside: each head that is seen must extend the one that was kept.

Whoever does so from time to time, on a machine of their own, holds the archive to its word. Not
here: where the log is read from, and where the head is kept.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from domain.errors import InvalidInput
from domain.transparency import signed_note
from domain.transparency.checkpoint import Checkpoint, SignedCheckpoint, parse_signed
from domain.transparency.merkle import HASH_SIZE
from domain.transparency.proofs import ProofMismatch, verify_consistency
from domain.transparency.signed_note import VerifierKey, Verify
from domain.transparency.tiles import Tile, TileTree


class LogSource(Protocol):
    """A log that is read as C2SP's tlog-tiles has it."""

    def checkpoint(self) -> bytes:
        """The newest one.

        Raises:
            UnreadableFile: when there is none.
        """
        ...

    def tile(self, tile: Tile) -> bytes | None:
        """The bytes of a tile; None where it is not there."""
        ...


class Audit(NamedTuple):
    """What was seen: the head, the one that was kept before, and what is wrong, "" for nothing.

    ``others`` are the ids of other keys that signed the head in the log's name, by what it says:
    of the next key, at a hand-over, or of the one that a log goes on with.
    """

    checkpoint: Checkpoint
    note: bytes
    before: Checkpoint | None
    wrong: str = ""
    others: Sequence[str] = ()


def audit(source: LogSource, key: VerifierKey, kept: bytes | None, verify: Verify) -> Audit:
    """Check the newest head of a log, and that it extends the head that was kept.

    Raises:
        InvalidInput: when what is there is no log, or what was kept is no checkpoint.
        UnreadableFile: when it cannot be read.
    """
    note = source.checkpoint()
    signed = parse_signed(note)
    before = parse_signed(kept).checkpoint if kept else None
    wrong = _not_signed(signed, key, verify) or _other_log(signed.checkpoint, before)
    if not wrong:
        wrong = _not_extended(source, signed.checkpoint, before)
    return Audit(signed.checkpoint, note, before, wrong, _others(signed, key))


def _not_signed(signed: SignedCheckpoint, key: VerifierKey, verify: Verify) -> str:
    if signed_note.valid_signatures(signed.note, [key], verify):
        return ""
    return f"the head has no valid signature by {key.encode()}"


def _others(signed: SignedCheckpoint, key: VerifierKey) -> Sequence[str]:
    """Ids of keys as lines in the log's name state them; who has the key can check it."""
    ids = (line.key_id.hex() for line in signed.note.signatures if line.name == key.name)
    return [each for each in dict.fromkeys(ids) if each != key.key_id.hex()]


def _other_log(head: Checkpoint, before: Checkpoint | None) -> str:
    if before is None or before.origin == head.origin:
        return ""
    return f"the head is of {head.origin!a}, and the one that was kept of {before.origin!a}"


def _not_extended(source: LogSource, head: Checkpoint, before: Checkpoint | None) -> str:
    if before and head.size < before.size:
        return f"a log of {before.size} events was signed before, and now one of {head.size}"
    if before and head.size == before.size:
        both = f"{before.root.hex()} before, {head.root.hex()} now"
        same = head.root == before.root
        return "" if same else f"two roots were signed for {head.size} events: {both}"
    tree = TileTree(head.size, lambda tile: _fetched(source, tile))
    if tree.root() != head.root:
        return f"the tiles of {head.size} events do not lead to the root that was signed"
    if before and before.size:
        proof = tree.consistency_proof(before.size)
        try:
            verify_consistency(before.size, head.size, proof, before.root, head.root)
        except ProofMismatch:
            return (
                f"the log of {head.size} events does not extend that of {before.size} events:"
                " what was signed before is not its beginning"
            )
    return ""


def _fetched(source: LogSource, tile: Tile) -> bytes:
    """A tile; the full one where the partial one is no more."""
    data = source.tile(tile)
    if data is None:
        full = source.tile(Tile(tile.level, tile.index))
        if full is None:
            raise InvalidInput(tile.path, "a tile of the log", "none")
        data = full[: HASH_SIZE * tile.width]
    return data
