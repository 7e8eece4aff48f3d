"""What the benchmark measures of logs of Inspect AI: archive, seal, export and verify one.

The raw limit is ``inspect_ai.log.read_eval_log`` of the same file. The log is of samples with a
conversation of a few messages and Inspect's own transcript. Not here: the archive's own runs
(``measurements``).
"""

import json
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from application.ports import StreamKey
from domain.verification.policy import Policy
from infrastructure.bundle_zip.headers import Method
from infrastructure.bundle_zip.reader import open_bundle
from infrastructure.bundle_zip.transcode import transcode
from infrastructure.bundle_zip.writer import BundleWriter
from interface.bootstrap.opening import open_archive
from interface.verifying import verify_file
from scripts.figures import Figure, Spent, figure, measured

MOST: Final = 10_000
"""Samples at most: Inspect's reader takes 1.3 GB for these."""

Stage = Callable[[Path, Path], Spent]


def write_log(path: Path, samples: int) -> None:
    """Write a log by Inspect itself: one run of a few samples, repeated under other ids."""
    from inspect_ai.log import read_eval_log, write_eval_log  # noqa: PLC0415 - takes seconds

    from tests.inspect_writer import run  # noqa: PLC0415

    log = read_eval_log(run(path.parent / "runs", "json").location)
    whole = [sample for sample in log.samples or [] if not sample.error]
    log.samples = [
        whole[number % len(whole)].model_copy(update={"id": number + 1, "epoch": 1})
        for number in range(samples)
    ]
    log.eval.dataset.sample_ids = [sample.id for sample in log.samples]
    write_eval_log(log, str(path))


def read(log: Path, _: Path) -> Spent:
    """The raw limit: Inspect's own reader, once."""
    from inspect_ai.log import read_eval_log  # noqa: PLC0415

    return measured(lambda: read_eval_log(str(log)))


def archive(log: Path, folder: Path) -> Spent:
    """Archive and seal, without the original."""
    with open_archive(folder / "archive", writable=True) as opened:
        return measured(lambda: opened.archive_log(log, original=False))


def export(_: Path, folder: Path) -> Spent:
    """Export the run, stored."""
    with open_archive(folder / "archive", writable=True) as opened:
        [run] = [key for key in opened.store.streams() if key.stream.startswith("run/")]
        exporter = opened.exporter()
        extents = exporter.extents(StreamKey(opened.signer.origin, run.stream))
        with BundleWriter(folder / "run.eval752.zip", overwrite=True) as sink:
            return measured(lambda: exporter.export(extents, sink, (), lambda _: None))


def verify(_: Path, folder: Path) -> Spent:
    """All checks of the bundle."""

    def all_checks() -> None:
        if not verify_file(folder / "run.eval752.zip", Policy()).verified:
            sys.exit("the bundle does not verify")

    return measured(all_checks)


def deflate(_: Path, folder: Path) -> Spent:
    """The deflated bundle, which is to be compared with the log."""
    with open_bundle(folder / "run.eval752.zip") as members:
        target = folder / "deflated.eval752.zip"
        return measured(partial(transcode, members, target, Method.DEFLATED, overwrite=True))


STAGES: dict[str, Stage] = {
    "read_eval_log": read,
    "archive + seal": archive,
    "export": export,
    "verify": verify,
    "deflate": deflate,
}


def measure(name: str, form: str, folder: Path, items: int) -> list[Figure]:
    """One stage of at most 10,000 samples, with what all of them took when it is the last one."""
    if items > MOST:
        return []
    folder = folder / f"inspect-{form}"
    log = folder / f"log.{form}"
    if not log.exists():
        _write(log, items)
    spent = STAGES[name](log, folder)
    taken = _taken(folder, name, spent)
    rows = [figure(f"Inspect .{form}: {name}", items, spent, None, _rate(name, folder, log))]
    if name == "verify":
        ours = sum(seconds for stage, seconds in taken.items() if stage != "read_eval_log")
        all_of_it, raw = Spent(ours, ours), Spent(0, taken["read_eval_log"])
        rows.append(figure(f"Inspect .{form}: these three", items, all_of_it, raw, ""))
    return rows


def _write(log: Path, samples: int) -> None:
    """In a process of its own: the peak memory of whoever measures is its own."""
    log.parent.mkdir(parents=True, exist_ok=True)
    code = "import sys; from pathlib import Path; from scripts.source_measurements import write_log"
    code += "; write_log(Path(sys.argv[1]), int(sys.argv[2]))"
    command = [sys.executable, "-c", code, str(log), str(samples)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _taken(folder: Path, name: str, spent: Spent) -> dict[str, float]:
    """The processor seconds of the stages so far."""
    path = folder / "taken.json"
    taken: dict[str, float] = json.loads(path.read_text()) if path.exists() else {}
    taken[name] = spent.processor
    path.write_text(json.dumps(taken))
    return taken


def _rate(name: str, folder: Path, log: Path) -> str:
    if name != "deflate":
        return f"{log.stat().st_size / 2**20:,.1f} MiB" if name == "read_eval_log" else ""
    return f"{(folder / 'deflated.eval752.zip').stat().st_size / log.stat().st_size:.2f} of log"


MEASUREMENTS: dict[str, Callable[[Path, int], list[Figure]]] = {
    f"inspect-{form}-{name.split()[0]}": partial(measure, name, form)
    for form in ("eval", "json")
    for name in STAGES
}
