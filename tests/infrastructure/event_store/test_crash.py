"""What was acknowledged is there after a crash, and nothing else is there by half."""

import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from itertools import islice
from pathlib import Path

import pytest

from application.ports import Append
from domain.canonical import decode
from infrastructure.event_store.store import SqliteEventStore, open_store
from tests.contracts.pages import KEY, answered, page

ROOT = Path(__file__).parents[3]
WRITER = """
import sys
from pathlib import Path
from tests.infrastructure.event_store.test_crash import write_on
for version in write_on(Path(sys.argv[1])):
    print(version, flush=True)
"""


def write_on(folder: Path) -> Iterator[int]:
    """Append batches without an end; each version is yielded once it is durable."""
    with closing(open_store(folder, writable=True)) as store:
        version = store.version(KEY)
        while True:
            events = answered(*(f"{version + each}" for each in range(1, 31)))
            pages = [page(version + 1, *events[:7]), page(version + 8, *events[7:])]
            after, version = version, version + 30
            state = str(version).encode()
            ids = [(event_id(version), version)]
            store.commit([Append(KEY, after, pages, state, {(1, 0): state}, ids)])
            yield version


def event_id(version: int) -> str:
    return f"0199aaaa-0000-7000-8000-{version:012}"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_killed_writer_leaves_all_that_it_acknowledged_and_nothing_by_half(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    for _ in range(2):
        acknowledged = killed_after(tmp_path, chance.randrange(1, 25))
        with closing(open_store(tmp_path, writable=False)) as store:
            check(store, acknowledged)


def killed_after(folder: Path, acknowledgements: int) -> int:
    command = [sys.executable, "-c", WRITER, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        read = list(islice(writer.stdout, acknowledgements))
        writer.kill()
        read += writer.stdout.readlines()
    return int([line for line in read if line.endswith(b"\n")][-1])


def check(store: SqliteEventStore, acknowledged: int) -> None:
    version = store.version(KEY)
    assert version >= acknowledged
    assert version % 30 == 0
    pages = list(store.pages(KEY))
    assert [each.first for each in pages] == [
        first + start for first in range(0, version, 30) for start in (1, 8)
    ]
    assert sum(len(each.lines) for each in pages) == version
    assert store.position() == len(pages)
    named = [digest for each in pages for line in each.lines for digest in digests(line)]
    assert [sha256(line).hexdigest() for each in pages for line in each.parts] == named
    assert store.state(KEY) == store.chunk(KEY, 1, 0) == str(version).encode()
    asked = [event_id(version), event_id(version + 30)]
    assert store.known_ids(asked) == {event_id(version): (KEY, version)}


def digests(line: bytes) -> list[str]:
    match decode(line):
        case {"parts": dict(parts)}:
            return [str(parts[kind]) for kind in sorted(parts)]
        case other:
            raise AssertionError(other)
