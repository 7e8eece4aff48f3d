"""One item of a run as a small bundle, with the proof that the log has it (format, section 14).

The read models say which events are the item's, the store what is in them. Not here: whole bundles
(``export``), and the container.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from application.bundle_ports import BundleSink
from application.export import Exported, copy_assets, kinds_to_withhold, signed_members, sums
from application.item_detail import ItemDetails
from application.keys import Keys
from application.log import Log
from application.log_coverage import ReadEvent, compare, compare_streams
from application.ports import Assets, EventStore, StreamKey
from application.proving import Prover
from application.queries import ResultPlace, ResultQuery
from application.read_model import ReadModel
from application.sealing_due import how_to_seal
from application.stored import StoredEvent, StoredEvents, sealed_events_of
from application.stream_state import no_chunks, read_state
from domain.bundle import layout
from domain.bundle.history import Place
from domain.bundle.item_history import ItemHistory
from domain.bundle.item_inclusion import Inclusion
from domain.bundle.parts import assets_in
from domain.canonical import encode
from domain.errors import RESTORE, EvidenceDamaged, Refused, TablesDiffer
from domain.evaluation.stream import place_of
from domain.transparency.checkpoint import parse_signed
from domain.transparency.merkle import leaf_hash, root_of
from domain.transparency.proofs import inclusion_proof
from domain.transparency.tlog_proof import TlogProof


class Means(NamedTuple):
    """What an exporter of items works with."""

    store: EventStore
    assets: Assets
    signer: Keys
    log: Log
    prover: Prover


class _Chosen(NamedTuple):
    """The events of one item, the row of its dataset first; the last is the run's seal.

    ``differing`` is what the tables, which say which these are, say otherwise than the events.
    """

    dataset: StreamKey
    row: int
    run: StreamKey
    versions: Sequence[int]
    differing: Sequence[TablesDiffer]


@dataclass(slots=True)
class _Content:
    """What goes into a bundle of these events: lines, and the kinds of parts that are left out."""

    history: ItemHistory = field(default_factory=ItemHistory)
    events: list[bytes] = field(default_factory=list[bytes])
    parts: list[bytes] = field(default_factory=list[bytes])
    withheld: list[str] = field(default_factory=list[str])

    def take(self, stored: StoredEvent, hidden: frozenset[str]) -> None:
        """Take in the next event, without parts of the kinds that are hidden."""
        if problem := self.history.take(stored.event, stored.line, Place(0, 0)):
            raise EvidenceDamaged(problem.place, problem.expected, problem.found, RESTORE)
        self.events.append(stored.line)
        for kind, digest in stored.event.parts.items():
            if kind in hidden:
                self.withheld.append(kind)
            elif kind in stored.parts:
                self.parts.append(stored.parts[kind])
            else:
                place = f"{place_of(stored.event)}, {kind}"
                raise EvidenceDamaged(place, f"part {digest}", "nothing", RESTORE)


class ItemExporter:
    """Writes bundles of one item."""

    def __init__(self, means: Means, read_model: ReadModel) -> None:
        self._means, self._read_model = means, read_model
        self._store, self._events = means.store, StoredEvents(means.store)

    def export(
        self, run: StreamKey, item: int, sink: BundleSink, withhold: Iterable[str]
    ) -> Exported:
        """Write the bundle's members.

        Raises:
            Refused: when the run is another archive's, or is not sealed.
            NotFound: when it has no such item.
            EvidenceDamaged: when an event is not the one that the log has, or the dataset's items
                are not those that the run names.
            TablesDiffer: when the tables do not say which events these are.
            LogDiverged: when no proof can be made, as the log signs nothing.
        """
        kinds = kinds_to_withhold(withhold) | layout.WITHHELD_WITH_ANY
        chosen = self._chosen(run, item)
        content = self._content(chosen, kinds)
        leaves = self._items(chosen)
        proof = self._means.prover.members(run, chosen.versions[-1])
        inclusions = self._inclusions(chosen, proof[layout.SEAL_PROOF])
        sink.copy(layout.README, [layout.ITEM_README_TEXT.encode()])
        sink.copy(layout.EVENTS, _lines(content.events))
        sink.copy(layout.PARTS, _lines(content.parts))
        in_dataset = Inclusion(item, inclusion_proof(leaves, item))
        sink.copy(layout.INCLUSION, _lines(each.encode() for each in (in_dataset, *inclusions)))
        assets = assets_in(content.parts)
        copy_assets(self._means.assets, assets, sink)
        manifest = content.history.manifest(len(assets), len(content.parts), content.withheld)
        sink.copy(layout.MANIFEST, [manifest.encode()])
        digest = sink.copy(layout.SUMS, sums(sink.digests()))
        signed = signed_members(self._means.signer, digest, manifest)
        for name, data in {**signed, **proof}.items():
            sink.copy(name, [data])
        return Exported(digest, manifest, signed[layout.KEYS].decode().strip())

    def _chosen(self, run: StreamKey, item: int) -> _Chosen:
        origin = self._means.log.origin
        if run.origin != origin:
            remedy = "The archive that recorded it can prove an item; its whole bundle verifies."
            raise Refused(run.stream, f"a run of {origin}", f"one of {run.origin}", remedy)
        sealed = read_state(run.stream, self._store.state(run), no_chunks).head.sealed
        if not sealed:
            raise Refused(run.stream, "a sealed run", "one that is not", how_to_seal(run))
        dataset = self._read_model.run(run).dataset
        details = ItemDetails(self._store, self._read_model, origin)
        row = details.item(dataset, item).version
        known = {version for version in self._versions(details, run, item) if version < sealed}
        return _Chosen(dataset, row, run, [1, *sorted(known), sealed], details.differing)

    def _versions(self, details: ItemDetails, run: StreamKey, item: int) -> Iterator[int]:
        """Of all epochs, attempts and scores, in no order."""
        query = ResultQuery(after=ResultPlace(None, item, 0), limit=1000)
        while rows := [row for row in self._read_model.results(run, query) if row.item == item]:
            for row in rows:
                detail = details.rows(run, item, row.epoch)
                yield from (attempt.version for attempt in detail.attempts)
                yield from (score.version for score in detail.scores)
            query = query.behind(rows[-1])

    def _content(self, chosen: _Chosen, kinds: frozenset[str]) -> _Content:
        content = _Content()
        places = [(chosen.dataset, chosen.row), *((chosen.run, each) for each in chosen.versions)]
        left_out = {
            chosen.dataset: self._read_model.left_out(chosen.dataset, [chosen.row]),
            chosen.run: self._read_model.left_out(chosen.run, chosen.versions),
        }
        found = [(key, version, self._events.at(key, version)) for key, version in places]
        read = [ReadEvent(key, at, leaf_hash(stored.line).hex()) for key, at, stored in found]
        compare(self._means.log, self._store, read)  # which tells damage from a log that diverged
        if chosen.differing:  # some of its events may be missing
            raise chosen.differing[0]
        for key, version, stored in found:
            marked = {part.kind for part in left_out[key] if part.version == version}
            if key.origin != self._means.log.origin:  # a mirror that came without them
                marked |= stored.event.parts.keys() - stored.parts.keys()
            content.take(stored, kinds | marked)
        return content

    def _inclusions(self, chosen: _Chosen, proof: bytes) -> Iterator[Inclusion]:
        """Where each event of the run but the seal stands in the log."""
        head = parse_signed(TlogProof.parse(proof).checkpoint).checkpoint
        for version in chosen.versions[:-1]:
            yield self._means.log.inclusion(chosen.run, version, head)

    def _items(self, chosen: _Chosen) -> Sequence[bytes]:
        """The leaves of the tree of items (format, 6.3), which has to be the one the run names.

        The run's first event has its root, and was compared with the log.
        """
        leaves = [*self._leaves(chosen.dataset)]
        named = self._events.at(chosen.run, 1).event.facts["items_root"]
        if (root := root_of(leaves).hex()) != named:
            compare_streams(self._means.log, self._store, [chosen.dataset])  # names the event
            expected = f"the items that {chosen.run.stream} names, root {named}"
            raise EvidenceDamaged(chosen.dataset.stream, expected, f"others, root {root}", RESTORE)
        return leaves

    def _leaves(self, dataset: StreamKey) -> Iterator[bytes]:
        for page in self._store.pages(dataset, parts=False):
            for stored in sealed_events_of(page):
                if stored.event.type == "dataset.item_added":
                    yield leaf_hash(encode(dict(stored.event.parts)))


def _lines(lines: Iterable[bytes]) -> Iterator[bytes]:
    return (line + b"\n" for line in lines)
