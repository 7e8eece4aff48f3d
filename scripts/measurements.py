"""What the benchmark measures: recording, export, verification, import, each beside a raw limit.

Not here: how the figures are printed (``benchmark``).
"""

import hashlib
import json
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path

from application.actions import read_action
from application.bundle_events import verified
from application.pages import Recorded, paged
from application.ports import Append, StreamKey
from application.stored import StoredEvent, events_of
from domain.verification.policy import Policy
from infrastructure.bundle_zip.headers import Method
from infrastructure.bundle_zip.reader import open_bundle
from infrastructure.bundle_zip.transcode import transcode
from infrastructure.bundle_zip.writer import BundleWriter
from interface.bootstrap.archive import Archive
from interface.bootstrap.opening import open_archive
from interface.verifying import examined
from scripts.figures import Figure, Spent, figure, measured

BATCH = 1_000
ROUNDS = 10
DATASET = "dataset/00000000-0000-7000-8000-000000000001"
RUN = "run/00000000-0000-7000-8000-000000000002"
QUESTION = (
    "A train leaves station {0} at {1} o'clock and covers {2} km at {3} km/h. When is it there? "
)


def dataset_lines(items: int) -> Iterator[bytes]:
    """Actions that record a dataset: about 500 bytes an item."""
    yield b'{"type":"dataset.registered","config":{"name":"benchmark"}}'
    for item in range(items):
        text = QUESTION.format(item, item % 24, item % 977, 40 + item % 80) * 3
        choices = [f"{hour} o'clock" for hour in range(4)]
        row = {"id": f"q-{item:07}", "type": "mcq_single", "inputs": {"text": text}}
        row |= {"choices": choices, "answer": "2 o'clock", "meta": {"section": f"s{item % 5}"}}
        yield json.dumps({"type": "dataset.item_added", "row": row}).encode()
    yield b'{"type":"dataset.frozen"}'
    yield b'{"type":"stream.sealed"}'


def run_lines(items: int) -> Iterator[bytes]:
    """Actions that record a run, answered and scored: two events an item, about 1 KB."""
    scorers = [{"name": "choice", "method": "multiple_choice", "parameters": {}}]
    config = {"provider": "p", "model": "m", "parameters": {}, "scorers": scorers}
    yield json.dumps({"type": "run.registered", "dataset": DATASET[8:], "config": config}).encode()
    yield b'{"type":"run.planned"}'
    yield b'{"type":"run.started"}'
    for item in range(items):
        asked = QUESTION.format(item, item % 24, item % 977, 40 + item % 80) * 3
        action = {"type": "item.answered", "item": item, "latency_ms": 100 + item % 900}
        action |= {"request": {"messages": [{"role": "user", "content": asked}]}}
        action |= {"response": {"text": f"Let me see: {asked} The answer is C."}, "score": True}
        yield json.dumps(action).encode()
    yield b'{"type":"run.completed"}'
    yield b'{"type":"stream.sealed"}'


