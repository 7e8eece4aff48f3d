"""Runs of an archive as `.eval` files, and what stands in these: read plainly, and by the schema.

Not here: what Inspect itself reads (``inspect_reader``), and any assertion but of the schema.
"""

import json
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from application.archive_report import ArchiveReport
from application.log_source import Declared
from application.ports import StreamKey
from application.whole_run import WholeRun
from infrastructure.log_files.inspect_logs import write_eval_file
from infrastructure.log_sources import open_log
from interface.bootstrap.archive import Archive
from tests.archives import RUN, key

Record = dict[str, Any]


def archived(archive: Archive, path: Path, declared: Declared | None = None) -> ArchiveReport:
    """Archive another tool's file."""
    with open_log(path, declared) as log:
        return archive.archiver().archive(log)


def exported(
    archive: Archive,
    path: Path,
    stream: StreamKey | str = RUN,
    *withhold: str,
    deflated: bool = False,
) -> Path:
    """Write a run as a `.eval` file."""
    of = stream if isinstance(stream, StreamKey) else key(archive, stream)
    with (
        archive.replayer(of, [*withhold, "original"]) as replayer,
        path.open("xb+", buffering=0) as file,
    ):
        write_eval_file(file, WholeRun(replayer), deflated=deflated)
    return path


def member(path: Path, name: str) -> Any:
    """A member, as a parser that knows Inspect's numbers reads it."""
    with ZipFile(path) as zipped:
        return json.loads(zipped.read(name))


def samples(path: Path) -> dict[tuple[str, int], Record]:
    """The samples, by id and epoch, in the order of the file."""
    with ZipFile(path) as zipped:
        names = [name for name in zipped.namelist() if name.startswith("samples/")]
        found = [json.loads(zipped.read(name)) for name in names]
    assert names == [f"samples/{each['id']}_epoch_{each['epoch']}.json" for each in found]
    return {(each["id"], each["epoch"]): each for each in found}


def faults(path: Path) -> list[str]:
    """What in a log is not as Inspect's own schema of its format has it."""
    header = member(path, "header.json")
    found = [*_faults("EvalLog", header)]
    for each in samples(path).values():
        found += _faults("EvalSample", each)
    for each in member(path, "summaries.json"):
        found += _faults("EvalSampleSummary", each)
    return found


def has_schema() -> bool:
    """Whether Inspect is installed, which has the schema."""
    return find_spec("inspect_ai") is not None


def _faults(name: str, value: Any) -> Iterator[str]:
    for error in _validator(name).iter_errors(value):
        yield f"{name}, {error.json_path}: {error.message[:200]}"


@cache
def _validator(name: str) -> Any:
    package = find_spec("inspect_ai")
    assert package is not None
    assert package.origin is not None
    path = Path(package.origin).parent / "_view/inspect-openapi.json"
    schema: Record = json.loads(path.read_text())
    validator: Any = import_module("jsonschema").Draft202012Validator  # has no types
    return validator({**schema, "$ref": f"#/components/schemas/{name}"})
