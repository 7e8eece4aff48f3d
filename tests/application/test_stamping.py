"""Heads are stamped in order by each authority, kept, carried in bundles, and renewed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from application.ports import StreamKey
from application.stamp_ports import Authority
from application.stamping import Stamped
from domain.bundle.layout import TIMESTAMPS
from domain.errors import NotFound, Refused
from domain.verification.checks import Check, Outcome
from domain.verification.policy import Policy, TimestampRoot, TrustedKey
from infrastructure.bundle_zip.reader import open_bundle
from interface.bootstrap.archive import Archive
from interface.bootstrap.bundle_files import import_bundle
from interface.bootstrap.opening import open_archive
from interface.verifying import verify_file
from scripts.timestamps_by_hand import Authority as ByHand
from scripts.timestamps_by_hand import Timestamp
from tests.archives import RUN, export, open_fixed, open_verified, record_dataset
from tests.story import record_story

FIRST, SECOND = ByHand(), ByHand("tsa2.example")
ROOTS = [TimestampRoot(each.name, each.root_der) for each in (FIRST, SECOND)]


class Asked:
    """An authority in this process, which may be down; it knows what it was asked."""

    def __init__(self, authority: ByHand) -> None:
        self.name, self._authority = authority.name, authority
        self.messages: list[bytes] = []
        self.is_down = False
        self.every = 0
        """Fails at each request of which the number is a multiple of this."""
        self.requests = 0

    def stamp(self, message: bytes, *, sha512: bool = False) -> bytes:
        self.requests += 1
        if self.is_down or (self.every and self.requests % self.every == 0):
            raise Refused(self.name, "an answer", "none")
        self.messages.append(message)
        return Timestamp(self._authority, message, "sha512" if sha512 else "sha256").response()


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_fixed(tmp_path / "archive", "archive-a") as opened:
        yield opened


@pytest.fixture
def first() -> Asked:
    return Asked(FIRST)


@pytest.fixture
def second() -> Asked:
    return Asked(SECOND)


def sign(archive: Archive, *numbers: int) -> list[bytes]:
    """Sign a head over one more dataset each, and return their notes."""
    heads = []
    for number in numbers:
        record_dataset(archive, 1, f"dataset/00000000-0000-7000-8000-0000000000{number:02}")
        heads.append(archive.log.checkpoint().note)
    return heads


def stamp_all(archive: Archive, *authorities: Authority) -> list[Stamped]:
    stamper, done = archive.stamper(), []
    for authority in authorities:
        while stamped := stamper.stamp_next(authority):
            done.append(stamped)
    return done


def members(path: Path) -> dict[str, bytes]:
    with open_bundle(path) as bundle:
        return {name: b"".join(bundle.chunks(name)) for name in bundle.names()}


def test_each_authority_stamps_every_head_once_in_order(
    archive: Archive, first: Asked, second: Asked
) -> None:
    heads = sign(archive, 1, 2, 3)
    assert [each.authority for each in stamp_all(archive, first)] == [FIRST.name] * 3
    assert first.messages == heads
    assert stamp_all(archive, first) == []
    more = sign(archive, 4)
    stamp_all(archive, second, first)
    assert (first.messages, second.messages) == ([*heads, *more], [*heads, *more])
    assert len(archive.stamps.of(archive.stamps.sizes()[0])) == 2


def test_an_authority_that_was_down_begins_where_it_was(archive: Archive, first: Asked) -> None:
    heads = sign(archive, 1)
    stamp_all(archive, first)
    first.is_down = True
    heads += sign(archive, 2, 3)
    with pytest.raises(Refused, match=r"tsa\.example"):
        stamp_all(archive, first)
    first.is_down = False
    stamp_all(archive, first)
    assert first.messages == heads


def test_a_bundle_carries_the_timestamps_of_its_checkpoint_as_they_came(
    archive: Archive, first: Asked, second: Asked, tmp_path: Path
) -> None:
    record_story(archive)
    digests = []
    for number, authority in enumerate((None, second, first)):
        if authority:
            stamp_all(archive, authority)
        path = tmp_path / f"{number}.zip"
        digests.append(export(archive, path).digest)
        told = members(path)
        assert [name for name in told if name in TIMESTAMPS] == [*TIMESTAMPS[:number]]
        export(archive, tmp_path / f"{number}-again.zip")
        assert path.read_bytes() == (tmp_path / f"{number}-again.zip").read_bytes()
    assert len({*digests}) == 1
    assert members(tmp_path / "1.zip")[TIMESTAMPS[0]] == told[TIMESTAMPS[0]]
    report = verify_file(tmp_path / "2.zip", Policy(roots=ROOTS))
    assert report.lines[Check.TIME].outcome is Outcome.PASSED
    assert report.lines[Check.TIME].detail == (
        "the seal existed at or before 2026-11-23T12:00:00.000000Z, says tsa.example;"
        " at or before 2026-11-23T12:00:00.000000Z, says tsa2.example"
    )


def test_a_mirror_leaves_with_the_timestamps_that_it_came_with(
    archive: Archive, first: Asked, second: Asked, tmp_path: Path
) -> None:
    record_story(archive)
    export(archive, tmp_path / "before.zip")
    stamp_all(archive, first)
    export(archive, tmp_path / "a.zip")
    with open_fixed(tmp_path / "other", "archive-b") as other:
        for source in ("before.zip", "a.zip"):
            with open_verified(tmp_path / source) as bundle:
                import_bundle(other, bundle)
        stamp_all(other, second)
        export(other, tmp_path / "b.zip", StreamKey("archive-a", RUN))
    assert (tmp_path / "b.zip").read_bytes() == (tmp_path / "a.zip").read_bytes()


def test_a_renewal_covers_the_head_and_all_timestamps_before_it(
    archive: Archive, first: Asked, second: Asked, tmp_path: Path
) -> None:
    record_story(archive)
    export(archive, tmp_path / "a.zip")
    stamp_all(archive, first)
    (size,) = archive.stamps.sizes()
    for authority in (second, first):
        assert archive.stamper().renew(size, authority) == Stamped(authority.name, size)
    head, timestamps = archive.heads.covering(size), archive.stamps.of(size)
    assert head
    assert second.messages == [head.note + timestamps[0].data]
    assert first.messages[1] == b"".join([head.note, *(each.data for each in timestamps[:2])])
    export(archive, tmp_path / "b.zip")
    report = verify_file(tmp_path / "b.zip", Policy(roots=ROOTS))
    assert report.lines[Check.TIME].outcome is Outcome.PASSED


def test_a_renewal_also_covers_what_came_while_it_was_asked_for(
    archive: Archive, first: Asked, second: Asked, tmp_path: Path
) -> None:
    class Slow(Asked):
        """While it is asked first, another one stamps the same head."""

        def stamp(self, message: bytes, *, sha512: bool = False) -> bytes:
            stamp_all(archive, first)
            return super().stamp(message, sha512=sha512)

    record_story(archive)
    export(archive, tmp_path / "a.zip")
    stamp_all(archive, second)
    (size,) = archive.stamps.sizes()
    archive.stamper().renew(size, Slow(SECOND))
    assert [each.authority for each in archive.stamps.of(size)] == [
        SECOND.name,
        FIRST.name,
        SECOND.name,
    ]
    export(archive, tmp_path / "b.zip")
    report = verify_file(tmp_path / "b.zip", Policy(roots=ROOTS))
    assert report.lines[Check.TIME].outcome is Outcome.PASSED


def test_what_has_no_timestamp_or_the_most_that_fit_is_not_renewed(
    archive: Archive, first: Asked
) -> None:
    sign(archive, 1)
    head = archive.log.checkpoint()
    for size in (head.size, head.size + 1, 1):
        with pytest.raises(NotFound, match="a head with a timestamp"):
            archive.stamper().renew(size, first)
    for _ in TIMESTAMPS:
        archive.stamps.put(head.size, "x", b"one")
    with pytest.raises(Refused, match="fewer than 16"):
        archive.stamper().renew(head.size, first)
    assert first.messages == []


def test_renewals_that_are_cut_short_go_on_with_the_heads_that_had_the_fewest(
    archive: Archive, first: Asked
) -> None:
    sign(archive, 1, 2, 3, 4)
    stamp_all(archive, first)
    first.every, first.requests = 3, 0
    for _ in range(4):
        with pytest.raises(Refused, match="an answer"):
            list(archive.stamper().renew_all([first]))
    counts = [len(archive.stamps.of(size)) for size in archive.stamps.sizes()]
    assert counts == [3, 3, 3, 3]


def test_heads_that_are_full_keep_no_others_from_being_renewed(
    archive: Archive, first: Asked, second: Asked
) -> None:
    sign(archive, 1, 2, 3)
    stamp_all(archive, first)
    full, almost, rest = archive.stamps.sizes()
    for size, count in ((full, 16), (almost, 15)):
        while len(archive.stamps.of(size)) < count:
            archive.stamps.put(size, "x", b"one")
    renewed: list[Stamped] = []
    with pytest.raises(Refused, match=f"head {full}, {almost}: expected fewer than 16") as refused:
        renewed.extend(archive.stamper().renew_all([first, second]))
    assert refused.value.remedy.endswith("All other heads were renewed.")
    assert renewed == [
        Stamped(first.name, rest),
        Stamped(second.name, rest),
        Stamped(first.name, almost),
    ]


def test_an_archive_that_is_only_read_has_its_timestamps(archive: Archive, first: Asked) -> None:
    sign(archive, 1)
    stamp_all(archive, first)
    with open_archive(archive.folder, writable=False) as reading:
        assert reading.stamps.sizes() == archive.stamps.sizes()


def test_a_head_that_hands_over_is_stamped_as_the_old_key_signed_it(
    archive: Archive, tmp_path: Path, first: Asked
) -> None:
    record_story(archive)
    old = archive.signer.key
    handed = archive.key_changes().rotate().head
    archive.key_changes().compromised(old.key_id.hex(), "", archive.clock.now())
    assert handed
    text, _, lines = handed.note.partition(b"\n\n")
    stamp_all(archive, first)
    assert first.messages[1] == text + b"\n\n" + lines.splitlines(keepends=True)[0]
    export(archive, tmp_path / "out.zip")  # by that head: one by the old key alone counts no more
    policy = Policy(
        keys=[TrustedKey(archive.signer.key), TrustedKey(old, compromised="2026-01-01")],
        required=frozenset({Check.INCLUSION}),
        roots=ROOTS,
    )
    report = verify_file(tmp_path / "out.zip", policy)
    assert report.verified, report.lines
    assert report.lines[Check.TIME].outcome is Outcome.PASSED
