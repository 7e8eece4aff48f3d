"""Rows and details as what ``json`` prints: named tuples with their names, codes as words. Pure."""

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any

from application.archive_report import ArchiveReport
from application.importing import Imported


def document(value: Any) -> Any:
    """The value with every named tuple as an object."""
    if isinstance(value, IntEnum):
        return value.name.lower()
    if hasattr(value, "_asdict"):
        return {name: document(member) for name, member in value._asdict().items()}
    members: Any = value
    if isinstance(value, Mapping):
        return {name: document(member) for name, member in members.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [document(member) for member in members]
    return value


def archived_document(file: str, report: ArchiveReport) -> Any:
    """What became of a log file, as ``eval752 archive`` and a service tell it."""
    return {"file": file, **document(report)}


def imported_document(imported: Imported) -> dict[str, Any]:
    """What became of a bundle that was taken in, as ``eval752 import`` and a service tell it."""
    streams = [
        {"origin": end.origin, "stream": end.stream, "size": end.size, "change": change.value}
        for end, change in imported.changes
    ]
    return {"imported": True, "digest": imported.digest, "streams": streams}
