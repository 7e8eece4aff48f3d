"""A log for tests over a store in memory, with all lines that it must have.

Not here: what is expected of it.
"""

from pathlib import Path

from application.keys import Keys
from application.log import Log
from application.log_ports import LogFiles
from application.ports import Append, Page, StreamKey
from domain.canonical import encode
from domain.transparency.merkle import leaf_hash, root_of
from domain.transparency.signed_note import VerifierKey
from infrastructure.content.stamps import FileStamps
from infrastructure.log_tiles.heads import FileHeads
from infrastructure.log_tiles.tiles import FileTiles
from infrastructure.signing.keys import KeyFiles
from tests.contracts.fakes import MemoryEventStore

STREAM = "run/00000000-0000-7000-8000-000000000001"
OTHER = "run/00000000-0000-7000-8000-000000000002"


class Logged:
    """A log over a store in memory, with all lines that it must have."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.identity = KeyFiles(folder / "identity", "archive-a")
        self.store = MemoryEventStore()
        self.lines: list[bytes] = []

    def log(self) -> Log:
        """As after a start: it remembers nothing."""
        folder = self.folder / "log"
        cosignatures = FileStamps(folder / "cosignatures", "note")
        files = LogFiles(FileTiles(folder), FileHeads(folder), cosignatures)
        return Log(self.store, files, self.keys)

    def append(self, count: int, stream: str = STREAM, origin: str = "archive-a") -> None:
        """One page of so many events."""
        stream_key = StreamKey(origin, stream)
        first = self.store.version(stream_key) + 1
        lines = [
            encode({"origin": origin, "parts": {}, "stream": stream, "version": first + number})
            for number in range(count)
        ]
        self.store.commit([Append(stream_key, first - 1, [Page(first, lines, [])], b"")])
        self.lines += lines * (origin == "archive-a")

    @property
    def keys(self) -> Keys:
        """As after a start."""
        return Keys(self.identity, self.store)

    @property
    def key(self) -> VerifierKey:
        """The archive's."""
        return self.keys.key

    def root(self, size: int | None = None) -> bytes:
        return root_of([leaf_hash(line) for line in self.lines[:size]])

    def files(self) -> dict[str, bytes]:
        """The tiles and marks as they are kept."""
        paths = (path for path in (self.folder / "log").rglob("*") if path.is_file())
        names = {str(path.relative_to(self.folder)): path for path in paths}
        return {name: path.read_bytes() for name, path in names.items() if "heads" not in name}
