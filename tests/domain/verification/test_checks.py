from domain.verification.checks import BY_LABEL, Check, Outcome
from scripts.conformance_fixture import NUMBERS


def test_numbers_and_names_never_change_their_meaning() -> None:
    told = [(check.number, check.label) for check in Check]
    assert told == [
        (1, "container"),
        (2, "digests"),
        (3, "manifest"),
        (4, "events"),
        (5, "stream"),
        (6, "tree"),
        (7, "parts"),
        (8, "assets"),
        (9, "signature"),
        (10, "inclusion"),
        (11, "consistency"),
        (12, "time"),
        (13, "witness"),
        (14, "completeness"),
        (15, "replay"),
        (16, "rescoring"),
        (17, "evidence"),
        (18, "policy"),
    ]
    assert {label: BY_LABEL[label].number for label in NUMBERS} == NUMBERS
    assert all(check.meaning for check in Check)


def test_an_outcome_is_one_of_three() -> None:
    assert [outcome.value for outcome in Outcome] == ["passed", "failed", "not shown"]
