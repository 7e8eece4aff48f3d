"""What an administrator does to a log over HTTP: in parts, beside its threads, by the settings."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest

from application import stamping_thread
from domain.transparency.checkpoint import parse_signed
from domain.transparency.tiles import ENTRIES, TileTree, tile_of
from infrastructure.content.stamps import FileStamps
from interface.api import routes_log_keeping
from tests.authorities import NEEDS_OPENSSL, Asked, OpensslAuthority, serving
from tests.interface.api.conftest import Served, new_dataset, new_run, ok, served

PATIENCE = 60
STAMPING = ["timestamps", "cosignatures", "renewals"]


@pytest.fixture(autouse=True)
def _nobody_stamps_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The threads of a service do only what they are asked for, after their first look."""
    monkeypatch.setattr(stamping_thread, "LOOK", 10**6)


@pytest.fixture(scope="module")
def openssl(tmp_path_factory: pytest.TempPathFactory) -> OpensslAuthority:
    return OpensslAuthority(tmp_path_factory.mktemp("tsa") / "authority")


@contextmanager
def stamped(folder: Path, openssl: OpensslAuthority, server: Asked) -> Iterator[Served]:
    """A service whose one authority is served there, and which signs when it is asked."""
    settings = {"timestamp_authorities": server.url, "timestamp_roots": openssl.root}
    with served(folder, checkpoint_interval=86_400, **settings) as service:
        yield service


def all_pages(asks: httpx.Client, what: str, **query: Any) -> list[list[int]]:
    """The heads of each page of some work that is done in parts."""
    pages: list[list[int]] = []
    cursor: dict[str, str] = {}
    while True:
        page = ok(asks.post(f"/v1/log/{what}", params={**query, **cursor}))
        pages.append([each["size"] for each in page["items"]])
        if page["next"] is None:
            return pages
        cursor = {"cursor": page["next"]}


def sign_heads(service: Served, count: int) -> list[int]:
    """Sign so many heads more; their sizes."""
    sizes = []
    for _ in range(count):
        new_dataset(service.root, 1)
        sizes.append(ok(service.root.post("/v1/log/checkpoints"))["size"])
    return sizes


def head_size(service: Served) -> int:
    size: int = ok(service.root.get("/v1/log"))["size"]
    return size


@pytest.mark.parametrize("what", STAMPING)
def test_whoever_names_an_authority_is_told_that_it_is_not_heard(
    service: Served, what: str
) -> None:
    answer = service.root.post(f"/v1/log/{what}", params={"authority": "http://169.254.169.254/"})
    assert (answer.status_code, answer.json()["place"]) == (400, "query parameter authority")


def test_a_head_is_the_same_however_many_ask_for_it_at_once(service: Served) -> None:
    new_run(service.root, 100)
    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(service.root.post, "/v1/log/checkpoints") for _ in range(8)]
    documents = [ok(each.result()) for each in asked]
    assert documents.count(documents[0]) == 8
    assert documents[0]["checkpoint"] == service.root.get("/checkpoint").text


def test_tiles_are_read_and_events_recorded_while_the_tiles_are_made_anew(service: Served) -> None:
    new_run(service.root, 200)
    head = ok(service.root.post("/v1/log/checkpoints"))
    root = parse_signed(head["checkpoint"].encode()).checkpoint.root

    def read() -> bytes:
        entries = service.root.get(f"/{tile_of(ENTRIES, 1, head['size']).path}")
        assert entries.status_code == 200
        return TileTree(head["size"], lambda tile: service.root.get(f"/{tile.path}").content).root()

    with ThreadPoolExecutor(6) as threads:
        rebuilds = [threads.submit(service.root.post, "/v1/log/rebuilds") for _ in range(4)]
        roots = [threads.submit(read) for _ in range(4)]
        datasets = [threads.submit(new_dataset, service.root, 1) for _ in range(4)]
    assert {each.result().status_code for each in rebuilds} == {200}
    assert {each.result() for each in roots} == {root}
    assert len({each.result() for each in datasets}) == 4


