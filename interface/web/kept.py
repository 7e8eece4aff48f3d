"""What pages made last, so that it is not made again: bytes, in bounded number and size.

Large ones lie in files without a name, which no crash leaves behind; all go with the service, and
whenever something is erased. Not here: what is made, and who may see it, which whoever asks has
checked before (``making``, ``routes_plots``).
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile
from threading import Lock
from typing import Any, Final

from interface.api.incoming import storing

MOST: Final = 500
ROOM: Final = 32 * 2**20
"""Bytes of all together; the last one stays however large it is."""

_LARGE: Final = 2**17
"""Bytes beyond which one is a file: a few hundred at most, as many as the room has of them."""


@dataclass(slots=True)
class _Kept:
    mark: Any
    size: int
    file: "SpooledTemporaryFile[bytes]"
    given: bool = False


class Kept:
    """Keeps what was used last; usable by any number of threads. Files lie in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._lock = folder, Lock()
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self.era = 0
        """How often all was forgotten."""

    def keep(self, key: Hashable, mark: Any, data: bytes, era: int) -> None:
        """Keep this instead of what the key had; ``mark`` says of what it is.

        ``era`` is that in which it was begun; what was begun before all was forgotten is not kept.

        Raises:
            StorageFull: when the disk takes no more; what the key had stays.
        """
        file = self._file(data)
        with self._lock:
            self._drop(key)
            if era != self.era:
                file.close()
                return
            self._kept[key] = _Kept(mark, len(data), file)
            while len(self._kept) > MOST or self._is_full():
                self._drop(next(iter(self._kept)))

    def get(
        self, key: Hashable, stands: Callable[[Any, bool], bool] = lambda _mark, _given: True
    ) -> bytes | None:
        """What the key has, if it still stands; else it is forgotten.

        ``stands`` is told the mark, and whether it was given before.
        """
        with self._lock:
            kept = self._kept.get(key)
        if kept is None:
            return None
        is_good = stands(kept.mark, kept.given)  # which may take its time
        with self._lock:
            if self._kept.get(key) is not kept:
                return None  # forgotten meanwhile
            if not is_good:
                self._drop(key)
                return None
            kept.given = True
            self._kept.move_to_end(key)
            kept.file.seek(0)
            return kept.file.read()

    def forget(self) -> None:
        """Forget all: something was erased."""
        with self._lock:
            self.era += 1
            for key in [*self._kept]:
                self._drop(key)

    def _file(self, data: bytes) -> "SpooledTemporaryFile[bytes]":
        with ExitStack() as unless, storing("the folder of what pages made"):
            file = SpooledTemporaryFile[bytes](max_size=_LARGE, dir=str(self._folder))
            unless.callback(file.close)
            file.write(data)
            file.flush()
            unless.pop_all()
        return file

    def _is_full(self) -> bool:
        return len(self._kept) > 1 and sum(each.size for each in self._kept.values()) > ROOM

    def _drop(self, key: Hashable) -> None:
        if kept := self._kept.pop(key, None):
            kept.file.close()
