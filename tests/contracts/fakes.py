"""The ports in memory, for the tests of services. They pass the same contract suites."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from typing import Any, cast

from application.ports import Append, Change, ItemKey, Lines, Page, PartKey, StreamKey
from domain.canonical import decode
from domain.errors import Conflict, InvalidInput, NotFound
from domain.syntax import is_asset_name


@dataclass
class _Stream:
    pages: list[Page] = field(default_factory=list)
    state: bytes | None = None
    chunks: dict[tuple[int, int], bytes] = field(default_factory=dict)
    items: list[ItemKey] = field(default_factory=list)
    assets: set[tuple[str, PartKey]] = field(default_factory=set)
    erased: set[PartKey] = field(default_factory=set)

    @property
    def version(self) -> int:
        return sum(len(page.lines) for page in self.pages)


@dataclass
class _Kept:
    streams: dict[StreamKey, _Stream] = field(default_factory=dict)
    order: list[tuple[StreamKey, int]] = field(default_factory=list)
    ids: dict[str, tuple[StreamKey, int]] = field(default_factory=dict)


class MemoryEventStore:
    """`application.ports.EventStore`, not durable and not for threads."""

    def __init__(self) -> None:
        self._kept = _Kept()
        self._trials: dict[str, tuple[str, str, int, int]] = {}

    def commit(self, appends: Sequence[Append]) -> None:
        kept = deepcopy(self._kept)
        for append in appends:
            stream = kept.streams.setdefault(append.key, _Stream())
            if stream.version != append.after:
                found = f"version {stream.version}"
                raise Conflict(str(append.key), f"version {append.after}", found)
            for page in append.pages:
                _check_follows(stream, page)
                kept.order.append((append.key, len(stream.pages)))
                stream.pages.append(page)
            for event_id, version in append.ids:
                if event_id in kept.ids:
                    raise Conflict(event_id, "a new id", str(kept.ids[event_id]))
                kept.ids[event_id] = append.key, version
            _add_items(stream, append.items)
            stream.assets |= set(append.assets)
            stream.state = append.state
            stream.chunks |= append.chunks
            _erase(stream, append.erases)
        self._kept = kept

    @contextmanager
    def whole(self) -> Iterator[None]:
        before = deepcopy((self._kept, self._trials))
        try:
            yield
        except BaseException:
            self._kept, self._trials = before
            raise

    def version(self, key: StreamKey) -> int:
        return self._stream(key).version

    def state(self, key: StreamKey) -> bytes | None:
        return self._stream(key).state

    def chunk(self, key: StreamKey, epoch: int, number: int) -> bytes | None:
        return self._stream(key).chunks.get((epoch, number))

    def pages(self, key: StreamKey, after: int = 0, *, parts: bool = True) -> Iterator[Page]:
        for page in self._stream(key).pages:
            if page.first + len(page.lines) - 1 > after:
                yield page if parts else page._replace(parts=[])

    def changes(self, after: int = 0) -> Iterator[Change]:
        for position, (key, ordinal) in enumerate(self._kept.order, 1):
            if position > after:
                yield Change(position, key, self._stream(key).pages[ordinal])

    def lines(self, origin: str, after: int = 0) -> Iterator[Lines]:
        for position, key, page in self.changes(after):
            if key.origin == origin:
                yield Lines(position, page.lines)

    def index(self, key: StreamKey, version: int) -> int:
        before = 0
        for _, other, page in self.changes():
            if other == key and page.first <= version < page.first + len(page.lines):
                return before + version - page.first
            before += len(page.lines) * (other.origin == key.origin)
        raise NotFound(key.stream, f"version {version}", "none")

    def indexes(self, key: StreamKey, versions: Sequence[int]) -> Sequence[int]:
        return [self.index(key, version) for version in versions]

    def position(self) -> int:
        return len(self._kept.order)

    def moved(self, after: int, limit: int) -> Sequence[tuple[int, StreamKey]]:
        order = enumerate(self._kept.order, 1)
        return [(position, key) for position, (key, _) in order if position > after][:limit]

    def streams(self) -> Sequence[StreamKey]:
        return list(self._kept.streams)

    def known_ids(self, ids: Sequence[str]) -> Mapping[str, tuple[StreamKey, int]]:
        return {each: self._kept.ids[each] for each in ids if each in self._kept.ids}

    def items_by_outside(self, key: StreamKey, outside: Sequence[str]) -> Mapping[str, ItemKey]:
        wanted = set(outside)
        items = self._stream(key).items
        return {item.outside: item for item in items if item.outside in wanted}

    def item_versions(self, key: StreamKey, items: Sequence[int]) -> Mapping[int, int]:
        wanted = set(items)
        return {item.item: item.version for item in self._stream(key).items if item.item in wanted}

    def asset_holders(self, key: StreamKey, name: str) -> Sequence[PartKey]:
        return sorted(part for each, part in self._stream(key).assets if each == name)

    def asset_is_held(self, name: str) -> bool:
        return any(self.asset_holders(key, name) for key in self._kept.streams)

    def disclose(
        self,
        key: StreamKey,
        pages: Iterable[Page],
        items: Iterable[ItemKey] = (),
        assets: Iterable[tuple[str, PartKey]] = (),
    ) -> None:
        kept = deepcopy(self._kept)
        stream = kept.streams.get(key, _Stream())
        lines = {page.first: list(page.lines) for page in stream.pages}
        for page in pages:
            if lines.get(page.first) != list(page.lines):
                raise Conflict(str(key), "the lines that are here", "others")
            if len(_placed(page)) != len(page.parts):
                raise Conflict(str(key), "the parts that the lines name", "others")
            ordinal = list(lines).index(page.first)
            stream.pages[ordinal] = _without(page, stream.erased)
        known = [item for item in items if PartKey(item.version, "item") not in stream.erased]
        versions = {item.version for item in known}
        stream.items = [item for item in stream.items if item.version not in versions]
        _add_items(stream, known)
        stream.assets |= {asset for asset in assets if asset[1] not in stream.erased}
        self._kept = kept

    def count_trial(self, model: str, config: str, run: str) -> tuple[int, int]:
        if run not in self._trials:
            before = [trial for trial in self._trials.values() if trial[0] == model]
            same = sum(trial[1] == config for trial in before)
            self._trials[run] = model, config, len(before) + 1, same
        return self._trials[run][2:]

    def close(self) -> None:
        pass

    def _stream(self, key: StreamKey) -> _Stream:
        return self._kept.streams.get(key, _Stream())


def _check_follows(stream: _Stream, page: Page) -> None:
    if page.first != stream.version + 1 or not page.lines:
        raise ValueError(f"a page from {page.first} after {stream.version}")
    if any(not line or b"\n" in line for line in (*page.lines, *page.parts)):
        raise ValueError("a line that is empty or holds a line feed")


def _add_items(stream: _Stream, items: Iterable[ItemKey]) -> None:
    for item in items:
        for other in stream.items:
            if item.item == other.item or item.outside == other.outside is not None:
                raise Conflict(str(item), "a new item", str(other))
        stream.items.append(item)


def _erase(stream: _Stream, erases: Sequence[PartKey]) -> None:
    if any(part.version > stream.version for part in erases):
        raise ValueError("a version to erase is not there")
    stream.pages = [_without(page, set(erases), stream.erased) for page in stream.pages]
    stream.erased |= set(erases)
    stream.assets = {asset for asset in stream.assets if asset[1] not in stream.erased}
    stream.items = [
        item._replace(outside=None) if PartKey(item.version, "item") in stream.erased else item
        for item in stream.items
    ]


def _placed(page: Page, absent: Collection[PartKey] = ()) -> list[tuple[PartKey, bytes]]:
    """Each part that is there, in order, with its key."""
    waiting = list(page.parts)
    placed: list[tuple[PartKey, bytes]] = []
    for version, line in enumerate(page.lines, page.first):
        event = cast("dict[str, Any]", decode(line))
        for kind, digest in sorted(event["parts"].items()):
            key = PartKey(version, kind)
            if waiting and sha256(waiting[0]).hexdigest() == digest and key not in absent:
                placed.append((key, waiting.pop(0)))
    return placed


def _without(page: Page, erased: set[PartKey], absent: Collection[PartKey] = ()) -> Page:
    return page._replace(parts=[line for key, line in _placed(page, absent) if key not in erased])


class MemoryAssets:
    """`application.ports.Assets`."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}
        self._doomed: list[str] = []

    def put(self, chunks: Iterable[bytes], ext: str) -> str:
        data = b"".join(chunks)
        name = f"{sha256(data).hexdigest()}.{ext}"
        _check_name(name)
        self._kept[name] = data
        return name

    def chunks(self, name: str) -> Iterator[bytes]:
        data = self._found(name)
        return (data[start : start + 2**20] for start in range(0, len(data), 2**20))

    def size(self, name: str) -> int:
        return len(self._found(name))

    def holds(self, name: str) -> bool:
        _check_name(name)
        return name in self._kept

    def delete(self, name: str) -> None:
        _check_name(name)
        self._kept.pop(name, None)

    def doom(self, names: Sequence[str]) -> None:
        self._doomed = [*names]

    def doomed(self) -> Sequence[str]:
        return self._doomed

    def _found(self, name: str) -> bytes:
        if not self.holds(name):
            raise NotFound("assets", name, "none")
        return self._kept[name]


def _check_name(name: str) -> None:
    if not is_asset_name(name):
        raise InvalidInput("asset", "a name <sha256>.<ext>", repr(name))


class CountingClock:
    """`application.ports.Clock`: a second passes with each question, and nothing is random."""

    def __init__(self) -> None:
        self._seconds = count()
        self._ids = count(1)
        self._salts = count(1)

    def now(self) -> str:
        minutes, second = divmod(next(self._seconds), 60)
        hour, minute = divmod(minutes, 60)
        return f"2026-11-23T{hour:02}:{minute:02}:{second:02}.000000Z"

    def event_id(self) -> str:
        return f"0199aaaa-0000-7000-8000-{next(self._ids):012x}"

    def salts(self, count: int) -> Sequence[str]:
        return [f"{next(self._salts):032x}" for _ in range(count)]
