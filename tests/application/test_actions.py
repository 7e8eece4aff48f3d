"""Lines of actions are read strictly: what is missing, unknown or of a wrong form is named."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.actions import GIVEN_BY_ARCHIVE, action_of, read_action, split_row
from domain.canonical import Json
from domain.errors import Eval752Error, InvalidInput
from domain.evaluation.events import TYPES
from interface.bootstrap.archive import Archive
from tests.archives import (
    DATASET,
    RUN,
    Members,
    answered,
    begin_run,
    record,
    types,
)

ID = "00000000-0000-7000-8000-000000000001"


def _line(members: Members) -> bytes:
    return json.dumps(members).encode()


def _sample(fact: str) -> Json:
    texts = {
        "archived_from": "eval752-export-1",
        "by": ID,
        "dataset": ID,
        "kind": "answer",
        "occurred": "2026-11-23T09:00:00.000000Z",
        "plan_source": "file",
    }
    numbers: dict[str, Json] = {"ranges": [[0, 1]]}
    return texts.get(fact, numbers.get(fact, 1))


RECORDABLE = sorted(name for name, spec in TYPES.items() if "archive" not in spec.streams)


@pytest.mark.parametrize("kind", RECORDABLE)
def test_every_recordable_type_is_read_with_all_that_it_may_hold(kind: str) -> None:
    spec = TYPES[kind]
    facts = {f: _sample(f) for f in spec.facts.keys() - GIVEN_BY_ARCHIVE.get(kind, frozenset())}
    parts: dict[str, Json] = {part: {"id": "q"} for part in spec.parts}
    members: dict[str, Json] = {"type": kind, "id": ID, "stream": f"run/{ID}", **facts, **parts}
    action = read_action(_line(members), "line 7")
    assert (action.type, action.facts, action.parts) == (kind, facts, parts)
    assert (action.id, action.stream, action.place) == (ID, f"run/{ID}", "line 7")


@pytest.mark.parametrize("kind", sorted(GIVEN_BY_ARCHIVE))
def test_what_the_archive_adds_no_caller_may_state(kind: str) -> None:
    for fact in GIVEN_BY_ARCHIVE[kind]:
        with pytest.raises(InvalidInput, match=fact):
            action_of({"type": kind, fact: 1}, "line 1")


@pytest.mark.parametrize("kind", [*sorted(set(TYPES) - set(RECORDABLE)), "", "X.Y"])
def test_types_of_the_archive_itself_and_unknown_ones_are_refused(kind: str) -> None:
    with pytest.raises(InvalidInput, match="line 1, type"):
        action_of({"type": kind}, "line 1")


BAD_LINES = [
    b"",
    b"{",
    b"[]",
    b'"run.started"',
    b"{}",
    b'{"type":7}',
    b'{"type":"run.started","type":"run.completed"}',
    b'{"type":"run.annotated","annotation":NaN}',
    b'{"type":"run.annotated","annotation":"\\ud800"}',
    b'{"type":"run.annotated","annotation":9007199254740993}',
    b'{"type":"run.annotated","annotation":' + b"[" * 200 + b"]" * 200 + b"}",
    b'{"type":"run.annotated","annotation":"\xff"}',
    b'{"type":"run.started"} {}',
]


@pytest.mark.parametrize("line", BAD_LINES)
def test_what_is_no_strict_json_object_with_a_type_is_refused(line: bytes) -> None:
    with pytest.raises(InvalidInput, match="line 3"):
        read_action(line, "line 3")


BAD_MEMBERS: list[tuple[Members, str]] = [
    ({"type": "run.started", "score": True}, "score"),
    ({"type": "run.started", "version": 1}, "version"),
    ({"type": "run.started", "at": "now"}, "at"),
    ({"type": "run.started", "actor": "authenticated:root"}, "actor"),
    ({"type": "run.started", "id": 7}, "id"),
    ({"type": "run.started", "id": ID.upper().replace("0", "A")}, "id"),
    ({"type": "run.started", "stream": "run/7"}, "stream"),
    ({"type": "run.started", "stream": None}, "stream"),
    ({"type": "run.started", "occurred": "2026-11-23"}, "occurred"),
    ({"type": "run.superseded", "by": "run/7"}, "by"),
    ({"type": "item.failed", "error": "e"}, "item"),
    ({"type": "item.failed", "item": 0}, "error"),
    ({"type": "item.failed", "item": -1, "error": "e"}, "item"),
    ({"type": "item.failed", "item": 1.5, "error": "e"}, "item"),
    ({"type": "item.failed", "item": True, "error": "e"}, "item"),
    ({"type": "item.failed", "item": [0], "error": "e"}, "item"),
    ({"type": "item.failed", "item": 0, "epoch": 0, "error": "e"}, "epoch"),
    ({"type": "item.answered", "item": 0, "attempt": 70000, "response": {}}, "attempt"),
    ({"type": "item.answered", "item": 0, "latency_ms": 0.5, "response": {}}, "latency_ms"),
    ({"type": "item.scored", "item": 0, "scorer": None, "score": {}}, "scorer"),
    ({"type": "part.erased", "kind": "content", "target": 1}, "kind"),
    ({"type": "part.erased", "kind": ["answer"], "target": 1}, "kind"),
    ({"type": "part.erased", "kind": "answer", "target": "1"}, "target"),
    ({"type": "part.erased", "kind": "answer"}, "target"),
    ({"type": "dataset.item_added"}, "answer, item, question"),
    ({"type": "dataset.item_added", "row": []}, "row"),
    ({"type": "dataset.item_added", "row": {"id": "q"}}, "answer, inputs, type"),
    ({"type": "run.planned", "row": {}}, "row"),
]


@pytest.mark.parametrize(("members", "named"), BAD_MEMBERS)
def test_the_member_that_is_wrong_is_named(members: Members, named: str) -> None:
    with pytest.raises(InvalidInput) as problem:
        action_of(members, "line 1")
    assert str(problem.value).startswith("line 1")
    assert named in str(problem.value)


def test_scoring_is_asked_for_by_true_and_what_is_no_boolean_is_refused() -> None:
    assert action_of(answered(0), "line 1").score
    assert not action_of({**answered(0), "score": False}, "line 1").score
    others: list[Json] = [1, 0, "yes", "true", [True], {"value": 1}, None]
    for asked in others:
        with pytest.raises(InvalidInput, match="line 1, score: expected true or false"):
            action_of({**answered(0), "score": asked}, "line 1")


def test_a_row_is_split_into_what_is_shown_asked_and_expected() -> None:
    row: dict[str, Json] = {
        "id": "q-1",
        "type": "text",
        "inputs": {"text": "?"},
        "choices": None,
        "answer": None,
        "section": "s",
        "meta": {"level": 1},
        "more": [1],
    }
    kept = {name: row[name] for name in ("id", "type", "section", "meta", "more")}
    expected = {"answer": None, "item": kept, "question": {"inputs": {"text": "?"}}}
    assert split_row(row, "line 1") == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats() | st.text(max_size=8),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(), children),
    max_leaves=6,
)
NAMES = sorted({name for spec in TYPES.values() for name in (*spec.facts, *spec.parts)})


@given(st.sampled_from(sorted(TYPES)), st.dictionaries(st.sampled_from(NAMES), JSON, max_size=6))
def test_whatever_a_line_says_it_is_read_or_refused(kind: str, members: dict[str, Json]) -> None:
    line = json.dumps({**members, "type": kind}).encode()
    try:
        action = read_action(line, "line 1")
    except InvalidInput:
        return
    assert action.type == kind
    assert action.facts.keys() | action.parts.keys() | {"score"} == members.keys() | {"score"}


SHAPES: Members = {
    "config": {"name": "n", "provider": "p", "model": "m"},
    "item": {"id": "q", "type": "text"},
    "question": {"inputs": 1},
    "response": {"text": None},
    "score": {"value": 1},
    "original": {"name": "n", "media_type": "m"},
}


@pytest.mark.parametrize("number", [0, 1, 4, 2**53 - 1])
def test_what_is_read_is_recorded_or_refused_in_any_stream(archive: Archive, number: int) -> None:
    begin_run(archive)
    record(archive, RUN, answered(0))
    for kind in RECORDABLE:
        spec = TYPES[kind]
        counted = {"item", "epoch", "scorer", "target", "attempt", "epochs", "latency_ms"}
        names = spec.facts.keys() - GIVEN_BY_ARCHIVE.get(kind, frozenset())
        facts = {name: number if name in counted else _sample(name) for name in names}
        parts = {part: SHAPES.get(part) for part in spec.parts}
        for stream in (RUN, DATASET, f"{RUN[:-1]}b", f"{DATASET[:-1]}6"):
            with suppress(Eval752Error):
                record(archive, stream, {"type": kind, **facts, **parts})
    assert types(archive)[:5] == [*types(archive)[:3], "item.answered", "item.scored"]
