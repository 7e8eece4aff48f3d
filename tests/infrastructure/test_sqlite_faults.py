import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from infrastructure.sqlite_faults import Fault, code_of, fault_of


def reported(code: str) -> sqlite3.Error:
    error = sqlite3.OperationalError("as SQLite says it")
    error.sqlite_errorname = code
    return error


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("SQLITE_FULL", Fault.FULL),
        ("SQLITE_IOERR_WRITE", Fault.FULL),
        ("SQLITE_IOERR_SHMSIZE", Fault.FULL),
        ("SQLITE_IOERR_TRUNCATE", Fault.FULL),
        ("SQLITE_IOERR_READ", None),
        ("SQLITE_BUSY_SNAPSHOT", Fault.BUSY),
        ("SQLITE_LOCKED_SHAREDCACHE", Fault.BUSY),
        ("SQLITE_CANTOPEN_ISDIR", Fault.UNREADY),
        ("SQLITE_READONLY", Fault.UNREADY),
        ("SQLITE_PERM", Fault.UNREADY),
        ("SQLITE_CORRUPT_INDEX", None),
        ("SQLITE_NOTADB", None),
    ],
)
def test_a_result_code_is_of_one_kind(code: str, fault: Fault | None) -> None:
    assert fault_of(reported(code)) is fault


def test_what_sqlite_reports_has_its_code(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError) as caught:
        sqlite3.connect(tmp_path / "nowhere" / "file")
    assert (code_of(caught.value), fault_of(caught.value)) == ("SQLITE_CANTOPEN", Fault.UNREADY)


def test_what_sqlite_has_not_reported_has_none(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "file")) as connection:
        pass
    with pytest.raises(sqlite3.ProgrammingError) as caught:
        connection.execute("SELECT 1")
    for error in (caught.value, ValueError(), None):
        assert (code_of(error), fault_of(error)) == ("", None)
