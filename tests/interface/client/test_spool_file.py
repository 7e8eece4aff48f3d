"""One spool: what is in it after any end of the process that wrote it."""

import json
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import Conflict, InvalidInput, Refused
from interface.client.spool_file import Head, SpoolFile, spool_path, spools_in

HEAD = Head("https://archive.example", "run/00000000-0000-7000-8000-00000000002a")
LARGE = 2**20


def line(number: int) -> bytes:
    return json.dumps({"id": number}).encode()


def opened(path: Path) -> SpoolFile:
    return SpoolFile(path, HEAD)


def waiting(path: Path) -> list[bytes]:
    spool = SpoolFile(path)
    try:
        assert spool.left == len(spool.batch(LARGE).lines)
        return [*spool.batch(LARGE).lines]
    finally:
        spool.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return spool_path(tmp_path / "spool", HEAD.stream)


def test_only_its_owner_may_read_it(path: Path) -> None:
    opened(path).append(line(1))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_what_was_appended_waits_for_the_next_process(path: Path) -> None:
    spool = opened(path)
    for number in range(3):
        spool.append(line(number))
    spool.close()
    assert waiting(path) == [line(0), line(1), line(2)]


def test_what_is_taken_waits_no_more(path: Path) -> None:
    spool = opened(path)
    for number in range(3):
        spool.append(line(number))
    spool.take(spool.batch(LARGE, 2))
    spool.append(line(3))
    assert spool.batch(LARGE).lines == [line(2), line(3)]
    spool.close()
    assert waiting(path) == [line(2), line(3)]


def test_a_spool_from_which_all_is_taken_is_removed(path: Path) -> None:
    spool = opened(path)
    spool.append(line(0))
    spool.take(spool.batch(LARGE))
    spool.close()
    assert spools_in(path.parent) == []


def test_a_batch_is_bounded_but_never_empty(path: Path) -> None:
    spool = opened(path)
    for number in range(3):
        spool.append(line(number))
    assert len(spool.batch(1).lines) == 1
    assert len(spool.batch(2 * len(line(0))).lines) == 2
    assert len(spool.batch(LARGE, 1).lines) == 1
    spool.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.integers(0, 3), max_size=20), cut=st.integers(0, 2000))
def test_wherever_the_file_is_cut_a_beginning_of_what_waits_is_left(
    steps: list[int], cut: int, tmp_path: Path
) -> None:
    path = spool_path(tmp_path, HEAD.stream)
    path.unlink(missing_ok=True)
    spool, taken, appended = opened(path), 0, 0
    for step in steps:
        if step:
            spool.append(line(appended))
            appended += 1
        elif spool.waiting:
            batch = spool.batch(LARGE, 2)
            spool.take(batch)
            taken += len(batch.lines)
    data, first = path.read_bytes(), path.read_bytes().index(b"\n") + 1
    spool.close()
    path.write_bytes(data[: max(first, len(data) - cut)])
    left = [int(json.loads(found)["id"]) for found in waiting(path)]
    assert left == [*range(left[0], left[0] + len(left))] if left else True
    if cut == 0:
        assert left == [*range(taken, appended)]


def test_a_torn_line_is_gone_before_the_next_is_appended(path: Path) -> None:
    spool = opened(path)
    spool.append(line(0))
    spool.close()
    with path.open("ab") as file:
        file.write(b'{"id": 1, "ty')
    spool = opened(path)
    spool.append(line(2))
    spool.close()
    assert waiting(path) == [line(0), line(2)]


def test_two_do_not_have_it_at_once(path: Path) -> None:
    spool = opened(path)
    with pytest.raises(Refused, match="one in use"):
        opened(path)
    spool.close()
    opened(path).close()


def test_it_is_for_one_service_alone(path: Path) -> None:
    spool = opened(path)
    spool.append(line(0))
    spool.close()
    with pytest.raises(Conflict, match="elsewhere"):
        SpoolFile(path, Head("https://elsewhere.example", HEAD.stream))
    assert waiting(path) == [line(0)]


@pytest.mark.parametrize("data", [b"no spool\n", b"{}\n", b'{"spool":9}\n', b"[]\n"])
def test_another_file_is_no_spool(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "other").write_bytes(data)
    with pytest.raises(InvalidInput, match="a spool"):
        SpoolFile(tmp_path / "other")
    assert (tmp_path / "other").read_bytes() == data
