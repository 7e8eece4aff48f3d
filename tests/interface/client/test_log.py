"""Both clients keep a service's log: they sign, have it stamped and cosigned, and follow parts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from application import stamping_thread
from application.stamping import Stamped
from domain.errors import Refused
from domain.transparency.signed_note import VerifierKey
from interface.api import routes_log_keeping
from interface.bootstrap.opening import open_archive
from tests.authorities import NEEDS_OPENSSL, OpensslAuthority, serving
from tests.interface.api.conftest import served
from tests.interface.client.clients import client_of
from tests.witnesses import TestWitness


@pytest.fixture(autouse=True)
def _nobody_stamps_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The threads of a service do only what they are asked for, after their first look."""
    monkeypatch.setattr(stamping_thread, "LOOK", 10**6)


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """`openssl ts`, as the settings of a service name it."""
    openssl = OpensslAuthority(tmp_path / "authority")
    with serving(openssl) as server:
        yield {"timestamp_authorities": server.url, "timestamp_roots": openssl.root}


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """A witness of the archive in ``data``, as the settings of a service name it."""
    with open_archive(tmp_path / "data", writable=True) as archive:
        known = TestWitness(VerifierKey(archive.signer.origin, archive.signer.public_key))
    with serving(known) as server:
        yield {"witnesses": f"{known.key.encode()} {server.url}"}


@pytest.fixture(params=["sync", "async"])
def keeper(
    request: pytest.FixtureRequest, tmp_path: Path, authority: Any, witness: Any
) -> Iterator[Any]:
    """An administrator's client of a service that knows both."""
    settings = {"checkpoint_interval": 86_400, **authority, **witness}
    with served(tmp_path / "data", **settings) as service:
        token = service.root.headers["authorization"].removeprefix("Bearer ")
        with client_of(request.param, service.url, token, tmp_path / "spool") as made:
            yield made


@NEEDS_OPENSSL
def test_the_log_is_signed_stamped_cosigned_and_renewed(
    keeper: Any, authority: Any, witness: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tsa, key = authority["timestamp_authorities"], witness["witnesses"].partition(" ")[0]
    for first in (keeper.timestamp_log, keeper.witness_log):
        assert {each.size for each in first()} <= {*range(9)}  # the threads may have been first
    keeper.add_project("more")
    assert keeper.read_log().waiting == 1
    head = keeper.sign_checkpoint()
    assert keeper.rebuild_log() == head
    assert keeper.read_log()[1:] == (*head, 0, None)
    assert [*keeper.timestamp_log()] == [Stamped(tsa, head.size)]
    assert [*keeper.witness_log()] == [Stamped(key, head.size)]
    monkeypatch.setattr(routes_log_keeping, "_SECONDS", 0)  # so that each part has one head
    renewed = [*keeper.restamp_log()]
    assert [each.size for each in renewed] == sorted({each.size for each in renewed})
    assert renewed[-1] == Stamped(tsa, head.size)
    assert len(renewed) > 1


def test_a_client_is_told_that_a_service_has_nobody_to_ask(tmp_path: Path) -> None:
    with served(tmp_path / "data") as service:
        token = service.root.headers["authorization"].removeprefix("Bearer ")
        with client_of("sync", service.url, token, tmp_path / "spool") as client:
            for stamped in (client.timestamp_log(), client.witness_log(), client.restamp_log()):
                with pytest.raises(Refused, match="in the settings of the service"):
                    next(stamped)
