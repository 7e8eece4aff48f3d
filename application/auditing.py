"""Follows a log from outside: each head that is seen must extend the one that was kept.

Whoever does so from time to time, on a machine of their own, holds the archive to its word. Not
here: where the log is read from, and where the head is kept.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from domain.errors import Eval752Error, InvalidInput
from domain.transparency import signed_note
from domain.transparency.checkpoint import Checkpoint, SignedCheckpoint, parse_signed
from domain.transparency.merkle import HASH_SIZE
from domain.transparency.proofs import ProofMismatch, verify_consistency
from domain.transparency.signed_note import VerifierKey, Verify
from domain.transparency.tiles import Tile, TileTree, false_tile, tile_count


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

    ``read`` of the ``tiles`` of hashes that such a log has were read, and lead to the root.
    ``others`` are the ids of other keys that signed the head in the log's name, by what it says:
    of the next key, at a hand-over, or of the one that a log goes on with.
    """

    checkpoint: Checkpoint
    note: bytes
    before: Checkpoint | None
    wrong: str = ""
    read: int = 0
    others: Sequence[str] = ()

    @property
    def tiles(self) -> int:
        """How many tiles of hashes a log of this size has."""
        return tile_count(self.checkpoint.size)


class Unfollowed(InvalidInput):
    """A head is signed, but tiles that show what is under it are not to be had or are none."""

    def __init__(self, problem: Eval752Error, note: bytes) -> None:
        super().__init__(problem.place, problem.expected, problem.found, problem.remedy)
        self.note = note


def audit(
    source: LogSource, key: VerifierKey, kept: bytes | None, verify: Verify, *, full: bool = False
) -> Audit:
    """Check the newest head of a log, and that it extends the head that was kept.

    Of the tiles of hashes those are read that lead to the signed root and show that it extends the
    one before: some for each level. ``full`` has all read. Entries are not.

    Raises:
        InvalidInput: when what is there is no log, or what was kept is no checkpoint.
        UnreadableFile: when it cannot be read.
        Unfollowed: when that happens after a head was seen that the key signed.
    """
    note = source.checkpoint()
    signed = parse_signed(note)
    before = parse_signed(kept).checkpoint if kept else None
    wrong = _not_signed(signed, key, verify) or _other_log(signed.checkpoint, before, key)
    tiles = _Tiles(source)
    if not wrong:
        try:
            wrong = _not_extended(tiles, signed.checkpoint, before)
            if full and not wrong:
                wrong = _not_whole(tiles, signed.checkpoint)
        except Eval752Error as problem:
            raise Unfollowed(problem, note) from problem
    return Audit(signed.checkpoint, note, before, wrong, len(tiles.read), _others(signed, key))


def _not_signed(signed: SignedCheckpoint, key: VerifierKey, verify: Verify) -> str:
    if signed_note.valid_signatures(signed.note, [key], verify):
        return ""
    return f"the head has no valid signature by {key.encode()}"


def _others(signed: SignedCheckpoint, key: VerifierKey) -> Sequence[str]:
    """Ids of keys as lines in the log's name state them; who has the key can check it."""
    ids = (line.key_id.hex() for line in signed.note.signatures if line.name == key.name)
    return [each for each in dict.fromkeys(ids) if each != key.key_id.hex()]


def _other_log(head: Checkpoint, before: Checkpoint | None, key: VerifierKey) -> str:
    if before and before.origin != head.origin:
        return f"the head is of {head.origin!a}, and the one that was kept of {before.origin!a}"
    if head.origin != key.name:
        return f"the head is of {head.origin!a}, and the key that signed it of {key.name!a}"
    return ""


def _not_extended(tiles: "_Tiles", head: Checkpoint, before: Checkpoint | None) -> str:
    if before and head.size < before.size:
        return f"a log of {before.size} events was signed before, and now one of {head.size}"
    if before and head.size == before.size and head.root != before.root:
        both = f"{before.root.hex()} before, {head.root.hex()} now"
        return f"two roots were signed for {head.size} events: {both}"
    tree = TileTree(head.size, tiles.fetch)
    if tree.root() != head.root:
        return f"the tiles of {head.size} events do not lead to the root that was signed"
    if before and 0 < before.size < head.size:
        proof = tree.consistency_proof(before.size)
        try:
            verify_consistency(before.size, head.size, proof, before.root, head.root)
        except ProofMismatch:
            return (
                f"the log of {head.size} events does not extend that of {before.size} events:"
                " what was signed before is not its beginning"
            )
    return ""


def _not_whole(tiles: "_Tiles", head: Checkpoint) -> str:
    false = false_tile(head.size, tiles.fetch)
    return f"{false.path} does not lead to the root that was signed" if false else ""


class _Tiles:
    """The tiles of a log, and which of them were read."""

    def __init__(self, source: LogSource) -> None:
        self._source = source
        self.read: set[Tile] = set()

    def fetch(self, tile: Tile) -> bytes:
        """A tile; the full one where the partial one is no more."""
        data = self._source.tile(tile)
        if data is None:
            whole = self._source.tile(Tile(tile.level, tile.index))
            data = whole and whole[: HASH_SIZE * tile.width]
        if data is None or len(data) != HASH_SIZE * tile.width:
            expected = f"a tile of the log, {HASH_SIZE * tile.width} bytes"
            raise InvalidInput(tile.path, expected, "none" if data is None else str(len(data)))
        self.read.add(tile)
        return data
