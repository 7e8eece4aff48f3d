import pytest

from domain.syntax import MAX_INTEGER
from infrastructure.read_models.orders import Place, stretches


def test_what_has_a_value_is_read_from_the_least_on_and_then_the_others() -> None:
    assert list(stretches(None, 2, descending=False)) == [
        (float("-inf"), -1, -1),
        (None, -1, -1),
    ]


def test_descending_begins_at_the_greatest_and_the_others_are_still_last() -> None:
    assert list(stretches(None, 1, descending=True)) == [
        (float("inf"), MAX_INTEGER),
        (None, MAX_INTEGER),
    ]


@pytest.mark.parametrize(
    ("after", "left"),
    [
        ((0.5, 7), [(0.5, 7), (None, -1)]),
        ((0, 7), [(0, 7), (None, -1)]),
        ((None, 7), [(None, 7)]),
    ],
)
def test_reading_goes_on_where_it_left_off(after: Place, left: list[Place]) -> None:
    assert list(stretches(after, 1, descending=False)) == left
