from collections.abc import Iterator

import pytest

from domain.bundle.members import read_whole
from domain.errors import InvalidInput
from tests.members import DictMembers


class Unread(DictMembers):
    def chunks(self, name: str) -> Iterator[bytes]:
        raise AssertionError(name)


def test_a_small_member_is_read_at_once() -> None:
    assert read_whole(DictMembers({"a": b"12345"}, chunk=2), "a", 5) == b"12345"


def test_nothing_is_read_of_a_member_that_is_larger_than_it_may_be() -> None:
    with pytest.raises(InvalidInput, match="a: expected at most 4 bytes, found 5"):
        read_whole(Unread({"a": b"12345"}), "a", 4)
