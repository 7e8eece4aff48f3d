"""What kind of fault SQLite reports, by its result codes (sqlite.org/rescode.html).

Not here: words for it, which depend on whose database it is.
"""

from enum import Enum, auto
from typing import Final


class Fault(Enum):
    """A fault that is no damage."""

    FULL = auto()
    """The disk takes no more."""
    BUSY = auto()
    """Another program has the database locked."""
    UNREADY = auto()
    """This process may not open the file, or not write in it."""


_FAULTS: Final = {
    **dict.fromkeys(("SQLITE_FULL", "SQLITE_IOERR_WRITE"), Fault.FULL),
    **dict.fromkeys(("SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_TRUNCATE"), Fault.FULL),
    **dict.fromkeys(("SQLITE_BUSY", "SQLITE_LOCKED"), Fault.BUSY),
    **dict.fromkeys(("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM"), Fault.UNREADY),
}


def code_of(error: BaseException | None) -> str:
    """The name of the extended result code; nothing where SQLite has reported none."""
    return str(getattr(error, "sqlite_errorname", ""))


def fault_of(error: BaseException | None) -> Fault | None:
    """The kind of a fault; None for damage, and for what SQLite has not reported."""
    code = code_of(error)
    return _FAULTS.get(code) or _FAULTS.get("_".join(code.split("_")[:2]))
