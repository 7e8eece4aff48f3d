"""What follows from a history, by the domain's own slow and simple rules. Not here: assertions."""

from collections.abc import Iterator, Sequence

from application.ports import Append, StreamKey
from domain.bundle import layout, views
from domain.bundle.disclosure import Disclosure, Status, marks
from domain.bundle.history import History, Place
from domain.bundle.parts import digest_of
from domain.bundle.reading import Reading
from domain.canonical import Json, decode
from domain.evaluation.events import read_event


def reading_of(history: Sequence[Append], version: int | None = None) -> Reading:
    """A history, its run only up to a version, read like a bundle of it."""
    lines = list(_lines(history, version))
    parts = {digest_of(line): line for append in history for p in append.pages for line in p.parts}
    withheld = frozenset[str]().union(*(page.withheld for a in history for page in a.pages))
    every = (line for append in history for p in append.pages for line in p.lines)
    known, disclosure = History(), Disclosure(withheld, marks(every))
    texts = {layout.EVENTS: b"", layout.PARTS: b""}
    for line in lines:
        event = read_event(line, "history")
        place = Place(len(texts[layout.EVENTS]), len(texts[layout.PARTS]))
        assert known.take(event, line, place) is None
        texts[layout.EVENTS] += line + b"\n"
        for _, digest, status in disclosure.of(event):
            if status is Status.DISCLOSED:
                texts[layout.PARTS] += parts[digest] + b"\n"
    return Reading(known, disclosure, lambda member, at, size: texts[member][at : at + size])


def summary_of(history: Sequence[Append], version: int | None = None) -> Json:
    """``summary.json`` of the run, or what it would be after an earlier event."""
    reading = reading_of(history, version)
    summary = views.new_summary(reading)
    for result in reading.results():
        views.count(summary, reading, result)
    return decode(views.summary_text(summary, reading))


def result_lines(history: Sequence[Append], version: int | None = None) -> list[Json]:
    """``results.jsonl`` of the run, or what it would be after an earlier event."""
    reading = reading_of(history, version)
    scorers = reading.history.run.scorers if reading.history.run else 0
    return [decode(views.result_line(result, scorers)) for result in reading.results()]


def last_version(history: Sequence[Append], key: StreamKey) -> int:
    """The version at which a stream ends."""
    return sum(len(page.lines) for a in history if a.key == key for page in a.pages)


def _lines(history: Sequence[Append], version: int | None) -> Iterator[bytes]:
    for append in history:
        for page in append.pages:
            for number, line in enumerate(page.lines, page.first):
                if append.key.stream.startswith("dataset/") or version is None or number <= version:
                    yield line
