"""Readers for other tools' log files (`application.log_source`); a kind is told by its bytes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from application.log_source import LogFile, LogSource
from domain.errors import UnreadableFile
from infrastructure.log_sources.eval752_native import NativeSource
from infrastructure.log_sources.inspect_logs.source import InspectSource

SOURCES: Final[Sequence[LogSource]] = (InspectSource(), NativeSource())


def open_log(path: Path) -> LogFile:
    """Open a log file of any kind that is known.

    Raises:
        UnreadableFile: when it is of none of them, or cannot be read.
        InvalidInput: when it is hostile, or something that is not to be archived so.
    """
    for source in SOURCES:
        log = source.open(path)
        if log is not None:
            return log
    kinds = ", ".join(source.kind for source in SOURCES)
    raise UnreadableFile(path.name, f"one of: {kinds}", "none of these")
