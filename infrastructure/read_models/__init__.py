"""The read models in an SQLite database of their own: no reader or projector delays a recording."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from application.read_model import ReadModel
from infrastructure.read_models.read_model import SqliteReadModel

FILE = "read_models.db"


@contextmanager
def open_read_model(folder: Path) -> Generator[ReadModel]:
    """Open the read models of an archive's folder as they are; ``catch_up`` brings them up."""
    read_model = SqliteReadModel(folder / FILE)
    try:
        yield read_model
    finally:
        read_model.close()
