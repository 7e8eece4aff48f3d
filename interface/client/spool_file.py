"""A spool: the actions of one run or dataset that wait for the service, in an append-only file.

NDJSON, mode 0600: a head that says for which service and stream, an action a line, and between them
notes of how far the service has taken them. Where all are taken the file begins anew, so it does
not grow beyond its bound. What a process had appended is there after it was killed; what is synced
also after a power failure. Not here: when something is sent (``sending``), and threads.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

from domain.canonical import Json, decode, encode
from domain.errors import Conflict, Eval752Error, InvalidInput, Refused
from infrastructure.files import make_folder, sync_folder, writing
from infrastructure.lock import try_lock
from interface.client.spool_assets import SpoolAssets

SUFFIX: Final = ".spool.ndjson"
MOST_BYTES: Final = 64 * 2**20
MOST_LINES: Final = 500
"""Of one batch."""

_ASSETS: Final = ".assets"
_FORM: Final = 1
_TAKEN: Final = b'{"taken":'
_SYNC_AFTER: Final = 64


class Head(NamedTuple):
    """For which service and stream the actions are."""

    service: str
    stream: str


class Batch(NamedTuple):
    """Actions that are sent together, and the offset behind them."""

    lines: Sequence[bytes]
    end: int


class SpoolFile:
    """One spool that is open; no other process, and no other object, has it meanwhile.

    Raises:
        Refused: when somebody else has it, or it is not for this service and stream.
        InvalidInput: when it is no spool.
    """

    def __init__(self, path: Path, head: Head | None = None) -> None:
        self.path = path
        self._first = self._taken = self._end = self._left = self._unsynced = 0
        self.assets = SpoolAssets(path.with_name(path.name.removesuffix(SUFFIX) + _ASSETS))
        with writing(path):
            make_folder(path.parent, 0o700)
            self._file = _locked(path)
        try:
            self.head = self._begin(head)
        except BaseException:
            os.close(self._file)  # and nothing more: it is not ours
            raise

    @property
    def has_room(self) -> bool:
        """Whether another action fits, or another asset."""
        return self._end + self.assets.size < MOST_BYTES

    @property
    def waiting(self) -> bool:
        """Whether there are actions that the service has not taken."""
        return self._left > 0

    @property
    def left(self) -> int:
        """How many these are."""
        return self._left

    @property
    def wants_sync(self) -> bool:
        """Whether so much is not synced that it should be."""
        return self._unsynced >= _SYNC_AFTER

    def append(self, action: bytes) -> None:
        """Add an action; it is there if this process dies now.

        Raises:
            StorageFull: when the disk takes no more; the action is not there.
        """
        self._write(action + b"\n")
        self._left += 1
        self._unsynced += 1

    def sync(self) -> None:
        """Make what is there outlast a power failure."""
        self._unsynced = 0
        with writing(self.path):
            os.fsync(self._file)

    def batch(self, most_bytes: int, most_lines: int = MOST_LINES) -> Batch:
        """The next actions that wait, at least one where there are any."""
        lines, end, size = list[bytes](), self._taken, 0
        for line, behind in self._lines(self._taken):
            if not line.startswith(_TAKEN):
                size += len(line)
                if len(lines) == most_lines or (lines and size > most_bytes):
                    break
                lines.append(line)
            end = behind
        return Batch(lines, end)

    def take(self, batch: Batch) -> None:
        """Note that the service has taken a batch."""
        self._taken, self._left = batch.end, self._left - len(batch.lines)
        if self._left:
            self._write(b"%b%d}\n" % (_TAKEN, batch.end))
        else:
            self._truncate(self._first)
            self._taken = self._first

    def close(self) -> None:
        """Let others have it; where nothing waits it is removed."""
        file, self._file = self._file, -1
        if file < 0:
            return
        if not self._left:
            self.assets.remove()
            self.path.unlink(missing_ok=True)
        os.close(file)

    def _begin(self, head: Head | None) -> Head:
        """Read what is there, without a line that a dying process left unfinished."""
        lines = self._lines(0)
        first, self._first = next(lines, (b"", 0))
        if not first:
            return self._anew(head)
        found = _read_head(first, self.path)
        if head is not None and found != head:
            raise Conflict(str(self.path), f"a spool for {head}", f"one for {found}")
        self._taken, self._end = self._first, self._first
        ends: list[int] = []
        for line, behind in lines:
            self._end = behind
            if line.startswith(_TAKEN):
                self._taken = _offset(line, self.path)
            else:
                ends.append(behind)
        self._left = sum(end > self._taken for end in ends)
        self._truncate(self._end)
        return found

    def _anew(self, head: Head | None) -> Head:
        if head is None:
            raise InvalidInput(str(self.path), "a spool", "an empty file", "It can be removed.")
        self._truncate(0)
        line: dict[str, Json] = {"spool": _FORM, **head._asdict()}
        self._write(encode(line) + b"\n")
        self._first = self._taken = self._end
        sync_folder(self.path.parent)
        return head

    def _write(self, data: bytes) -> None:
        with writing(self.path):
            try:
                written = os.write(self._file, data)
                while written < len(data):
                    written += os.write(self._file, data[written:])
            except OSError:
                os.ftruncate(self._file, self._end)
                raise
        self._end += len(data)

    def _truncate(self, end: int) -> None:
        with writing(self.path):
            os.ftruncate(self._file, end)
        self._end = end

    def _lines(self, start: int) -> Iterator[tuple[bytes, int]]:
        """The lines from an offset on, each with the offset behind it; not an unfinished one."""
        with self.path.open("rb") as file:
            file.seek(start)
            for line in file:
                if line.endswith(b"\n"):
                    start += len(line)
                    yield line[:-1], start


def spool_path(folder: Path, stream: str) -> Path:
    """Where the actions of a stream wait."""
    return folder / f"{stream.replace('/', '-')}{SUFFIX}"


def spools_in(folder: Path) -> Sequence[Path]:
    """All spools of a folder, in the order of their names."""
    return sorted(folder.glob(f"*{SUFFIX}"))


def _locked(path: Path) -> int:
    """Open and lock a file that still has this name once it is locked."""
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            try_lock(file)
        except OSError:
            os.close(file)
            remedy = "Let the other recording end first, or end it."
            raise Refused(str(path), "a spool that nobody uses", "one in use", remedy) from None
        if _is_named(path, file):
            return file
        os.close(file)  # who had it before has removed it


def _is_named(path: Path, file: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file))
    except FileNotFoundError:
        return False


def _read_head(line: bytes, path: Path) -> Head:
    try:
        told: Any = decode(line)
        if told["spool"] == _FORM:
            return Head(str(told["service"]), str(told["stream"]))
    except (Eval752Error, LookupError, TypeError):
        pass
    raise InvalidInput(str(path), f"a spool of form {_FORM}", ascii(line[:80]))


def _offset(line: bytes, path: Path) -> int:
    told = cast("dict[str, Any]", decode(line, str(path)))
    return int(told["taken"])
