"""What every room needs of the file system: names that survive a crash, and faults in our words.

Not here: files' content.
"""

import errno
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from domain.errors import Refused, StorageFull

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_FOLDER_SYNC = {errno.EINVAL, errno.ENOTSUP}  # file systems that know no such thing


@contextmanager
def writing(place: Path | str) -> Generator[None]:
    """Say in our words why something was not written at ``place``.

    Raises:
        StorageFull: when it did not fit.
        Refused: when it was not allowed, or not possible.
    """
    try:
        yield
    except OSError as error:
        found = error.strerror or str(error)
        if error.errno in _FULL:
            remedy = "Make room on the disk (or raise the quota) and do it again."
            raise StorageFull(str(place), "room to write", found, remedy) from error
        remedy = "See that its folder is there, and that this process may write in it."
        raise Refused(str(place), "a place to write", found, remedy) from error


def make_folder(folder: Path, mode: int = 0o777) -> None:
    """Make a folder of this mode, with those above it, unless it is there; all durably."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode, exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable; Windows has no way to, and no need."""
    if os.name == "nt":
        return
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        os.close(file)
