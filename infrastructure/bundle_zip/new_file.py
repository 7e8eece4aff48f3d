"""A file that appears under its name whole and durable, or not at all.

Not here: zip.
"""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from domain.errors import Refused
from infrastructure.files import sync_folder


@contextmanager
def new_file(path: Path, *, overwrite: bool) -> Generator[BinaryIO, None, None]:
    """An unbuffered draft beside ``path``, that takes its name when the block ends well.

    Raises:
        Refused: when the name is taken and ``overwrite`` is not set, or the disk does not take it.
    """
    if not overwrite and os.path.lexists(path):
        raise _taken(path)
    draft = path.with_name(f".{token_hex(8)}.part")
    with refusing(str(path)):
        file = draft.open("xb+", buffering=0)
    try:
        with file:
            yield file
            with refusing(str(path)):
                os.fsync(file.fileno())
        with refusing(str(path)):
            _publish(draft, path, overwrite=overwrite)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def refusing(place: str) -> Generator[None, None, None]:
    """Tell what the operating system refuses (a full disk, a missing right) as ``Refused``."""
    try:
        yield
    except OSError as error:
        found = error.strerror or str(error)
        raise Refused(place, "a file that can be written", found) from error


def _publish(draft: Path, path: Path, *, overwrite: bool) -> None:
    if overwrite or not _link(draft, path):
        draft.replace(path)
    sync_folder(path.parent)


def _link(draft: Path, path: Path) -> bool:
    """Give the draft its name unless that is taken, in one step; False where there are no links."""
    try:
        path.hardlink_to(draft)
    except FileExistsError as error:
        raise _taken(path) from error
    except OSError:
        if os.path.lexists(path):
            raise _taken(path) from None
        return False
    return True


def _taken(path: Path) -> Refused:
    return Refused(str(path), "a new name", "a file", "Choose another name, or allow to overwrite.")
