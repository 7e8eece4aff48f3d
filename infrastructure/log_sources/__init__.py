"""Readers for other tools' log files (`application.log_source`); a kind is told by its bytes."""

from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from application.log_source import Declared, LogFile, LogSource
from domain.errors import UnreadableFile
from infrastructure.log_sources.eval752_native import NativeSource
from infrastructure.log_sources.helm.source import HelmSource
from infrastructure.log_sources.inspect_logs.source import InspectSource
from infrastructure.log_sources.lm_eval.source import LmEvalSource
from infrastructure.log_sources.plain.plain_file import PlainSource, open_plain
from infrastructure.log_sources.promptfoo.result_file import PromptfooSource

SOURCES: Final[Sequence[LogSource]] = (
    InspectSource(),
    NativeSource(),
    LmEvalSource(),
    HelmSource(),
    PromptfooSource(),
    PlainSource(),
)


@contextmanager
def open_log(path: Path, declared: Declared | None = None) -> Generator[LogFile]:
    """A log file of any kind that is known; as a plain one, where a mapping is declared.

    Raises:
        UnreadableFile: when it is of none of them, or cannot be read.
        InvalidInput: when it is hostile, or something that is not to be archived so.
    """
    with closing(_opened(path, declared)) as log:
        yield log


def _opened(path: Path, declared: Declared | None) -> LogFile:
    if declared and declared.maps:
        return open_plain(path, declared)
    for source in SOURCES:
        log = source.open(path)
        if log is not None:
            return log
    kinds = ", ".join(source.kind for source in SOURCES)
    raise UnreadableFile(path.name, f"one of: {kinds}", "none of these")
