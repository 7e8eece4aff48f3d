"""A service that is killed with requests under way: what it answered is there, once, and whole."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from time import sleep
from typing import Any, Final
from uuid import UUID, uuid5

import httpx
import orjson
import pytest

from domain.verification.policy import Policy
from interface.bootstrap.opening import open_archive
from interface.verifying import verify_file
from tests.archives import CHOICE, Members, added, answered
from tests.crash.serving import Serving, holding, ok, serving, start
from tests.key_history import check_keys

ITEMS: Final = 400
SIZE: Final = 10
SECRET: Final = "a secret that will be erased"
NDJSON: Final = {"Content-Type": "application/x-ndjson"}
ZIP: Final = {"Content-Type": "application/zip"}


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Serving]:
    with serving(tmp_path / "data") as service:
        yield service
        if service.process.poll() is None:
            service.kill()
        service.check_log(SECRET)


def body(*actions: Members) -> bytes:
    return b"".join(orjson.dumps(dict(action)) + b"\n" for action in actions)


def new_dataset(client: httpx.Client, items: int) -> str:
    dataset: str = ok(client.post("/v1/datasets", json={"config": {"name": "capitals"}}))["id"]
    lines = body(*map(added, range(items)))
    ok(client.post(f"/v1/datasets/{dataset}/events", content=lines, headers=NDJSON))
    ok(client.post(f"/v1/datasets/{dataset}/seal"))
    return dataset


def begin_run(client: httpx.Client, dataset: str) -> str:
    config = {"provider": "p", "model": "m", "scorers": [dict(CHOICE)]}
    document = {"dataset": dataset, "config": config, "plan": {}}
    run: str = ok(client.post("/v1/runs", json=document))["id"]
    lines = body({"type": "run.started"})
    ok(client.post(f"/v1/runs/{run}/events", content=lines, headers=NDJSON))
    return run


def batches(run: str) -> list[Sequence[Members]]:
    """Answers with ids of their own."""
    lines = [{**answered(item), "id": str(uuid5(UUID(run), str(item)))} for item in range(ITEMS)]
    return [lines[first : first + SIZE] for first in range(0, ITEMS, SIZE)]


def events(client: httpx.Client, run: str) -> list[Any]:
    path: str | None = f"/v1/runs/{run}/history?limit=1000"
    found: list[Any] = []
    while path:
        answer = client.get(path)
        found += (row["event"] for row in ok(answer)["items"])
        path = answer.links.get("next", {}).get("url")
    return found


def send_all(service: Serving, run: str, told: Callable[[], None]) -> int:
    """Send batch after batch; how many were acknowledged before the service was gone."""
    with service.client() as client:
        for number, batch in enumerate(batches(run)):
            try:
                ok(client.post(f"/v1/runs/{run}/events", content=body(*batch), headers=NDJSON))
            except httpx.TransportError:
                return number
            told()
    return len(batches(run))


@pytest.mark.parametrize("acknowledged", [1, 60])
def test_all_that_was_acknowledged_is_there_once(
    service: Serving, tmp_path: Path, acknowledged: int
) -> None:
    with service.client() as client:
        dataset = new_dataset(client, ITEMS)
        runs = [begin_run(client, dataset) for _ in range(4)]
    enough, count = Event(), Counter[str]()

    def told() -> None:
        count["all"] += 1
        if count["all"] >= acknowledged:
            enough.set()

    with ThreadPoolExecutor() as pool:
        sent = [pool.submit(send_all, service, run, told) for run in runs]
        assert enough.wait(60)
        service.kill()
        kept = [each.result() for each in sent]
    service.start()
    with service.client() as client:
        for run, number in zip(runs, kept, strict=True):
            _check_run(client, run, number)
            _finish(client, run, tmp_path)


def _check_run(client: httpx.Client, run: str, number: int) -> None:
    """So many batches at least, perhaps one more; each wholly, once, and readable."""
    answers = [event["id"] for event in events(client, run) if event["type"] == "item.answered"]
    assert len(answers) == len(set(answers))
    assert len(answers) in {number * SIZE, (number + 1) * SIZE}
    ids = [str(action["id"]) for batch in batches(run) for action in batch]
    assert answers == ids[: len(answers)]
    assert ok(client.get(f"/v1/runs/{run}"))["run"]["answered"] == len(answers)


def _finish(client: httpx.Client, run: str, folder: Path) -> None:
    for batch in batches(run):
        ok(client.post(f"/v1/runs/{run}/events", content=body(*batch), headers=NDJSON))
    lines = body({"type": "run.completed"})
    ok(client.post(f"/v1/runs/{run}/events", content=lines, headers=NDJSON))
    ok(client.post(f"/v1/runs/{run}/seal"))
    (folder / "bundle.zip").write_bytes(client.get(f"/v1/runs/{run}/bundle").content)
    assert verify_file(folder / "bundle.zip", Policy()).verified
    assert ok(client.get(f"/v1/runs/{run}"))["run"]["answered"] == ITEMS


def killed_within(service: Serving, seconds: float, ask: Callable[[httpx.Client], Any]) -> Any:
    """Kill it so long after this was asked; the answer, if there was one."""

    def asking() -> Any:
        with service.client() as client:
            try:
                return ask(client)
            except httpx.TransportError:
                return None

    with ThreadPoolExecutor() as pool:
        asked = pool.submit(asking)
        sleep(seconds)
        service.kill_and_start()
        return asked.result()


MOMENTS = [0.003, 0.01, 0.04]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A sealed run of another archive."""
    folder = tmp_path_factory.mktemp("other")
    with serving(folder / "data") as other, other.client() as client:
        run = begin_run(client, new_dataset(client, ITEMS))
        _finish(client, run, folder)
    return (folder / "bundle.zip").read_bytes()


