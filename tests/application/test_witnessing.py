"""Heads are shown to witnesses in order; what they cosign leaves in bundles, and counts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.errors import InvalidInput, LogDiverged, Refused
from domain.transparency.checkpoint import parse_signed
from domain.transparency.cosignature import cosigners
from domain.transparency.signed_note import VerifierKey
from domain.verification.checks import Check, Outcome
from domain.verification.policy import Policy
from infrastructure.signing.verify import verify_ed25519
from interface.bootstrap.archive import Archive
from interface.bootstrap.on_demand import http_witness
from interface.verifying import verify_file
from tests.archives import export, open_fixed, record_dataset
from tests.authorities import serving
from tests.story import record_story
from tests.witnesses import TestWitness


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_fixed(tmp_path / "archive", "archive-a") as opened:
        yield opened


def key_of(archive: Archive) -> VerifierKey:
    return VerifierKey(archive.signer.origin, archive.signer.public_key)


def sign(archive: Archive, *numbers: int) -> list[int]:
    """Sign a head over one more dataset each, and return their sizes."""
    sizes = []
    for number in numbers:
        record_dataset(archive, 1, f"dataset/00000000-0000-7000-8000-0000000000{number:02}")
        sizes.append(archive.log.checkpoint().size)
    return sizes


def show(archive: Archive, witness: TestWitness, url: str) -> list[int]:
    """Show all heads that the witness has not cosigned, and return their sizes."""
    asked, witnesser = http_witness(url, witness.key.encode()), archive.witnesser()
    return [each.size for each in iter(lambda: witnesser.stamp_next(asked), None)]


def test_each_head_is_shown_once_in_order_with_its_consistency_proof(archive: Archive) -> None:
    witness = TestWitness(key_of(archive))
    with serving(witness) as server:
        sizes = sign(archive, 1, 2, 3)
        assert show(archive, witness, server.url) == sizes
        more = sign(archive, 4)
        assert show(archive, witness, server.url) == more
        assert show(archive, witness, server.url) == []
    assert [body.partition(b"\n")[0] for body in server.bodies] == [
        b"old %d" % old for old in (0, *sizes)
    ]


def test_a_bundle_carries_cosignatures_and_a_quorum_of_them_counts(
    archive: Archive, tmp_path: Path
) -> None:
    record_story(archive)
    export(archive, tmp_path / "before.zip")
    first, second = (TestWitness(key_of(archive), name) for name in ("w1.example", "w2.example"))
    policy = Policy(witnesses=[first.key, second.key], quorum=2)
    digests = []
    for witness in (first, second):
        with serving(witness) as server:
            assert show(archive, witness, server.url)
        path = tmp_path / f"{witness.key.name}.zip"
        digests.append(export(archive, path).digest)
    report = verify_file(tmp_path / "w1.example.zip", policy)
    assert report.lines[Check.WITNESS].outcome is Outcome.NOT_SHOWN
    report = verify_file(tmp_path / "w2.example.zip", policy)
    assert report.verified, report.lines
    assert report.lines[Check.WITNESS].detail == (
        "the log's head was seen by w1.example, w2.example; you require 2"
    )
    assert len({*digests}) == 1


def test_what_was_cosigned_and_not_kept_is_asked_for_again(archive: Archive) -> None:
    witness = TestWitness(key_of(archive))
    sizes = sign(archive, 1, 2)
    answers: list[int] = []

    def dies(body: bytes) -> tuple[int, str, bytes]:
        status, media_type, data = witness(body)
        answers.append(status)
        return (500, "text/plain", b"") if len(answers) == 1 else (status, media_type, data)

    with serving(dies) as server:
        with pytest.raises(Refused, match="found 500"):
            show(archive, witness, server.url)
        assert show(archive, witness, server.url) == sizes
    assert answers == [200, 409, 200, 200]


def test_a_witness_that_saw_a_later_head_goes_on_from_there(archive: Archive) -> None:
    witness = TestWitness(key_of(archive))
    sizes = sign(archive, 1, 2, 3)
    later = archive.heads.covering(sizes[1])
    assert later
    witness(b"old 0\n\n" + later.note)
    with serving(witness) as server:
        assert show(archive, witness, server.url) == sizes[1:]


def test_a_witness_that_saw_more_than_there_is_tells_of_a_fork(
    archive: Archive, tmp_path: Path
) -> None:
    witness = TestWitness(key_of(archive))
    with serving(witness) as server:
        with open_fixed(tmp_path / "fork", "archive-a") as fork:
            sign(fork, 1, 2, 3)
            show(fork, witness, server.url)
        sign(archive, 4)
        with pytest.raises(LogDiverged, match="no more events than were signed here"):
            show(archive, witness, server.url)


@pytest.mark.parametrize("more", [(), (3,)])
def test_of_another_history_a_witness_tells_and_cosigns_nothing(
    archive: Archive, tmp_path: Path, more: tuple[int, ...]
) -> None:
    witness = TestWitness(key_of(archive))
    with serving(witness) as server:
        with open_fixed(tmp_path / "fork", "archive-a") as fork:
            sign(fork, 1)
            show(fork, witness, server.url)
        sign(archive, 2)
        sign(archive, *more)
        with pytest.raises(LogDiverged, match=r"another history.*was a backup put back"):
            show(archive, witness, server.url)
    assert archive.cosignatures.sizes() == []


def test_the_published_head_is_cosigned_as_far_as_it_is_by_now(archive: Archive) -> None:
    witnesses = [TestWitness(key_of(archive), f"w{number}.example") for number in range(2)]
    (size,) = sign(archive, 1)
    head = archive.log.head()
    assert head
    assert archive.log.note() == head.note
    for number, witness in enumerate(witnesses, 1):
        with serving(witness) as server:
            assert show(archive, witness, server.url) == [size]
        archive.log.checkpoint()  # which signs nothing new
        note = (archive.folder / "log/checkpoint").read_bytes()
        assert archive.log.note() == note
        keys = [each.key for each in witnesses]
        assert len(cosigners(parse_signed(note).note, keys, verify_ed25519)) == number
    sign(archive, 2)
    later = archive.log.head()
    assert later
    assert archive.log.note() == later.note != head.note


def test_an_answer_that_is_no_cosignature_is_refused(archive: Archive) -> None:
    witness, other = (TestWitness(key_of(archive), name) for name in ("w1.example", "w2.example"))
    sign(archive, 1)
    head = archive.log.checkpoint()
    text = head.note.decode().partition("\n\n")[0] + "\n"
    for body, told in (
        (b"", "none that is valid"),
        (b"hello\n", "signature lines"),
        (other.line(text), "none that is valid"),
        (witness.line(text + "more\n"), "none that is valid"),
    ):
        with (
            serving(lambda _, body=body: (200, "text/plain", body)) as server,  # type: ignore[misc]  # bound now
            pytest.raises(Refused, match=told),
        ):
            show(archive, witness, server.url)
    for size in (b"1", b"01\n", b"x\n", b"0\n"):
        with (
            serving(lambda _, body=size: (409, "text/x.tlog.size", body)) as server,  # type: ignore[misc]
            pytest.raises(Refused, match="another size"),
        ):
            show(archive, witness, server.url)
    assert archive.cosignatures.sizes() == []
    with pytest.raises(InvalidInput, match="the key type 04"):
        http_witness("http://127.0.0.1", key_of(archive).encode())
