"""The head that is published, held against those that are kept: it must be one of them.

A head is kept before it is published. So where it is not among those that are kept, these are gone
or older ones took their place, and to sign on could mean to sign a second history. Not here: what
the events have to do with it (``log``).
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from application.log_ports import Head, Heads, LogTiles
from application.stamp_ports import Stamps
from domain.errors import InvalidInput, LogDiverged
from domain.transparency.checkpoint import parse_signed
from domain.transparency.signed_note import MAX_SIGNATURES

_PLACE: Final = "log/heads.sqlite3"
_REMEDY: Final = (
    "Put the newest copy of this file back. If there is none: eval752 log rebuild takes up the head"
    " that is published, if the events extend it."
)


def cosignature_lines(checkpoint: bytes, cosignatures: Stamps) -> Iterator[bytes]:
    """The lines by which witnesses cosigned a checkpoint, as many as a note has room for."""
    signed = parse_signed(checkpoint)
    lines = (kept.data for kept in cosignatures.of(signed.checkpoint.size))
    return islice(lines, MAX_SIGNATURES - len(signed.note.signatures))


def check_published(tiles: LogTiles, heads: Heads) -> None:
    """Check that the head that is published is kept.

    Raises:
        LogDiverged: when it is not.
    """
    if lost := lost_head(tiles, heads):
        last = heads.last()
        expected = f"the head of {lost.size} events, root {lost.root.hex()}, as log/checkpoint has"
        found = f"heads of up to {last.size} events without it" if last else "no head"
        raise LogDiverged(_PLACE, expected, found, _REMEDY)


def lost_head(tiles: LogTiles, heads: Heads) -> Head | None:
    """The head that is published, if it is not among those that are kept.

    Raises:
        LogDiverged: when none is kept, and what is published is no checkpoint.
    """
    note = tiles.published()
    if note is None:
        return None
    try:
        published = parse_signed(note).checkpoint
    except InvalidInput as problem:
        if heads.last():  # it will be published again
            return None
        remedy = "Put the newest copies of log/checkpoint and log/heads.sqlite3 back."
        raise LogDiverged("log/checkpoint", "a signed head", problem.found, remedy) from problem
    kept = heads.covering(published.size)
    same = kept and (kept.size, kept.root) == (published.size, published.root)
    return None if same else Head(published.size, published.root, note)
