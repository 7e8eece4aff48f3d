import pytest

from domain.canonical import Json
from domain.evaluation.scoring import NotRecomputable, Score, ScoredItem, score
from domain.evaluation.scoring.model import MAX_EXCERPT
from domain.evaluation.scoring.texts import MAX_MEMBERS, MAX_SHOWN


def run(method: str, answer: Json, response: str, **parameters: Json) -> Score:
    return score(method, parameters, response, ScoredItem("freeform", [], answer))


def test_numbers_are_expected_as_json_prints_them() -> None:
    assert run("exact_match", 1.0, "1").value == 1
    assert run("exact_match", 1e21, "1e+21").value == 1
    assert run("set_f1", [1, "b"], "B, 1").value == 1


def test_only_the_beginning_is_repeated() -> None:
    assert run("exact_match", "x", "y" * 999) == Score(0, "y" * MAX_EXCERPT)
    shown = run("set_f1", "x", ",".join(f"{n:0>300}" for n in range(999))).extracted
    assert shown == ["0" * MAX_EXCERPT] * MAX_SHOWN


@pytest.mark.parametrize("method", ["exact_match", "set_f1"])
@pytest.mark.parametrize("answer", [None, True, {"a": 1}, [None], [["a"]], ["a", False]])
def test_an_answer_that_is_no_text_is_not_recomputable(method: str, answer: Json) -> None:
    with pytest.raises(NotRecomputable):
        run(method, answer, "a")


def test_an_empty_list_is_no_answer_but_an_empty_set() -> None:
    assert run("set_f1", [], " , ") == Score(1, [])
    with pytest.raises(NotRecomputable):
        run("exact_match", [], "")


def test_a_blank_answer_is_met_by_a_blank_response_alone() -> None:
    assert run("exact_match", " ", "\n").value == 1
    assert run("exact_match", "", "...").value == 0


def test_an_answer_that_unicode_14_lacks_is_not_recomputable() -> None:
    with pytest.raises(NotRecomputable):
        run("exact_match", ["a", "\U0001fae8"], "b")


def test_members_count_once_and_blank_ones_not_at_all() -> None:
    assert run("set_f1", "a,b", "b,,B, ,a") == Score(1, ["b", "a"])


def test_without_white_space_collapsed_members_keep_theirs() -> None:
    assert run("set_f1", "a,b", "a, b", whitespace=False) == Score(0.5, ["a", " b"])


def test_a_separator_is_taken_literally() -> None:
    assert run("set_f1", "a|b", "b | a", separator="|").value == 1


def test_a_set_of_too_many_members_is_not_recomputable() -> None:
    run("set_f1", "a", "," * (MAX_MEMBERS - 1))
    with pytest.raises(NotRecomputable):
        run("set_f1", "a", "," * MAX_MEMBERS)
