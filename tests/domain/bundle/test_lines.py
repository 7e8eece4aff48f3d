import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.bundle import lines
from domain.bundle.lines import LineReader, split
from domain.errors import InvalidInput

LINES = st.lists(st.binary(max_size=9).map(lambda line: line.replace(b"\n", b"")), max_size=12)


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@given(LINES, st.integers(1, 20))
def test_lines_are_the_same_however_the_bytes_come(whole: list[bytes], size: int) -> None:
    data = b"".join(line + b"\n" for line in whole)
    found = list(split(cut(data, size), 9, "here"))
    assert [line for _, line in found] == whole
    assert all(data[at : at + len(line) + 1] == line + b"\n" for at, line in found)


@given(LINES, st.binary(min_size=1, max_size=9), st.integers(1, 20))
def test_a_last_line_without_its_line_feed_is_refused(
    whole: list[bytes], last: bytes, size: int
) -> None:
    rest = last.replace(b"\n", b"") or b"x"
    data = b"".join(line + b"\n" for line in whole) + rest
    walk = split(cut(data, size), 9, "here")
    assert [next(walk)[1] for _ in whole] == whole
    with pytest.raises(InvalidInput) as caught:
        next(walk)
    assert caught.value.place == f"here, byte {len(data) - len(rest)}"


@given(LINES, st.integers(10, 40), st.integers(1, 20), st.booleans())
def test_a_line_beyond_the_limit_is_refused_where_it_begins(
    whole: list[bytes], length: int, size: int, ended: bool
) -> None:
    before = b"".join(line + b"\n" for line in whole)
    data = before + b"a" * length + b"\n" * ended
    walk = split(cut(data, size), 9, "here")
    assert [next(walk)[1] for _ in whole] == whole
    with pytest.raises(InvalidInput, match="at most 9 bytes") as caught:
        next(walk)
    assert caught.value.place == f"here, byte {len(before)}"


def test_no_more_is_taken_than_is_needed_to_see_that_a_line_is_too_long() -> None:
    taken: list[int] = []

    def endless(number: int = 0) -> bytes:
        taken.append(number)
        return b"a" * 100

    with pytest.raises(InvalidInput, match="at most 1000 bytes"):
        list(split(iter(endless, b""), 1000, "here"))
    assert len(taken) == 11


def test_nothing_is_no_line() -> None:
    assert list(split([], 9, "here")) == []
    assert list(split([b"", b""], 9, "here")) == []


@given(LINES.filter(bool), st.integers(1, 64), st.data())
def test_a_line_is_read_again_from_where_it_stands(
    whole: list[bytes], window: int, data: st.DataObject
) -> None:
    text = b"".join(line + b"\n" for line in whole)
    found = list(split([text], 9, "here"))
    asked = data.draw(st.lists(st.sampled_from(found), max_size=20))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "WINDOW", window)
        reader = LineReader(lambda at, size: text[at : at + size])
        for at, line in asked:
            assert reader.line(at) == line
            rest = [follower for begin, follower in found if begin >= at]
            assert reader.lines(at, len(rest)) == rest


def test_neighbours_are_read_at_once() -> None:
    text, reads = b"one\ntwo\nthree\n", list[int]()

    def read_at(at: int, size: int) -> bytes:
        reads.append(at)
        return text[at : at + size]

    reader = LineReader(read_at)
    assert [reader.line(at) for at in (0, 4, 8)] == [b"one", b"two", b"three"]
    assert reads == [0]


def test_a_line_longer_than_many_windows_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "WINDOW", 4)
    text = b"ab\n" + b"c" * 101 + b"\nd\n"
    reader = LineReader(lambda at, size: text[at : at + size])
    assert reader.lines(0, 3) == [b"ab", b"c" * 101, b"d"]
    assert [reader.line(at) for at in (105, 3, 0)] == [b"d", b"c" * 101, b"ab"]


def test_what_does_not_end_is_no_line() -> None:
    reader = LineReader(lambda at, size: b"ab"[at : at + size])
    with pytest.raises(ValueError, match="no line ends"):
        reader.line(0)
