"""A file that appears under its name whole and durable, or not at all.

Where the file system has files without a name (Linux), the draft is one, and nothing of it stays
however the process ends. To take the place of a file it needs a name for a moment, since a link
replaces nothing: killed right then, it leaves a whole file with a hidden name. Elsewhere the draft
has that name from the beginning. Not here: what is written.
"""

import os
import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from io import FileIO
from pathlib import Path
from secrets import token_hex
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import BinaryIO

from domain.errors import Refused
from infrastructure.files import sync_folder, writing


@contextmanager
def new_file(path: Path, *, overwrite: bool) -> Generator[BinaryIO, None, None]:
    """An unbuffered draft beside ``path``, that takes its name when the block ends well.

    Raises:
        Refused: when the name is taken and ``overwrite`` is not set, or the disk does not take it.
    """
    if not overwrite and os.path.lexists(path):
        raise _taken(path)
    hidden = path.with_name(f".{token_hex(8)}.part")
    with writing(path):
        unnamed = _unnamed(path.parent)
        file = unnamed or hidden.open("xb+", buffering=0)
    try:
        with file:
            yield file
            with writing(path):
                os.fsync(file.fileno())
                if unnamed:
                    _name(unnamed, path, hidden)
        with writing(path):
            if os.path.lexists(hidden):
                _move(hidden, path, overwrite=overwrite)
            sync_folder(path.parent)
    finally:
        hidden.unlink(missing_ok=True)


@contextmanager
def scratch_file(beside: Path) -> Generator[BinaryIO, None, None]:
    """An unbuffered file without a name in the folder of ``beside``, gone with its block.

    Raises:
        Refused: when there can be none.
    """
    with ExitStack() as opened:
        with writing(beside):
            file = opened.enter_context(TemporaryFile(dir=beside.parent, buffering=0))
        yield file


def _unnamed(folder: Path) -> FileIO | None:
    """A file in this folder that has no name yet; None where there is no such thing."""
    if sys.platform != "linux":
        return None
    try:
        descriptor = os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o666)
    except OSError:  # whatever else is wrong here, a file with a name will tell
        return None
    file = FileIO(descriptor, "rb+")
    if _open_file(file).exists():
        return file
    file.close()
    return None


def _open_file(file: FileIO) -> Path:
    """Where Linux shows an open file; without ``/proc`` it cannot be given a name."""
    return Path(f"/proc/self/fd/{file.fileno()}")


def _name(file: FileIO, path: Path, hidden: Path) -> None:
    """Give the file this name, or the hidden one where that is taken."""
    for name in (path, hidden):
        try:
            _link_open(file, name)
        except FileExistsError:
            continue
        except OSError:  # no file gets a second name here
            _copy(file, hidden)
        return


def _link_open(file: FileIO, name: Path) -> None:
    folder = os.open(name.parent, os.O_RDONLY)
    try:  # a folder's descriptor makes Python call linkat, which looks through /proc
        os.link(_open_file(file), name.name, dst_dir_fd=folder, follow_symlinks=True)
    finally:
        os.close(folder)


def _copy(file: FileIO, hidden: Path) -> None:
    file.seek(0)
    with hidden.open("xb") as copy:
        copyfileobj(file, copy, 2**20)
        copy.flush()
        os.fsync(copy.fileno())


def _move(hidden: Path, path: Path, *, overwrite: bool) -> None:
    if overwrite or not _link(hidden, path):
        hidden.replace(path)


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
