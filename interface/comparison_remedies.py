"""What to do next where runs cannot be compared, in the words of each interface.

The application says what is wrong, and knows of no option, parameter or form. Not here: how runs
are compared (``application.comparing``).
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import NamedTuple

from application.comparison import A_SCORER, ONE_DATASET
from domain.errors import Refused


class Remedies(NamedTuple):
    """What to do where datasets differ, and where not all runs have the scorer."""

    by_id: str
    scorer: str


@contextmanager
def remedied(remedies: Remedies) -> Generator[None]:
    """Have what is refused within say what to do next by these words.

    Raises:
        Refused: the same, with its remedy.
    """
    try:
        yield
    except Refused as problem:
        remedy = _remedy(problem, remedies)
        if remedy is None:
            raise
        raise Refused(problem.place, problem.expected, problem.found, remedy) from problem


def _remedy(problem: Refused, remedies: Remedies) -> str | None:
    if problem.expected == ONE_DATASET:
        return remedies.by_id
    return remedies.scorer if problem.expected.startswith(A_SCORER) else None
