"""Renewals that go on from request to request, as a command in a folder would have gone on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from application.stamping import Stamped
from domain.errors import Refused
from interface.api import renewals
from interface.api.renewals import Renewals
from interface.bootstrap.archive import Archive
from tests.application.test_stamping import FIRST, SECOND, Asked, sign, stamp_all
from tests.archives import open_fixed


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_fixed(tmp_path / "archive", "archive-a") as opened:
        yield opened


@pytest.fixture
def first(archive: Archive) -> Asked:
    """An authority that has stamped three heads."""
    asked = Asked(FIRST)
    sign(archive, 1, 2, 3)
    stamp_all(archive, asked)
    return asked


def never() -> bool:
    return False


def fill(archive: Archive, size: int, count: int) -> None:
    while len(archive.stamps.of(size)) < count:
        archive.stamps.put(size, "x", b"one")


def all_of(going: Renewals, limit: int = 1) -> list[Stamped]:
    number, done = going.begin(), list[Stamped]()
    is_complete = False
    while not is_complete:
        renewed, is_complete = going.go_on(number, limit, never)
        done += renewed
    return done


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_heads_that_are_renewed_least_come_first_however_small_the_parts(
    archive: Archive, first: Asked, limit: int
) -> None:
    one, two, three = archive.stamps.sizes()
    archive.stamper().renew(one, first)
    assert [each.size for each in all_of(Renewals(archive.stamper(), [first]), limit)] == [
        *(two, three, one)
    ]


def test_full_heads_keep_no_others_from_being_renewed_and_are_told_at_the_end(
    archive: Archive, first: Asked
) -> None:
    full, almost, rest = archive.stamps.sizes()
    fill(archive, full, 16)
    fill(archive, almost, 15)
    going, second = Renewals(archive.stamper(), [first, Asked(SECOND)]), SECOND.name
    number = going.begin()
    renewed, is_complete = going.go_on(number, 100, never)
    assert not is_complete
    assert renewed == [
        Stamped(first.name, rest),
        Stamped(second, rest),
        Stamped(first.name, almost),
    ]
    with pytest.raises(Refused, match=f"head {full}, {almost}: expected fewer than 16"):
        going.go_on(number, 100, never)
    with pytest.raises(Refused, match="expected a renewal that is under way"):
        going.go_on(number, 100, never)


def test_what_was_kept_before_a_fault_is_told_before_it(archive: Archive, first: Asked) -> None:
    going = Renewals(archive.stamper(), [first])
    number = going.begin()
    first.every, first.requests = 3, 0
    assert [len(going.go_on(number, 100, never)[0])] == [2]
    with pytest.raises(Refused, match="an answer"):
        going.go_on(number, 100, never)
    first.every = 0
    assert all_of(going)[0].size == archive.stamps.sizes()[2]


def test_a_part_that_takes_long_ends_with_one_stamp_at_least(
    archive: Archive, first: Asked
) -> None:
    going = Renewals(archive.stamper(), [first])
    renewed, is_complete = going.go_on(going.begin(), 100, lambda: True)
    assert (len(renewed), is_complete) == (1, False)


def test_there_are_never_more_than_some_under_way(
    archive: Archive, first: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewals, "_MOST", 2)
    going = Renewals(archive.stamper(), [first])
    oldest, *_ = [going.begin() for _ in range(3)]
    with pytest.raises(Refused, match="Begin again"):
        going.go_on(oldest, 1, never)
