"""Verified bundles: nothing else is gone on with, and each event comes with its own parts."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from application.bundle_events import verified
from domain.bundle import layout
from domain.bundle.members import Members
from domain.errors import Refused
from domain.verification.checks import Check
from domain.verification.policy import Policy
from domain.verification.verify import Examination
from infrastructure.bundle_zip.reader import open_bundle
from infrastructure.bundle_zip.writer import BundleWriter
from interface.bootstrap.archive import Archive
from interface.verifying import examined
from tests.archives import (
    DATASET,
    RUN,
    SEALED,
    answered,
    begin_run,
    export,
    open_verified,
    record,
    stored,
)
from tests.story import record_story


def test_the_events_of_each_stream_come_with_what_is_disclosed(
    archive: Archive, tmp_path: Path
) -> None:
    record_story(archive, erase=True)
    export(archive, tmp_path / "bundle.zip", withhold=["question"])
    undisclosed = {"question", "request", "original"}
    with open_verified(tmp_path / "bundle.zip") as bundle:
        for stream in (DATASET, RUN):
            found = [*bundle.of_stream(stream)]
            assert [*bundle.lines_of(stream)] == [s.line for s in stored(archive, stream)]
            for theirs, ours in zip(found, stored(archive, stream), strict=True):
                parts = {k: v for k, v in ours.parts.items() if k not in undisclosed}
                assert (theirs.event, theirs.line, theirs.parts) == (ours.event, ours.line, parts)
        assert [*bundle.of_stream(f"{RUN[:-1]}b")] == []
        assert [*bundle.events()] == [*bundle.of_stream(DATASET), *bundle.of_stream(RUN)]


def _altered(source: Path, target: Path, member: str, old: bytes, new: bytes) -> Path:
    with open_bundle(source) as members, BundleWriter(target) as sink:
        for name in members.names():
            data = b"".join(members.chunks(name))
            assert name != member or old in data
            sink.copy(name, [data.replace(old, new) if name == member else data])
    return target


ALTERED = [
    ("parts.jsonl", b"Paris", b"Pariz"),
    ("events.jsonl", b'"latency_ms":100', b'"latency_ms":101'),
    ("results.jsonl", b'"score":1', b'"score":0'),
    ("summary.json", b'"answered":4', b'"answered":5'),
    ("manifest.json", b'"withheld":{}', b'"withheld":{"answer":0}'),
    ("SHA256SUMS", b"a", b"b"),
    ("proof/bundle.note", b"eval752 bundle", b"eval752 bundel"),
    ("README.txt", b"evidence", b"Evidence"),
]


@pytest.mark.parametrize(("member", "old", "new"), ALTERED)
def test_a_bundle_that_was_altered_goes_no_further(
    archive: Archive, tmp_path: Path, member: str, old: bytes, new: bytes
) -> None:
    record_story(archive)
    export(archive, tmp_path / "bundle.zip")
    altered = _altered(tmp_path / "bundle.zip", tmp_path / "altered.zip", member, old, new)
    with examined(altered, Policy()) as (examination, members):
        assert members is not None
        with pytest.raises(Refused, match="check "):
            verified(members, examination)


def test_a_container_that_was_rejected_goes_no_further(archive: Archive, tmp_path: Path) -> None:
    record_story(archive)
    path = tmp_path / "bundle.zip"
    export(archive, path)
    path.write_bytes(path.read_bytes() + b"\0")
    with examined(path, Policy()) as (examination, members):
        assert members is None
        assert examination.report.failed(Check.CONTAINER)


def test_what_does_not_meet_the_policy_goes_no_further(archive: Archive, tmp_path: Path) -> None:
    record_story(archive)
    export(archive, tmp_path / "bundle.zip")
    for policy in (Policy(digest="0" * 64), Policy(required=frozenset({Check.WITNESS}))):
        with examined(tmp_path / "bundle.zip", policy) as (examination, members):
            assert members is not None
            with pytest.raises(Refused, match="check "):
                verified(members, examination)


def test_what_was_not_examined_to_the_end_goes_no_further(archive: Archive, tmp_path: Path) -> None:
    record_story(archive)
    export(archive, tmp_path / "bundle.zip")
    with examined(tmp_path / "bundle.zip", Policy()) as (examination, members):
        assert members is not None
        with pytest.raises(Refused, match="none reached"):
            verified(members, Examination(examination.report))


def test_only_completeness_may_be_missing(archive: Archive, tmp_path: Path) -> None:
    begin_run(archive)
    record(archive, RUN, answered(0), SEALED)
    export(archive, tmp_path / "bundle.zip")
    with examined(tmp_path / "bundle.zip", Policy()) as (examination, members):
        assert not examination.report.verified
        assert members is not None
        assert verified(members, examination).digest == examination.report.digest
    required = Policy(required=frozenset({Check.COMPLETENESS}))
    with examined(tmp_path / "bundle.zip", required) as (examination, members):
        assert members is not None
        with pytest.raises(Refused, match="check 18, policy"):
            verified(members, examination)


class _ChangedSince:
    """The members of a bundle whose file is written to after it was verified."""

    def __init__(self, members: Members, member: str, old: bytes, new: bytes) -> None:
        self._members, self._member, self._change = members, member, (old, new)

    def names(self) -> Sequence[str]:
        return self._members.names()

    def size(self, name: str) -> int:
        return self._members.size(name)

    def chunks(self, name: str) -> Iterator[bytes]:
        data = b"".join(self._members.chunks(name))
        yield data.replace(*self._change) if name == self._member else data

    def read_at(self, name: str, offset: int, size: int) -> bytes:
        return self._members.read_at(name, offset, size)


@pytest.mark.parametrize(
    "change",
    [(layout.PARTS, b"Paris", b"Pxris"), (layout.EVENTS, b"claimed:", b"authenticated:")],
    ids=lambda change: change[0],
)
def test_what_is_changed_after_it_was_verified_is_not_taken_in(
    archive: Archive, theirs: Archive, tmp_path: Path, change: tuple[str, bytes, bytes]
) -> None:
    export(theirs, tmp_path / "bundle.zip")
    before = archive.store.streams()
    with open_verified(tmp_path / "bundle.zip") as bundle:
        assert change[1] in b"".join(bundle.members.chunks(change[0]))
        changed = bundle._replace(members=_ChangedSince(bundle.members, *change))
        with pytest.raises(Refused, match="as it was verified"):
            archive.importer().take(changed)
    assert archive.store.streams() == before
