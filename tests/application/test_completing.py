"""What the archive adds: numbers for names, attempts, plans, trials, and scores by rule."""

from pathlib import Path

import pytest

from domain.canonical import Json
from domain.errors import InvalidInput, NotFound, Refused
from domain.evaluation.scoring import ScoredItem, score
from interface.bootstrap.archive import Archive
from tests.application.conftest import Archives
from tests.archives import (
    ANSWERS,
    CHOICE,
    COMPLETED,
    DATASET,
    FROZEN,
    PLANNED,
    RUN,
    SEALED,
    STARTED,
    Members,
    actions,
    added,
    answered,
    begin_run,
    export,
    record,
    record_dataset,
    registered,
    run_registered,
    stored,
    take,
    types,
)

JUDGE: Members = {"name": "judge", "method": "judge", "parameters": {}}
EXACT: Members = {"name": "exact", "method": "exact_match", "parameters": {}}
NUMERIC: Members = {"name": "number", "method": "numeric", "parameters": {"tolerance": 1}}
REGEX: Members = {"name": "letter", "method": "regex", "parameters": {"pattern": "[A-C]"}}
FAILED: Members = {"type": "item.attempt_failed", "item": "q-0", "error": "timeout"}


def _facts(archive: Archive, stream: str = RUN) -> list[dict[str, Json]]:
    return [dict(event.facts) for event, _, _ in stored(archive, stream)]


def _scores(archive: Archive, stream: str = RUN) -> list[Json]:
    return [s.value("score") for s in stored(archive, stream) if s.event.type == "item.scored"]


def test_a_whole_run_may_be_one_batch(archive: Archive) -> None:
    record_dataset(archive)
    begin = (run_registered(CHOICE), PLANNED, STARTED)
    receipt = record(archive, RUN, *begin, *map(answered, range(3)), COMPLETED, SEALED)
    assert receipt.recorded == 11
    assert _scores(archive) == [{"extracted": letter, "value": 1} for letter in "ABC"]


def test_scorers_of_a_batch_that_was_refused_are_forgotten(archive: Archive) -> None:
    record_dataset(archive)
    recorder = archive.recorder()
    with pytest.raises(NotFound):
        recorder.record(
            RUN, actions(run_registered(JUDGE, EXACT), STARTED, answered(0), answered(9))
        )
    recorder.record(RUN, actions(run_registered(CHOICE), STARTED, answered(0)))
    assert types(archive)[2:] == ["item.answered", "item.scored"]


def test_scorers_are_known_to_what_is_prepared_before_the_run_is_written(archive: Archive) -> None:
    record_dataset(archive)
    recorder = archive.recorder()
    begun = recorder.prepare(RUN, actions(run_registered(CHOICE), STARTED))
    first = recorder.prepare(RUN, actions(answered(0)))
    recorder.commit([begun, first])
    recorder.record(RUN, actions(answered(1)))
    assert first.receipt.recorded == 2
    assert types(archive)[2:] == ["item.answered", "item.scored"] * 2


def test_items_count_from_zero_and_sections_by_first_appearance(archive: Archive) -> None:
    rows = (
        added(0),
        added(1, section="first"),
        added(2, section="section 0"),
        added(3, meta=None),
        added(4, meta={}, section=""),
    )
    record(archive, DATASET, registered(), *rows[:2])
    record(archive, DATASET, *rows[2:], FROZEN)
    facts = _facts(archive, DATASET)
    assert [(f["item"], f["section"]) for f in facts[1:-1]] == [
        (0, 0),
        (1, 1),
        (2, 0),
        (3, 2),
        (4, 2),
    ]
    assert facts[-1]["items"] == 5


def test_a_dataset_has_4096_sections_at_most(archive: Archive) -> None:
    rows = (added(number, section=f"{number}") for number in range(4096))
    record(archive, DATASET, registered(), *rows)
    with pytest.raises(Refused, match=r"line 2: expected at most 4,096 sections.* meta") as caught:
        record(archive, DATASET, added(4096, section="0"), added(4097, section="one more"))
    assert "one more" in caught.value.found
    record(archive, DATASET, added(4096, section="0"), FROZEN)


def test_an_outside_id_stands_once_in_a_dataset(archive: Archive) -> None:
    with pytest.raises(Refused, match=r"line 3: .*q-0"):
        record(archive, DATASET, registered(), added(0), added(0))
    record(archive, DATASET, registered(), added(0))
    with pytest.raises(Refused, match=r"line 2: .*q-0"):
        record(archive, DATASET, added(1), added(0))
    record(archive, DATASET, added(1))
    other = f"{DATASET[:-1]}6"
    record(archive, other, registered(), added(0))


@pytest.mark.parametrize("outside", [7, None, "", "q" * 100_000, "é\u0000\U0001f600"])
def test_an_outside_id_is_any_string_and_nothing_else(archive: Archive, outside: Json) -> None:
    batch = (registered(), added(0, id=outside), FROZEN)
    if not isinstance(outside, str):
        with pytest.raises(InvalidInput, match="line 2, item, id"):
            record(archive, DATASET, *batch)
        return
    record(archive, DATASET, *batch)
    record(archive, RUN, run_registered(CHOICE), STARTED, {**answered(0), "item": outside})
    assert types(archive)[2:] == ["item.answered", "item.scored"]


def test_attempts_are_numbered_per_item_and_epoch(archive: Archive) -> None:
    begin_run(archive)
    record(archive, RUN, FAILED, FAILED)
    record(archive, RUN, {**FAILED, "epoch": 2}, FAILED, answered(0), answered(1))
    record(archive, RUN, answered(0, epoch=2))
    facts = [fact for fact in _facts(archive) if "attempt" in fact]
    assert [(f["item"], f["epoch"], f["attempt"]) for f in facts] == [
        (0, 1, 1),
        (0, 1, 2),
        (0, 2, 1),
        (0, 1, 3),
        (0, 1, 4),
        (1, 1, 1),
        (0, 2, 2),
    ]


