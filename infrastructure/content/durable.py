"""Writes a small file so that it is there whole, also after a power failure, or not at all."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from infrastructure.files import sync_folder, writing

UNFINISHED: Final = ".new-"
"""How the name of a file begins that a crash left half-written."""


def write_durably(path: Path, data: bytes) -> None:
    """Write, sync, move into place, and sync the folder.

    Raises:
        StorageFull: when the disk takes no more; what was there is unchanged.
        Refused: when this process may not write there.
    """
    with writing(path):
        with NamedTemporaryFile(dir=path.parent, prefix=UNFINISHED, delete=False) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)
        sync_folder(path.parent)
