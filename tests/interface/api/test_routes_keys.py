"""Keys over HTTP: an administrator replaces them while everything else goes on."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from time import sleep
from typing import Any

import httpx
import pytest

from domain.errors import NotFound
from domain.transparency.signed_note import VerifierKey
from domain.verification.checks import Check
from domain.verification.policy import Policy, TrustedKey
from interface.client import AsyncClient, Client, Forbidden
from interface.shown import KeyChanged, KeyShown
from interface.verifying import verify_file
from tests.interface.api.conftest import Served, new_dataset, new_run, ok, served
from tests.key_history import check_keys, heads_of

CLAIM = "2025-01-01T00:00:00.000000Z"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path / "data") as service:
        yield service


def keys(client: httpx.Client) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = ok(client.get("/v1/keys"))["items"]
    return items


def test_a_key_is_rotated_and_compromised(service: Served) -> None:
    (first,) = keys(service.root)
    assert ok(service.root.get("/v1/archive"))["verifier_key"] == first["key"]
    rotated = ok(service.root.post("/v1/keys"), 201)
    assert rotated["in_force"] == keys(service.root)[-1]
    assert rotated["size"] == service.service.archive.log.head().size
    second = rotated["in_force"]["id"]
    path = f"/v1/keys/{second}/compromised"
    changed = ok(service.root.post(path, json={"since": CLAIM}))
    assert changed["in_force"] == keys(service.root)[-1]
    assert [key["state"] for key in keys(service.root)] == ["retired", "compromised", "in force"]
    assert keys(service.root)[1]["compromised"] == CLAIM
    assert ok(service.root.post(path, json={})) == changed
    assert ok(service.root.get("/v1/archive"))["verifier_key"] == changed["in_force"]["key"]
    check_keys(service.service.archive)


def test_everybody_sees_keys_and_administrators_change_them(service: Served) -> None:
    for role in ("recorder", "auditor"):
        client = service.as_role(role)
        (key,) = keys(client)
        for path in ("/v1/keys", f"/v1/keys/{key['id']}/compromised"):
            assert client.post(path, json={}).status_code == 403
    assert len(keys(service.root)) == 1
    assert service.client(None).get("/v1/keys").status_code == 401


@pytest.mark.parametrize(
    ("key", "body", "status"),
    [
        ("00000000", {}, 404),
        ("KEY", {"since": "soon"}, 400),
        ("KEY", {"since": "2999-01-01T00:00:00.000000Z"}, 400),
        ("KEY", {"since": 7}, 400),
        ("KEY", {"since": []}, 400),
        ("KEY", {"when": CLAIM}, 400),
        ("KEY", [], 400),
    ],
)
def test_what_is_no_compromise_is_refused(
    service: Served, key: str, body: object, status: int
) -> None:
    (known,) = keys(service.root)
    path = f"/v1/keys/{key.replace('KEY', known['id'])}/compromised"
    assert service.root.post(path, json=body).status_code == status
    assert keys(service.root) == [known]


def test_two_claims_contradict_each_other(service: Served) -> None:
    path = f"/v1/keys/{keys(service.root)[0]['id']}/compromised"
    ok(service.root.post(path, json={"since": CLAIM}))
    assert (
        service.root.post(path, json={"since": CLAIM.replace("01-01", "01-02")}).status_code == 409
    )


def test_a_bundle_that_is_kept_for_downloads_is_signed_anew(
    service: Served, tmp_path: Path
) -> None:
    _, run = new_run(service.root)

    def download(name: str) -> Path:
        path = tmp_path / name
        answer = service.root.get(f"/v1/runs/{run}/bundle")
        assert answer.status_code == 200
        path.write_bytes(answer.content)
        return path

    download("before.zip")
    (old,) = keys(service.root)
    ok(service.root.post(f"/v1/keys/{old['id']}/compromised", json={}))
    new = VerifierKey.parse(keys(service.root)[-1]["key"])
    policy = Policy(keys=[TrustedKey(new)], required=frozenset({Check.INCLUSION}))
    assert verify_file(download("after.zip"), policy).verified
    assert not verify_file(tmp_path / "before.zip", policy).verified


def test_keys_change_while_many_record_export_and_sign(tmp_path: Path) -> None:
    with served(tmp_path / "data", checkpoint_interval=0.01) as service:
        stop, faults = Event(), list[str]()
        _, run = new_run(service.root)

        def keep(ask: Any) -> None:
            client = service.client(service.root.headers["authorization"].removeprefix("Bearer "))
            while not stop.is_set():
                try:
                    ask(client)
                except AssertionError as fault:
                    faults.append(str(fault))

        def downloading(client: httpx.Client) -> None:
            name = tmp_path / f"{id(client)}.zip"
            name.write_bytes(client.get(f"/v1/runs/{run}/bundle").content)
            assert verify_file(name, Policy()).verified

        asks = [downloading, downloading, lambda client: new_dataset(client, 1)]
        threads = [Thread(target=keep, args=(ask,)) for ask in asks]
        for thread in threads:
            thread.start()
        for _ in range(4):
            ok(service.root.post("/v1/keys"), 201)
            sleep(0.05)
            key = keys(service.root)[-1]["id"]
            ok(service.root.post(f"/v1/keys/{key}/compromised", json={}))
        stop.set()
        for thread in threads:
            thread.join()
        assert faults == []
        archive = service.service.archive
        archive.log.checkpoint()
        assert len(keys(service.root)) == 9
        assert len([*heads_of(archive)]) >= 9
        check_keys(archive)
        assert service.service.keeper.fault is None


def test_clients_ask_for_keys_and_change_them(service: Served) -> None:
    token = service.root.headers["authorization"].removeprefix("Bearer ")
    with Client(service.url, token) as client:
        (first,) = client.keys()
        assert isinstance(first, KeyShown)
        rotated = client.rotate_key()
        assert isinstance(rotated, KeyChanged)
        assert rotated.in_force == [*client.keys()][-1]
        changed = client.compromise_key(first.id, since=CLAIM)
        assert (changed.in_force, changed.unsigned) == (rotated.in_force, None)
        assert next(client.keys()).compromised == CLAIM
        with pytest.raises(NotFound, match=first.id):
            client.compromise_key("00000000")

    async def awaited() -> None:
        async with AsyncClient(service.url, token) as client:
            listed = client.keys()
            known = [key async for key in listed]
            assert len(known) == 2
            again = await client.compromise_key(known[-1].id)
            assert (await client.rotate_key()).in_force.id != again.in_force.id

    asyncio.run(awaited())
    auditor = service.as_role("auditor").headers["authorization"].removeprefix("Bearer ")
    with Client(service.url, auditor) as client:
        assert len([*client.keys()]) == 4
        with pytest.raises(Forbidden):
            client.rotate_key()
