import pickle

import pytest

from domain.errors import Eval752Error
from interface.api import errors
from interface.api.errors import RangeNotSatisfiable, TooLarge, TooManyRequests, TurnedAway

ALL = [
    kind
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, TurnedAway) and not name.startswith("_")
]


def test_the_tree_is_the_one_that_is_drawn() -> None:
    drawn = str(errors.__doc__)
    assert all(kind.__name__ in drawn for kind in ALL)
    assert TurnedAway.__bases__ == (Eval752Error,)


@pytest.mark.parametrize("kind", ALL)
def test_an_error_survives_the_way_between_processes(kind: type[TurnedAway]) -> None:
    problem = kind("here", "one", "other", "Try again.")
    again = pickle.loads(pickle.dumps(problem))
    assert (type(again), str(again), again.headers) == (kind, str(problem), problem.headers)


def test_when_to_try_again_and_how_long_it_is_are_told_in_headers() -> None:
    assert TooManyRequests("a", "b", "c").after(7).headers == {"Retry-After": "7"}
    found = RangeNotSatisfiable.of("bytes=9-", 5)
    assert found.headers == {"Content-Range": "bytes */5"}
    assert str(found) == "Range: expected a range within 5 bytes, found bytes=9-"
    assert TooLarge("a", "b", "c").headers == {"Connection": "close"}
