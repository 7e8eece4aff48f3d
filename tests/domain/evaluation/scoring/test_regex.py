from domain.canonical import Json
from domain.evaluation.scoring import Score, ScoredItem, score
from domain.evaluation.scoring.model import MAX_EXCERPT


def run(pattern: str, response: str, **parameters: Json) -> Score:
    item = ScoredItem("freeform", [], None)
    return score("regex", {"pattern": pattern, **parameters}, response, item)


def test_what_is_found_is_shown_with_the_beginning_of_its_line() -> None:
    assert run("Par", "The city:\nit is Paris.") == Score(1, "it is Par")


def test_of_a_long_line_only_the_end_is_shown() -> None:
    assert run("y", "x" * 999 + "y") == Score(1, "x" * (MAX_EXCERPT - 1) + "y")


def test_a_match_that_ends_behind_a_newline_shows_nothing_of_the_line() -> None:
    assert run(r"a\n", "a\nb") == Score(1, "")


def test_what_is_not_found_scores_0() -> None:
    assert run("Rome", "Paris") == Score(0, None)


def test_case_matters_unless_it_is_ignored() -> None:
    assert run("PARIS", "Paris").value == 0
    assert run("PARIS", "Paris", ignorecase=True).value == 1


def test_one_pattern_with_and_without_case_is_not_mixed_up() -> None:
    assert [run("a", "A", ignorecase=flag).value for flag in (True, False, True)] == [1, 0, 1]
