import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.bundle import layout
from domain.bundle.members import ContainerRejected

ASSETS = [f"assets/{digit * 64}.{ext}" for digit in "09af" for ext in ("bin", "p", "png")]
ALL = [
    *(layout.README, layout.EVENTS, layout.PARTS, *ASSETS, layout.META, layout.RUN_CONFIG),
    *(layout.section_member(ordinal) for ordinal in range(12)),
    *(layout.RESULTS, layout.SUMMARY, layout.MANIFEST, layout.SUMS, layout.NOTE, layout.KEYS),
]


def rejection(*names: str) -> ContainerRejected:
    with pytest.raises(ContainerRejected) as caught:
        layout.check_names(names)
    return caught.value


def test_every_member_in_order_is_accepted() -> None:
    layout.check_names(ALL)


@given(st.sets(st.sampled_from(range(len(ALL)))))
def test_any_selection_in_order_is_accepted(chosen: set[int]) -> None:
    layout.check_names([ALL[index] for index in sorted(chosen)])


@given(st.lists(st.sampled_from(ALL), min_size=2, max_size=5))
def test_any_other_order_or_repetition_is_rejected(names: list[str]) -> None:
    if names == sorted(set(names), key=ALL.index):
        layout.check_names(names)
    else:
        rejection(*names)


@given(st.text(max_size=20).filter(lambda name: name not in ALL))
def test_an_arbitrary_name_is_rejected(name: str) -> None:
    rejection(name)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "an empty name"),
        ("events.jsonl\0", "a NUL in the name"),
        ("cafe\u0301.txt", "not ASCII"),
        ("events\\x", "a backslash in the name"),
        ("c:events.jsonl", "a drive letter"),
        ("/events.jsonl", "an absolute path"),
        ("assets/../events.jsonl", "a path that climbs out of its folder"),
        ("assets/", "a directory"),
        ("./events.jsonl", "another spelling of a path"),
        ("proof//keys", "another spelling of a path"),
        ("EVENTS.jsonl", "another case of a member's name"),
        ("sha256sums", "another case of a member's name"),
        (ASSETS[-1].upper(), "another case of a member's name"),
        ("notes.txt", "an unknown member"),
        ("sections/00.jsonl", "an unknown member"),
        ("sections/4096.jsonl", "an unknown member"),
        ("sections/10000.jsonl", "an unknown member"),
        ("sections/\u0661.jsonl", "not ASCII"),
        ("events.jsonl\n", "an unknown member"),
        ("proof/other", "an unknown member"),
    ],
)
def test_what_is_wrong_with_a_name_is_said(name: str, fault: str) -> None:
    error = rejection(layout.README, name)
    assert error.place == "member 2"
    assert error.found == f"{name!a}: {fault}"


def test_a_name_of_any_length_is_told_in_a_short_message() -> None:
    assert len(str(rejection("x" * 65535))) < 250


def test_a_duplicate_is_told_from_a_wrong_order() -> None:
    assert rejection("README.txt", "README.txt").found == "README.txt again"
    late = rejection("README.txt", "parts.jsonl", "events.jsonl")
    assert (late.place, late.expected) == ("member 3", "a name behind parts.jsonl")
    assert late.found == "events.jsonl, out of order"


def test_sections_stand_by_number() -> None:
    layout.check_names(["sections/9.jsonl", "sections/10.jsonl", "sections/4095.jsonl"])
    rejection("sections/10.jsonl", "sections/9.jsonl")


def test_there_is_a_greatest_number_of_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "MAX_MEMBERS", 3)
    layout.check_names(ALL[:3])
    assert rejection(*ALL[:4]).expected == "at most 3 members"


def test_names_are_checked_one_by_one_as_they_come() -> None:
    names = iter(["README.txt", "nonsense", "never asked for"])
    with pytest.raises(ContainerRejected):
        layout.check_names(names)
    assert next(names) == "never asked for"


def test_the_readme_is_the_one_of_the_format() -> None:
    page = (Path(__file__).parents[3] / "docs/format.md").read_text(encoding="utf-8")
    shown = re.search(r"`README\.txt` is:\n\n```text\n(.*?)```\n", page, re.DOTALL)
    assert shown is not None
    assert shown[1] == layout.README_TEXT
    assert layout.README_TEXT.isascii()


@pytest.mark.parametrize(
    ("kinds", "withheld"),
    [
        ([], set()),
        (["answer"], {"answer", "original"}),
        (["question"], {"question", "request", "original"}),
        (["request", "score"], {"request", "score", "original"}),
        (["original"], {"original"}),
    ],
)
def test_what_would_show_a_withheld_kind_is_withheld_too(
    kinds: list[str], withheld: set[str]
) -> None:
    assert layout.closure(kinds) == withheld
    assert layout.closure(layout.closure(kinds)) == withheld