def test_no_attempt_follows_an_outcome(archive: Archive) -> None:
    begin_run(archive)
    gone: Members = {"type": "item.failed", "item": "q-0", "error": {"kind": "refusal"}}
    record(archive, RUN, FAILED, gone)
    for late in (FAILED, gone, answered(0)):
        with pytest.raises(Refused, match="already failed"):
            record(archive, RUN, late)


def test_a_scorer_is_known_by_its_name_or_its_place(archive: Archive) -> None:
    begin_run(archive, 3, CHOICE, JUDGE)
    by_judge: Members = {"type": "item.scored", "scorer": "judge", "score": {"value": 0.5}}
    record(archive, RUN, answered(0), answered(1), {**by_judge, "item": "q-0"})
    record(archive, RUN, {**by_judge, "item": 1, "scorer": 1})
    facts = [f for f in _facts(archive) if "scorer" in f]
    assert [(f["item"], f["scorer"]) for f in facts] == [(0, 0), (1, 0), (0, 1), (1, 1)]
    with pytest.raises(NotFound, match="choice, judge"):
        record(archive, RUN, {**by_judge, "item": "q-0", "scorer": "jury"})
    with pytest.raises(Refused, match="scorer below 2"):
        record(archive, RUN, {**by_judge, "item": "q-0", "scorer": 2})


TEXTS = ("B", "It is Rome.", "A and B", "", None, "5", "Paris\n", "x" * 300)


def test_scores_are_those_that_the_rules_of_the_domain_give(archive: Archive) -> None:
    record_dataset(archive, len(TEXTS))
    scorers = (CHOICE, EXACT)
    record(archive, RUN, run_registered(*scorers), STARTED)
    batch = [answered(number, response={"text": text}) for number, text in enumerate(TEXTS)]
    receipt = record(archive, RUN, *batch)
    expected: list[Json] = []
    for number, text in enumerate(TEXTS):
        item = ScoredItem("mcq_single", [*ANSWERS], ANSWERS[number % 3])
        for scorer in scorers:
            value, extracted = score(str(scorer["method"]), {}, text, item)
            expected.append({"extracted": extracted, "value": value})
    assert _scores(archive) == expected
    assert (receipt.recorded, receipt.unscored) == (3 * len(TEXTS), 0)


def test_what_no_rule_can_score_is_counted_and_kept(archive: Archive) -> None:
    record(archive, DATASET, registered(), added(0), added(1, choices=None), FROZEN)
    record(archive, RUN, run_registered(CHOICE, JUDGE, NUMERIC), STARTED)
    receipt = record(archive, RUN, answered(0), answered(1))
    assert receipt.unscored == 3
    assert types(archive)[2:] == ["item.answered", "item.scored", "item.answered"]
    assert record(archive, RUN, {"type": "run.completed"}).unscored == 0


def test_scores_are_given_only_where_they_are_asked_for(archive: Archive) -> None:
    begin_run(archive)
    lines = (answered(0, score=False), {k: v for k, v in answered(1).items() if k != "score"})
    assert record(archive, RUN, *lines).recorded == 2


def test_a_run_without_scorers_needs_no_item_to_score(archive: Archive) -> None:
    record_dataset(archive)
    erased = ({"type": "part.erased", "kind": kind, "target": 2} for kind in ("item", "question"))
    record(archive, DATASET, *erased)
    record(archive, RUN, run_registered(), STARTED)
    assert record(archive, RUN, {**answered(0), "item": 0}).unscored == 0


@pytest.mark.parametrize("kind", ["item", "question", "answer"])
def test_an_answer_to_an_erased_item_is_kept_unscored(archive: Archive, kind: str) -> None:
    begin_run(archive)
    record(archive, DATASET, {"type": "part.erased", "kind": kind, "target": 2})
    receipt = record(archive, RUN, {**answered(0), "item": 0}, answered(1))
    assert (receipt.recorded, receipt.unscored) == (3, 1)


def test_an_answer_to_an_item_that_a_mirror_withholds_is_kept_unscored(
    archives: Archives, tmp_path: Path
) -> None:
    theirs, ours = archives("archive-a"), archives("archive-b")
    record_dataset(theirs)
    export(theirs, tmp_path / "dataset.zip", DATASET, withhold=["item"])
    take(ours, tmp_path / "dataset.zip")
    record(ours, RUN, run_registered(CHOICE), STARTED)
    receipt = record(ours, RUN, {**answered(0), "item": 0})
    assert (receipt.recorded, receipt.unscored) == (1, 1)
    with pytest.raises(Refused, match="item below 3"):
        record(ours, RUN, {**answered(3), "item": 3})


def test_an_erased_item_is_scored_as_far_as_a_method_needs_nothing_of_it(archive: Archive) -> None:
    begin_run(archive, 3, CHOICE, EXACT, REGEX)
    erased = [{"type": "part.erased", "kind": kind, "target": 2} for kind in ("item", "question")]
    record(archive, DATASET, *erased)
    receipt = record(archive, RUN, {**answered(0, "Paris"), "item": 0})
    assert (receipt.recorded, receipt.unscored) == (3, 1)
    record(archive, DATASET, {"type": "part.erased", "kind": "answer", "target": 2})
    receipt = record(archive, RUN, {**answered(0, "C", epoch=2), "item": 0})
    assert (receipt.recorded, receipt.unscored) == (2, 2)
    assert [fact["scorer"] for fact in _facts(archive) if "scorer" in fact] == [1, 2, 2]