@pytest.mark.parametrize("seconds", MOMENTS)
def test_an_import_is_there_wholly_or_not_at_all(
    service: Serving, bundle: bytes, seconds: float
) -> None:
    def ask(client: httpx.Client) -> Any:
        return client.post("/v1/imports", content=bundle, headers=ZIP)

    acknowledged = killed_within(service, seconds, ask)
    with service.client() as client:
        assert ok(client.get("/readyz"))
        listed = ok(client.get("/v1/runs"))["items"]
        assert len(listed) == len(ok(client.get("/v1/datasets"))["items"])
        assert listed or not acknowledged
        changes = {each["change"] for each in ok(ask(client))["streams"]}
        assert changes == ({"already here"} if listed else {"new"})
        run = ok(client.get("/v1/runs"))["items"][0]["key"]["stream"].partition("/")[2]
        assert client.get(f"/v1/runs/{run}/bundle").content == bundle
    assert [*(service.folder / "spool").iterdir()] == []


@pytest.mark.parametrize("seconds", MOMENTS[:2])
def test_a_download_that_was_cut_leaves_no_file(
    service: Serving, bundle: bytes, seconds: float
) -> None:
    with service.client() as client:
        ok(client.post("/v1/imports", content=bundle, headers=ZIP))
        run = ok(client.get("/v1/runs"))["items"][0]["key"]["stream"].partition("/")[2]
    killed_within(service, seconds, lambda client: client.get(f"/v1/runs/{run}/bundle"))
    assert [*(service.folder / "exports").iterdir()] == []
    with service.client() as client:
        assert client.get(f"/v1/runs/{run}/bundle").content == bundle


@pytest.mark.parametrize("seconds", MOMENTS[:2])
def test_a_token_that_was_told_counts(service: Serving, seconds: float) -> None:
    wanted = {"role": "auditor", "project": "main"}
    answer = killed_within(service, seconds, lambda c: c.post("/v1/tokens", json=wanted))
    with service.client() as client:
        listed = ok(client.get("/v1/tokens"))["items"]
    assert len(listed) in {1, 2}
    if answer is not None:
        service.tokens.append(ok(answer)["token"])
        with service.client(service.tokens[-1]) as client:
            ok(client.get("/v1/runs"))


