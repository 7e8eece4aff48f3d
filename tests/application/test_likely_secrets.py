"""Where in a value the secret is, whoever tells that there is one."""

from collections.abc import Sequence
from typing import Any

import pytest

from application.actions import Action
from application.likely_secrets import MAX_SECRETS, SecretSearch, secrets_in, secrets_in_text
from domain.canonical import encode


class Spotting:
    """A detector for one word, and for members of one name."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def find(self, text: str) -> Sequence[str]:
        self.texts.append(text)
        return ["word"] * text.count("hunter2") + ["name"] * text.count('"pin":"')


def found(value: Any) -> list[tuple[str, str]]:
    return [(secret.place, secret.rule) for secret in secrets_in(Spotting(), value, "x")]


@pytest.mark.parametrize(
    ("value", "places"),
    [
        ("say hunter2", ["x"]),
        ({"a": [0, {"b": "hunter2", "c": "no"}]}, ["x.a.1.b"]),
        ({"a": "hunter2", "b": ["hunter2"]}, ["x.a", "x.b.0"]),
        ({"pin": "0000", "more": {"pin": "0001"}}, ["x.pin", "x.more.pin"]),
        ({"hunter2": 1}, ["x.hunter2"]),
        ([{"a": None}, 7, True, "pin"], []),
    ],
)
def test_the_innermost_place_is_told(value: Any, places: list[str]) -> None:
    assert [place for place, _ in found(value)] == places


def test_a_value_without_secrets_is_looked_through_once() -> None:
    spotting = Spotting()
    assert list(secrets_in(spotting, {"a": [1, {"b": "c"}]}, "x")) == []
    assert spotting.texts == ['{"a":[1,{"b":"c"}]}']


def test_escapes_hide_nothing() -> None:
    spotting = Spotting()
    list(secrets_in(spotting, 'a\nb\tc"d/e', "x"))
    list(secrets_in_text(spotting, r"a\nb\tc\"d\/e", "x"))
    assert spotting.texts == ['"a\nb\tc"d/e"', 'a\nb\tc"d/e']


def test_a_long_name_is_cut_in_the_place() -> None:
    assert all(len(place) <= 200 for place, _ in found({"n" * 500: {"m" * 500: "hunter2"}}))


def test_parts_with_secrets_are_remembered_by_stream_kind_and_position() -> None:
    search = SecretSearch(Spotting())
    parts: dict[str, Any] = {"request": {"text": "hunter2"}, "response": {"text": "no"}}
    for position in (3, 4):
        search.take("run/1", position, Action("item.answered", parts=parts, place="row"))
    search.take_asset("run/1", 5, "request", [b"no", b"\xffhunter2"])
    search.take_rest([("member, line 9", b"hunter2")])
    assert {of: [*positions] for of, positions in search.parts.items()} == {
        ("run/1", "request"): [3, 4, 5]
    }
    assert [secret.place for secret in search.first] == [
        *["row, request.text"] * 2,
        "run/1, action 5, request",
        "member, line 9",
    ]


def test_a_score_goes_with_the_response_that_it_repeats() -> None:
    search = SecretSearch(Spotting())
    facts: dict[str, Any] = {"item": 3, "epoch": 1}
    other: dict[str, Any] = {"item": 4, "epoch": 1}
    said: dict[str, Any] = {"response": {"text": "say hunter2"}}
    search.take("run/1", 1, Action("item.answered", facts, dict(said)))
    search.take("run/1", 2, Action("item.answered", other, {"response": {"text": "no"}}))
    score: dict[str, Any] = {"score": {"value": 1, "extracted": "HUNTER 2"}, "rationale": "so"}
    for position, of in ((3, facts), (4, other)):
        search.take("run/1", position, Action("item.scored", of, dict(score)))
    assert {kind: [*at] for (_, kind), at in search.parts.items()} == {
        "response": [1],
        "score": [3],
        "rationale": [3],
    }
    assert search.count == 1


def test_the_first_hundred_are_listed_and_all_are_counted() -> None:
    search = SecretSearch(Spotting())
    search.take("run/1", 1, Action("x", parts={"request": ["hunter2"] * 120}))
    assert (len(search.first), search.count) == (MAX_SECRETS, 120)


def test_what_is_no_i_json_hides_nothing() -> None:
    assert found({"a": float("nan"), "b": "\ud800 hunter2"}) == [("x.b", "word")]


def test_a_secret_is_never_repeated() -> None:
    assert "hunter2" not in repr(found({"a": "hunter2", "pin": "hunter2"}))
    assert encode("hunter2").decode() not in repr(found(["hunter2"]))
