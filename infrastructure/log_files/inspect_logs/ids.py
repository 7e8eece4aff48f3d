"""The ids of samples, each of which has to name a member of a zip as well.

An id is written as it is; one that no zip holds, or that would lead out of a folder, gets another
one with its SHA-256. Not here: what Inspect knows of an id that was a number.
"""

import re
from hashlib import sha256
from typing import Final

MOST_BYTES: Final = 65_000
"""A zip gives a name 65,535 bytes."""

_READABLE: Final = 80
_OURS: Final = re.compile(r".*\[(?:withheld: |erased: )?sha256 [0-9a-f]{64}\]", re.DOTALL)
"""What is made here: an id that looks like it is replaced too, so that no two are alike."""
_UNFIT: Final = re.compile(r"\0|(?:^|[/\\])\.\.[/\\]|_epoch_[0-9]+/")
"""Ends a name early; leads out of a folder; looks like a sample in several members."""


def sample_id(outside: str) -> str:
    """The id that a sample has for an item's outside id; two have never the same."""
    data = outside.encode()
    is_fit = outside and len(data) <= MOST_BYTES and not _UNFIT.search(outside)
    if is_fit and not _OURS.fullmatch(outside):
        return outside
    told = re.sub(r"[\0/\\]", "_", outside[:_READABLE])
    return f"{told} [sha256 {sha256(data).hexdigest()}]"


def sample_member(sample: str, epoch: int) -> str:
    """The name of a sample's member."""
    return f"samples/{sample}_epoch_{epoch}.json"
