import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refused
from domain.evaluation import results
from domain.evaluation.results import ANSWERED, CHUNK, FAILED, OPEN, SparseTable, unpack
from domain.syntax import MAX_ATTEMPTS, MAX_SCORERS
from tests.tables import RESULT

STEPS = st.sampled_from(["item.attempt_failed", "item.answered", "item.failed", "item.scored",
                         "score.revised"])  # fmt: skip
SCORERS = st.integers(0, MAX_SCORERS - 1)
PLACES = st.tuples(st.integers(1, 4) | st.just(10**15), st.integers(0, 3 * CHUNK) | st.just(10**15))


def step(bits: int, name: str, scorer: int) -> int:
    """Do what an event of this type does; tries are numbered as they must be."""
    attempt = unpack(bits).attempts + 1
    match name:
        case "item.attempt_failed":
            return results.after_attempt_failed(bits, attempt)
        case "item.answered":
            return results.after_answered(bits, attempt)
        case "item.failed":
            return results.after_failed(bits)
        case "item.scored":
            return results.after_scored(bits, scorer)
        case _:
            return results.after_revised(bits, scorer)


@given(st.lists(st.tuples(STEPS, SCORERS), max_size=25))
def test_a_result_does_what_the_table_of_the_page_says(steps: list[tuple[str, int]]) -> None:
    state, attempts, scored, bits = "open", 0, set[int](), 0
    for name, scorer in steps:
        after = RESULT[state].get(name)
        again = name == "item.scored" and scorer in scored
        if name == "score.revised" and scorer in scored:
            after = state
        if after is None or again:
            with pytest.raises(Refused):
                step(bits, name, scorer)
            continue
        bits = step(bits, name, scorer)
        attempts += name in {"item.attempt_failed", "item.answered"}
        scored |= {scorer} if name == "item.scored" else set()
        state = after
        found = unpack(bits)
        assert (results.OUTCOMES[found.outcome], found.attempts) == (state, attempts)
        assert found.scored == sum(1 << each for each in scored)


@given(
    st.sampled_from([OPEN, ANSWERED, FAILED]),
    st.integers(0, MAX_ATTEMPTS),
    st.integers(0, 2**MAX_SCORERS - 1),
)
def test_packing_loses_nothing_within_64_bits(outcome: int, attempts: int, scored: int) -> None:
    bits = outcome | attempts << 2 | scored << 18
    assert unpack(bits) == (outcome, attempts, scored)
    assert bits < 2**64


@pytest.mark.parametrize("attempt", [0, 1, 3])
def test_tries_are_numbered_without_a_gap(attempt: int) -> None:
    once = results.after_attempt_failed(0, 1)
    with pytest.raises(Refused, match="expected attempt 2"):
        results.after_answered(once, attempt)
    with pytest.raises(Refused, match="expected attempt 2"):
        results.after_attempt_failed(once, attempt)


def test_the_last_try_that_can_be_numbered_leaves_the_rest_alone() -> None:
    full = MAX_ATTEMPTS - 1 << 2
    answered = results.after_answered(full, MAX_ATTEMPTS)
    assert unpack(answered) == (ANSWERED, MAX_ATTEMPTS, 0)


@given(st.lists(st.tuples(PLACES, st.integers(0, 2**64 - 1)), max_size=30))
def test_a_sparse_table_is_a_table(puts: list[tuple[tuple[int, int], int]]) -> None:
    table, plain = SparseTable(), dict[tuple[int, int], int]()
    for (epoch, item), value in puts:
        table.put(epoch, item, value)
        plain[epoch, item] = value
    assert all(table.get(*place) == value for place, value in plain.items())
    assert list(table.places()) == sorted((item, epoch) for (epoch, item), v in plain.items() if v)
    assert len(table.chunks) <= len(plain)


def test_what_was_never_set_is_0_and_takes_no_room() -> None:
    table = SparseTable()
    assert table.get(10**15, 10**15) == 0
    assert not table.chunks
