import json
from typing import Any

import pytest

from application.log_source import Account
from domain.errors import InvalidInput, UnreadableFile
from infrastructure.log_sources import json_values
from infrastructure.log_sources.json_values import (
    elements,
    elements_of,
    first_names,
    is_number,
    object_at,
    read_object,
    text_at,
    whole,
)


def cut(value: Any, size: int = 3) -> list[bytes]:
    data = json.dumps(value).encode()
    return [data[at : at + size] for at in range(0, len(data), size)]


@pytest.mark.parametrize("value", [[], [1], [{"a": [1, 2]}, "x,]", []]])
def test_elements_come_one_by_one_with_their_places(value: list[Any]) -> None:
    told = [*elements(cut(value), "a.json")]
    assert [json.loads(text) for _, text in told] == value
    assert [place for place, _ in told] == [f"a.json, element {n}" for n in range(len(value))]


def test_elements_of_a_member_leave_the_others_alone() -> None:
    told = elements_of("b", cut({"a": [0], "b": [1, [2]], "c": 3}), "a.json")
    assert [(place, json.loads(text)) for place, text in told] == [
        ("a.json, b, element 0", 1),
        ("a.json, b, element 1", [2]),
    ]


def test_what_ends_behind_the_list_early_is_told_as_well() -> None:
    with pytest.raises(UnreadableFile, match="cut short"):
        list(elements_of("a", [b'{"a": [1], "b": '], "a.json"))


def test_an_element_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_values, "MAX_LINE_BYTES", 6)
    assert len([*elements(cut(["abc", "abc", "abc"]), "a.json")]) == 3
    with pytest.raises(InvalidInput, match=r"a.json, element 1: expected at most 6 bytes"):
        list(elements(cut(["abc", "abcdef"]), "a.json"))


def test_a_whole_document_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_values, "MAX_LINE_BYTES", 5)
    assert whole([b"abc", b"de"], "a.json") == b"abcde"
    with pytest.raises(InvalidInput, match="at most 5 bytes"):
        whole([b"abc", b"def"], "a.json")


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (b'{"a": {"x": 1}, "b": [', {"a", "b"}),
        (b'{"a": 1}\n{"b": 2}', {"a"}),
        (b'["a"]', set()),
        (b"PK\x03", set()),
        (b"", set()),
    ],
)
def test_the_first_names_are_those_of_a_beginning(data: bytes, names: set[str]) -> None:
    assert first_names(data) == names


def test_an_object_is_read_and_what_was_mapped_is_noted() -> None:
    account = Account()
    assert read_object(b'{"a": NaN}', "x", account) == {"a": "NaN"}
    assert [note.first for note in account.notes()] == ["x"]
    with pytest.raises(InvalidInput, match="x: expected an object"):
        read_object(b"[]", "x", account)


def test_what_stands_within_is_found_or_empty() -> None:
    value: Any = {"a": {"b": {"c": "d"}, "e": [1]}}
    assert object_at(value, "a", "b") == {"c": "d"}
    assert object_at(value, "a", "e") == object_at(None, "a") == {}
    assert text_at({"a": "", "b": 1, "c": "x"}, "a", "b", "c") == "x"
    assert text_at({}, "a") == ""


def test_true_is_no_number() -> None:
    assert [is_number(value) for value in (1, 0.5, True, "1", None)] == [
        True,
        True,
        False,
        False,
        False,
    ]
