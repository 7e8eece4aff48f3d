"""Measures the budgets: each figure beside a raw limit that is taken in the same run.

``./run bench [--items N ...] [--only NAME ...] [--folder DIR]``. Every measurement is a process of
its own, so that the peak memory that is printed is its own. Not a test: nothing here passes or
fails, and on another machine only the ratios mean anything. docs/performance.md tells what each
figure means.
"""

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import mkdtemp

from scripts import (
    long_measurements,
    measurements,
    service_measurements,
    source_measurements,
)
from scripts.figures import Figure

MEASUREMENTS = {
    **measurements.MEASUREMENTS,
    **long_measurements.MEASUREMENTS,
    **service_measurements.MEASUREMENTS,
    **source_measurements.MEASUREMENTS,
}

COLUMNS = (
    "{name:34} {items:>9} {seconds:>9} {processor:>9} {raw:>9} {ratio:>7} {rate:>14} {peak:>9}"
)


def main() -> int:
    """Run every measurement for every size and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--only", nargs="+", choices=[*MEASUREMENTS], default=[*MEASUREMENTS])
    parser.add_argument("--folder", type=Path, help="work here, and keep what is made")
    parser.add_argument("--measure", nargs=2, metavar=("NAME", "N"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        name, items = options.measure
        print(json.dumps(MEASUREMENTS[name](options.folder, int(items))))
        return 0
    print(COLUMNS.format(**dict(zip(Figure._fields, Figure._fields, strict=True))))
    folder = options.folder or Path(mkdtemp(prefix="eval752-bench-"))
    try:
        for items in options.items:
            _measure_all(folder / str(items), items, options.only)
    finally:
        if not options.folder:
            shutil.rmtree(folder)
    return 0


def _measure_all(folder: Path, items: int, names: Sequence[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        command = [sys.executable, "-m", "scripts.benchmark", "--folder", str(folder)]
        done = subprocess.run(
            [*command, "--measure", name, str(items)], check=False, capture_output=True, text=True
        )
        if done.returncode:
            fault = done.stderr.strip().rpartition("\n")[2]
            sys.exit(f"{name}: {fault}\nIt may need what an earlier measurement makes: name both.")
        for figure in json.loads(done.stdout):
            print(COLUMNS.format(**Figure(*figure)._asdict()), flush=True)


if __name__ == "__main__":
    sys.exit(main())
