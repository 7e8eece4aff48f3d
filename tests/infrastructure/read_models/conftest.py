"""Read models in a folder, and all that is in them."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from application.read_model import ReadModel
from infrastructure.read_models import FILE, open_read_model
from infrastructure.read_models.schema import TABLES

Dump = Callable[[], dict[str, list[Any]]]


@pytest.fixture
def read_model(tmp_path: Path) -> Iterator[ReadModel]:
    with open_read_model(tmp_path) as opened:
        yield opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / FILE


@pytest.fixture
def dump(file: Path) -> Dump:
    """Every row of every table that is read, and the position."""

    def dumped() -> dict[str, list[Any]]:
        with closing(sqlite3.connect(file)) as connection:
            (number, *rest) = connection.execute(
                "SELECT generation, schema, position FROM generations WHERE current"
            ).fetchone()
            tables = {
                table: connection.execute(f"SELECT * FROM {table}_{number}") for table in TABLES
            }
            return {name: sorted(rows, key=repr) for name, rows in tables.items()} | {"": rest}

    return dumped
