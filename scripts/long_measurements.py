"""What the benchmark measures of long items: agent transcripts of 64 KB, where bytes are the work.

Not here: short items, where each event is (``measurements``).
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Final

from scripts import measurements
from scripts.figures import Figure
from scripts.measurements import DATASET, RUN, dataset_lines, record_stream, run_lines

MOST: Final = 2_000
"""Transcripts at most: with each standing twice in a bundle, that is 260 MB."""

TURNS: Final = 40
STEMS: Final = ("read", "test", "call", "path", "line", "note")
ENDINGS: Final = ("", "s", "ed", "ing", "er", "_id", ".py", " = ", "()", ": ")
WORDS: Final = [stem + ending for stem in STEMS for ending in ENDINGS]


def transcript_lines(items: int) -> Iterator[bytes]:
    """Actions of a run whose responses are transcripts of 40 turns."""
    chance = Random(752)
    for line in run_lines(items):
        action = json.loads(line)
        if "response" in action:
            turns = [" ".join(chance.choices(WORDS, k=250)) for _ in range(TURNS)]
            messages = [
                {"content": turn, "role": "tool", "turn": n} for n, turn in enumerate(turns)
            ]
            action["response"]["messages"] = messages
        yield json.dumps(action).encode()


def measure_record(folder: Path, items: int) -> list[Figure]:
    """Raw input end to end, a tenth as many items as of short ones."""
    count = _count(items)
    (folder / "long").mkdir(exist_ok=True)
    record_stream(folder / "long", count, "dataset", DATASET, dataset_lines)
    return _named(record_stream(folder / "long", count, "run", RUN, transcript_lines)[:1])


def measure_export(folder: Path, items: int) -> list[Figure]:
    """Export, where the raw limit is not far."""
    return _named(measurements.measure_export(folder / "long", _count(items)))


def measure_verify(folder: Path, items: int) -> list[Figure]:
    """All checks."""
    return _named(measurements.measure_verify(folder / "long", _count(items)))


def _count(items: int) -> int:
    return min(max(items // 10, 10), MOST)


def _named(figures: list[Figure]) -> list[Figure]:
    return [each._replace(name=f"64 KB items: {each.name}") for each in figures]


MEASUREMENTS: dict[str, Callable[[Path, int], list[Figure]]] = {
    "record-long": measure_record,
    "export-long": measure_export,
    "verify-long": measure_verify,
}
