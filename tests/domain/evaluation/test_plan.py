from hypothesis import given
from hypothesis import strategies as st

from domain.evaluation.plan import Plan
from tests.events import ranges


@given(ranges(), st.integers(1, 4), st.integers(0, 5))
def test_a_plan_is_each_item_of_its_ranges_for_each_epoch(
    given_ranges: list[list[int]], epochs: int, split: int
) -> None:
    plan = Plan()
    for some in (given_ranges[:split], given_ranges[split:]):
        plan.extend(epochs, some)
    items = [item for first, last in given_ranges for item in range(first, last + 1)]
    everything = {(item, epoch) for item in items for epoch in range(1, epochs + 1)}
    assert list(plan.items()) == items
    assert plan.results == len(everything)
    around = range(max(items) + 3)
    asked = {(item, epoch) for item in around for epoch in range(1, epochs + 3)}
    assert {place for place in asked if plan.includes(*place)} == everything


def test_no_plan_is_declared_until_one_is() -> None:
    plan = Plan()
    assert not plan.declared
    assert plan.results == 0
    assert not plan.includes(0, 1)
    plan.extend(1, [[0, 0]])
    assert plan.declared


def test_a_plan_without_end_is_counted_and_not_walked() -> None:
    plan = Plan()
    plan.extend(10**15, [[0, 10**15]])
    assert plan.results == 10**15 * (10**15 + 1)
    assert plan.includes(10**15, 10**15)
    assert next(iter(plan.items())) == 0
