"""Measures archiving a log of Inspect AI: archive, seal, export and verify, beside one plain read.

``python -m scripts.source_measurements [--samples N] [--log FILE] [--form eval|json]``. Without a
log it writes one, of samples with a conversation of a few messages and Inspect's own transcript.
The raw limit is ``inspect_ai.log.read_eval_log`` of the same file, in the same run; each work is a
process of its own, so that its peak memory is its own. Not a test: nothing here passes or fails.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from application.ports import StreamKey
from domain.verification.policy import Policy
from infrastructure.bundle_zip.headers import Method
from infrastructure.bundle_zip.reader import open_bundle
from infrastructure.bundle_zip.transcode import transcode
from infrastructure.bundle_zip.writer import BundleWriter
from interface.bootstrap import open_archive
from interface.verifying import verify_file
from scripts.figures import Figure, figure, measured

COLUMNS = "{name:34} {items:>9} {seconds:>9} {processor:>9} {rate:>26} {peak:>9}"


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


def measure_reading(log: Path, _: Path, samples: int) -> Figure:
    """The raw limit: Inspect's own reader, once."""
    from inspect_ai.log import read_eval_log  # noqa: PLC0415

    spent = measured(lambda: read_eval_log(str(log)))
    size = log.stat().st_size / 2**20
    return figure("read_eval_log", samples, spent, None, f"{size:,.1f} MiB")


def measure_archiving(log: Path, folder: Path, samples: int) -> Figure:
    """Archive and seal."""
    with open_archive(folder / "archive", writable=True) as archive:
        spent = measured(lambda: archive.archive_log(log, original=False))
    return figure("archive + seal", samples, spent, None, f"{samples / spent.wall:,.0f} samples/s")


def measure_export(_: Path, folder: Path, samples: int) -> Figure:
    """Export the run, stored."""
    with open_archive(folder / "archive", writable=False) as archive:
        [run] = [key for key in archive.store.streams() if key.stream.startswith("run/")]
        exporter = archive.exporter()
        extents = exporter.extents(StreamKey(archive.signer.origin, run.stream))

        def export() -> None:
            with BundleWriter(folder / "run.eval752.zip", overwrite=True) as sink:
                exporter.export(extents, sink, (), lambda _: None)

        spent = measured(export)
    return figure("export", samples, spent, None, f"{samples / spent.wall:,.0f} samples/s")


def measure_verification(_: Path, folder: Path, samples: int) -> Figure:
    """All checks of the bundle."""
    bundle = folder / "run.eval752.zip"

    def verify() -> None:
        if not verify_file(bundle, Policy()).verified:
            sys.exit("the bundle does not verify")

    spent = measured(verify)
    return figure("verify", samples, spent, None, f"{samples / spent.wall:,.0f} samples/s")


def measure_size(log: Path, folder: Path, samples: int) -> Figure:
    """The deflated bundle, without the original, beside the log."""
    source, target = folder / "run.eval752.zip", folder / "deflated.eval752.zip"
    with open_bundle(source) as members:
        spent = measured(partial(transcode, members, target, Method.DEFLATED, overwrite=True))
    ratio = target.stat().st_size / log.stat().st_size
    return figure("deflate", samples, spent, None, f"{ratio:.2f} × the log's size")


WORKS: dict[str, Callable[[Path, Path, int], Figure]] = {
    "read": measure_reading,
    "archive": measure_archiving,
    "export": measure_export,
    "verify": measure_verification,
    "size": measure_size,
}


def main() -> int:
    """Write a log where none is given, then measure each work of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=10_000)
    parser.add_argument("--form", choices=["eval", "json"], default="eval")
    parser.add_argument("--log", type=Path, help="measure this one, of so many samples")
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        name, folder = options.measure
        print(json.dumps(WORKS[name](options.log, Path(folder), options.samples)))
        return 0
    with TemporaryDirectory(prefix="eval752-sources-") as name:
        log = options.log or Path(name) / f"log.{options.form}"
        if not options.log:  # in a process of its own: a child begins with its parent's peak
            code = "import sys; from scripts.source_measurements import write_log as write; "
            code += "from pathlib import Path; write(Path(sys.argv[1]), int(sys.argv[2]))"
            subprocess.run([sys.executable, "-c", code, str(log), str(options.samples)], check=True)
        _measure_all(log, Path(name), options.samples)
    return 0


def _measure_all(log: Path, folder: Path, samples: int) -> None:
    print(COLUMNS.format(**dict(zip(Figure._fields, Figure._fields, strict=True))))
    for name in WORKS:
        command = [sys.executable, "-m", "scripts.source_measurements", "--log", str(log)]
        command += ["--samples", str(samples), "--measure", name, str(folder)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        shown = Figure(*json.loads(done.stdout.splitlines()[-1]))
        print(COLUMNS.format(**shown._asdict()), flush=True)


if __name__ == "__main__":
    sys.exit(main())
