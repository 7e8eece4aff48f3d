import pytest

from application.log_source import Account
from domain.canonical import Json


@pytest.mark.parametrize(
    ("stated", "held", "findings"),
    [
        (1, 1, 0),
        (1, 2, 1),
        (0.3, 0.1 + 0.2, 0),
        (0.3, 0.3001, 1),
        (1, 1.0, 0),
        ("a", "a", 0),
        ("1", 1, 1),
        (None, 0, 1),
    ],
)
def test_a_statement_that_does_not_follow_is_a_finding(
    stated: Json, held: Json, findings: int
) -> None:
    account = Account()
    account.compare("stats", "passed", stated, held)
    assert (account.compared, len(account.findings)) == (1, findings)


def test_a_finding_tells_both_sides_and_no_more_than_is_read() -> None:
    account = Account()
    account.compare("stats", "passed", "x" * 1000, 2)
    (finding,) = account.findings
    assert finding.place == "stats"
    assert finding.expected == "passed 2, as its results give"
    assert len(finding.found) < 250


def test_notes_are_counted_with_the_place_of_the_first() -> None:
    account = Account()
    for place in "abc":
        account.note("mapped", place)
    assert [tuple(note) for note in account.notes()] == [("mapped", 3, "a")]
