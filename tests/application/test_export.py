"""Bundles: the same bytes of the same recording; nothing that is withheld, erased or not sealed."""

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pytest
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey  # type: ignore[attr-defined]  # not in its __all__

from application.log_ports import Head
from application.ports import StreamKey
from domain.bundle import layout
from domain.bundle.attestation import keyid
from domain.errors import ArchiveDamaged, NotFound, Refused
from domain.transparency.signed_note import VerifierKey, parse
from domain.verification.checks import Check, Outcome
from domain.verification.policy import Policy, TrustedKey
from infrastructure.bundle_zip.reader import open_bundle
from infrastructure.bundle_zip.writer import BundleWriter
from infrastructure.log_tiles.heads import FileHeads
from interface.bootstrap.archive import Archive
from interface.bootstrap.bundle_files import BundleFiles, ExportOptions
from interface.verifying import verify_file
from tests.application.conftest import Archives
from tests.archives import (
    DATASET,
    FROZEN,
    RUN,
    SEALED,
    Members,
    added,
    export,
    key,
    member_of,
    names_in,
    record,
    record_dataset,
    record_run,
    registered,
    run_registered,
    take,
)
from tests.story import ERASED, record_story


class Pinned(NamedTuple):
    """A bundle of the story, and the SHA-256 of its file."""

    digest: str
    stream: str = RUN
    withhold: Sequence[str] = ()
    erase: bool = False


PINNED = {
    "run": Pinned("ffe681f4adc108e42bae956009a107594665dcd6e65acb48f63f9a272422137a"),
    "dataset": Pinned("e3d8d3fe5b2400c44b01679c0c9515accc57a61dcaba896434c547fea9d23a55", DATASET),
    "run without its questions": Pinned(
        "8d536144889318aa2939aeed29faab013e7c784ababeaeece6af59744429a57b", withhold=["question"]
    ),
    "run with erasures": Pinned(
        "2421adb58492c1a9b8ebdbee8b5788db7c879b99e43aca6867e0dbc4469e0e95", erase=True
    ),
}


