"""Writes a small file so that it is there whole, also after a power failure, or not at all."""

import os
from pathlib import Path
from tempfile import mkstemp
from typing import Final

from infrastructure.files import make_folder, sync_folder, writing

UNFINISHED: Final = ".new-"
"""How the name of a file begins that a crash left half-written."""


def write_durably(path: Path, data: bytes) -> None:
    """Make the folder, write, sync, move into place, and sync the folder.

    Raises:
        StorageFull: when the disk takes no more; what was there is unchanged.
        Refused: when this process may not write there.
    """
    with writing(path):
        make_folder(path.parent)
        number, unfinished = mkstemp(dir=path.parent, prefix=UNFINISHED)
        try:
            with os.fdopen(number, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(number)
            Path(unfinished).replace(path)
        finally:
            Path(unfinished).unlink(missing_ok=True)
        sync_folder(path.parent)
