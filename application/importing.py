"""Import: a verified bundle becomes read-only mirrors of its streams, under their own origin.

The same bundle twice changes nothing; a longer one with the same prefix extends the mirror; a
fuller one adds parts, but never those that were erased here; one that diverges is refused with both
roots named. Not here: the verification itself, and what is then done about a mirror.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import partial
from itertools import islice
from typing import NamedTuple

from application.bundle_events import Verified
from application.bundle_ports import Proofs
from application.erasing import forgetting
from application.journal import Entry, Journal, of_bundle
from application.pages import Recorded, paged
from application.ports import Append, Assets, EventStore, ItemKey, Page, PartKey, StreamKey
from application.stored import StoredEvent, StoredEvents, events_of
from application.stream_state import StreamState
from domain.bundle import layout
from domain.bundle.disclosure import Status, erasures
from domain.bundle.manifest import StreamEnd
from domain.bundle.parts import assets_of
from domain.errors import Conflict, Refused
from domain.evaluation.run import Run
from domain.transparency.merkle import leaf_hash, root_of


class Change(StrEnum):
    """What an import did to a stream."""

    NEW = "new"
    EXTENDED = "extended"
    FULLER = "more content"
    SAME = "already here"


class Imported(NamedTuple):
    """What an import came to, stream by stream."""

    digest: str
    changes: Sequence[tuple[StreamEnd, Change]]


class Importer:
    """Takes verified bundles into an archive."""

    def __init__(self, store: EventStore, assets: Assets, proofs: Proofs, journal: Journal) -> None:
        self._store, self._assets, self._proofs = store, assets, proofs
        self._journal = journal

    def take(
        self, bundle: Verified, beside: Callable[[StreamKey], Entry] | None = None
    ) -> Imported:
        """Mirror the bundle's streams: assets and proofs first, then all new events at once.

        Content of events that were here without it follows, stream by stream; where that is cut
        off, the same bundle again adds the rest. ``beside`` makes an entry of the journal for each
        stream that is new here. What came first and is in no stream in the end is deleted, at the
        latest when the archive is opened again.

        Raises:
            Conflict: when a stream that is here diverges from the bundle's; nothing is changed.
            Refused: when the bundle has more of a stream of our own than we recorded.
        """
        changes = [(end, self._change(bundle, end)) for end in bundle.manifest.streams]
        if any(change is not Change.SAME for _, change in changes):
            longer = [end for end, change in changes if change in {Change.NEW, Change.EXTENDED}]
            new = [_key(end) for end, change in changes if change is Change.NEW]
            told = [beside(key) for key in new] if beside else []
            gone = (name for end in longer for name in self._erased_assets(bundle, end))
            with forgetting(self._store, self._assets, [*_assets_in(bundle), *gone]):
                self._keep_files(bundle)
                self._commit(bundle, longer, told)
                for end, change in changes:
                    if change is not Change.NEW:
                        self._disclose(bundle, end)
        else:
            self._keep_later_proofs(bundle)
        return Imported(bundle.digest, changes)

    def _commit(
        self, bundle: Verified, longer: Sequence[StreamEnd], beside: Sequence[Entry]
    ) -> None:
        *_, last = bundle.manifest.streams
        came = of_bundle("archive.imported", _key(last), last.size, last.root, bundle.digest)
        entries = self._journal.append([came, *beside])
        appends = (self._append(bundle, end) for end in longer)
        self._store.commit([entries, *appends])  # whose a stream is, is known before it is there

    def _change(self, bundle: Verified, end: StreamEnd) -> Change:
        key = _key(end)
        held = self._store.version(key)
        if not held:
            self._check_foreign(end)
            return Change.NEW
        common = min(held, end.size)
        here = _root(self._lines(key), common)
        there = _root(bundle.lines_of(end.stream), common)
        if here != there:
            raise Conflict(
                f"{end.stream} of {end.origin}",
                f"root {here} over the first {common} events, as they are here",
                f"root {there} in the bundle",
                "Both cannot be true: keep this bundle beside the archive, as evidence.",
            )
        if held < end.size:
            self._check_foreign(end)
            return Change.EXTENDED
        return Change.FULLER if self._fuller_up_to(bundle, end) else Change.SAME

    def _check_foreign(self, end: StreamEnd) -> None:
        """Whoever knows our origin can write a bundle in its name: we know what we recorded."""
        if end.origin == self._journal.origin:
            found = f"{end.stream} with {end.size} events"
            remedy = "Import it into another archive, where it stands as what the bundle says."
            raise Refused("bundle", "what this archive recorded itself", found, remedy)

    def _fuller_up_to(self, bundle: Verified, end: StreamEnd) -> int:
        """The last version of the pages that the bundle covers, if it has what one lacks; or 0."""
        lacks, last = False, 0
        for page in self._store.pages(_key(end)):
            if page.first + len(page.lines) - 1 > end.size:
                break
            last = page.first + len(page.lines) - 1
            lacks = lacks or bool(page.withheld - bundle.disclosure.withheld)
        return last if lacks else 0

    def _lines(self, key: StreamKey) -> Iterator[bytes]:
        return (line for page in self._store.pages(key, parts=False) for line in page.lines)

    def _keep_files(self, bundle: Verified) -> None:
        for name in _assets_in(bundle):
            self._assets.put(
                bundle.members.chunks(layout.asset_member(name)), name.rpartition(".")[2]
            )
        self._proofs.put(bundle.digest, _proofs_in(bundle))

    def _keep_later_proofs(self, bundle: Verified) -> None:
        """Keep what a bundle that came before has got since: timestamps, behind those it had."""
        kept, members = self._proofs.get(bundle.digest), _proofs_in(bundle)
        if kept and kept.items() <= members.items():
            self._proofs.put(bundle.digest, members)

    def _append(self, bundle: Verified, end: StreamEnd) -> Append:
        key = _key(end)
        held = self._store.version(key)
        run = bundle.history.run if end.stream.startswith("run/") else None
        return Append(
            key=key,
            after=held,
            pages=paged(_recorded(_beyond(bundle, end, held)), bundle.disclosure.withheld),
            state=_state(bundle, end).encode(),
            chunks=_chunks(run) if run else {},
            items=() if run else _item_keys(_beyond(bundle, end, held)),
            assets=_listed(_beyond(bundle, end, held)) if bundle.manifest.counts.assets else (),
            erases=[part for part in _erased(bundle, end) if part.version <= held],
        )

    def _erased_assets(self, bundle: Verified, end: StreamEnd) -> Iterator[str]:
        """The assets of parts that are here and are erased by what comes."""
        key, events = _key(end), StoredEvents(self._store)
        held = self._store.version(key)
        for part in _erased(bundle, end):
            line = (
                events.at(key, part.version).parts.get(part.kind) if part.version <= held else None
            )
            yield from assets_of(line) if line else ()

    def _disclose(self, bundle: Verified, end: StreamEnd) -> None:
        if last := self._fuller_up_to(bundle, end):
            told = partial(_up_to, bundle, end, last)
            pages = self._fuller_pages(bundle, end, last)
            self._store.disclose(_key(end), pages, _item_keys(told()), _listed(told()))

    def _fuller_pages(self, bundle: Verified, end: StreamEnd, last: int) -> Iterator[Page]:
        """The stored pages with what either side discloses, and this side has not erased."""
        key = _key(end)
        erased = {target[1:] for target in erasures(self._lines(key))}
        theirs = bundle.of_stream(end.stream)
        for page in self._store.pages(key):
            if page.first > last:
                return
            pairs = zip(events_of(page), theirs, strict=False)  # theirs go on with the next page
            parts = [line for pair in pairs for line in _either(*pair, erased)]
            withheld = page.withheld & bundle.disclosure.withheld
            yield Page(page.first, page.lines, parts, withheld)


def _either(
    ours: StoredEvent, theirs: StoredEvent, erased: set[tuple[int, str]]
) -> Iterator[bytes]:
    held = {**theirs.parts, **ours.parts}
    for kind in sorted(held):
        if (ours.event.version, kind) not in erased:
            yield held[kind]


def _assets_in(bundle: Verified) -> Iterator[str]:
    names = bundle.members.names()
    return (name.removeprefix(layout.ASSETS) for name in names if name.startswith(layout.ASSETS))


def _proofs_in(bundle: Verified) -> Mapping[str, bytes]:
    names = [name for name in bundle.members.names() if name.startswith(layout.PROOF)]
    return {name: b"".join(bundle.members.chunks(name)) for name in names}


def _key(end: StreamEnd) -> StreamKey:
    return StreamKey(end.origin, end.stream)


def _root(lines: Iterable[bytes], size: int) -> str:
    return root_of(map(leaf_hash, islice(lines, size))).hex()


def _beyond(bundle: Verified, end: StreamEnd, held: int) -> Iterator[StoredEvent]:
    return (s for s in bundle.of_stream(end.stream) if s.event.version > held)


def _up_to(bundle: Verified, end: StreamEnd, last: int) -> Iterator[StoredEvent]:
    return (s for s in bundle.of_stream(end.stream) if s.event.version <= last)


def _recorded(events: Iterable[StoredEvent]) -> Iterator[Recorded]:
    for event, line, parts in events:
        yield Recorded(event.version, line, tuple(parts[kind] for kind in sorted(parts)))


def _item_keys(events: Iterable[StoredEvent]) -> Iterator[ItemKey]:
    for stored in events:
        item = stored.value("item") if stored.event.type == "dataset.item_added" else None
        if isinstance(item, dict):
            yield ItemKey(str(item["id"]), stored.event.facts["item"], stored.event.version)


def _listed(events: Iterable[StoredEvent]) -> Iterator[tuple[str, PartKey]]:
    for event, _, parts in events:
        for kind, line in parts.items():
            for name in assets_of(line):
                yield name, PartKey(event.version, kind)


def _erased(bundle: Verified, end: StreamEnd) -> Iterator[PartKey]:
    for mark in bundle.disclosure.marks:
        if mark.stream == end.stream and mark.status is Status.ERASED:
            yield PartKey(mark.version, mark.kind)


def _chunks(run: Run) -> dict[tuple[int, int], bytes]:
    return {key: chunk.tobytes() for key, chunk in run.results.chunks.items()}


def _state(bundle: Verified, end: StreamEnd) -> StreamState:
    history = bundle.history
    is_run = end.stream.startswith("run/")
    subject = history.run if history.run and is_run else history.dataset
    return StreamState(history.heads[end.stream], subject)
