"""Readers for other tools' log files (`application.log_source`); a kind is told by its bytes."""

from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from application.log_source import Account, Declared, LogFile, LogSource, Note
from domain.errors import UnreadableFile
from infrastructure.log_sources.eval752_native import NativeSource
from infrastructure.log_sources.helm import folder
from infrastructure.log_sources.helm.source import HelmSource
from infrastructure.log_sources.inspect_logs.source import InspectSource
from infrastructure.log_sources.lm_eval import files as evaluation
from infrastructure.log_sources.lm_eval.source import LmEvalSource
from infrastructure.log_sources.plain.plain_file import PlainSource, one_file, open_plain
from infrastructure.log_sources.promptfoo.result_file import PromptfooSource
from infrastructure.log_sources.raw_file import RawFile

SOURCES: Final[Sequence[LogSource]] = (
    InspectSource(),
    NativeSource(),
    LmEvalSource(),
    HelmSource(),
    PromptfooSource(),
    PlainSource(),
)


class Together(NamedTuple):
    """The files that a reader looks at, the one meant first, and what it notes of others."""

    files: Sequence[Path]
    notes: Sequence[Note] = ()


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
    raise _unknown(path)


def files_of(path: Path, declared: Declared | None = None) -> Together:
    """What has to be sent, that it can be read elsewhere as here.

    A file that stands for itself is not looked into: there, it may be of a kind that is known.

    Raises:
        UnreadableFile: when it cannot be read, or is a folder of no known kind.
        InvalidInput: when it is not one log file.
    """
    if declared and declared.maps:
        one_file(path).close()
        return Together([path])
    if results := evaluation.find_results(path):
        return Together([results, *evaluation.all_samples(results)])
    if spec := folder.find_spec(path):
        account = Account()
        folder.note_others(folder.other_files(spec), account)
        return Together([*folder.paths_of(spec).values()], account.notes())
    file = RawFile.of(path)
    if file is None:
        raise _unknown(path)
    file.close()
    return Together([path])


def _unknown(path: Path) -> UnreadableFile:
    kinds = ", ".join(source.kind for source in SOURCES)
    return UnreadableFile(path.name, f"one of: {kinds}", "none of these")
