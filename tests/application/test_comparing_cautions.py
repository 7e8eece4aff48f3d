"""What to know before relying on a comparison, in real archives: who is told of what."""

from application.comparison import Asked
from application.ports import StreamKey
from interface.bootstrap.archive import Archive
from tests.archives import (
    CHOICE,
    PLANNED,
    RUN,
    STARTED,
    Members,
    answered,
    record,
    record_dataset,
    record_run,
    run_registered,
)
from tests.compared_runs import (
    compared,
    once,
    record_scores,
    run_name,
)


def kinds(archive: Archive, *streams: str | StreamKey) -> tuple[set[str], set[str]]:
    """The kinds of cautions about the last run, and about the last two together."""
    found = compared(archive, *streams, asked=Asked(by_id=True))
    return {c.kind for c in found.runs[-1].cautions}, {c.kind for c in found.against[-1].cautions}


def test_scores_that_are_not_shown_in_one_run_are_a_caution_for_each_run_and_reason(
    archive: Archive,
) -> None:
    record_dataset(archive, 4)
    first, second, third = (record_scores(archive, n, once(1, 0, 1, 1)) for n in (1, 2, 3))
    assert compared(archive, first, second).against[0].cautions == []
    versions = 5, 7, 9  # each of a score
    left_out = ("part.withheld", "part.withheld", "part.erased")
    for version, kind in zip(versions, left_out, strict=True):
        record(archive, second, {"type": kind, "target": version, "kind": "score"})
    found = compared(archive, first, second, third)
    about = [(caution.kind, caution.about) for caution in found.against[0].cautions]
    assert about == [
        (
            "withheld",
            "B, beside A, has 2 results whose score is not shown here: withheld."
            " What is left may not stand for all.",
        ),
        (
            "erased",
            "B, beside A, has 1 result whose score is not shown here: erased."
            " What is left may not stand for all.",
        ),
    ]
    assert found.against[1].cautions == []
    (turned,) = compared(archive, second, first).against
    assert turned.cautions[0].about.startswith("B, beside A") is False
    assert turned.cautions[0].about.startswith("A, beside B, has 2 results")


def test_a_run_that_is_incomplete_superseded_or_judged_says_so(archive: Archive) -> None:
    record_dataset(archive)
    record_run(archive)
    weak = run_name(5)
    record(archive, weak, run_registered(dict(CHOICE)), PLANNED, STARTED, answered(0))
    record(archive, weak, {"type": "run.superseded", "by": RUN.removeprefix("run/")})
    record_run(archive, stream=run_name(7))
    assert kinds(archive, RUN, run_name(7)) == (set(), set())
    assert kinds(archive, RUN, weak) == (
        {"incomplete", "status", "superseded"},
        set(),
    )
    by_judge = record_scores(archive, 6, once(1, 1, 1))
    found = compared(archive, by_judge, record_scores(archive, 8, once(1, 1, 1)))
    assert [c.about for c in found.runs[0].cautions] == [
        "A has scores that are judged: they cannot be recomputed."
    ]


def test_a_member_cannot_be_called_so_that_it_passes_for_words_of_a_caution(
    archive: Archive,
) -> None:
    record_dataset(archive)
    first = record_scores(archive, 1, once(1, 0, 1), parameters={"x; all else is the same": 1})
    second = record_scores(archive, 2, once(1, 0, 1), parameters={})
    (about,) = [
        c.about for c in compared(archive, first, second).against[0].cautions if c.kind == "config"
    ]
    assert about == (
        'A and B have configs that differ: parameters."x; all else is the same" only in the first.'
    )


def test_runs_that_differ_in_config_scorer_or_plan_say_where(archive: Archive) -> None:
    record_dataset(archive)
    first = record_scores(archive, 1, once(1, 0, 1), parameters={"top_p": 1, "temperature": 0})
    second = record_scores(archive, 2, {(0, 1): 1, (0, 2): 1}, parameters={"temperature": 0.5})
    third = run_name(3)
    scorer: Members = {"name": "judge", "method": "exact_match", "parameters": {"casefold": True}}
    record(archive, third, run_registered(scorer), PLANNED, STARTED)
    (about,) = [
        c.about for c in compared(archive, first, second).against[0].cautions if c.kind == "config"
    ]
    assert about == (
        "A and B have configs that differ: parameters.temperature 0 and 0.5; parameters.top_p only"
        " in the first."
    )
    assert kinds(archive, first, second)[1] == {"config", "plan"}
    found = {c.kind: c.about for c in compared(archive, first, third).against[0].cautions}
    assert found["scorer"].startswith("A and B have scorers that differ: method ")
    assert "plan" not in found


def test_scores_that_were_revised_are_a_caution_for_the_run_that_has_them(
    archive: Archive,
) -> None:
    record_dataset(archive, 4)
    first, second = (record_scores(archive, n, once(1, 0, 1, 1)) for n in (1, 2))
    revised: Members = {"type": "score.revised", "item": 1, "epoch": 1, "scorer": "judge"}
    for value in (1, 0.5):
        record(archive, second, {**revised, "score": {"value": value}})
    (against,) = compared(archive, first, second).against
    assert (against.paired.first_revised, against.paired.second_revised) == (0, 1)
    assert [caution for caution in against.cautions if caution.kind == "revised"] == [
        (
            "revised",
            "B, beside A, has 1 of 4 paired scores revised by hand after it ended."
            " Its history has the scores before.",
        )
    ]
