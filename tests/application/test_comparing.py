"""Comparisons of runs in real archives."""

from pathlib import Path

import pytest

from application.comparison import Asked, Direction, Paired
from application.paired_statistics import Estimate, holm
from application.ports import StreamKey
from domain.errors import InvalidInput, NotFound, Refused
from infrastructure.scipy_statistics import ScipyStatistics
from interface.bootstrap.archive import Archive
from tests.application.conftest import Archives
from tests.archives import (
    CHOICE,
    COMPLETED,
    DATASET,
    PLANNED,
    RUN,
    SEALED,
    STARTED,
    Members,
    answered,
    export,
    record,
    record_dataset,
    record_run,
    run_registered,
    take,
)
from tests.compared_runs import (
    JUDGE,
    compared,
    flips,
    given,
    judged,
    keys,
    once,
    record_scores,
    run_name,
)

pytest.importorskip("scipy", reason="SciPy has no wheel here")
OTHER_DATASET = "dataset/00000000-0000-7000-8000-0000000000d6"
REVISED: Members = {"type": "score.revised", "scorer": "judge", "score": {"value": 1}, "item": 0}


def the_pair(archive: Archive, *streams: str | StreamKey, asked: Asked = Asked()) -> Paired:  # noqa: B008 - a value that nobody can change
    (against,) = compared(archive, *streams, asked=asked).against
    return against.paired


def mirrored(archive: Archive, theirs: Archive, folder: Path, withhold: str) -> list[StreamKey]:
    """Mirrors of two runs of another archive, which kept something back."""
    runs = [RUN, run_name(9)]
    for run in runs:
        record_run(theirs, stream=run)
        export(theirs, folder / "b.zip", run, withhold=[withhold])
        take(archive, folder / "b.zip")
        (folder / "b.zip").unlink()
    return [StreamKey("archive-b", run) for run in runs]


def test_flips_are_counted_and_tested_item_by_item(archive: Archive) -> None:
    record_dataset(archive, 21)
    first = record_scores(archive, 1, once(*[1] * 1, *[1] * 1, *[0] * 7, *[0] * 12))
    second = record_scores(archive, 2, once(*[1] * 1, *[0] * 1, *[1] * 7, *[0] * 12))
    found = compared(archive, first, second)
    (against,) = found.against
    paired, estimate = against.paired, against.estimate
    assert (paired.items, paired.binary, paired.averaged) == (21, True, False)
    assert (paired.higher, paired.lower, paired.equal, paired.both_right) == (7, 1, 13, 1)
    assert (paired.first_mean, paired.second_mean, paired.difference) == (2 / 21, 8 / 21, 6 / 21)
    assert estimate is not None
    assert estimate.test == "exact McNemar"
    assert estimate.p == pytest.approx(0.0703125)
    assert (estimate.low, estimate.high) == pytest.approx((0.026, 0.517), abs=5e-4)
    assert against.sentence == (
        "B scores 28.6 points higher than A on 21 paired items (95 % CI 2.6 to 51.7); 7 items"
        " flipped to right, 1 to wrong; p = 0.07 (exact McNemar)."
        " Chance alone may explain the difference."
    )
    assert (found.scorer, [run.name for run in found.runs]) == ("judge", ["A", "B"])


def test_swapped_runs_negate_the_difference(archive: Archive) -> None:
    record_dataset(archive, 6)
    first = record_scores(archive, 1, once(0.25, 0.5, 1, 0, 0.1, 0.3))
    second = record_scores(archive, 2, once(0.5, 0.75, 0.25, 1, 0.2, 0.3))
    one, other = (
        compared(archive, *pair).against[0] for pair in ([first, second], [second, first])
    )
    assert one.paired.difference == -(other.paired.difference or 0)
    assert (one.paired.higher, one.paired.lower) == (other.paired.lower, other.paired.higher)
    assert one.estimate is not None
    assert other.estimate is not None
    assert one.estimate.p == other.estimate.p
    assert one.estimate.low == pytest.approx(-(other.estimate.high or 0))


