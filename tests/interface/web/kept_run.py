"""A service with one sealed run in a folder whose files tests alter.

Not here: what is told of it.
"""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx

from interface.api.service import Service
from interface.web.pages import add_pages
from tests.altering import alter, alter_tables, flip_block
from tests.interface.api.conftest import Served, new_run, ok, served
from tests.interface.web.reading import text_of
from tests.interface.web.visiting import signed_in


class Kept(NamedTuple):
    """A service with one sealed run, who looks at it, and where it is kept."""

    service: Served
    recorder: httpx.Client
    visitor: httpx.Client
    dataset: str
    run: str
    folder: Path

    @property
    def path(self) -> str:
        return f"/runs/{self.run}"

    def sign(self) -> None:
        """Have a head of the log signed."""
        ok(self.service.root.post("/v1/log/checkpoints"))

    def alter(self, old: bytes, new: bytes, stream: str = "") -> None:
        """Overwrite something in a stream's envelopes, as whoever may write to the file can."""
        alter(self.folder, stream or f"run/{self.run}", old, new)

    def flip(self, version: int = 1, stream: str = "") -> None:
        """Change a byte of the block with an event's parts; the same again changes it back."""
        self.service.service.follower.wait()  # which reads each block once
        flip_block(self.folder, stream or f"run/{self.run}", version)

    def alter_tables(self, table: str, change: str, condition: str = "TRUE") -> None:
        """Change rows of the read models, or delete them, once they are all there."""
        self.service.service.follower.wait()
        alter_tables(self.folder, table, change, condition)

    def number(self) -> int:
        """The number of the run in the tables."""
        service: Service = self.service.service
        return service.read_model.run(service.own("run", self.run)).number

    def marks(self) -> str:
        """The body of the table of runs, which has a mark for each property."""
        return self.visitor.get("/").text.split("<tbody")[1].split("</tbody")[0]

    def health(self) -> str:
        """What the archive's page says of its health."""
        return text_of(self.visitor.get("/archive")).split("Health")[1].split("Keys")[0]


@contextmanager
def kept_run(folder: Path) -> Generator[Kept]:
    """The service, as long as it is used."""
    with served(folder, add_pages) as service:
        recorder = service.as_role("recorder")
        dataset, run = new_run(recorder)
        yield Kept(service, recorder, signed_in(service, "auditor"), dataset, run, folder)
