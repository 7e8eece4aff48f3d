"""Ids of samples: as they are wherever a zip and a reader can take them, and never two alike."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from infrastructure.log_files.inspect_logs.ids import MOST_BYTES, sample_id, sample_member

OURS = sample_id("")
ODD = ["", "\0", "a\0b", "../x", "a/../x", "a\\..\\x", "a_epoch_1/b", "ü" * MOST_BYTES, OURS]


@pytest.mark.parametrize("outside", ["1", "a/b c", "ü 💡", "..", "a..b/c", "\n", "x" * MOST_BYTES])
def test_an_id_stays_as_it_is(outside: str) -> None:
    assert sample_id(outside) == outside


@pytest.mark.parametrize("outside", ODD)
def test_what_cannot_name_a_member_gets_an_id_that_can(outside: str) -> None:
    given = sample_id(outside)
    assert sample_id(outside) == given != outside
    assert not {"\0", "/", "\\"} & {*given}
    assert given.endswith("]")


@given(st.text(max_size=8) | st.sampled_from(ODD), st.text(max_size=8) | st.sampled_from(ODD))
@example("", OURS)
@example(OURS, sample_id(OURS))
def test_two_items_never_share_an_id(one: str, other: str) -> None:
    assert (sample_id(one) == sample_id(other)) == (one == other)


@given(st.text() | st.sampled_from(ODD))
def test_every_id_names_a_member(outside: str) -> None:
    name = sample_member(sample_id(outside), 10_000)
    assert len(name.encode()) <= 0xFFFF  # the most that a zip allows
    assert not name.removeprefix("samples/").startswith("_epoch")