def test_runs_with_the_same_scores_show_no_difference(archive: Archive) -> None:
    record_dataset(archive)
    first, second = (record_scores(archive, number, once(1, 0, 1)) for number in (1, 2))
    (against,) = compared(archive, first, second).against
    assert (against.paired.difference, against.p_holm) == (0, 1)
    assert against.sentence.startswith("B scores the same as A on 3 paired items (95 % CI -")
    assert not against.sentence.endswith("explain the difference.")
    assert flips(archive, first, second) == []


def test_a_run_beside_itself_is_refused(archive: Archive) -> None:
    record_dataset(archive)
    first, second = (record_scores(archive, number, once(1, 0, 1)) for number in (1, 2))
    for runs in ((first, first), (first, second, first), (first, second, second)):
        with pytest.raises(InvalidInput, match=f"runs: expected each run once, found {runs[-1]}"):
            compared(archive, *runs)
    with pytest.raises(InvalidInput, match="expected each run once"):
        flips(archive, first, first)


def test_with_epochs_the_item_is_the_unit_and_its_scores_are_averaged_first(
    archive: Archive,
) -> None:
    record_dataset(archive, 2)
    first = record_scores(
        archive, 1, {(0, 1): 0, (0, 2): 1, (0, 3): None, (1, 1): 1, (1, 2): 1, (1, 3): 1}
    )
    second = record_scores(
        archive, 2, {(0, 1): 1, (0, 2): 1, (0, 3): 1, (1, 1): 0, (1, 2): 1, (1, 3): None}
    )
    (against,) = compared(archive, first, second).against
    paired = against.paired
    assert (paired.items, paired.results, paired.averaged, paired.binary) == (2, 4, True, True)
    assert (paired.first_mean, paired.second_mean, paired.difference) == (0.75, 0.75, 0)
    assert (paired.higher, paired.lower) == (1, 1)
    assert (paired.left_out_first.unscored, paired.left_out_second.unscored) == (1, 1)
    assert against.estimate is not None
    assert against.estimate.test == "sign-flip permutation"
    assert "2 paired items, each averaged over its epochs" in against.sentence
    assert "1 result flipped to right" in against.sentence
    assert [(flip.item, flip.epoch) for flip in flips(archive, first, second)] == [(0, 1), (1, 1)]


def test_what_has_no_two_scores_is_counted_by_why_and_never_guessed(archive: Archive) -> None:
    record_dataset(archive, 6)
    record(archive, RUN, run_registered(JUDGE), PLANNED, STARTED)
    record(
        archive,
        RUN,
        {"type": "item.failed", "item": 0, "error": "busy"},
        *map(given, (1, 2, 3)),
        judged(1, 1),
        judged(2, 1),
    )
    record(archive, RUN, {"type": "part.erased", "target": 9, "kind": "score"})
    unplanned: Members = {"type": "run.planned", "ranges": [[0, 4]]}
    other = run_name(7)
    record(archive, other, run_registered(JUDGE), unplanned, STARTED)
    for item in range(5):
        record(archive, other, given(item), judged(item, 0))
    record(archive, other, {"type": "part.withheld", "target": 7, "kind": "score"})
    paired = the_pair(archive, RUN, other)
    assert paired.items == 0
    assert paired.difference is None
    assert paired.left_out_first._asdict() == {
        "only": 1, "unnamed": 0, "open": 1, "failed": 1, "unscored": 1,
        "withheld": 0, "erased": 1, "missing": 0,
    }  # fmt: skip
    assert paired.left_out_second.withheld == 1
    (against,) = compared(archive, RUN, other).against
    assert against.sentence == "A and B have no item that both answered and scored."
    assert (against.estimate, against.p_holm) == (None, None)
    assert not paired.binary


def test_a_revised_score_takes_the_place_of_the_one_before(archive: Archive) -> None:
    record_dataset(archive, 2)
    first = record_scores(archive, 1, once(0, 1))
    second = record_scores(archive, 2, once(0, 1))
    assert the_pair(archive, first, second).higher == 0
    record(archive, second, REVISED)
    assert the_pair(archive, first, second).higher == 1
    (flip,) = flips(archive, first, second)
    assert (flip.outside, flip.section_name, flip.first, flip.second) == ("q-0", "section 0", 0, 1)


