"""What keeps timestamps does so as its port says."""

from pathlib import Path

import pytest

from application.stamp_ports import Kept, Stamps
from domain.errors import Conflict
from infrastructure.content.stamps import FileStamps

A, B = "http://a.example/tsa", "http://b.example/"


@pytest.fixture
def stamps(tmp_path: Path) -> Stamps:
    return FileStamps(tmp_path / "timestamps")


def test_there_are_none_at_first(stamps: Stamps) -> None:
    assert (stamps.of(1), stamps.sizes(), stamps.last(A)) == ([], [], 0)


def said(stamps: Stamps, size: int) -> list[Kept]:
    """What is kept of a head, wherever."""
    return [kept._replace(place="") for kept in stamps.of(size)]


def test_those_of_a_head_come_back_in_the_order_in_which_they_came(
    stamps: Stamps, tmp_path: Path
) -> None:
    for number in range(6):
        stamps.put(100, B, b"%d" % number)
        stamps.put(100, A, b"and %d" % number)
    stamps.put(9, A, b"nine")
    expected = [each for n in range(6) for each in (Kept(B, b"%d" % n), Kept(A, b"and %d" % n))]
    for each in (stamps, FileStamps(tmp_path / "timestamps")):
        assert said(each, 100) == expected
        assert said(each, 9) == [Kept(A, b"nine")]
        assert {Path(kept.place).read_bytes() for kept in each.of(9)} == {b"nine"}
        assert each.sizes() == [9, 100]


def test_the_last_head_of_each_authority_is_known(stamps: Stamps, tmp_path: Path) -> None:
    stamps.put(9, A, b"1")
    assert (stamps.last(A), stamps.last(B)) == (9, 0)
    for size in (100, 20):  # the greatest, whatever came last
        stamps.put(size, A, b"2")
        stamps.put(20, B, b"2")
    for each in (stamps, FileStamps(tmp_path / "timestamps")):
        assert (each.last(A), each.last(B)) == (100, 20)


def test_the_newest_heads_are_found_page_by_page(stamps: Stamps) -> None:
    for size in (9, 10, 200, 1000):
        stamps.put(size, "a", b"1")
    assert [*stamps.recent(None, 3)] == [1000, 200, 10]
    assert [*stamps.recent(10, 3)] == [9]
    assert [*stamps.recent(9, 3)] == []


def test_one_that_must_come_behind_so_many_comes_behind_no_others(stamps: Stamps) -> None:
    stamps.put(9, A, b"1", after=0)
    stamps.put(9, B, b"2", after=1)
    for after in (0, 1, 3):
        with pytest.raises(Conflict, match="head 9"):
            stamps.put(9, A, b"3", after=after)
    assert said(stamps, 9) == [Kept(A, b"1"), Kept(B, b"2")]


def test_what_a_crash_left_half_written_is_none(stamps: Stamps, tmp_path: Path) -> None:
    stamps.put(9, A, b"1")
    folder = tmp_path / "timestamps"
    for name in ("9/.new-x", "9/2-x.tsr", "9/0-0123456789abcdef.tsr"):
        (folder / name).write_bytes(b"half")
    (folder / "11").mkdir()
    again = FileStamps(folder)
    assert (said(again, 9), again.sizes(), again.last(A)) == ([Kept(A, b"1")], [9], 9)
