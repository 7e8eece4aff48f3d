"""What a comparison of runs says: values that a terminal, a page and a program show alike.

Each run after the first stands beside the first. Not here: how they come about (``comparing``).
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from application.paired_statistics import CONFIDENCE, Estimate
from application.ports import StreamKey

NAMES: Final = "ABCDEFGHIJ"
"""What runs are called in a comparison, and so how many there can be."""

ONE_DATASET: Final = "runs of one dataset"
"""What is expected where items are not to be matched by their ids: an interface knows it by this,
and says how that can be asked for there."""

A_SCORER: Final = "a scorer"
"""How what is expected begins where a run has not the scorer: as above."""


class Asked(NamedTuple):
    """What to compare by.

    ``scorer`` is the name of one, "" for the first run's first; ``by_id`` lets items of different
    datasets be the same where their outside ids are.
    """

    scorer: str = ""
    by_id: bool = False


class Direction(StrEnum):
    """Which flips: those to a higher score, to a lower one, or both."""

    RIGHT = "right"
    WRONG = "wrong"
    ALL = "all"


class Caution(NamedTuple):
    """What a reader of the comparison has to know: its kind in a word, and a sentence."""

    kind: str
    about: str


class RunCompared(NamedTuple):
    """A run as it was compared, up to ``version``; ``method`` is that of the scorer, if known."""

    name: str
    key: StreamKey
    version: int
    provider: str | None
    model: str | None
    dataset: StreamKey
    dataset_name: str | None
    status: str
    scorer: int
    method: str | None
    cautions: Sequence[Caution]


class LeftOut(NamedTuple):
    """Results of one run that are in no pair, counted by why not.

    ``only`` this run has; ``unnamed`` are those whose item could not be matched, as its outside id
    is not disclosed. Of the rest the other run has a result too.
    """

    only: int = 0
    unnamed: int = 0
    open: int = 0
    failed: int = 0
    unscored: int = 0
    withheld: int = 0
    erased: int = 0
    missing: int = 0


class Paired(NamedTuple):
    """The pairs, and their means and difference (second − first) by item.

    ``results`` are pairs of items × epochs; of an item with several, the mean is taken first, and
    ``averaged`` is true. Where all scores are 0 or 1 it is ``binary``: right is 1, ``higher`` are
    flips to right and ``lower`` to wrong, and of those ``equal`` some are ``both_right``. So many
    results have a score that was revised after its run had ended.
    """

    items: int
    results: int
    averaged: bool
    binary: bool
    higher: int
    lower: int
    equal: int
    both_right: int | None
    first_mean: float | None
    second_mean: float | None
    difference: float | None
    left_out_first: LeftOut
    left_out_second: LeftOut
    first_revised: int = 0
    second_revised: int = 0


class Against(NamedTuple):
    """A run beside the first; ``p_holm`` is corrected for all that are.

    ``matched`` says by what items are the same: their ``index``, or their outside ``id``.
    """

    name: str
    sentence: str
    matched: str
    paired: Paired
    estimate: Estimate | None
    p_holm: float | None
    cautions: Sequence[Caution]


class Comparison(NamedTuple):
    """Runs over the same items, by the scores of one scorer."""

    scorer: str
    runs: Sequence[RunCompared]
    against: Sequence[Against]
    confidence: float = CONFIDENCE


class Flip(NamedTuple):
    """A pair whose scores differ; ``second_item`` is the index in the second run's dataset.

    A revised score took the place of another, after its run had ended.
    """

    item: int
    epoch: int
    section: int | None
    section_name: str | None
    outside: str | None
    first: int | float
    second: int | float
    second_item: int
    first_revised: bool = False
    second_revised: bool = False
