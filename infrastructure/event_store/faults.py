"""What SQLite reports, in the words of `domain.errors`.

Not here: conflicts between writers, which the store finds itself (``writing``).
"""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager

from eventsourcing.persistence import (
    ConnectionUnavailableError,
    PersistenceError,
    ProgrammingError,
)

from domain.errors import ArchiveDamaged, Eval752Error, Refused, StorageFull
from infrastructure.sqlite_faults import Fault, code_of, fault_of

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
_FAULTS = {Fault.FULL: _FULL, Fault.UNREADY: _UNREADY, Fault.BUSY: _BUSY, None: _DAMAGED}


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
    none_free = isinstance(error, ConnectionUnavailableError)
    kind, expected, remedy = _BUSY if none_free else _FAULTS[fault_of(cause)]
    found = f"{cause or error} ({code_of(cause) or type(error).__name__})"
    return kind(place, expected, found, remedy)
