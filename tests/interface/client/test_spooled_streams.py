"""A spool that holds all of a run: its dataset, its registration, and assets beside it."""
# ruff: noqa: SIM117 - a recording is a block of its own, within that of its client

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.canonical import encode
from domain.errors import Refused
from interface.client import Client
from interface.client.actions import new_id
from interface.client.addressed import address_of, together
from interface.client.spool_file import Head, SpoolFile, spool_path
from tests.archives import stored, types
from tests.interface.api.conftest import Served, served
from tests.interface.client.clients import QUICK, client_of

KINDS = pytest.mark.parametrize("kind", ["sync", "async"])
PIXEL = b"\x89PNG\r\n\x1a\n"
CONFIG = {"provider": "example", "model": "example-1", "parameters": {}, "scorers": []}
OWN = "run/0199cccc-0000-7000-8000-000000000001"


@pytest.fixture(name="service", scope="module")
def real_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The real one: of assets, the small one knows too little."""
    with served(tmp_path_factory.mktemp("archive") / "data") as service:
        yield service


@pytest.fixture(name="token")
def token_of_a_recorder(service: Served) -> str:
    return service.as_role("recorder").headers["authorization"].removeprefix("Bearer ")


def whole_run(dataset: str, run: str) -> list[dict[str, Any]]:
    """Everything of a dataset and a run."""
    at = {"stream": f"dataset/{dataset}"}
    row = {"id": "q", "type": "freeform", "inputs": {"text": "?"}, "answer": "!"}
    told: list[dict[str, Any]] = [
        {"type": "dataset.registered", "id": dataset, **at, "config": {"name": "one"}},
        {"type": "dataset.item_added", "id": new_id(), **at, "row": row},
        {"type": "dataset.frozen", "id": new_id(), **at},
        {"type": "stream.sealed", "id": new_id(), **at},
        {"type": "run.registered", "id": run, "dataset": dataset, "config": CONFIG, "plan": {}},
        {"type": "run.started", "id": new_id()},
    ]
    return told


def answer(name: str) -> dict[str, Any]:
    response = {"text": None, "image": f"assets/{name}"}
    return {"type": "item.answered", "id": new_id(), "item": "q", "response": response}


def left_by_a_dead_process(url: str, folder: Path, run: str, dataset: str) -> None:
    spool = SpoolFile(spool_path(folder, f"run/{run}"), Head(url, f"run/{run}"))
    name = spool.assets.keep(PIXEL, "png")
    for action in [*whole_run(dataset, run), answer(name)]:
        spool.append(encode(action))
    spool.close()


def known(service: Served, stream: str) -> list[str]:
    return types(service.service.archive, stream)


@KINDS
def test_one_spool_brings_dataset_and_run_and_assets(
    kind: str, service: Served, token: str, tmp_path: Path
) -> None:
    dataset, run = new_id(), new_id()
    left_by_a_dead_process(service.url, tmp_path, run, dataset)
    with client_of(kind, service.url, token, tmp_path) as client:
        (sent,) = client.flush_spool()
    assert (sent.problem, sent.left, sent.receipt.recorded) == (None, 0, 8)
    assert sent.receipt.version == 4
    assert known(service, f"dataset/{dataset}")[-2:] == ["dataset.frozen", "stream.sealed"]
    told = ["run.registered", "run.planned", "run.started", "item.answered"]
    assert known(service, f"run/{run}") == told
    answered = stored(service.service.archive, f"run/{run}")[-1]
    assert service.service.archive.assets.size(_image(answered).removeprefix("assets/")) == 8
    assert [*tmp_path.iterdir()] == []


def test_the_same_again_changes_nothing(service: Served, token: str, tmp_path: Path) -> None:
    dataset, run = new_id(), new_id()
    left_by_a_dead_process(service.url, tmp_path, run, dataset)
    [spool] = tmp_path.glob("*.ndjson")
    lines = spool.read_bytes()
    with Client(service.url, token, spool=tmp_path, retries=QUICK) as client:
        client.flush_spool()
        spool.write_bytes(lines)
        (sent,) = client.flush_spool()
    assert (sent.problem, sent.receipt.recorded, sent.receipt.known) == (None, 0, 8)


def test_an_asset_that_nobody_put_stops_the_spool(
    service: Served, token: str, tmp_path: Path
) -> None:
    dataset, run = new_id(), new_id()
    left_by_a_dead_process(service.url, tmp_path, run, dataset)
    for asset in tmp_path.glob("*.assets/*"):
        asset.unlink()
    with Client(service.url, token, spool=tmp_path, retries=QUICK) as client:
        (sent,) = client.flush_spool()
    assert isinstance(sent.problem, Refused)
    assert sent.left == 1


@KINDS
def test_a_recording_keeps_assets_beside_its_actions(
    kind: str, service: Served, token: str, tmp_path: Path
) -> None:
    with client_of(kind, service.url, token, tmp_path) as client:
        with client.dataset("images") as dataset:
            dataset.add({"id": "q", "type": "freeform", "inputs": {"text": "?"}, "answer": "!"})
        with client.run(dataset.stream, CONFIG) as run:
            for epoch in (1, 2):
                name = run.keep_asset(PIXEL, "png")
                run.answered("q", {"text": None, "image": f"assets/{name}"}, epoch=epoch)
    answered = stored(service.service.archive, run.stream)[4]
    assert _image(answered) == f"assets/{name}"
    assert [*tmp_path.iterdir()] == []


@KINDS
def test_assets_beyond_the_room_of_a_spool_do_not_wait_for_the_action_behind_them(
    kind: str, service: Served, token: str, tmp_path: Path
) -> None:
    with client_of(kind, service.url, token, tmp_path) as client:
        with client.dataset("images") as dataset:
            row = {"id": "q", "type": "freeform", "inputs": {"text": "?"}, "answer": "!"}
            names = [dataset.keep_asset(bytes([n]) * (25 * 2**20), "bin") for n in range(4)]
            dataset.add({**row, "inputs": {"files": [f"assets/{name}" for name in names]}})
    assert known(service, dataset.stream)[-1] == "stream.sealed"
    assert [*tmp_path.iterdir()] == []


def test_assets_count_for_the_room_of_a_spool(tmp_path: Path) -> None:
    spool = SpoolFile(spool_path(tmp_path, OWN), Head("https://archive.example", OWN))
    spool.assets.keep(bytes(40 * 2**20), "bin")
    assert spool.has_room
    spool.assets.keep(bytes(40 * 2**20) + b"!", "bin")
    assert not spool.has_room
    spool.assets.drop(spool.assets.named_in([]))
    assert not spool.has_room
    spool.close()


def test_only_what_names_another_stream_goes_there() -> None:
    content = encode({"type": "item.answered", "response": {"text": '"stream":"dataset/x"'}})
    nested = encode({"type": "item.answered", "response": {"stream": "dataset/x"}})
    other = encode({"type": "dataset.frozen", "stream": "dataset/x"})
    first = encode({"type": "dataset.registered", "stream": "dataset/x"})
    assert [address_of(line, OWN).stream for line in (content, nested, other)] == [
        OWN, OWN, "dataset/x",
    ]  # fmt: skip
    assert address_of(first, OWN) == ("dataset/x", True)
    assert together([first, other, other, nested], OWN) == 1
    assert together([other, other, nested], OWN) == 2
    assert together([content, nested], OWN) == 2


def _image(event: Any) -> str:
    image: str = event.value("response")["image"]
    return image
