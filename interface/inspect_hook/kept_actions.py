"""The actions of a dataset, whose ids follow from all that it holds.

So the same items are the same dataset whenever they are evaluated, and the archive counts the
trials on it. Until the last one is known they wait in a temporary file. Not here: what they say.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Final, cast

from application.filing import derived_id
from application.log_source import Entry
from domain.canonical import decode, encode
from infrastructure.spooled_file import SpooledFile
from interface.client.actions import Made

RULES: Final = "inspect-live-1"
"""What ids follow from, besides: rules that map otherwise would give other items."""


class KeptActions:
    """Actions that wait; datasets of one token only are the same, as nobody else may add to it."""

    def __init__(self, token: str) -> None:
        self._file = SpooledFile()
        self._digest = sha256(f"{RULES}\n{token}\n".encode())

    def add(self, entry: Entry) -> None:
        """Let another one wait."""
        assets = sorted({name for names in entry.assets.values() for name in names})
        line = encode([entry.members, [*assets]]) + b"\n"
        self._file.write(line)
        self._digest.update(line)

    @property
    def dataset(self) -> str:
        """The id of the dataset that all of them are."""
        return derived_id(self._digest.hexdigest(), 0)

    def actions(self) -> Iterator[tuple[Made, list[str]]]:
        """All of them and the end of the dataset, each with the assets that it names."""
        seed, stream = self._digest.hexdigest(), f"dataset/{self.dataset}"
        self._file.seek(0)
        position = 0
        for position, line in enumerate(self._file):
            told, assets = cast("tuple[dict[str, Any], list[str]]", decode(line.rstrip(b"\n")))
            yield {**told, "id": derived_id(seed, position), "stream": stream}, assets
        for last in ("dataset.frozen", "stream.sealed"):
            position += 1
            yield {"type": last, "id": derived_id(seed, position), "stream": stream}, []

    def close(self) -> None:
        """Let the file go."""
        self._file.close()