@NEEDS_OPENSSL
def test_work_comes_in_parts_and_nothing_is_done_twice(
    tmp_path: Path, openssl: OpensslAuthority
) -> None:
    with serving(openssl) as server, stamped(tmp_path / "data", openssl, server) as service:
        stamps = FileStamps(tmp_path / "data/log/timestamps")
        all_pages(service.root, "timestamps")
        sizes = sign_heads(service, 5)
        pages = all_pages(service.root, "timestamps", limit=2)
        assert pages == [sizes[:2], sizes[2:4], sizes[4:]]
        assert stamps.sizes()[-5:] == sizes
        assert {len(stamps.of(size)) for size in stamps.sizes()} == {1}
        pages = all_pages(service.root, "renewals", limit=4)
        assert pages == [stamps.sizes()[:4], stamps.sizes()[4:]]
        assert {len(stamps.of(size)) for size in stamps.sizes()} == {2}


@NEEDS_OPENSSL
def test_those_who_renew_at_once_leave_renewals_that_cover_all_before_them(
    tmp_path: Path, openssl: OpensslAuthority
) -> None:
    with serving(openssl) as server, stamped(tmp_path / "data", openssl, server) as service:
        all_pages(service.root, "timestamps")
        with ThreadPoolExecutor(3) as threads:
            asked = [threads.submit(all_pages, service.root, "renewals") for _ in range(3)]
        sizes = {size for each in asked for page in each.result() for size in page}
        stamps, heads = service.service.archive.stamps, service.service.archive.heads
        for size in sizes:
            head, kept = heads.covering(size), [each.data for each in stamps.of(size)]
            assert head
            for number, timestamp in enumerate(kept):
                covered = b"".join([head.note, *kept[:number]])
                assert openssl.verifies(timestamp, covered)
            assert len(kept) == 4


@NEEDS_OPENSSL
def test_an_authority_that_hangs_is_not_waited_for_without_end(
    tmp_path: Path, openssl: OpensslAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, path = Event(), "/v1/log/timestamps"

    def hanging(body: bytes) -> tuple[int, str, bytes]:
        assert gate.wait(PATIENCE)
        return openssl(body)

    with serving(hanging) as server, stamped(tmp_path / "data", openssl, server) as service:
        monkeypatch.setattr(routes_log_keeping, "_SECONDS", 0.01)
        first = ok(service.root.post(path))
        assert first["items"] == []
        new_dataset(service.root)  # nobody who records waits
        second = service.root.post(path, params={"cursor": first["next"]})
        assert second.links["next"]["url"].startswith(f"{path}?cursor=")
        assert ok(second)["next"] != first["next"]  # or a client would take it for an endless list
        gate.set()
        monkeypatch.setattr(routes_log_keeping, "_SECONDS", PATIENCE)
        cursor = ok(second)["next"]
        last = ok(service.root.post(path, params={"cursor": cursor}))
        assert (last["next"], last["items"][-1]["size"]) == (None, head_size(service))


@NEEDS_OPENSSL
def test_renewing_ends_a_part_early_when_it_takes_long(
    tmp_path: Path, openssl: OpensslAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(openssl) as server, stamped(tmp_path / "data", openssl, server) as service:
        sign_heads(service, 3)
        all_pages(service.root, "timestamps")
        monkeypatch.setattr(routes_log_keeping, "_SECONDS", 0)
        pages = all_pages(service.root, "renewals")
        assert pages == [[size] for size in service.service.archive.stamps.sizes()]


def test_a_service_that_is_told_of_a_fault_in_its_log_signs_again_after_a_rebuild(
    tmp_path: Path,
) -> None:
    with served(tmp_path / "data", checkpoint_interval=0.01) as service:
        new_run(service.root, 200)
        ok(service.root.post("/v1/log/checkpoints"))
        service.service.keeper.fault = RuntimeError("tiles were damaged")
        ok(service.root.post("/v1/log/rebuilds"))
        while service.service.keeper.fault:
            Event().wait(0.01)
        assert ok(service.root.get("/v1/log"))["size"] > 200
