"""Files as a stranger sends them: whatever is altered or cut never passes."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from domain.errors import UnreadableFile
from domain.transparency.signed_note import VerifierKey
from domain.verification.checks import Check, Outcome
from domain.verification.policy import Policy, TrustedKey
from domain.verification.report import Report
from interface import verifying
from interface.verifying import claimed_time, examined, verify_file
from scripts.timestamps_by_hand import Authority, Timestamp
from tests.archives import (
    export,
    open_fixed,
)
from tests.story import record_story


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle with a story."""
    folder = tmp_path_factory.mktemp("verifying")
    with open_fixed(folder / "archive", "archive-a") as archive:
        record_story(archive)
        export(archive, folder / "bundle.zip")
    return folder / "bundle.zip"


def _outcome(report: Report, check: Check) -> Outcome:
    return report.lines[check].outcome


def test_a_bundle_passes_with_what_the_verifier_knows(bundle: Path) -> None:
    report = verify_file(bundle, Policy())
    assert report.verified
    assert _outcome(report, Check.SIGNATURE) is Outcome.NOT_SHOWN
    assert verify_file(bundle, Policy(digest=report.digest)).verified
    assert not verify_file(bundle, Policy(digest="0" * 64)).verified


def test_a_key_that_is_trusted_makes_the_signature_pass(bundle: Path) -> None:
    with examined(bundle, Policy()) as (_, members):
        assert members is not None
        text = b"".join(members.chunks("proof/keys")).decode().strip()
    trusted = VerifierKey.parse(text)
    required = frozenset({Check.SIGNATURE})
    report = verify_file(bundle, Policy(keys=[TrustedKey(trusted)], required=required))
    assert report.verified
    assert _outcome(report, Check.SIGNATURE) is Outcome.PASSED
    other = VerifierKey(trusted.name, bytes(32))
    assert not verify_file(bundle, Policy(keys=[TrustedKey(other)], required=required)).verified


def test_without_a_signature_library_the_rest_is_checked_all_the_same(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "find_verifier", lambda: None)
    report = verify_file(bundle, Policy())
    assert report.verified
    assert "cryptography" in report.lines[Check.SIGNATURE].detail


@pytest.mark.parametrize("seed", range(4))
def test_no_byte_of_a_bundle_can_be_changed(bundle: Path, tmp_path: Path, seed: int) -> None:
    sound, random = bundle.read_bytes(), Random(seed)
    for _ in range(25):
        at, bit = random.randrange(len(sound)), 1 << random.randrange(8)
        altered = sound[:at] + bytes([sound[at] ^ bit]) + sound[at + 1 :]
        assert not _passes(tmp_path, altered), f"byte {at}, bit {bit}"


@pytest.mark.parametrize("seed", range(4))
def test_nothing_can_be_cut_out_put_in_or_moved(bundle: Path, tmp_path: Path, seed: int) -> None:
    sound, random = bundle.read_bytes(), Random(seed)
    for _ in range(10):
        start, stop = sorted(random.sample(range(len(sound) + 1), 2))
        assert not _passes(tmp_path, sound[:start] + sound[stop:])
        assert not _passes(tmp_path, sound[:stop] + sound[start:stop] + sound[stop:])
        assert not _passes(tmp_path, sound[:start] + b"\0" + sound[start:])


def _passes(folder: Path, data: bytes) -> bool:
    path = folder / "altered.zip"
    path.write_bytes(data)
    try:
        return verify_file(path, Policy()).verified
    except UnreadableFile:
        return False


def test_what_is_no_bundle_at_all_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "text").write_text("eval752")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
    (tmp_path / "broken-link").symlink_to(tmp_path / "nowhere")
    for name in ("empty", "text", "pipe", "broken-link", "missing", "."):
        with pytest.raises(UnreadableFile):
            verify_file(tmp_path / name, Policy())


def test_a_container_that_is_rejected_is_a_report_and_no_error(
    bundle: Path, tmp_path: Path
) -> None:
    path = tmp_path / "longer.zip"
    path.write_bytes(b"PK" + bundle.read_bytes())
    with examined(path, Policy()) as (examination, members):
        assert members is None
        assert (examination.manifest, examination.walk) == (None, None)
        assert _outcome(examination.report, Check.CONTAINER) is Outcome.FAILED
        others = [check for check in Check if check is not Check.CONTAINER]
        assert all(_outcome(examination.report, c) is Outcome.NOT_SHOWN for c in others)


def test_who_has_to_stop_is_asked_at_each_reading_and_gets_no_further(bundle: Path) -> None:
    asked: list[int] = []

    def go_on() -> None:
        asked.append(1)
        if len(asked) == 20:
            raise KeyError

    with pytest.raises(KeyError), examined(bundle, Policy(), go_on):
        pass
    assert len(asked) == 20
    with examined(bundle, Policy(), lambda: None) as (examination, members):
        assert examination.report == verify_file(bundle, Policy())
        assert members is not None


def test_the_file_is_let_go_in_the_end(bundle: Path) -> None:
    with examined(bundle, Policy()) as (_, members):
        assert members is not None
        members.size("events.jsonl")
    with pytest.raises(ValueError, match="closed"):
        b"".join(members.chunks("parts.jsonl"))


def test_the_verifier_loads_no_store_and_no_web() -> None:
    banned = (
        *("eventsourcing", "sqlite3", "infrastructure.event_store", "typer", "rich"),
        *("fastapi", "uvicorn", "pydantic", "structlog", "prometheus_client", "limits", "httpx"),
    )
    code = f"import sys, interface.verifying; print([m for m in {banned} if m in sys.modules])"
    root = Path(__file__).parents[2]
    found = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, check=True)
    assert found.stdout == b"[]\n"


def test_whoever_names_a_key_wants_its_signature() -> None:
    unsigned = Path(__file__).parents[1] / "conformance/valid/unsigned.eval752.zip"
    report = verify_file(
        unsigned, Policy(keys=[TrustedKey(VerifierKey("archive-7f3a", b"\1" * 32))])
    )
    assert not report.verified
    (finding,) = report.lines[Check.POLICY].findings
    assert (finding.place, finding.expected) == ("check 9, signature", "passed")
    assert verify_file(unsigned, Policy()).verified


def test_the_time_of_a_timestamp_is_read_and_of_nothing_else() -> None:
    at = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
    assert claimed_time(Timestamp(Authority(), b"a head", at=at).response()) == at
    assert claimed_time(b"no timestamp") is None


def test_without_the_library_of_timestamps_their_time_is_not_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(verifying, "find_timestamp_verifier", lambda: None)
    assert claimed_time(Timestamp(Authority(), b"a head").response()) is None
