"""What every keeper of assets does."""

from hashlib import sha256
from pathlib import Path

import pytest

from application.ports import Assets
from domain.errors import InvalidInput, NotFound
from infrastructure.content.assets import FileAssets
from tests.contracts.fakes import MemoryAssets

ABSENT = f"{'0' * 64}.png"


@pytest.fixture(params=["files", "memory"])
def assets(request: pytest.FixtureRequest, tmp_path: Path) -> Assets:
    return FileAssets(tmp_path / "assets") if request.param == "files" else MemoryAssets()


@pytest.mark.parametrize("data", [b"", b"a", b"\0" * (2**20 + 1)])
def test_an_asset_is_named_by_its_digest_and_read_back(assets: Assets, data: bytes) -> None:
    name = assets.put([data[:7], data[7:]], "png")
    assert name == f"{sha256(data).hexdigest()}.png"
    assert b"".join(assets.chunks(name)) == data
    assert (assets.size(name), assets.holds(name)) == (len(data), True)


def test_chunks_are_small(assets: Assets) -> None:
    name = assets.put([b"\1" * 5_000_000], "bin")
    assert max(map(len, assets.chunks(name))) <= 2**20


def test_the_same_bytes_have_the_same_name_however_they_are_cut(assets: Assets) -> None:
    assert assets.put([b"ab", b"c"], "txt") == assets.put([b"abc"], "txt")


def test_what_is_not_here_is_not_found(assets: Assets) -> None:
    assert not assets.holds(ABSENT)
    with pytest.raises(NotFound):
        assets.size(ABSENT)
    with pytest.raises(NotFound):
        assets.chunks(ABSENT)


def test_a_deleted_asset_is_gone_and_may_come_again(assets: Assets) -> None:
    name = assets.put([b"abc"], "txt")
    assets.delete(name)
    assets.delete(name)
    assert not assets.holds(name)
    assert assets.put([b"abc"], "txt") == name
    assert assets.holds(name)


@pytest.mark.parametrize("ext", ["", "PNG", "tar.gz", "../x", "ninechars", "png\n", "é"])
def test_an_odd_extension_is_refused(assets: Assets, ext: str) -> None:
    with pytest.raises(InvalidInput):
        assets.put([b"abc"], ext)


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "a" * 64, f"{'A' * 64}.png", f"{'a' * 64}.png\n", "a/b.png"]
)
def test_a_name_that_is_none_is_refused_everywhere(assets: Assets, name: str) -> None:
    for method in (assets.chunks, assets.size, assets.holds, assets.delete):
        with pytest.raises(InvalidInput):
            method(name)


def test_the_last_note_of_what_is_doomed_is_kept(assets: Assets) -> None:
    name = assets.put([b"abc"], "txt")
    assert [*assets.doomed()] == []
    for names in ([name, ABSENT], [ABSENT], []):
        assets.doom(names)
        assert [*assets.doomed()] == names
    assert assets.holds(name)
