"""What the processes do that die: record, export, import, archive, sign and stamp the log.

Not here: how they die.
"""

from collections.abc import Iterator, Sequence
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from interface.bootstrap.bundle_files import BundleFiles, ExportOptions, import_bundle
from interface.bootstrap.on_demand import timestamp_authorities
from tests.archives import (
    CHOICE,
    COMPLETED,
    RUN,
    SEALED,
    STARTED,
    Members,
    actions,
    answered,
    key,
    open_fixed,
    open_verified,
    record_dataset,
    run_registered,
)

ITEMS = 60
_SIZE = 8


def batches() -> list[Sequence[Members]]:
    """A run in batches, each action with an id of its own."""
    lines = [run_registered(CHOICE), STARTED, *map(answered, range(ITEMS)), COMPLETED, SEALED]
    ids = (f"{number:08x}-0000-7000-8000-000000000000" for number in count())
    with_ids = [{**line, "id": given} for line, given in zip(lines, ids, strict=False)]
    return [with_ids[first : first + _SIZE] for first in range(0, len(lines), _SIZE)]


def open_only(folder: Path) -> None:
    """Make the archive, or open it."""
    with open_fixed(folder, "archive-a"):
        pass


def prepare(folder: Path) -> None:
    """Record the dataset."""
    with open_fixed(folder, "archive-a") as archive:
        record_dataset(archive, ITEMS)


def record_all(folder: Path) -> None:
    """Record the run."""
    for _ in _record_each(folder):
        pass


def record_and_tell(connection: Connection, folder: Path) -> None:
    """Record the run, and send the number of each batch when it is durable."""
    for number in _record_each(folder):
        connection.send(number)


def _record_each(folder: Path) -> Iterator[int]:
    with open_fixed(folder, "archive-a") as archive:
        recorder = archive.recorder()
        for number, batch in enumerate(batches(), 1):
            recorder.record(RUN, actions(*batch))
            yield number


def export_run(folder: Path, target: Path, deflated: bool) -> None:
    """Export the run, in the place of what is there."""
    with open_fixed(folder, "archive-a") as archive:
        options = ExportOptions(overwrite=True, deflated=deflated)
        BundleFiles(archive).export(key(archive), target, options, lambda _: None)


def import_run(folder: Path, bundle: Path) -> None:
    """Import a bundle into an archive of another name."""
    with open_fixed(folder, "archive-b") as archive, open_verified(bundle) as verified:
        import_bundle(archive, verified)


def archive_run(folder: Path, log: Path) -> None:
    """Archive another tool's log file."""
    with open_fixed(folder, "archive-a") as archive:
        archive.archive_log(log)


def sign_log(folder: Path) -> None:
    """Take everything into the log, and sign its head."""
    with open_fixed(folder, "archive-a") as archive:
        archive.log.checkpoint()


def sign_log_again_and_again(connection: Connection, folder: Path) -> None:
    """Record, sign, and send each head that was signed."""
    with open_fixed(folder, "archive-a") as archive:
        recorder = archive.recorder()
        for batch in batches():
            recorder.record(RUN, actions(*batch))
            connection.send_bytes(archive.log.checkpoint().note)


def rotate_key(folder: Path) -> None:
    """Put a new key in force."""
    with open_fixed(folder, "archive-a") as archive:
        archive.key_changes().rotate()


def compromise_key(folder: Path, key_id: str) -> None:
    """Say that a key is in other hands."""
    with open_fixed(folder, "archive-a") as archive:
        archive.key_changes().compromised(key_id, "", archive.clock.now())


def stamp_heads(folder: Path, url: str, roots: Path) -> None:
    """Have every head stamped by the authority at this address."""
    with open_fixed(folder, "archive-a") as archive:
        (authority,) = timestamp_authorities([url], roots)
        stamper = archive.stamper()
        while stamper.stamp_next(authority):
            pass
