"""Finding a dataset or run by what a person types: an id, how it begins, or a dataset's name.

Not here: questions of programs, which know the whole id.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Protocol

from application.ports import StreamKey
from application.read_model import DatasetQuery, DatasetRow, ReadModel, RunQuery, RunRow
from domain.errors import NotFound, Refused

_ID: Final = re.compile(r"(?:dataset/|run/)?[0-9a-f][0-9a-f-]{3,35}", re.ASCII)
_AT_ONCE: Final = 1000
_SHOWN: Final = 5


class Streams(Protocol):
    """What holds streams, such as a store."""

    def streams(self) -> Sequence[StreamKey]:
        """All of them."""
        ...


def find_by_id(store: Streams, name: str, origin: str) -> StreamKey | None:
    """The one stream that is meant by ``run/<uuid>``, ``<uuid>``, or at least 4 digits of either.

    ``origin`` is the archive's own, which goes before where streams have the same name.

    Raises:
        Refused: when it is how more than one begins.
    """
    if not _ID.fullmatch(name):
        return None
    found = [key for key in store.streams() if _begins(key.stream, name)]
    exact = [key for key in found if key.stream == name or key.stream.endswith(f"/{name}")]
    own = [key for key in exact if key.origin == origin]
    return _only(own or exact or found, name)


def find_by_name(read_model: ReadModel, name: str) -> StreamKey | None:
    """The one run on a dataset of this name, or else the one dataset.

    Raises:
        Refused: when there is more than one.
    """
    return named(name, all_runs(read_model), all_datasets(read_model))


def named(name: str, runs: Iterable[RunRow], datasets: Iterable[DatasetRow]) -> StreamKey | None:
    """The one of these runs on a dataset of this name, or else the one dataset.

    Raises:
        Refused: when there is more than one.
    """
    on = [row.key for row in runs if row.dataset_name == name]
    return _only(on or [row.key for row in datasets if row.name == name], name)


def not_found(name: str) -> NotFound:
    """What to raise where neither found anything."""
    remedy = "See what there is: eval752 runs, eval752 datasets"
    expected = "the id of a run or dataset, its first 4 digits or more, or a dataset's name"
    return NotFound(ascii(name[:80]), expected, "none that the archive holds", remedy)


def all_runs(read_model: ReadModel) -> Iterator[RunRow]:
    """All runs, the newest first."""
    query = RunQuery(limit=_AT_ONCE)
    while rows := read_model.runs(query):
        yield from rows
        query = query.behind(rows[-1])


def all_datasets(read_model: ReadModel) -> Iterator[DatasetRow]:
    """All datasets, the newest first."""
    query = DatasetQuery(limit=_AT_ONCE)
    while rows := read_model.datasets(query):
        yield from rows
        query = query.behind(rows[-1])


def _begins(stream: str, name: str) -> bool:
    return stream.startswith(name) if "/" in name else stream.partition("/")[2].startswith(name)


def _only(keys: Sequence[StreamKey], name: str) -> StreamKey | None:
    if len(keys) > 1:
        more = f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else ""
        found = ", ".join(key.stream for key in keys[:_SHOWN]) + more
        raise Refused(ascii(name), "one run or dataset", found, "Name one by its id.")
    return keys[0] if keys else None