def batches(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    """Lines in batches of 1,000."""
    while batch := list(islice(lines, BATCH)):
        yield batch


def measure_record(folder: Path, items: int) -> list[Figure]:
    """Raw input end to end: JSON lines parsed, checked, salted, hashed, and durable."""
    return [
        *record_stream(folder, items, "dataset", DATASET, dataset_lines),
        *record_stream(folder, items, "run, with scores", RUN, run_lines),
    ]


def record_stream(
    folder: Path, items: int, name: str, stream: str, lines: Callable[[int], Iterator[bytes]]
) -> list[Figure]:
    """Beside two raw limits: the lines that come in, and the events and parts that they become."""
    came = raw_insert(folder, batches(lines(items)))
    spent = Spent()
    with open_archive(folder / "archive", writable=True) as archive:
        recorder = archive.recorder()

        def record(batch: list[bytes]) -> None:
            recorder.record(stream, [read_action(line, "line") for line in batch])

        for batch in batches(lines(items)):
            spent = spent.and_(measured(partial(record, batch)))
        pages = archive.store.pages(StreamKey(archive.signer.origin, stream))
        kept = raw_insert(folder, _rows(event for page in pages for event in events_of(page)))
    rate = f"{spent.processor / items * 1e6:.1f} µs/item"
    return [
        figure(f"record {name}", items, spent, kept, rate),
        figure("… beside the lines that came in", items, spent, came, rate),
    ]


def measure_append(folder: Path, _: int) -> list[Figure]:
    """Ready-made envelopes and parts, in durable batches of 1,000, and then in the log.

    Each is done in 50 milliseconds, which whatever else goes on may double: the best of some
    rounds counts.
    """
    with open_archive(folder / "archive", writable=False) as archive:
        key = StreamKey(archive.signer.origin, RUN)
        events = [e for page in islice(archive.store.pages(key), 40) for e in events_of(page)]
    recorded = [Recorded(e.event.version, e.line, tuple(e.parts.values())) for e in events]
    rounds: list[tuple[Spent, Spent, Spent]] = []
    with open_archive(folder / "append", writable=True) as archive:
        for number in range(ROUNDS):
            own = StreamKey(archive.signer.origin, f"{RUN[:-2]}{number:02}")
            spent = measured(partial(_append, archive, own, recorded))
            logged = measured(archive.log.integrate)
            rounds.append((spent, logged, raw_insert(folder, _rows(iter(events)))))
    spent, logged, raw = (
        min(each, key=lambda one: one.processor) for each in zip(*rounds, strict=True)
    )
    rate = f"{spent.processor / len(recorded) * 1e6:.1f} µs/event"
    return [
        figure("append ready-made events", len(recorded), spent, raw, rate),
        figure("… into the log", len(recorded), logged, spent, _a_leaf(folder / "append/log")),
    ]


def _append(archive: Archive, key: StreamKey, recorded: Sequence[Recorded]) -> None:
    for start in range(0, len(recorded), BATCH):
        pages = list(paged(recorded[start : start + BATCH]))
        archive.store.commit([Append(key, start, pages, b"{}")])


def _a_leaf(folder: Path) -> str:
    """What tiles and marks cost for each leaf that is in them."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    leaves = sum(path.stat().st_size // 32 for path in files if path.parts[-2] == "0")
    return f"{sum(path.stat().st_size for path in files) / leaves:.2f} B/leaf"


def _rows(events: Iterator[StoredEvent]) -> Iterator[list[bytes]]:
    """The lines of 1,000 events and their parts at a time."""
    while batch := list(islice(events, BATCH)):
        yield [line for event in batch for line in (event.line, *event.parts.values())]


def raw_insert(folder: Path, rows: Iterator[list[bytes]]) -> Spent:
    """The raw limit of an append: the same bytes, a row each, a durable commit for each batch."""
    file = folder / "raw.sqlite3"
    with suppress(FileNotFoundError):
        file.unlink()
    database = sqlite3.connect(file, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE rows (number INTEGER PRIMARY KEY, data BLOB)")
    spent = Spent()
    for batch in rows:
        data = [(line,) for line in batch]
        start = Spent.now()
        database.execute("BEGIN IMMEDIATE")
        database.executemany("INSERT INTO rows (data) VALUES (?)", data)
        database.execute("COMMIT")
        spent = spent.and_(Spent.now().since(start))
    database.close()
    file.unlink()
    return spent


def measure_export(folder: Path, items: int) -> list[Figure]:
    """Export of the sealed run; the raw limit reads, hashes and writes the same bytes."""
    target = folder / "run.eval752.zip"
    with open_archive(folder / "archive", writable=True) as archive:
        archive.log.checkpoint()
        exporter = archive.exporter()
        extents = exporter.extents(StreamKey(archive.signer.origin, RUN))

        def export() -> None:
            with BundleWriter(target, overwrite=True) as sink:
                exporter.export(extents, sink, (), lambda _: None)

        spent = measured(export)
    raw = measured(partial(_copy_hashed, target, folder / "copy"))
    rate = f"{spent.processor / items * 1e6:.1f} µs/item"
    return [figure("export, stored", items, spent, raw, rate)]


def _copy_hashed(source: Path, target: Path) -> None:
    digest = hashlib.sha256()
    with source.open("rb") as read, target.open("wb") as write:
        while chunk := read.read(2**20):
            digest.update(chunk)
            write.write(chunk)
        write.flush()
        os.fsync(write.fileno())  # so does the export
    target.unlink()


def measure_compress(folder: Path, items: int) -> list[Figure]:
    """The other profile of the same bundle."""
    source, target = folder / "run.eval752.zip", folder / "deflated.eval752.zip"

    def compress() -> None:
        with open_bundle(source) as members:
            transcode(members, target, Method.DEFLATED, overwrite=True)

    spent = measured(compress)
    rate = f"{target.stat().st_size / source.stat().st_size:.2f} of size"
    return [figure("deflate", items, spent, None, rate)]


def measure_verify(folder: Path, items: int, name: str = "run.eval752.zip") -> list[Figure]:
    """All checks of the bundle, with every score recomputed."""
    events = 0

    def verify() -> None:
        nonlocal events
        with examined(folder / name, Policy()) as (examination, _):
            if not examination.report.verified or not examination.manifest:
                sys.exit("the bundle of the benchmark does not verify")
            events = examination.manifest.counts.events

    spent = measured(verify)
    rate = f"{spent.processor / events * 1e6:.1f} µs/event"
    label = f"verify, {'deflated' if name.startswith('d') else 'stored'}"
    return [figure(label, items, spent, None, rate)]


def measure_import(folder: Path, items: int) -> list[Figure]:
    """Into an empty archive, after verification."""
    bundle = folder / "run.eval752.zip"
    with (
        open_archive(folder / "other", writable=True) as archive,
        examined(bundle, Policy()) as (examination, members),
    ):
        sound = verified(members, examination)
        spent = measured(lambda: archive.importer().take(sound))
    rate = f"{spent.processor / items * 1e6:.1f} µs/item"
    return [figure("import, verified before", items, spent, None, rate)]


def measure_project(folder: Path, items: int) -> list[Figure]:
    """Read models from nothing."""
    with open_archive(folder / "archive", writable=False) as archive:

        def project() -> None:
            with archive.read_model():
                pass

        spent = measured(project)
    rate = f"{spent.processor / items * 1e6:.1f} µs/item"
    return [figure("project", items, spent, None, rate)]


MEASUREMENTS: dict[str, Callable[[Path, int], list[Figure]]] = {
    "record": measure_record,
    "append": measure_append,
    "project": measure_project,
    "export": measure_export,
    "compress": measure_compress,
    "verify": measure_verify,
    "verify-deflated": partial(measure_verify, name="deflated.eval752.zip"),
    "import": measure_import,
}
