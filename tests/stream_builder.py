"""Builds one stream event by event, as appends that every event store takes.

Ids, salts and the cuts between pages come from a given source of chance, times from the versions.
Every event is checked by the aggregates, so whatever comes out may have been recorded. Not here:
what happens in the stream (``histories``).
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any
from uuid import UUID

from application.ports import Append, ItemKey, Page, PartKey, StreamKey
from application.stream_state import StoredResults, StreamState, new_state
from domain.bundle.parts import check_shape, digest_of, write_part
from domain.canonical import Json
from domain.evaluation.config import check_config
from domain.evaluation.events import FORMAT, Event, check_content, write_event
from domain.evaluation.run import Run


class StreamBuilder:
    """A stream in the making; each append has one page, and what it erases is in earlier ones."""

    def __init__(self, chance: Random, origin: str, kind: str) -> None:
        self.chance = chance
        self.id = self._uuid()
        self.key = StreamKey(origin, f"{kind}/{self.id}")
        self.state: StreamState = new_state(self.key.stream, lambda *_: None)
        self._appends: list[Append] = []
        self._lines: list[bytes] = []
        self._parts: list[bytes] = []
        self._items: list[ItemKey] = []
        self._there: list[PartKey] = []

    def add(self, kind: str, facts: Mapping[str, Any] | None = None, **parts: Json) -> None:
        """Append an event."""
        if self.chance.random() < 0.3:
            self._cut()
        lines = {name: self._part(name, parts[name]) for name in sorted(parts)}
        event = self._event(kind, facts or {}, {k: digest_of(line) for k, line in lines.items()})
        for name, value in parts.items():
            check_config(event, name, value, kind)
        line = write_event(event)
        self.state.apply(event, line)
        self._lines.append(line)
        self._parts += lines.values()
        self._there += [PartKey(event.version, name) for name in lines]
        if isinstance(item := parts.get("item"), dict):
            self._items.append(ItemKey(str(item["id"]), event.facts["item"], event.version))

    def leave_out_any(self) -> None:
        """Erase or withhold any part, if one is there and may be erased."""
        if self._there and not self.state.head.holds:
            leave_out = self.withhold if self.chance.random() < 0.3 else self.erase
            leave_out(self.chance.choice(self._there))

    def withhold(self, part: PartKey) -> None:
        """Withhold a part from every bundle."""
        self.add("part.withheld", {"target": part.version, "kind": part.kind})

    def erase(self, part: PartKey) -> None:
        """Erase a part."""
        self._cut()
        self._there.remove(part)
        self.add("part.erased", {"target": part.version, "kind": part.kind})
        self._cut(erases=[part])

    def seal(self) -> None:
        """Seal what there is."""
        tree = self.state.head.tree
        self.add("stream.sealed", {"size": tree.size, "root": tree.root().hex()})

    def appends(self) -> list[Append]:
        """What was added since this was asked before."""
        self._cut()
        appends, self._appends = self._appends, []
        return appends

    def _cut(self, erases: Sequence[PartKey] = ()) -> None:
        if not self._lines:
            return
        page = Page(self.state.head.version + 1 - len(self._lines), self._lines, self._parts)
        append = Append(self.key, page.first - 1, [page], self.state.encode())
        subject = self.state.subject
        if isinstance(subject, Run) and isinstance(subject.results, StoredResults):
            append.chunks = subject.results.take_dirty()
        append.items, append.erases = self._items, erases
        self._appends.append(append)
        self._lines, self._parts, self._items = [], [], []

    def _event(self, kind: str, facts: Mapping[str, Any], parts: Mapping[str, str]) -> Event:
        version = self.state.head.version + 1
        minutes, seconds = divmod(version, 60)
        hours, minutes = divmod(minutes, 60)
        event = Event(
            actor="claimed:local",
            at=f"2026-11-23T{hours:02}:{minutes:02}:{seconds:02}.000000Z",
            facts=facts,
            format=FORMAT,
            id=self._uuid(),
            origin=self.key.origin,
            parts=parts,
            stream=self.key.stream,
            type=kind,
            version=version,
        )
        check_content(event, kind)
        return event

    def _part(self, kind: str, value: Json) -> bytes:
        check_shape(kind, value, kind)
        return write_part(value, f"{self.chance.getrandbits(128):032x}")

    def _uuid(self) -> str:
        return str(UUID(int=self.chance.getrandbits(128), version=4))
