"""The account of a bundle's run: what an evidence report tells beside the verification.

Everything follows from the events and parts that a verifier has walked, not from the bundle's
views, and is bounded however large the run is. Not here: checks, and how an account is shown.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from application.rows import Tokens
from application.run_history import RunHistory, history_of
from application.run_tally import Failures, Low, LowScores, RunTally, lowest_of
from application.said_in_bundle import SaidInBundle, said_in_bundle
from domain.bundle.manifest import Manifest
from domain.bundle.members import Members
from domain.bundle.reading import Content, Reading
from domain.canonical import Json
from domain.errors import Eval752Error
from domain.evaluation.config import Scorer, scorer_names, scorers_of
from domain.evaluation.items import section_name
from domain.evaluation.plan import Plan
from domain.evaluation.run import Run
from domain.evaluation.stream import Head
from domain.verification.signature import carried_key
from domain.verification.verify import Examination

MOST_SECTIONS: Final = 40
"""Sections that are named; the totals have all."""


@dataclass(frozen=True, slots=True)
class Account:
    """What the events of a run come to.

    ``heads`` are the ends of the dataset's stream and of the run's; ``key`` is the verifier key
    that came with the bundle, "" for none; ``section_names`` are those of the first sections, ""
    where one is not known; ``tokens`` in and out are of the whole, then of each section; ``within``
    tells how many answers took no longer than each of some bounds, and how many have a latency;
    ``revised`` how many results have a revised score by each scorer.
    """

    manifest: Manifest
    registered: Content
    dataset: Content
    heads: Sequence[Head]
    run: Run
    plan: Plan
    key: str
    history: RunHistory
    said: SaidInBundle
    scorers: Sequence[Scorer]
    scorer_names: Sequence[str]
    section_names: Sequence[str]
    summary: Mapping[str, Any]
    tokens: Sequence[Tokens]
    within: Callable[[Sequence[int]], Sequence[int]]
    failures: Failures
    revised: Sequence[int]
    low_scores: LowScores
    lowest: Sequence[Low]


def account_of(
    examination: Examination, members: Members, excerpt: Callable[[Json], str]
) -> Account | None:
    """The account of a run, or None where nothing follows from the events of the bundle.

    ``excerpt`` makes a short text of content, which is not kept beyond that.
    """
    manifest, walk = examination.manifest, examination.walk
    if manifest is None or walk is None:
        return None
    reading = Reading(walk.history, walk.disclosure, members.read_at)
    run, registered = walk.history.run, reading.registered("run.registered")
    dataset = reading.registered("dataset.registered")
    if run is None or registered is None or dataset is None:
        return None
    tally = RunTally(reading)
    for result in reading.results():
        tally.add(result)
    low_scores = tally.low_scores()
    return Account(
        manifest=manifest,
        registered=registered,
        dataset=dataset,
        heads=[*walk.history.heads.values()],
        run=run,
        plan=walk.history.plan,
        key=_key(members),
        history=history_of(members),
        said=said_in_bundle(reading, registered.facts),
        scorers=scorers_of(registered.value("config")),
        scorer_names=scorer_names(registered.value("config"), run.scorers),
        section_names=_section_names(reading),
        summary=tally.summary(run),
        tokens=tally.tokens(),
        within=tally.within,
        failures=tally.failures,
        revised=tally.revised(run),
        low_scores=low_scores,
        lowest=lowest_of(reading, low_scores.places, excerpt),
    )


def _key(members: Members) -> str:
    try:
        key = carried_key(members)
    except Eval752Error:  # which check 9 tells
        return ""
    return key.encode() if key else ""


def _section_names(reading: Reading) -> Sequence[str]:
    """What the first item of each section says of it; sections begin one after the other."""
    history = reading.history
    first: dict[int, int] = {}
    for section in range(min(history.dataset.sections, MOST_SECTIONS)):
        first[section] = history.sections.index(section)
    return [_section_name(reading.row(item)) for item in first.values()]


def _section_name(row: Content) -> str:
    item = row.value("item")
    return section_name(item) if isinstance(item, dict) else ""