def _sha256(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _copy_without(left_out: str, source: Path, target: Path) -> None:
    with open_bundle(source) as members, BundleWriter(target) as sink:
        for name in members.names():
            if name != left_out:
                sink.copy(name, members.chunks(name))


@pytest.mark.parametrize("of", PINNED.values(), ids=PINNED)
def test_bundles_are_the_bytes_that_they_were_in_the_first_release(
    archives: Archives, tmp_path: Path, of: Pinned
) -> None:
    """Also after one archive has taken in another's, and a third one what the second wrote.

    But for the proof from the log, which they did not have; it goes along unchanged.
    """
    first = archives("archive-a")
    record_story(first, erase=of.erase)
    export(first, tmp_path / "first.zip", of.stream, of.withhold)
    _copy_without(layout.SEAL_PROOF, tmp_path / "first.zip", tmp_path / "released.zip")
    assert _sha256(tmp_path / "released.zip") == of.digest
    whole = _sha256(tmp_path / "first.zip")
    for before, after in (("first", "second"), ("second", "third")):
        archive = archives(f"archive-of-the-{after}")
        take(archive, tmp_path / f"{before}.zip")
        export(archive, tmp_path / f"{after}.zip", key(first, of.stream))
        assert _sha256(tmp_path / f"{after}.zip") == whole


def test_what_an_archive_attests_is_verified_by_code_that_we_did_not_write(
    archive: Archive, tmp_path: Path
) -> None:
    record_story(archive)
    path = tmp_path / "run.zip"
    exported = export(archive, path)
    signer = VerifierKey(archive.signer.origin, archive.signer.public_key)
    public = {"public": signer.public_key.hex()}
    theirs = Envelope.from_dict(json.loads(member_of(path, layout.ATTESTATION)))
    theirs.verify([SSlibKey(keyid(signer), "ed25519", "ed25519", public)], 1)
    said = json.loads(theirs.payload)
    assert said["subject"][0]["digest"]["sha256"] == exported.digest
    assert said["subject"][1]["name"] == RUN
    summary = json.loads(member_of(path, layout.SUMMARY))["all"]
    counts = said["subject"][1]["annotations"]
    assert counts == {name: summary[name] for name in ("answered", "failed", "planned")}
    assert verify_file(path, Policy(keys=[TrustedKey(signer)])).verified


def test_a_dataset_alone_attests_nothing(archive: Archive, tmp_path: Path) -> None:
    record_story(archive)
    export(archive, tmp_path / "dataset.zip", DATASET)
    assert layout.ATTESTATION not in names_in(tmp_path / "dataset.zip")


def test_exporting_again_gives_the_same_file_and_records_nothing(
    archive: Archive, tmp_path: Path
) -> None:
    record_story(archive)
    position = archive.store.position()
    one, two = (export(archive, tmp_path / name) for name in ("one.zip", "two.zip"))
    assert one == two
    assert _sha256(tmp_path / "one.zip") == _sha256(tmp_path / "two.zip")
    assert archive.store.position() == position


def test_a_deflated_bundle_has_the_same_digest_and_is_smaller(
    archive: Archive, tmp_path: Path
) -> None:
    record_story(archive)
    plain, deflated = tmp_path / "plain.zip", tmp_path / "deflated.zip"
    exported = export(archive, plain)
    options = ExportOptions(deflated=True)
    assert BundleFiles(archive).export(key(archive), deflated, options, lambda _: None) == exported
    assert verify_file(deflated, Policy(digest=exported.digest)).verified
    assert deflated.stat().st_size < plain.stat().st_size
    assert names_in(deflated) == names_in(plain)


def test_what_is_not_sealed_is_refused_with_the_way_on(archive: Archive, tmp_path: Path) -> None:
    record(archive, DATASET, registered(), added(0), FROZEN)
    with pytest.raises(Refused, match=f"eval752 seal {DATASET}"):
        export(archive, tmp_path / "bundle.zip", DATASET)
    record(archive, RUN, run_registered(), SEALED)
    with pytest.raises(Refused, match=f"eval752 seal {DATASET}"):
        export(archive, tmp_path / "bundle.zip")
    record(archive, DATASET, SEALED)
    export(archive, tmp_path / "bundle.zip")
    assert verify_file(tmp_path / "bundle.zip", Policy()).verified


@pytest.mark.parametrize("stream", ["archive", f"{RUN[:-1]}9", "run/7"])
def test_what_is_not_there_is_refused(archive: Archive, tmp_path: Path, stream: str) -> None:
    with pytest.raises(Refused):
        export(archive, tmp_path / "bundle.zip", stream)
    assert not (tmp_path / "bundle.zip").exists()


def test_what_came_after_the_seal_is_not_shown(archive: Archive, tmp_path: Path) -> None:
    record_story(archive)
    export(archive, tmp_path / "before.zip")
    note: Members = {"type": "run.annotated", "annotation": "later"}
    record(archive, RUN, note)
    record(archive, DATASET, {"type": "hold.placed"})
    export(archive, tmp_path / "after.zip")
    assert _sha256(tmp_path / "after.zip") == _sha256(tmp_path / "before.zip")
    record(archive, RUN, note, SEALED, note)
    assert export(archive, tmp_path / "longer.zip").manifest.streams[1].size == 28
    assert verify_file(tmp_path / "longer.zip", Policy()).verified


@pytest.mark.parametrize("stream", [DATASET, RUN])
def test_an_erasure_since_the_seal_must_be_sealed(
    archive: Archive, tmp_path: Path, stream: str
) -> None:
    record_dataset(archive)
    record_run(archive)
    erasure: Members = {**ERASED, "target": 1, "kind": "config"}
    record(archive, stream, erasure)
    with pytest.raises(Refused, match=f"seal {stream}"):
        export(archive, tmp_path / "bundle.zip")
    record(archive, stream, SEALED)
    export(archive, tmp_path / "bundle.zip")
    assert verify_file(tmp_path / "bundle.zip", Policy()).verified


def test_an_erasure_before_the_seal_on_the_same_page_is_sealed(
    archive: Archive, tmp_path: Path
) -> None:
    record_dataset(archive)
    record_run(archive)
    erasure: Members = {**ERASED, "target": 4, "kind": "response"}
    record(archive, RUN, erasure, SEALED, {"type": "run.annotated", "annotation": "later"})
    assert export(archive, tmp_path / "bundle.zip").manifest.erased == {"response": 1}
    record(archive, RUN, {**ERASED, "target": 4, "kind": "request"}, {"type": "hold.placed"})
    with pytest.raises(Refused):
        export(archive, tmp_path / "again.zip")


def test_a_rotten_asset_leaves_no_bundle(archive: Archive, tmp_path: Path) -> None:
    record_story(archive)
    path = tmp_path / "bundle.zip"
    asset = next(p for p in (archive.folder / "assets").rglob("*.png"))
    sound = asset.read_bytes()
    asset.write_bytes(b"rotten")
    with pytest.raises(ArchiveDamaged, match=asset.name):
        export(archive, path)
    asset.unlink()
    with pytest.raises(NotFound, match=asset.name):
        export(archive, path)
    assert not path.exists()
    asset.write_bytes(sound)
    export(archive, path)


def test_the_note_is_the_origins_as_long_as_nothing_more_is_withheld(
    archives: Archives, tmp_path: Path
) -> None:
    ours, theirs = archives("archive-a"), archives("archive-b")
    record_story(theirs)
    export(theirs, tmp_path / "theirs.zip")
    take(ours, tmp_path / "theirs.zip")
    of = StreamKey("archive-b", RUN)
    export(ours, tmp_path / "same.zip", of)
    export(ours, tmp_path / "less.zip", of, ["answer"])
    signers = {
        name: parse(member_of(tmp_path / name, "proof/bundle.note")).signatures[0].name
        for name in ("theirs.zip", "same.zip", "less.zip")
    }
    assert signers == {
        "theirs.zip": "archive-b",
        "same.zip": "archive-b",
        "less.zip": "archive-a",
    }
    assert verify_file(tmp_path / "less.zip", Policy()).verified


def test_a_run_without_results_and_a_dataset_without_items_are_bundles_too(
    archive: Archive, tmp_path: Path
) -> None:
    record(archive, DATASET, registered(), FROZEN, SEALED)
    record(archive, RUN, run_registered(), {"type": "run.canceled"}, SEALED)
    for stream, name in ((DATASET, "dataset.zip"), (RUN, "run.zip")):
        manifest = export(archive, tmp_path / name, stream).manifest
        assert (manifest.kind, manifest.counts.items, [*manifest.sections]) == (
            stream.partition("/")[0],
            0,
            [],
        )
        assert verify_file(tmp_path / name, Policy()).verified


def test_progress_counts_every_event_and_result(archive: Archive, tmp_path: Path) -> None:
    record_story(archive)
    counted: list[int] = []
    exporter = archive.exporter()
    with BundleWriter(tmp_path / "bundle.zip") as sink:
        exporter.export(exporter.extents(key(archive)), sink, (), counted.append)
    assert sum(counted) == 32 + 6


def test_a_bundle_proves_that_the_log_has_its_seal(archive: Archive, tmp_path: Path) -> None:
    record_story(archive)
    archives_key = VerifierKey.parse(export(archive, tmp_path / "bundle.zip").key)
    policy = Policy(keys=[TrustedKey(archives_key)], required=frozenset({Check.INCLUSION}))
    report = verify_file(tmp_path / "bundle.zip", policy)
    assert report.verified
    line = report.lines[Check.INCLUSION]
    assert (line.outcome, line.detail) == (
        Outcome.PASSED,
        "event 33 of 33 in the log of archive-a, whose head a key that you trust has signed",
    )


def test_one_seal_has_one_proof_whatever_is_withheld(archive: Archive, tmp_path: Path) -> None:
    record_story(archive)
    export(archive, tmp_path / "all.zip")
    record(archive, RUN, {"type": "run.annotated", "annotation": "later"})
    archive.log.checkpoint()
    export(archive, tmp_path / "less.zip", withhold=["question"])
    proofs = [member_of(tmp_path / name, layout.SEAL_PROOF) for name in ("all.zip", "less.zip")]
    assert proofs[0] == proofs[1]


def test_a_mirror_leaves_with_the_proof_that_it_came_with(
    archives: Archives, tmp_path: Path
) -> None:
    ours, theirs = archives("archive-a"), archives("archive-b")
    record_story(theirs)
    export(theirs, tmp_path / "theirs.zip")
    take(ours, tmp_path / "theirs.zip")
    of = StreamKey("archive-b", RUN)
    export(ours, tmp_path / "same.zip", of)
    export(ours, tmp_path / "less.zip", of, ["answer"])
    theirs_proof = member_of(tmp_path / "theirs.zip", layout.SEAL_PROOF)
    assert member_of(tmp_path / "same.zip", layout.SEAL_PROOF) == theirs_proof
    assert layout.SEAL_PROOF not in names_in(tmp_path / "less.zip")


def test_what_was_proved_stays_proved_and_the_rest_leaves_without_a_proof(
    archives: Archives, tmp_path: Path
) -> None:
    """The database was restored from a backup, after more was signed."""
    archive = archives("archive-a")
    record_story(archive)
    export(archive, tmp_path / "before.zip", DATASET)
    logged = tmp_path / "archive-a/log"
    head = Head(1_000_000, bytes(32), b"signed of events that are lost")
    FileHeads(logged).add(head, archive.log.checkpoint().size)
    assert export(archive, tmp_path / "after.zip", DATASET).unproven == ""
    assert _sha256(tmp_path / "after.zip") == _sha256(tmp_path / "before.zip")
    record(archive, RUN, {"type": "run.annotated", "annotation": "later"}, SEALED)
    exported = export(archive, tmp_path / "run.zip")
    assert "begin a new archive" in exported.unproven
    assert layout.SEAL_PROOF not in names_in(tmp_path / "run.zip")
    assert verify_file(tmp_path / "run.zip", Policy()).verified