@pytest.mark.parametrize("seconds", MOMENTS)
def test_what_was_erased_is_in_no_file(service: Serving, seconds: float) -> None:
    with service.client() as client:
        dataset = new_dataset(client, 3)
        run = begin_run(client, dataset)
        put = client.put("/v1/assets", params={"ext": "txt"}, content=SECRET.encode())
        request: Any = {"text": SECRET, "file": f"assets/{ok(put)['name']}"}
        lines = body({**answered(0), "request": request})
        ok(client.post(f"/v1/runs/{run}/events", content=lines, headers=NDJSON))
        ok(client.post(f"/v1/runs/{run}/seal"))
        assert SECRET.encode() in client.get(f"/v1/runs/{run}/bundle").content
    assert holding(service.folder, SECRET.encode())
    erase = body({"type": "part.erased", "target": 4, "kind": "request"})
    path = f"/v1/runs/{run}/events"
    acknowledged = killed_within(
        service, seconds, lambda client: client.post(path, content=erase, headers=NDJSON)
    )
    with service.client() as client:
        if acknowledged is None:
            assert client.post(path, content=erase, headers=NDJSON).status_code in {200, 409}
        assert ok(client.get("/readyz"))
        assert SECRET not in client.get(f"/v1/runs/{run}/items/0").text
    assert holding(service.folder, SECRET.encode()) == []


def test_a_stop_lets_requests_come_to_their_end(service: Serving) -> None:
    with service.client() as client:
        runs = [begin_run(client, new_dataset(client, ITEMS)) for _ in range(4)]
    begun = Event()
    with ThreadPoolExecutor() as pool:
        sent = [pool.submit(send_all, service, run, begun.set) for run in runs]
        assert begun.wait(60)
        assert service.stop() == 0
        kept = [each.result() for each in sent]
    service.start()
    with service.client() as client:
        for run, number in zip(runs, kept, strict=True):
            answers = [e for e in events(client, run) if e["type"] == "item.answered"]
            assert len(answers) == number * SIZE  # none was recorded that was not answered
    assert service.stop() == 0
    assert not (service.folder / "exports").exists()
    assert not (service.folder / "spool").exists()


def test_a_second_service_on_the_same_folder_is_refused(service: Serving) -> None:
    second = start(service.folder)
    out, err = second.communicate(timeout=60)
    assert (second.returncode, out) == (2, "")
    assert f"process {service.process.pid}" in err
    assert "Traceback" not in err
    assert err.count(str(service.folder)) == 1  # where the lock is
    with service.client() as client:
        assert ok(client.get("/readyz"))


@pytest.mark.parametrize("seconds", MOMENTS)
@pytest.mark.parametrize("change", ["rotate", "compromise"])
def test_a_change_of_the_key_is_there_wholly_or_not_at_all(
    service: Serving, seconds: float, change: str
) -> None:
    with service.client() as client:
        (first,) = ok(client.get("/v1/keys"))["items"]
        new_dataset(client, 1)
    path = "/v1/keys" if change == "rotate" else f"/v1/keys/{first['id']}/compromised"
    acknowledged = killed_within(service, seconds, lambda client: client.post(path, json={}))
    with service.client() as client:
        known = ok(client.get("/v1/keys"))["items"]
        assert len(known) == 2 or not acknowledged
        assert ok(client.get("/v1/archive"))["verifier_key"] == known[-1]["key"]
    assert service.stop() == 0
    with open_archive(service.folder, writable=True) as archive:
        check_keys(archive)
        archive.log.checkpoint()
        check_keys(archive)
        assert [key.key for key in archive.signer.known()] == [key["key"] for key in known]
        assert not archive.signer.is_handing_over
