"""Export: sealed streams out of the archive as one bundle, a function of what is disclosed.

The same streams, disclosed alike, give the same bytes on any machine, before and after an import.
Not here: the container, and the key.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from application.bundle_ports import BundleSink, Proofs
from application.erasing import left_out_since
from application.keys import Keys
from application.ports import Assets, EventStore, Progress, StreamKey
from application.proving import Prover
from application.sealing_due import how_to_seal
from application.stream_state import no_chunks, read_state
from application.unroll import Extent, Unrolled, Writers, survey, unroll
from domain.bundle import attestation, layout, views
from domain.bundle.disclosure import Status
from domain.bundle.manifest import Counts, Manifest, Section, StreamEnd
from domain.bundle.note import TITLE, note_text
from domain.bundle.reading import Reading
from domain.errors import EvidenceDamaged, InvalidInput, LogDiverged, Refused
from domain.evaluation.events import KINDS
from domain.evaluation.run import Run
from domain.transparency.signed_note import Note, NoteSignature


class Exported(NamedTuple):
    """What was exported, and the verifier key that came with its signature; "" where none did.

    ``unproven`` says why there is no proof that the log has it, where there should be one.
    """

    digest: str
    manifest: Manifest
    key: str
    unproven: str = ""


class Exporter:
    """Writes bundles of what an archive holds."""

    def __init__(
        self, store: EventStore, assets: Assets, proofs: Proofs, keys: Keys, prover: Prover
    ) -> None:
        self._store, self._assets, self._proofs = store, assets, proofs
        self._keys, self._prover = keys, prover

    def extents(self, key: StreamKey) -> Sequence[Extent]:
        """What a bundle of this run or dataset holds: each stream up to its last seal.

        Raises:
            Refused: when a stream is not sealed, or something was erased or withheld since.
        """
        subject = read_state(key.stream, self._store.state(key), no_chunks).subject
        own = self._sealed(key)
        if not isinstance(subject, Run):
            return [own]
        dataset = StreamKey(subject.dataset_origin, f"dataset/{subject.dataset}")
        return [self._sealed(dataset), own]

    def _sealed(self, key: StreamKey) -> Extent:
        head = read_state(key.stream, self._store.state(key), no_chunks).head
        remedy = how_to_seal(key)
        if not head.sealed:
            raise Refused(key.stream, "a sealed stream", "one that is not", remedy)
        if left_out_since(self._store, key, head.sealed):
            expected = "a seal over all that was erased or withheld"
            raise Refused(key.stream, expected, "one before the last", remedy)
        return Extent(key, head.sealed)

    def export(
        self,
        extents: Sequence[Extent],
        sink: BundleSink,
        withhold: Iterable[str],
        progress: Progress,
    ) -> Exported:
        """Write the bundle's members.

        Raises:
            InvalidInput: when a kind to withhold is none.
            ArchiveDamaged: when the archive does not hold what it should.
        """
        kinds = kinds_to_withhold(withhold)
        sink.copy(layout.README, [layout.README_TEXT.encode()])
        surveyed = survey(self._store, extents, kinds, sealed=True)
        events = sink.member(layout.EVENTS, surveyed.event_bytes)
        parts = sink.member(layout.PARTS)
        writers = Writers(events.write, parts.write)
        unrolled = unroll(self._store, extents, surveyed, writers, progress)
        events.close()
        parts.close()
        copy_assets(self._assets, unrolled.assets, sink)
        results = _write_views(unrolled, sink, progress)
        manifest = _manifest(unrolled, results)
        sink.copy(layout.MANIFEST, [manifest.encode()])
        digest = sink.copy(layout.SUMS, sums(sink.digests()))
        statement = attestation.statement(digest, unrolled.history)
        signed = signed_members(self._keys, digest, manifest, statement)
        proof, unproven = self._proof(digest, signed, extents[-1])
        for name, data in proof.items():
            sink.copy(name, [data])
        return Exported(digest, manifest, proof.get(layout.KEYS, b"").decode().strip(), unproven)

    def _proof(
        self, digest: str, signed: Mapping[str, bytes], last: Extent
    ) -> tuple[Mapping[str, bytes], str]:
        """The members under ``proof/``, and why the one from the log is not among them.

        What was recorded can leave also when the log signs nothing, or it would be lost with it.
        """
        kept = self._proofs.get(digest)
        if kept and not self._is_ours(kept):
            return kept, ""
        try:
            proven = self._prover.members(last.key, last.size)
        except LogDiverged as problem:
            return signed, str(problem)
        return {**signed, **proven}, ""

    def _is_ours(self, kept: Mapping[str, bytes]) -> bool:
        """Whether a bundle came back that was signed here, perhaps by a key of another day."""
        own = f"{TITLE}\n{self._keys.origin}\n".encode()
        return kept.get(layout.NOTE, b"").startswith(own)


def signed_members(
    keys: Keys, digest: str, manifest: Manifest, statement: bytes | None = None
) -> Mapping[str, bytes]:
    """The members that say who signed a bundle, and what they attest: all by the key in force."""
    text = note_text(keys.origin, digest, manifest)
    attested = [attestation.to_sign(statement)] if statement is not None else []
    key, (signature, *others) = keys.sign(text.encode(), *attested)
    note = Note(text, (NoteSignature(key.name, key.key_id, signature),))
    signed = {layout.NOTE: note.encode(), layout.KEYS: f"{key.encode()}\n".encode()}
    if statement is None:
        return signed
    envelope = attestation.Envelope(statement, attestation.keyid(key), *others)
    return {layout.ATTESTATION: envelope.encode(), **signed}


def kinds_to_withhold(withhold: Iterable[str], place: str = "withhold") -> frozenset[str]:
    """These kinds and those that go with them; ``place`` is where whoever asks named them.

    Raises:
        InvalidInput: when one is no kind of part.
    """
    kinds = layout.closure(withhold)
    if unknown := sorted(kinds - set(KINDS)):
        raise InvalidInput(place, f"some of {', '.join(KINDS)}", ", ".join(unknown)[:80])
    return kinds


def sums(digests: Iterable[tuple[str, str]]) -> Iterator[bytes]:
    """The lines of ``SHA256SUMS``."""
    for name, digest in digests:
        yield f"{digest}  {name}\n".encode()


def copy_assets(assets: Assets, names: Iterable[str], sink: BundleSink) -> None:
    """Write the members that hold these assets.

    Raises:
        EvidenceDamaged: when one is not what its name says.
    """
    for asset in sorted(names):
        digest = sink.copy(layout.asset_member(asset), assets.chunks(asset))
        if not asset.startswith(digest):
            remedy = "Restore this asset from a backup, or import the bundles again."
            raise EvidenceDamaged(f"asset {asset}", "bytes of this digest", digest, remedy)


def _write_views(unrolled: Unrolled, sink: BundleSink, progress: Progress) -> int:
    """Write the derived members; return the number of results."""
    history = unrolled.history
    reading = Reading(history, unrolled.disclosure, sink.read_at)
    sink.copy(layout.META, [views.meta(reading)])
    if history.run:
        sink.copy(layout.RUN_CONFIG, [views.run_config(reading)])
    for ordinal, items in enumerate(history.by_section()):
        sink.copy(layout.section_member(ordinal), views.section(reading, items))
    if not history.run:
        return 0
    summary, count = views.new_summary(reading), 0
    with_lines = sink.member(layout.RESULTS)
    for count, result in enumerate(reading.results(), 1):  # noqa: B007 - the number is returned
        with_lines.write(views.result_line(result, history.run.scorers))
        views.count(summary, reading, result)
        progress(1)
    with_lines.close()
    sink.copy(layout.SUMMARY, [views.summary_text(summary, reading)])
    return count


def _manifest(unrolled: Unrolled, results: int) -> Manifest:
    history = unrolled.history
    heads = history.heads.values()
    sections = [len(items) for items in history.by_section()]
    return Manifest(
        kind="run" if history.run else "dataset",
        streams=[StreamEnd(h.origin, h.tree.root().hex(), h.version, h.stream) for h in heads],
        counts=Counts(
            assets=len(unrolled.assets),
            events=history.events,
            items=history.dataset.items,
            parts=unrolled.parts,
            results=results,
        ),
        sections=[Section(count, layout.section_member(n)) for n, count in enumerate(sections)],
        withheld=unrolled.undisclosed[Status.WITHHELD],
        erased=unrolled.undisclosed[Status.ERASED],
        withheld_parts=unrolled.undisclosed[Status.PART_WITHHELD],
    )
