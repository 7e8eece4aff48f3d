import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.evaluation.scoring import NotRecomputable, Score, ScoredItem, score
from domain.evaluation.scoring.choices import LETTERS, understand

CITIES = ["London", "Paris", "Berlin", "Madrid"]


def letters(text: str, choices: list[str] = CITIES, many: bool = True) -> str:
    return "".join(LETTERS[index] for index in sorted(understand(text, choices, many)))


def one(answer: object, response: str, choices: list[str] = CITIES) -> Score:
    return score("multiple_choice", {}, response, ScoredItem("mcq_single", choices, answer))  # type: ignore[arg-type]  # hostile answers too


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("B", "B"),
        ("  (b)\n", "B"),
        ("[B]", "B"),
        ("**B**.", "B"),
        ("B:", "B"),
        ("`B`", "B"),
        ("“B”", "B"),
        ("A, B and D", "ABD"),
        ("A B", "AB"),
        ("a/b", "AB"),
        ("ABD", ""),
        ("E", ""),
        ("Bad", ""),
        ("B2", ""),
        ("I", ""),
        ("", ""),
        ("B or", ""),
    ],
)
def test_the_whole_response_may_be_letters(text: str, read: str) -> None:
    assert letters(text) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("ANSWER: C", "C"),
        ("the correct answer is option (C)", "C"),
        ("**Final answer:** C — Berlin", "C"),
        ("Answer:\n\nC", "C"),
        ("answers are A and C.", "AC"),
        ("The answer is A, and also C", "A"),
        ("The answer is A, a city", "A"),
        ("The answer is C because A is wrong", "C"),
        ("The answer is C.\nThis answer is right.", "C"),
        ("Answer: A\nNo. Answer: C", "C"),
        ("answer: c", "C"),
        ("answer: c is it", ""),
        ("unanswered: C", ""),
        ("answering C", ""),
        ("The answer is Cologne", ""),
        ("The answer is Célà", ""),
        ("The answer is not C", ""),
        ("hence \\boxed{C}", "C"),
        ("hence \\boxed{\\textbf{(C)}}", "C"),
        ("hence \\boxed{c}", "C"),
    ],
)
def test_letters_may_follow_a_marker(text: str, read: str) -> None:
    assert letters(text) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("D) Madrid, of course", "D"),
        ("(D) Madrid", "D"),
        ("D. Madrid", "D"),
        ("D: Madrid", "D"),
        ("D\n\nIt is the capital.", "D"),
        ("I think so.\n- **D)** Madrid\n- **B)** Paris", "BD"),
        ("D.Madrid", ""),
        ("D is it", ""),
        ("Option D) Madrid", ""),
    ],
)
def test_letters_may_begin_lines(text: str, read: str) -> None:
    assert letters(text) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("paris", "B"),
        ("ＰＡＲＩＳ", "B"),
        ("The answer is Paris.", "B"),
        ("Answer: **Paris**\n\nIt is large.", ""),
        ("$\\boxed{\\text{Paris}}$", "B"),
        ("- Paris\n- Madrid\n", "BD"),
        ("Paris; London,", "AB"),
        ("Paris, Rome", ""),
        ("It is Paris", ""),
    ],
)
def test_a_choice_may_be_named_by_its_text(text: str, read: str) -> None:
    assert letters(text) == read


def test_of_one_choice_only_the_marked_line_counts() -> None:
    assert letters("Answer: **Paris**\n\nIt is large.", many=False) == "B"


def test_an_exact_text_goes_before_letters_unless_it_is_one() -> None:
    assert letters("A and B", ["x", "y", "A and B"], many=False) == "C"
    assert letters("A", ["B", "A"], many=False) == "A"


def test_a_minus_or_a_point_is_not_lost() -> None:
    assert letters("-1", ["1", "-1"]) == "B"
    assert letters("The answer is -1.", ["1", "-1"]) == "B"
    assert letters("-1", ["1", "2"]) == ""
    assert letters("35", ["3.5", "7"]) == ""


def test_texts_that_are_alike_name_nothing() -> None:
    assert letters("paris", ["Paris", "PARIS"]) == ""
    assert letters("Paris", ["Paris", "PARIS"]) == "A"
    assert letters("x", ["x", "x"]) == ""
    assert letters("...", ["!", "?"]) == ""


def test_several_letters_for_one_choice_are_nothing() -> None:
    assert one("Paris", "A or B") == Score(0, None)


@pytest.mark.parametrize("answer", ["B", "b", "Paris", ["Paris"], ["B", "Paris"]])
def test_the_answer_is_a_text_or_a_letter(answer: object) -> None:
    assert one(answer, "B") == Score(1, "B")


def test_an_answer_is_first_a_text() -> None:
    assert one("A", "B", ["B", "A"]) == Score(1, "B")


@pytest.mark.parametrize(
    ("answer", "choices"),
    [
        ("Rome", CITIES),
        ("E", CITIES),
        ("", CITIES),
        (1, CITIES),
        (None, CITIES),
        ([], CITIES),
        (["A", "B"], CITIES),
        ({"withheld": "…"}, CITIES),
        ("x", ["x", "x"]),
        ("A", []),
        ("A", ["x"] * 27),
        ("A", [1, 2]),
    ],
)
def test_what_names_no_one_choice_is_not_recomputable(answer: object, choices: list[str]) -> None:
    with pytest.raises(NotRecomputable):
        one(answer, "A", choices)


def test_letters_are_read_whatever_else_the_response_holds() -> None:
    assert one("Paris", "Answer: B \U0001fae8") == Score(1, "B")
    with pytest.raises(NotRecomputable):
        one("Paris", "Paris \U0001fae8")


def test_partial_credit_is_f1_of_the_choices() -> None:
    item = ScoredItem("mcq_multi", CITIES, ["A", "B", "C"])
    assert score("multiple_choice", {"credit": "partial"}, "A, D", item) == Score(0.4, ["A", "D"])
    assert score("multiple_choice", {}, "A, D", item) == Score(0, ["A", "D"])


def test_an_answer_of_no_choice_is_never_met() -> None:
    item = ScoredItem("mcq_multi", CITIES, [])
    assert score("multiple_choice", {"credit": "partial"}, "none", item) == Score(0, None)


@given(
    st.lists(
        st.sampled_from(
            [*"ABCDabcd .,:;()[]{}*\n\t-#é$", "answer", " is ", "\\boxed{", "and", " or ", "Paris"]
        ),
        max_size=12,
    ),
    st.booleans(),
)
def test_one_choice_is_one_and_is_among_the_choices(parts: list[str], many: bool) -> None:
    named = understand("".join(parts), CITIES, many)
    assert named <= set(range(4))
    assert many or len(named) <= 1
