"""An Inspect log as one JSON object: the header's members, and the samples as a list.

The file is gone through once to learn where everything stands; samples are then read from there.
Not here: what header and samples mean.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from domain.canonical import Json
from domain.errors import InvalidInput, shown
from infrastructure.log_sources.inspect_logs.container import HEADER_LIMIT, Key
from infrastructure.log_sources.json_pieces import extents, members, values
from infrastructure.log_sources.loose_json import read_loosely
from infrastructure.log_sources.native_items import id_text
from infrastructure.log_sources.raw_file import RawFile

_SAMPLES: Final = "samples"
_LEFT: Final = frozenset({"reductions"})
_KEY: Final = frozenset({"id", "epoch"})
_KEY_CHUNK: Final = 2**12


def begins_as_log(first: bytes) -> bool:
    """Whether a text that begins so is an Inspect log: an object with ``eval`` and ``status``."""
    seen: set[str] = set()
    with suppress(InvalidInput):  # it is cut off, of course
        for value in values([first], ""):
            seen.add(value.name)
    return {"eval", "status"} <= seen


class JsonLog:
    """One JSON object of an Inspect log (``container.Container``).

    Raises:
        UnreadableFile: when it ends early, or cannot be read.
        InvalidInput: when it is no such object.
    """

    suffix = "json"
    media_type = "application/json"
    finished = True

    def __init__(self, path: Path) -> None:
        self._place, self._file = path.name, RawFile(path)
        try:
            self._spans = self._find_members()
            self._starts, self._ends = array("Q"), array("Q")
            self._find_samples()
        except BaseException:
            self._file.close()
            raise

    def header(self) -> Mapping[str, bytes]:
        """All members but the samples, and what repeats them."""
        found: dict[str, bytes] = {}
        for name, (start, end) in self._spans.items():
            if name != _SAMPLES and name not in _LEFT:
                if end - start > HEADER_LIMIT:
                    place, found_bytes = f"{self._place}, {name}", f"{end - start:,}"
                    raise InvalidInput(place, f"at most {HEADER_LIMIT:,} bytes", found_bytes)
                found[name] = b"".join(self._file.between(start, end))
        return found

    def keys(self) -> Sequence[Key]:
        """The ids and epochs that the samples state, which usually begin with them."""
        return [self._key(number) for number in range(len(self._starts))]

    def place(self, number: int) -> str:
        """Its place among the samples, from 0."""
        return f"samples.{number}"

    def sample(self, number: int) -> Iterator[bytes]:
        """The bytes of a sample."""
        return self._file.between(self._starts[number], self._ends[number])

    def left(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """What repeats the samples."""
        spans = ((name, *self._spans[name]) for name in _LEFT if name in self._spans)
        return ((name, self._file.between(start, end)) for name, start, end in spans)

    def raw(self) -> Iterator[bytes]:
        """The bytes of the file itself."""
        return self._file.raw()

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    def _find_members(self) -> dict[str, tuple[int, int]]:
        spans: dict[str, tuple[int, int]] = {}
        for name, offset, data, _ in values(self.raw(), self._place):
            start, _ = spans.setdefault(name, (offset, offset))
            spans[name] = start, offset + len(data)
        return spans

    def _find_samples(self) -> None:
        begin, end = self._spans.get(_SAMPLES, (0, 0))
        if b"".join(self._file.between(begin, min(end, begin + 100))).strip() in {b"", b"null"}:
            return
        for start, stop in extents(self._file.between(begin, end), f"{self._place}, {_SAMPLES}"):
            self._starts.append(begin + start)
            self._ends.append(begin + stop)

    def _key(self, number: int) -> Key:
        start, end, place = self._starts[number], self._ends[number], self.place(number)
        found: dict[str, Json] = {}
        for name, data in members(
            self._file.between(start, end, _KEY_CHUNK), _KEY.__contains__, 2 * _KEY_CHUNK, place
        ):
            found[name], _ = read_loosely(data.strip(), place)
            if len(found) == len(_KEY):
                break
        return _key_of(found, place)


def _key_of(found: Mapping[str, Json], place: str) -> Key:
    outside, epoch = id_text(found.get("id")), found.get("epoch")
    if outside is None:
        raise InvalidInput(f"{place}, id", "a text or whole number", shown(found.get("id")))
    if not isinstance(epoch, int) or isinstance(epoch, bool):
        raise InvalidInput(f"{place}, epoch", "a whole number", shown(epoch))
    return Key(outside, epoch)
