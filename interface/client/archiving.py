"""Sends other tools' log files, each with those that belong to it, to be archived by a service.

Readers here say which files those are, and leave reading them to the service's. Not here: any
file's form (``infrastructure.log_sources``).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from application.archive_report import ArchiveReport, LogOptions
from application.log_source import Declared, Note
from interface.client.addresses import query_of
from interface.client.answers import reads
from interface.client.exchange import LONG, Flow, Request, Work
from interface.client.forms import Part, Sending, form_of
from interface.client.retrying import Retries, persistent


def archiving(
    path: Path, options: LogOptions, retries: Retries, sending: Sending
) -> Flow[ArchiveReport]:
    """Have a log file archived, or the folder of one; ``sending`` is told how far it is sent.

    Raises:
        UnreadableFile, InvalidInput: when it is not one log file, before anything is sent.
    """
    source = _Source(path, options.declared)
    yield Work(source.look)
    form = form_of(source.parts, sending)
    headers = {"Content-Type": form.media_type}
    query = _query(options)
    request = Request("POST", "/v1/archivings", query, headers, form, patience=LONG)
    report = reads(ArchiveReport)((yield from persistent(request, retries)))
    return report._replace(notes=[*report.notes, *source.notes])


class _Source:
    """What is sent of a path; ``notes`` are what a reader would say of all that is not."""

    def __init__(self, path: Path, declared: Declared) -> None:
        self._path, self._declared = path, declared
        self.parts: Sequence[Part] = ()
        self.notes: Sequence[Note] = ()

    def look(self) -> None:
        """Find the files."""
        from infrastructure.log_sources import files_of  # noqa: PLC0415 - loads all readers

        files, self.notes = files_of(self._path, self._declared)
        within = f"{_name_of(self._path)}/" if self._path.is_dir() else ""
        sent = (Part("file", file, f"{within}{file.name}") for file in files)
        self.parts = [*_mapping(self._declared), *sent]


def _mapping(declared: Declared) -> Iterator[Part]:
    """What explains a plain file: a mapping file goes by its content."""
    from infrastructure.log_sources.plain.mapping import read_file  # noqa: PLC0415 - as above

    for each in declared.maps:
        if isinstance(each, Path):
            yield Part("map", read_file(each), each.name)
        else:
            yield Part("map", each.encode())


def _query(options: LogOptions) -> Sequence[tuple[str, str]]:
    told = {**options._asdict(), **options.declared._asdict()}
    flags = {name: str(each).lower() for name, each in told.items() if isinstance(each, bool)}
    texts = {name: each for name, each in told.items() if isinstance(each, str) and each}
    return query_of({**flags, **texts})


def _name_of(folder: Path) -> str:
    return folder.resolve().name if folder.name in {"", ".."} else folder.name
