"""The log at the addresses that tlog-tiles has: what is there, for whom, and for how long."""

from collections.abc import Iterator

import httpx
import pytest

from domain.transparency.checkpoint import Checkpoint, parse_signed
from domain.transparency.merkle import leaf_hash
from domain.transparency.tiles import ENTRIES, TileTree, hashes_of, tile_of
from tests.interface.api.conftest import Served, new_run, served
from tests.tlog import decode_entries

ITEMS = 200


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service whose log has full tiles and partial ones, and was signed."""
    folder = tmp_path_factory.mktemp("logged") / "data"
    with served(folder, checkpoint_interval=0.01) as service:
        new_run(service.root, ITEMS)
        service.as_role("auditor", "main")
        service.service.archive.log.checkpoint()
        yield service


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("public") / "data", public_log=True) as service:
        service.service.archive.log.checkpoint()
        yield service


def head_of(asks: httpx.Client) -> Checkpoint:
    return parse_signed(asks.get("/checkpoint").content).checkpoint


def test_the_checkpoint_is_the_head_that_was_signed(logged: Served) -> None:
    answer = logged.as_role("auditor").get("/checkpoint")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    signed = parse_signed(answer.content)
    assert signed.checkpoint.origin == logged.service.origin == signed.note.signatures[0].name


def test_tiles_lead_to_the_root_and_entries_to_the_leaves(logged: Served) -> None:
    asks = logged.as_role("auditor", None)
    head = head_of(asks)
    assert head.size > 3 * ITEMS
    tree = TileTree(head.size, lambda tile: asks.get(f"/{tile.path}").content)
    assert tree.root() == head.root
    for index in range(head.size // 256 + 1):
        tile = tile_of(0, index, head.size)
        entries = asks.get(f"/{tile_of(ENTRIES, index, head.size).path}")
        hashes = hashes_of(asks.get(f"/{tile.path}").content)
        assert [*map(leaf_hash, decode_entries(entries.content))] == hashes


def test_tiles_may_be_kept_for_ever_and_by_who_is_between_where_all_may_have_them(
    logged: Served, public: Served
) -> None:
    for service, hashes in ((logged, "private"), (public, "public")):
        asks = service.as_role("auditor", None)
        size = head_of(asks).size
        for level, cached in ((0, hashes), (ENTRIES, "private")):
            answer = asks.get(f"/{tile_of(level, 0, size).path}")
            assert answer.headers["content-type"] == "application/octet-stream"
            assert answer.headers["cache-control"] == f"{cached}, max-age=31536000, immutable"


@pytest.mark.parametrize("asked", ["gzip", "br, gzip", "identity", "br"])
def test_entries_are_packed_for_who_asks_for_it(logged: Served, asked: str) -> None:
    asks = logged.as_role("auditor", None)
    plain = asks.get("/tile/entries/000", headers={"Accept-Encoding": "identity"})
    answer = asks.get("/tile/entries/000", headers={"Accept-Encoding": asked})
    assert answer.content == plain.content
    assert answer.headers.get("content-encoding") == ("gzip" if "gzip" in asked else None)
    assert answer.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    for name in ("content-type", "cache-control"):
        assert answer.headers[name] == plain.headers[name]
    if "gzip" in asked:
        assert int(answer.headers["content-length"]) < len(plain.content) // 2


@pytest.mark.parametrize("path", ["tile/0/999", "tile/5/000", "tile/0/900.p/5", "tile/entries/999"])
def test_what_no_head_covers_is_not_there(logged: Served, path: str) -> None:
    asks = logged.as_role("auditor", None)
    assert asks.get(f"/{path}").status_code == 404


@pytest.mark.parametrize("path", ["tile/0/0", "tile/x/000", "tile/0/000.p/256", "tile/entries/1"])
def test_another_spelling_is_refused(logged: Served, path: str) -> None:
    asks = logged.as_role("auditor", None)
    assert asks.get(f"/{path}").status_code == 400


@pytest.mark.parametrize("role", ["recorder", "auditor"])
def test_envelopes_of_all_projects_are_for_who_sees_all_projects(logged: Served, role: str) -> None:
    path = "/tile/entries/000"
    assert logged.as_role(role).get(path).status_code == 403
    assert logged.root.get(path).status_code == 200
    assert logged.as_role(role).get("/tile/0/000").status_code == 200


def test_without_a_token_there_is_no_log(logged: Served) -> None:
    for path in ("checkpoint", "tile/0/000", "tile/entries/000"):
        assert logged.client(None).get(f"/{path}").status_code == 401


def test_a_public_log_shows_hashes_to_everybody_and_entries_to_nobody_more(
    public: Served,
) -> None:
    asks = public.client(None)
    head = head_of(asks)
    answer = asks.get(f"/{tile_of(0, 0, head.size).path}")
    assert (answer.status_code, len(answer.content)) == (200, 32 * head.size)
    entries = tile_of(ENTRIES, 0, head.size).path
    assert asks.get(f"/{entries}").status_code == 401
    assert public.as_role("auditor").get(f"/{entries}").status_code == 403


def test_what_is_recorded_is_signed_soon_without_being_asked(logged: Served) -> None:
    before = head_of(logged.root).size
    new_run(logged.root)
    while head_of(logged.root).size <= before:
        assert logged.service.keeper.fault is None
