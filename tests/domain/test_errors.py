import pickle

import pytest

from domain import errors
from domain.bundle.members import ContainerRejected
from domain.errors import (
    ArchiveDamaged,
    Conflict,
    Eval752Error,
    EvidenceDamaged,
    InvalidInput,
    LogDiverged,
    NotFound,
    Refused,
    StorageFull,
    StreamDamaged,
    TablesDiffer,
    UnreadableFile,
)
from domain.evaluation.stream import RootMismatch

ALL = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, Eval752Error)
]


def test_an_error_names_place_both_sides_and_the_way_on() -> None:
    problem = InvalidInput("line 3", "a number", "text", "Write a number.")
    assert str(problem) == "line 3: expected a number, found text. Write a number."
    assert (
        str(InvalidInput("line 3", "a number", "text")) == "line 3: expected a number, found text"
    )
    sides = (problem.place, problem.expected, problem.found, problem.remedy)
    assert sides == ("line 3", "a number", "text", "Write a number.")


@pytest.mark.parametrize("kind", ALL)
def test_an_error_survives_the_way_between_processes(kind: type[Eval752Error]) -> None:
    problem = kind("here", "one", "other", "Try again.")
    again = pickle.loads(pickle.dumps(problem))
    assert (type(again), str(again), again.args) == (kind, str(problem), problem.args)


def test_the_tree_is_the_one_that_is_drawn() -> None:
    parents = {kind: kind.__mro__[1] for kind in ALL}
    assert parents == {
        Eval752Error: Exception,
        InvalidInput: Eval752Error,
        UnreadableFile: InvalidInput,
        Refused: Eval752Error,
        Conflict: Refused,
        NotFound: Refused,
        LogDiverged: Refused,
        ArchiveDamaged: Eval752Error,
        StreamDamaged: ArchiveDamaged,
        EvidenceDamaged: StreamDamaged,
        TablesDiffer: StreamDamaged,
        StorageFull: Eval752Error,
    }
    drawn = str(errors.__doc__)
    assert all(kind.__name__ in drawn for kind in ALL)


def test_rooms_that_need_their_own_hang_them_below() -> None:
    assert issubclass(ContainerRejected, InvalidInput)
    assert issubclass(RootMismatch, Refused)
