"""A service has the heads of its log stamped beside everything else, also after a restart."""

from pathlib import Path
from threading import Event

import pytest
import structlog

from application import stamping_thread
from application.stamp_ports import Stamps
from domain.errors import UnreadableFile
from domain.transparency.signed_note import VerifierKey
from infrastructure.content.stamps import FileStamps
from interface.api.service import SERVICE
from interface.api.settings import Settings
from interface.api.timestamping import stamping
from interface.bootstrap.opening import open_archive
from tests.archives import open_fixed, record_dataset
from tests.authorities import NEEDS_OPENSSL, Asked, OpensslAuthority, serving
from tests.interface.api.conftest import served
from tests.witnesses import TestWitness

PATIENCE = 60


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamping_thread, "LOOK", 0.01)
    monkeypatch.setattr(stamping_thread, "FIRST_PAUSE", 0.01)


def is_stamped(stamps: Stamps, size: int) -> bool:
    """Whether this head has a timestamp, if need be after a while."""
    for _ in range(100 * PATIENCE):
        if size in stamps.sizes():
            return True
        Event().wait(0.01)
    return False


@NEEDS_OPENSSL
def test_heads_are_stamped_while_it_runs_and_by_who_was_down_when_it_is_back(
    tmp_path: Path,
) -> None:
    openssl = OpensslAuthority(tmp_path / "authority")
    is_down = Event()
    is_down.set()

    def answer(body: bytes) -> tuple[int, str, bytes]:
        return (503, "text/plain", b"down") if is_down.is_set() else openssl(body)

    folder = tmp_path / "data"
    with serving(answer) as server:
        settings = {"timestamp_authorities": server.url, "timestamp_roots": openssl.root}
        with (
            structlog.testing.capture_logs() as told,
            served(folder, **settings) as service,
        ):
            log = service.service.archive.log
            head = log.checkpoint()
            wait_until_asked(server)
            metrics = service.root.get("/metrics").text
            assert FileStamps(folder / "log/timestamps").sizes() == []
            is_down.clear()
            stamps = FileStamps(folder / "log/timestamps")
            assert is_stamped(stamps, head.size)
        assert "eval752_timestamp_faults" in metrics
        assert told[0]["event"] == "not stamped"
        assert "503" in told[0]["reason"]
    assert openssl.verifies(stamps.of(head.size)[0].data, head.note)


def wait_until_asked(server: Asked) -> None:
    for _ in range(100 * PATIENCE):
        if len(server.bodies) > 1:
            return
        Event().wait(0.01)
    raise AssertionError


def test_without_authorities_nobody_is_asked(tmp_path: Path) -> None:
    with (
        open_fixed(tmp_path, "archive-a") as archive,
        stamping(archive, Settings(data=tmp_path)) as asked,
    ):
        record_dataset(archive, 1)
        archive.log.checkpoint()
        assert asked.timestamps.faults == {}
        assert archive.stamps.sizes() == []


def test_roots_that_are_none_keep_it_from_starting(tmp_path: Path) -> None:
    settings = Settings(
        data=tmp_path,
        timestamp_authorities="http://127.0.0.1:9/",
        timestamp_roots=tmp_path / "nowhere.pem",
    )
    with (
        open_archive(tmp_path / "data", writable=True, actor=SERVICE) as archive,
        pytest.raises(UnreadableFile, match="root certificates"),
        stamping(archive, settings),
    ):
        raise AssertionError


def test_heads_are_shown_to_witnesses(tmp_path: Path) -> None:
    with open_fixed(tmp_path / "data", "archive-a") as archive:
        log = VerifierKey("archive-a", archive.signer.public_key)
        witness = TestWitness(log)
        record_dataset(archive, 1)
        head = archive.log.checkpoint()
        with serving(witness) as server:
            settings = Settings(data=tmp_path, witnesses=f"{witness.key.encode()} {server.url}")
            with stamping(archive, settings):
                assert is_stamped(archive.cosignatures, head.size)
        assert archive.cosignatures.of(head.size)[0].authority == witness.key.encode()
