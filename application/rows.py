"""The rows that questions bring back from the read models.

They hold no content but what names things (outside ids, sections, datasets, providers, models), the
values of scores, and the kinds of errors. What the archive does not hold of these is None, and a
``Held`` beside it says why. Not here: rows that the projector makes (``projected_rows``), and who
is asked (``read_model``).
"""

from collections.abc import Sequence
from enum import IntEnum
from typing import Final, NamedTuple

from application.ports import StreamKey

MOST_KINDS: Final = 20
"""Kinds of errors that are named; the results of further ones are counted together."""


class Held(IntEnum):
    """What became of the part that a value stands in."""

    DISCLOSED = 0
    WITHHELD = 1
    ERASED = 2
    MISSING = 3
    """Neither withheld nor erased, and yet not here: lost, or erased by an event still to come."""


class DatasetRow(NamedTuple):
    """A dataset. ``number`` grows in the order in which streams came into the archive.

    ``owner`` is the token that began it, "" for none.
    """

    number: int
    key: StreamKey
    mirror: bool
    version: int
    name: str | None
    held: Held
    items: int
    sections: int
    registered: str
    frozen: str | None
    sealed: int | None
    """The version of its last seal."""
    project: str
    owner: str


class SectionRow(NamedTuple):
    """A section; its name is what its first disclosed item says, None where there is none."""

    section: int
    name: str | None
    items: int


class ItemRow(NamedTuple):
    """An item of a dataset, and the version of the event that added it."""

    item: int
    section: int
    section_name: str | None
    outside: str | None
    held: Held
    version: int


class RunRow(NamedTuple):
    """A run with its totals, as of ``version``.

    ``status`` is what it was before it was sealed. ``started`` and ``ended`` are times of the
    archive's clock, ``started_occurred`` and ``ended_occurred`` what is claimed; ``planned`` is
    None where no plan was declared; ``mean`` is that of scorer 0, None where it is not shown;
    ``owner`` is the token that began it, "" for none.
    """

    number: int
    key: StreamKey
    mirror: bool
    version: int
    dataset: StreamKey
    dataset_name: str | None
    provider: str | None
    model: str | None
    held: Held
    items: int
    scorers: int
    trial: int
    same_config: int
    superseded_by: str | None
    project: str
    owner: str
    status: str
    planned: int | None
    open: int
    answered: int
    failed: int
    attempts_failed: int
    mean: float | None
    sealed: int | None
    registered: str
    started: str | None
    started_occurred: str | None
    ended: str | None
    ended_occurred: str | None
    resumed: int
    last_resumed: str | None


class ScoreRow(NamedTuple):
    """A score; ``until`` is the version that revised it, None while it stands.

    A ``revised`` one took the place of another, after the run had ended.
    """

    scorer: int
    value: int | float | None
    held: Held
    version: int
    until: int | None
    revised: bool = False


class AttemptRow(NamedTuple):
    """A try, or the giving up (``attempt`` None); ``outcome`` is one of ``evaluation.results``."""

    version: int
    attempt: int | None
    outcome: int
    latency_ms: int | None
    tokens_in: int | None
    tokens_out: int | None


class ResultRow(NamedTuple):
    """A result (item × epoch) with its current scores.

    ``item_version`` is that of the event in the dataset's stream, ``ended`` that of the answer or
    the failure. A planned result of which nothing is known yet is a row too.
    """

    item: int
    epoch: int
    section: int | None
    outside: str | None
    outside_held: Held
    item_version: int | None
    planned: bool
    attempts: int
    status: str
    ended: int | None
    latency_ms: int | None
    tokens_in: int | None
    tokens_out: int | None
    scores: Sequence[ScoreRow]


class ScoredRow(NamedTuple):
    """A result with what one scorer gave it; ``held`` is None where that is nothing (yet).

    ``revised`` is as in :class:`ScoreRow`.
    """

    item: int
    epoch: int
    section: int | None
    outside: str | None
    status: str
    value: int | float | None
    held: Held | None
    revised: bool = False


class ResultDetail(NamedTuple):
    """All that is known of one result; scores with the ones that were revised."""

    result: ResultRow
    attempts: Sequence[AttemptRow]
    scores: Sequence[ScoreRow]
    annotations: Sequence[int]
    """The versions of annotations to this item."""


class ChangeRow(NamedTuple):
    """A result that was answered, failed or scored between two versions; None: not known before."""

    before: ResultRow | None
    after: ResultRow


class LeftOutRow(NamedTuple):
    """A part that the event ``version`` erased or withheld, of the event ``target``.

    ``item`` and ``epoch`` are those of the target, None where it is not of a result.
    """

    version: int
    target: int
    kind: str
    held: Held
    item: int | None
    epoch: int | None


class Tokens(NamedTuple):
    """Tokens in and out of the answers that state them, and how many do; None where none does."""

    into: int | None
    out: int | None
    stating_in: int
    stating_out: int

    @classmethod
    def of(cls, into: int, out: int, stating_in: int, stating_out: int) -> "Tokens":
        """Of sums and counts: a sum of nothing is none."""
        told = (into if stating_in else None, out if stating_out else None)
        return cls(*told, stating_in, stating_out)


class Usage(NamedTuple):
    """What a run took, and what its scores went through.

    ``tokens`` are of the whole, then of each section. ``within`` is how many answers took no longer
    than each bound that was asked for, and how many have a latency. ``revised`` is how many results
    have a revised score by each scorer.
    """

    tokens: Sequence[Tokens]
    within: Sequence[int]
    revised: Sequence[int]


class FailedAlike(NamedTuple):
    """Results that failed alike: what their errors have in common, how many, and the first of them.

    ``name`` is an error kind, or, of errors that state none, the beginning of a message.
    """

    name: str
    results: int
    item: int
    epoch: int


class FailureKinds(NamedTuple):
    """Results that were given up, by the kind that their errors state, the most frequent first.

    Of equally frequent kinds, by name. ``others`` are of kinds beyond ``MOST_KINDS``, ``unnamed``
    state none, and the error of ``undisclosed`` ones is withheld, erased or lost.
    """

    kinds: Sequence[FailedAlike]
    others: int
    unnamed: int
    undisclosed: int


class SaidRow(NamedTuple):
    """Where a run as a whole is annotated or superseded.

    ``total`` counts such events, ``versions`` are those that were asked for, the newest first;
    ``superseded`` is the last that says by which run, ``first_seal`` the run's first seal.
    """

    total: int
    versions: Sequence[int]
    superseded: int | None
    first_seal: int | None


class Milestone(NamedTuple):
    """An event of a stream as a whole."""

    version: int
    type: str
    at: str
    occurred: str | None
