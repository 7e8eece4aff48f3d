"""Which files one evaluation of lm-evaluation-harness consists of, found beside each other.

The results file is told by its bytes. Samples do not say which results they belong to: the harness
joins them by the time in their names, and so does this. Not here: what the files hold.
"""

import re
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from domain.errors import InvalidInput, UnreadableFile
from infrastructure.log_sources.json_values import first_names
from infrastructure.log_sources.raw_file import RawFile

_RESULTS: Final = ({"results", "configs"}, {"results", "group_subtasks"})
_SAMPLE: Final = {"doc_id", "doc", "target", "arguments", "resps"}
_STAMP: Final = re.compile(r"_\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(?:\.\d+)?(?=\.json$)", re.ASCII)
_SHOWN: Final = 3


def find_results(path: Path) -> Path | None:
    """The results file that is meant: this file, or the only one in this folder.

    Raises:
        InvalidInput: when the folder holds several, or these are samples alone.
    """
    if path.is_dir():
        found = [each for each in _files(path) if _is_results(_names(each))]
        if len(found) > 1:
            raise _several(path, found)
        return found[0] if found else None
    if not path.is_file():
        return None
    names = _names(path)
    if names >= _SAMPLE:
        remedy = "Archive the results file beside it, which leads to its samples."
        expected, told = "a results file", "samples, which name neither model nor task"
        raise InvalidInput(path.name, expected, told, remedy)
    return path if _is_results(names) else None


def samples_of(results: Path, tasks: Sequence[str]) -> dict[str, Path]:
    """The samples file of each task.

    Raises:
        InvalidInput: naming those that are not there.
    """
    # The names are looked up in the folder: a task's name is no path to be followed.
    here = {path.name: path for path in _files(results.parent)}
    names = {task: f"samples_{task}{_stamp(results)}.jsonl" for task in tasks}
    if missing := [name for name in names.values() if name not in here]:
        more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
        found = f"no {', '.join(missing[:_SHOWN])}{more}"
        remedy = "Evaluate with --log_samples, and keep the files together, named as they were."
        raise UnreadableFile(results.name, "the samples of its tasks beside it", found, remedy)
    return {task: here[name] for task, name in names.items()}


def other_samples(results: Path, tasks: Sequence[str]) -> Sequence[str]:
    """Samples files of the same time whose tasks are not among these."""
    stamp = _stamp(results)
    known = {f"samples_{task}{stamp}.jsonl" for task in tasks}
    names = (path.name for path in all_samples(results)) if stamp else ()
    return [name for name in names if name not in known]


def all_samples(results: Path) -> Sequence[Path]:
    """Samples files of the same time; where a results file names none, of any."""
    like = re.compile(rf"samples_.+{re.escape(_stamp(results))}\.jsonl")
    return [path for path in _files(results.parent) if like.fullmatch(path.name)]


def _stamp(results: Path) -> str:
    found = _STAMP.search(results.name)
    return found[0] if found else ""


def _files(folder: Path) -> Sequence[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_file())
    except OSError as error:
        found = error.strerror or str(error)
        raise UnreadableFile(folder.name, "a readable folder", found) from error


def _names(path: Path) -> set[str]:
    with closing(RawFile(path)) as file:
        return first_names(file.first())


def _is_results(names: set[str]) -> bool:
    return any(names >= each for each in _RESULTS)


def _several(folder: Path, found: Sequence[Path]) -> InvalidInput:
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    told = ", ".join(path.name for path in found[:_SHOWN]) + more
    remedy = "Archive each by its name: it leads to its samples."
    return InvalidInput(folder.name, "one results file in the folder", told, remedy)
