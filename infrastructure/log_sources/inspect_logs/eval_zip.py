"""An Inspect log as a zip: ``header.json`` or the journal, and a member for each sample.

Not here: the JSON within, and the shape in which a sample is cut into several members.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, Self

from domain.errors import InvalidInput
from infrastructure.log_sources.bounded_zip import BoundedZip
from infrastructure.log_sources.inspect_logs.container import HEADER_LIMIT, Key
from infrastructure.log_sources.json_pieces import members
from infrastructure.log_sources.zip_limits import ZIP_ZSTD, Limits

LIMITS: Final = Limits(methods=frozenset({0, 8, ZIP_ZSTD}), paths=False)

_HEADER: Final = "header.json"
_START: Final = "_journal/start.json"
_SAMPLE: Final = re.compile(r"samples/(.+)_epoch_([0-9]{1,9})\.json", re.DOTALL)
_CHUNKED: Final = re.compile(r"samples/.+_epoch_[0-9]{1,9}/.+", re.DOTALL)


class EvalZip:
    """A zip of an Inspect log (``container.Container``)."""

    suffix = "eval"
    media_type = "application/zip"

    def __init__(self, zipped: BoundedZip, names: Sequence[str], place: str) -> None:
        self._zip, self._names, self._file = zipped, names, place
        self._samples: list[str] = []
        self._keys: list[Key] = []
        for name in names:
            if found := _SAMPLE.fullmatch(name):
                self._samples.append(name)
                self._keys.append(Key(found[1], int(found[2])))

    @classmethod
    def open(cls, path: Path, limits: Limits = LIMITS) -> Self | None:
        """Open a zip that holds an Inspect log; None where it holds something else.

        Raises:
            InvalidInput: when the zip is not allowed, or has no header, or chunked samples.
        """
        zipped = BoundedZip(path, limits)
        try:
            names = zipped.names()
            if {_HEADER, _START}.isdisjoint(names) and not any(map(_SAMPLE.fullmatch, names)):
                zipped.close()
                return None
            _check(names, path.name)
        except BaseException:
            zipped.close()
            raise
        return cls(zipped, names, path.name)

    @property
    def finished(self) -> bool:
        """Whether the run ended, in whatever way."""
        return _HEADER in self._names

    def header(self) -> Mapping[str, bytes]:
        """The members of ``header.json``, or of ``_journal/start.json`` where a run crashed."""
        name = _HEADER if self.finished else _START
        chunks = self._zip.chunks(name)
        return dict(members(chunks, lambda _: True, HEADER_LIMIT, name))

    def keys(self) -> Sequence[Key]:
        """The ids and epochs that the members' names state."""
        return self._keys

    def place(self, number: int) -> str:
        """The member's name."""
        return self._samples[number]

    def sample(self, number: int) -> Iterator[bytes]:
        """The bytes of a sample's member."""
        return self._zip.chunks(self._samples[number])

    def left(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """The members that are not read: summaries, reductions, the journal."""
        read = {_HEADER if self.finished else _START, *self._samples}
        return ((name, self._zip.chunks(name)) for name in self._names if name not in read)

    def raw(self) -> Iterator[bytes]:
        """The bytes of the file itself."""
        return self._zip.raw()

    def close(self) -> None:
        """Let the file go."""
        self._zip.close()


def _check(names: Sequence[str], place: str) -> None:
    if {_HEADER, _START}.isdisjoint(names):
        remedy = "Without it, nobody can tell which run they are of."
        raise InvalidInput(place, f"{_HEADER} or {_START}", "samples only", remedy)
    if chunked := next(filter(_CHUNKED.fullmatch, names), ""):
        expected, remedy = "one member a sample", "Write it anew with: inspect log convert"
        raise InvalidInput(place, expected, f"the chunked {chunked[:100]!a}", remedy)
