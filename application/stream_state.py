"""The state of a stream between two appends, as the store keeps it: small at any length.

Not here: the packed results, which the store keeps in chunks and this only fetches.
"""

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

from domain.canonical import Json, decode, encode
from domain.errors import ArchiveDamaged, InvalidInput
from domain.evaluation.archive_keys import ArchiveKey, ArchiveKeys
from domain.evaluation.dataset import Dataset
from domain.evaluation.events import Event
from domain.evaluation.results import CHUNK, SparseTable
from domain.evaluation.run import Run
from domain.evaluation.stream import Head
from domain.transparency.merkle import CompactRange

_DATASET: Final = ("state", "items", "sections", "root")
_RUN: Final = (
    *("state", "status", "dataset", "dataset_origin", "items", "items_root"),
    *("scorers", "plan_epochs", "plan_last"),
)
_FIELDS: Final = {Dataset: _DATASET, Run: _RUN, ArchiveKeys: ()}
_HEAD: Final = ("origin", "version", "at", "holds", "sealed")
_REMEDY: Final = "Restore the archive from a backup."

Fetch = Callable[[int, int], bytes | None]


class StoredResults(SparseTable):
    """Packed results whose chunks are fetched when needed; ``dirty`` names those that changed."""

    def __init__(self, fetch: Fetch) -> None:
        super().__init__()
        self._fetch = fetch
        self.dirty: set[tuple[int, int]] = set()

    def fetch(self, at: tuple[int, int]) -> "array[int] | None":
        """Bring in a chunk at its first use."""
        epoch, number = at
        stored = self._fetch(epoch, number)
        if stored is None:
            return None
        chunk = self.chunks[at] = _chunk(stored, f"results {epoch}, {number}")
        return chunk

    def put(self, epoch: int, item: int, value: int) -> None:
        """Set the value at a place, and remember that its chunk changed."""
        super().put(epoch, item, value)
        self.dirty.add((epoch, item // CHUNK))

    def take_dirty(self) -> dict[tuple[int, int], bytes]:
        """The chunks that changed since the last time."""
        changed = {key: self.chunks[key].tobytes() for key in self.dirty}
        self.dirty.clear()
        return changed


@dataclass(slots=True)
class StreamState:
    """Head and subject of a stream; that of the archive's own is its keys.

    ``sections`` are those of a dataset that is open.
    """

    head: Head
    subject: Dataset | Run | ArchiveKeys
    sections: dict[str, int] = field(default_factory=dict[str, int])

    def apply(self, event: Event, line: bytes) -> None:
        """Take in the next event.

        Raises:
            Refused: when it may not follow; the state must then be thrown away.
        """
        self.head.check(event)
        self.subject.apply(event)
        self.head.take(event, line)

    def section(self, name: str) -> int:
        """The ordinal of a dataset's section, the next one for a new name.

        Only the name's hash is kept: a name is content, and may have to be erased.
        """
        return self.sections.setdefault(_hashed(self.head.stream, name), len(self.sections))

    def encode(self) -> bytes:
        """The state in bytes, without the packed results."""
        names = _FIELDS[type(self.subject)]
        document: dict[str, Json] = {
            "head": {name: getattr(self.head, name) for name in _HEAD},
            "tree": _tree_out(self.head.tree),
            "subject": {name: getattr(self.subject, name) for name in names},
        }
        if isinstance(self.subject, Dataset):
            document["items_tree"] = _tree_out(self.subject.tree)
            document["sections"] = dict(self.sections) if self.subject.state == "open" else {}
        if isinstance(self.subject, ArchiveKeys):
            document["keys"] = [[*key] for key in self.subject.keys]
        return encode(document)


@lru_cache(maxsize=64)
def _hashed(stream: str, name: str) -> str:
    return sha256(f"{stream} {name}".encode()).hexdigest()


def no_chunks(_epoch: int, _number: int) -> bytes | None:
    """Fetch nothing: for whoever reads a state and does not append to it."""
    return None


def new_state(stream: str, fetch: Fetch) -> StreamState:
    """The state of a stream that has no events yet."""
    subject: Dataset | Run | ArchiveKeys = ArchiveKeys()
    if stream.startswith("dataset/"):
        subject = Dataset()
    elif stream.startswith("run/"):
        subject = Run(results=StoredResults(fetch))
    return StreamState(Head(stream), subject)


def read_state(stream: str, stored: bytes | None, fetch: Fetch) -> StreamState:
    """The state that was stored, or a new one.

    Raises:
        ArchiveDamaged: when what was stored is not a state.
    """
    state = new_state(stream, fetch)
    if stored is None:
        return state
    try:
        _fill(state, decode(stored, stream))
    except (AttributeError, KeyError, TypeError, ValueError, InvalidInput) as problem:
        raise ArchiveDamaged(f"state of {stream}", "a state", repr(problem), _REMEDY) from problem
    return state


def _fill(state: StreamState, document: Any) -> None:
    for name, value in document["head"].items():
        setattr(state.head, name, value)
    for name, value in document["subject"].items():
        setattr(state.subject, name, value)
    state.head.tree = _tree_in(document["tree"])
    if isinstance(state.subject, Dataset):
        state.subject.tree = _tree_in(document["items_tree"])
        state.sections = document["sections"]
    if isinstance(state.subject, ArchiveKeys):  # a state of before there were keys has none
        state.subject.keys = [ArchiveKey(*key) for key in document.get("keys", ())]


def _chunk(stored: bytes, place: str) -> "array[int]":
    if len(stored) != CHUNK * 8:
        found = f"{len(stored)} bytes"
        raise ArchiveDamaged(place, f"{CHUNK * 8} bytes", found, _REMEDY)
    return array("Q", stored)


def _tree_out(tree: CompactRange) -> dict[str, Json]:
    return {"nodes": [*tree.to_hex()], "size": tree.size}


def _tree_in(document: Any) -> CompactRange:
    return CompactRange.from_hex(document["size"], document["nodes"])
