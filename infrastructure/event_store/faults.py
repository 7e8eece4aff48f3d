"""What SQLite reports, in the words of `domain.errors`.

Not here: conflicts between writers, which the store finds itself (``writing``).
"""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager

from eventsourcing.persistence import PersistenceError, ProgrammingError

from domain.errors import ArchiveDamaged, Eval752Error, Refused, StorageFull

_FULL = (
    StorageFull,
    "room for what is being written",
    "Make room on the disk (or raise the quota) and do it again: nothing of it was written.",
)
_UNREADY = (
    Refused,
    "files that this process may open",
    "Check the permissions of the folder and its files; a store is read where it may be written.",
)
_BUSY = (
    Refused,
    "a database that no other program has locked",
    "Close the program that has it open, and do it again.",
)
_DAMAGED = (
    ArchiveDamaged,
    "a sound database",
    "Restore the folder from a backup, or import the bundles again.",
)
_FAULTS = {
    "SQLITE_FULL": _FULL,
    "SQLITE_IOERR_WRITE": _FULL,
    "SQLITE_IOERR_SHMSIZE": _FULL,
    "SQLITE_IOERR_TRUNCATE": _FULL,
    "SQLITE_CANTOPEN": _UNREADY,
    "SQLITE_READONLY": _UNREADY,
    "SQLITE_PERM": _UNREADY,
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
}


@contextmanager
def told(place: str) -> Generator[None]:
    """Turn errors of SQLite, or the library's around them, into ours at ``place``."""
    try:
        yield
    except (sqlite3.ProgrammingError, ProgrammingError):
        raise  # a bug of ours
    except (sqlite3.Error, PersistenceError, UnicodeDecodeError) as error:  # the last: in a message
        raise _in_our_words(place, error) from error


def _in_our_words(place: str, error: Exception) -> Eval752Error:
    cause = error if isinstance(error, sqlite3.Error) else error.__cause__
    name = getattr(cause, "sqlite_errorname", "")
    primary = "_".join(name.split("_")[:2])
    kind, expected, remedy = _FAULTS.get(name) or _FAULTS.get(primary) or _DAMAGED
    return kind(place, expected, f"{cause or error} ({name or type(error).__name__})", remedy)
