"""Writes a small file so that it is there whole, also after a power failure, or not at all."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from domain.errors import StorageFull


def write_durably(path: Path, data: bytes) -> None:
    """Write, sync, move into place, and sync the folder.

    Raises:
        StorageFull: when the disk takes no more; what was there is unchanged.
    """
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)
        sync_folder(path.parent)
    except OSError as problem:
        raise StorageFull(str(path), "room for it", str(problem), "Make room.") from problem


def sync_folder(folder: Path) -> None:
    """Make the folder's names durable, where the system can (POSIX)."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