def test_flips_are_listed_in_order_by_direction_and_from_any_place(archive: Archive) -> None:
    record_dataset(archive, 6)
    first = record_scores(archive, 1, once(0, 1, 0, 1, 0.5, 0.5))
    second = record_scores(archive, 2, once(1, 0, 0, 0, 0.25, 0.75))
    assert [flip.item for flip in flips(archive, first, second)] == [0, 1, 3, 4, 5]
    for direction, items in ((Direction.RIGHT, [0, 5]), (Direction.WRONG, [1, 3, 4])):
        found = flips(archive, first, second, direction=direction)
        assert [flip.item for flip in found] == items
    assert [f.item for f in flips(archive, first, second, after=(3, 1))] == [4, 5]
    third = record_scores(archive, 3, once(0, 1))
    with pytest.raises(InvalidInput, match="2 whose flips"):
        flips(archive, first, second, third)


def test_several_runs_are_each_beside_the_first_and_corrected_for_each_other(
    archive: Archive,
) -> None:
    record_dataset(archive, 12)
    first = record_scores(archive, 1, once(*[0] * 12))
    second = record_scores(archive, 2, once(*[1] * 11, 0))
    third = record_scores(archive, 3, once(*[1] * 6, *[0] * 6))
    found = compared(archive, first, second, third)
    chances = [against.estimate.p for against in found.against if against.estimate]
    assert [against.name for against in found.against] == ["B", "C"]
    assert [a.p_holm for a in found.against] == holm([p for p in chances if p is not None])
    assert all("Holm-corrected for 2 comparisons" in a.sentence for a in found.against)


def test_runs_of_two_datasets_are_matched_by_outside_id_only_where_that_is_said(
    archive: Archive,
) -> None:
    record_dataset(archive, 4)
    rows = ("q-9", "q-2", "q-1")
    record(archive, OTHER_DATASET, {"type": "dataset.registered", "config": {"name": "again"}})
    for outside in rows:
        row: Members = {"id": outside, "type": "freeform", "inputs": {"text": "?"}, "answer": "A"}
        record(archive, OTHER_DATASET, {"type": "dataset.item_added", "row": dict(row)})
    record(archive, OTHER_DATASET, {"type": "dataset.frozen"}, SEALED)
    first = record_scores(archive, 1, once(1, 1, 0, 0))
    second = record_scores(
        archive, 2, {(0, 1): 1, (1, 1): 1, (2, 1): 0, (2, 2): 0}, dataset=OTHER_DATASET
    )
    with pytest.raises(Refused, match="expected runs of one dataset, found runs of two datasets"):
        compared(archive, first, second)
    with pytest.raises(Refused, match="expected runs of one dataset, found runs of two datasets"):
        flips(archive, first, second)
    asked = Asked(by_id=True)
    (against,) = compared(archive, first, second, asked=asked).against
    assert against.matched == "id"
    assert "dataset" in {caution.kind for caution in against.cautions}
    paired = against.paired
    assert (paired.items, paired.higher, paired.lower) == (2, 1, 1)
    assert (paired.left_out_first.only, paired.left_out_second.only) == (2, 4)
    found = flips(archive, first, second, asked=asked)
    assert [(f.item, f.outside, f.second_item) for f in found] == [(1, "q-1", 2), (2, "q-2", 1)]
    assert [f.item for f in flips(archive, first, second, asked=asked, after=(1, 1))] == [2]
    third = record_scores(archive, 3, once(0, 0, 0, 0))
    assert compared(archive, first, third, asked=asked).against[0].matched == "index"


def test_items_whose_id_is_withheld_are_not_matched_by_it(
    archive: Archive, archives: Archives, tmp_path: Path
) -> None:
    theirs = archives("archive-b")
    record_dataset(theirs)
    record_run(theirs)
    export(theirs, tmp_path / "b.zip", withhold=["item"])
    take(archive, tmp_path / "b.zip")
    record_dataset(archive)
    record_run(archive)
    mirror = StreamKey("archive-b", RUN)
    paired = the_pair(archive, RUN, mirror, asked=Asked(by_id=True))
    assert paired.items == 0
    assert (paired.left_out_first.only, paired.left_out_second.unnamed) == (3, 3)


