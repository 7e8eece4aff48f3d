"""What pages keep: while it stands, bounded in number and size, and not beyond an erasure."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.errors import StorageFull
from interface.web import kept as module
from interface.web.kept import Kept
from tests.full_disks import files_of_at_most


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    found = Kept(tmp_path)
    yield found
    found.forget()


def got(kept: Kept, key: str, mark: int = 1) -> bytes | None:
    return kept.get(key, lambda then, _: then == mark)


def there(kept: Kept, keys: str) -> str:
    return "".join(key for key in keys if got(kept, key))


def test_what_is_kept_is_there_under_its_key_as_often_as_it_is_asked_for(kept: Kept) -> None:
    kept.keep("a", 1, b"<svg/>", kept.era)
    assert [got(kept, "a"), got(kept, "a"), got(kept, "b")] == [b"<svg/>", b"<svg/>", None]


def test_what_does_not_stand_any_more_is_forgotten(kept: Kept) -> None:
    kept.keep("a", 1, b"x", kept.era)
    assert got(kept, "a", 2) is None
    assert got(kept, "a", 1) is None


def test_whether_it_was_given_before_is_told(kept: Kept) -> None:
    told: list[bool] = []

    def stands(_: int, given: bool) -> bool:
        told.append(given)
        return True

    kept.keep("a", 1, b"x", kept.era)
    kept.get("a", stands)
    kept.get("a", stands)
    kept.keep("a", 2, b"y", kept.era)
    kept.get("a", stands)
    assert told == [False, True, False]


def test_the_ones_that_were_used_least_lately_are_forgotten(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    for key in "abac":
        if not got(kept, key):
            kept.keep(key, 1, b"x", kept.era)
    assert there(kept, "abc") == "ac"


def test_all_together_are_bounded_in_bytes_and_the_last_one_stays(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ROOM", 100)
    for key in "abc":
        kept.keep(key, 1, bytes(40), kept.era)
    assert there(kept, "abc") == "bc"
    kept.keep("d", 1, bytes(1000), kept.era)
    assert there(kept, "abcd") == "d"
    kept.keep("d", 1, bytes(50), kept.era)
    kept.keep("e", 1, bytes(50), kept.era)
    assert there(kept, "de") == "de"


@pytest.mark.skipif(sys.platform == "win32", reason="there, it has a name until it is closed")
def test_large_ones_are_whole_and_lie_in_files_without_a_name(kept: Kept, tmp_path: Path) -> None:
    large = bytes(range(256)) * 1024
    kept.keep("a", 1, large, kept.era)
    assert got(kept, "a") == large
    assert [*tmp_path.iterdir()] == []


def test_after_an_erasure_nothing_is_there_and_nothing_that_was_begun_before_comes(
    kept: Kept,
) -> None:
    before = kept.era
    kept.keep("a", 1, b"x", before)
    kept.forget()
    kept.keep("b", 1, b"x", before)
    assert there(kept, "ab") == ""
    kept.keep("b", 1, b"x", kept.era)
    assert there(kept, "ab") == "b"


def test_what_is_erased_while_it_is_looked_at_is_not_given(kept: Kept) -> None:
    kept.keep("a", 1, b"x", kept.era)

    def stands(*_: object) -> bool:
        kept.forget()
        return True

    assert kept.get("a", stands) is None


def test_a_full_disk_is_told_in_our_words_and_what_was_there_stays(kept: Kept) -> None:
    kept.keep("a", 1, b"x", kept.era)
    with files_of_at_most(2**17), pytest.raises(StorageFull, match="expected room for more"):
        kept.keep("a", 2, bytes(2**18), kept.era)
    assert got(kept, "a") == b"x"
