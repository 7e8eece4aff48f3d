"""The five files of a HELM run, found in its folder.

A run is told by its specification's bytes; HELM gives the other files fixed names beside it. Not
here: what they hold. What ``helm-summarize`` derives from them later is not part of a run.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Final

from application.log_source import Account
from domain.errors import InvalidInput, UnreadableFile
from infrastructure.log_sources.json_pieces import members
from infrastructure.log_sources.json_values import first_names, object_at, read_object, whole
from infrastructure.log_sources.lines import MAX_LINE_BYTES
from infrastructure.log_sources.loose_json import Members, read_noted
from infrastructure.log_sources.raw_file import RawFile

SPEC: Final = "run_spec.json"
SCENARIO: Final = "scenario.json"
STATE: Final = "scenario_state.json"
STATS: Final = "stats.json"
INSTANCE_STATS: Final = "per_instance_stats.json"
NAMES: Final = (SPEC, SCENARIO, STATE, STATS, INSTANCE_STATS)

_SPEC_MEMBERS: Final = {"scenario_spec", "adapter_spec"}


def find_spec(path: Path) -> Path | None:
    """The specification that is meant: this file, or the one in this folder."""
    spec = path / SPEC if path.is_dir() else path
    if not spec.is_file():
        return None
    with closing(RawFile(spec)) as file:
        return spec if first_names(file.first()) >= _SPEC_MEMBERS else None


def paths_of(spec: Path) -> Mapping[str, Path]:
    """Where the files of a run are, by HELM's names for them.

    Raises:
        UnreadableFile: naming those that are not there.
    """
    paths = {name: spec if name == SPEC else spec.with_name(name) for name in NAMES}
    if missing := [name for name, path in paths.items() if not path.is_file()]:
        found = f"no {', '.join(missing)}"
        remedy = "HELM writes them when a run ends: archive the whole folder of a finished run."
        raise UnreadableFile(spec.name, f"{', '.join(NAMES)} in its folder", found, remedy)
    return paths


def open_files(spec: Path, opened: ExitStack) -> Mapping[str, RawFile]:
    """The files of a run, which belong together.

    Raises:
        UnreadableFile: naming those that are not there.
        InvalidInput: when they are of two runs.
    """
    paths = paths_of(spec).items()
    files = {name: opened.enter_context(closing(RawFile(path))) for name, path in paths}
    _check_one_run(files)
    return files


def other_files(spec: Path) -> Sequence[str]:
    """The names of what else stands in the folder."""
    return sorted(
        path.name for path in spec.parent.iterdir() if path.name not in {*NAMES, spec.name}
    )


def note_others(names: Sequence[str], account: Account) -> None:
    """Take account of what is not read."""
    for name in names:
        account.note("a file that is not read: not archived", name)


def document(file: RawFile, account: Account) -> Members:
    """The one object that a file holds."""
    return read_object(whole(file.raw(), file.name), file.name, account)


def rest_of_state(file: RawFile, account: Account) -> Members:
    """What the scenario's state says besides its requests."""
    told = members(file.raw(), "request_states".__ne__, MAX_LINE_BYTES, STATE)
    return {name: read_noted(text, f"{STATE}, {name}", account) for name, text in told}


def _check_one_run(files: Mapping[str, RawFile]) -> None:
    """The requests were made from the specification beside them."""
    told = rest_of_state(files[STATE], Account()).get("adapter_spec")
    if told != object_at(document(files[SPEC], Account()), "adapter_spec"):
        remedy = "Archive files of one run, as HELM wrote them."
        place = f"{STATE}, adapter_spec"
        raise InvalidInput(place, f"the adapter_spec of {files[SPEC].name}", "another", remedy)
