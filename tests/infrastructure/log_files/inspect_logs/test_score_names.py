"""Which scores scorers are of."""

from infrastructure.log_files.inspect_logs.members import Members
from infrastructure.log_files.inspect_logs.score_names import ScoreName, score_names

SPEC: Members = {"scorers": [{"name": "two"}, {"name": "a/b"}]}
RESULTS: Members = {"scores": [{"name": "kind", "scorer": "three"}, {"name": "mean"}]}


def test_a_slash_divides_only_behind_the_name_of_a_scorer() -> None:
    scorers = ["match", "two/kind", "two/x/y", "a/b", "a/b/c", "three/kind", "pack/age"]
    assert score_names(scorers, SPEC, RESULTS) == [
        ScoreName("match"),
        ScoreName("two", "kind"),
        ScoreName("two", "x/y"),
        ScoreName("a/b"),
        ScoreName("a/b", "c"),
        ScoreName("three", "kind"),
        ScoreName("pack/age"),
    ]


def test_without_a_header_nothing_divides() -> None:
    assert score_names(["two/kind"], {}, {}) == [ScoreName("two/kind")]