def test_a_mirror_is_compared_with_another_mirror_of_the_same_dataset(
    archive: Archive, theirs: Archive, tmp_path: Path
) -> None:
    again = run_name(9)
    record(theirs, again, run_registered(CHOICE), PLANNED, STARTED)
    record(theirs, again, *(answered(n, "The answer is A.") for n in range(3)), COMPLETED, SEALED)
    for number, stream in enumerate((RUN, again)):
        export(theirs, tmp_path / f"{number}.zip", stream)
        take(archive, tmp_path / f"{number}.zip")
    mirrors = [StreamKey("archive-b", stream) for stream in (RUN, again)]
    assert compared(archive, *mirrors) == compared(theirs, *mirrors)


def test_whoever_waits_is_told_of_progress_and_can_have_no_more_of_it(archive: Archive) -> None:
    record_dataset(archive)
    runs = keys(archive, *(record_scores(archive, n, once(1, 0, 1)) for n in (1, 2)))
    counted: list[int] = []

    def stop(_: int) -> None:
        raise KeyError

    with archive.read_model() as read_model:
        archive.comparer(read_model, counted.append).compare(runs, Asked(), ScipyStatistics())
        with pytest.raises(KeyError):
            archive.comparer(read_model, stop).compare(runs, Asked(), ScipyStatistics())
        with pytest.raises(KeyError):
            next(archive.comparer(read_model, stop).flips(runs, Asked()))
    assert counted == [3, 3]


def test_a_mirror_without_scores_has_them_counted_as_withheld(
    archive: Archive, archives: Archives, tmp_path: Path
) -> None:
    theirs = archives("archive-b")
    record_dataset(theirs)
    mirrors = mirrored(archive, theirs, tmp_path, "score")
    paired = the_pair(archive, *mirrors)
    assert (paired.items, paired.left_out_first.withheld) == (0, 3)
    assert [c.kind for c in compared(archive, *mirrors).against[0].cautions] == ["withheld"] * 2


def test_runs_whose_configs_are_withheld_are_compared_by_the_numbers_of_their_scorers(
    archive: Archive, archives: Archives, tmp_path: Path
) -> None:
    theirs = archives("archive-b")
    record_dataset(theirs)
    mirrors = mirrored(archive, theirs, tmp_path, "config")
    found = compared(archive, *mirrors)
    assert (found.scorer, found.runs[0].method, found.runs[0].model) == ("0", None, None)
    assert "judged" in {caution.kind for caution in found.runs[0].cautions}
    assert "config" in {caution.kind for caution in found.against[0].cautions}


def test_runs_without_a_scorer_of_the_same_name_are_refused(archive: Archive) -> None:
    record_dataset(archive)
    record_run(archive)
    by_judge = record_scores(archive, 2, once(1, 0, 1))
    with pytest.raises(Refused, match="a scorer 'choice', found 'judge'"):
        compared(archive, RUN, by_judge)
    with pytest.raises(Refused, match="a scorer 'x'"):
        compared(archive, RUN, by_judge, asked=Asked("x"))
    bare = run_name(4)
    record(archive, bare, run_registered(), PLANNED, STARTED)
    with pytest.raises(Refused, match="a scorer, found none"):
        compared(archive, bare, RUN)


def test_one_run_or_too_many_or_none_are_refused(archive: Archive) -> None:
    record_dataset(archive)
    record_run(archive)
    for count in (0, 1, 11):
        with pytest.raises(InvalidInput, match="2 to 10"):
            compared(archive, *[RUN] * count)
    with pytest.raises(NotFound):
        compared(archive, RUN, run_name(99))
    with pytest.raises(NotFound):
        compared(archive, RUN, DATASET)


def test_scores_of_0_and_1_are_asked_as_flips_and_without_a_p_value_no_test_is_told(
    archive: Archive,
) -> None:
    class Recording:
        asked: list[object]

        def of_flips(self, *counts: int) -> Estimate:
            self.asked = [*counts]
            return Estimate(None, None, "i", None, "t")

        of_scores = of_flips

    record_dataset(archive, 2)
    first = record_scores(archive, 1, once(0, 1))
    second = record_scores(archive, 2, once(1, 1))
    statistics = Recording()
    found = compared(archive, first, second, statistics=statistics)  # type: ignore[arg-type] # it has what is needed
    assert statistics.asked == [1, 0, 2]
    assert found.against[0].sentence.endswith("; no test.")
