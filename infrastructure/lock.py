"""The lock that makes a process the only writer of an archive, or of another file.

Not here: order among the threads of that process.
"""

import os
import sys
from pathlib import Path
from typing import Self

from domain.errors import Refused
from infrastructure.files import writing

if sys.platform == "win32":
    import msvcrt

    def try_lock(file: int) -> None:
        """Lock an open file until it is closed; ``OSError`` when somebody else has."""
        os.lseek(file, 2**20, os.SEEK_SET)  # where nobody reads: a locked byte cannot be read
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        os.lseek(file, 0, os.SEEK_SET)
else:
    import fcntl

    def try_lock(file: int) -> None:
        """Lock an open file until it is closed; ``OSError`` when somebody else has."""
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class WriterLock:
    """Holds ``path`` until it is released or the process ends, in whatever way.

    Raises:
        Refused: when a process holds it, this one or another, naming its id.
        StorageFull: when there is no room for its own id; the lock is free then.
    """

    def __init__(self, path: Path) -> None:
        with writing(path):
            self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try_lock(self._file)
        except OSError:
            holder = os.read(self._file, 20).decode("ascii", "replace").strip()
            self.release()
            found = f"process {holder}" if holder else "a process that just started"
            remedy = "Stop it first, or read only; the file itself need not be removed."
            raise Refused(str(path), "no other writer", found, remedy) from None
        try:
            with writing(path):
                os.ftruncate(self._file, 0)
                os.write(self._file, b"%d\n" % os.getpid())
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        """Let others write; once is enough, more often is no error."""
        file, self._file = self._file, -1
        if file >= 0:
            os.close(file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
