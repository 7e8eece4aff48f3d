"""Pages for tests: envelopes with nothing in them but true digests of their parts."""

from collections.abc import Collection, Mapping
from hashlib import sha256

from application.ports import Append, EventStore, Page, PartKey, StreamKey
from domain.canonical import encode

KEY = StreamKey("archive-1", "run/00000000-0000-7000-8000-000000000001")
OTHER = StreamKey("archive-2", "run/00000000-0000-7000-8000-000000000001")

Parts = Mapping[str, bytes]


def part(text: str) -> bytes:
    """A part line."""
    return encode({"salt": sha256(text.encode()).hexdigest()[:32], "value": text})


def envelope(version: int, parts: Parts) -> bytes:
    """An envelope line of an event with these parts."""
    digests = {kind: sha256(line).hexdigest() for kind, line in parts.items()}
    return encode({"parts": {**digests}, "version": version})


def page(
    first: int,
    *events: Parts,
    withheld: Collection[str] = (),
    erased: Collection[tuple[int, str]] = (),
) -> Page:
    """A page of events with these parts, of which some are not there."""
    parts = [
        event[kind]
        for version, event in enumerate(events, first)
        for kind in sorted(event)
        if kind not in withheld and (version, kind) not in erased
    ]
    lines = [envelope(version, event) for version, event in enumerate(events, first)]
    return Page(first, lines, parts, frozenset(withheld))


def append(*pages: Page, key: StreamKey = KEY, state: bytes = b"state") -> Append:
    """An append of at least one page."""
    return Append(key, pages[0].first - 1, pages, state)


def answered(*texts: str) -> list[Parts]:
    """One event with a request and a response for each text."""
    return [{"request": part(f"ask {text}"), "response": part(f"answer {text}")} for text in texts]


def plain(some: Page) -> Page:
    """The page with sequences that compare equal whatever they are made of."""
    return Page(some.first, tuple(some.lines), tuple(some.parts), some.withheld)


def erasing(after: int, *parts: tuple[int, str], key: StreamKey = KEY) -> Append:
    """An append of one event without parts, that erases parts of earlier ones."""
    erases = [PartKey(*each) for each in parts]
    return Append(key, after, [page(after + 1, {})], b"erased", erases=erases)


def pages_of(store: EventStore, after: int = 0) -> list[Page]:
    return [plain(each) for each in store.pages(KEY, after)]
