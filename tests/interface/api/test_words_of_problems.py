"""What a problem says of a value is what was sent: no form of Python's own is in it."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.errors import shown
from tests.interface.api.conftest import NDJSON, Served, append, begin_run, new_dataset

ROOT = Path(__file__).parents[3]
PYTHONS = re.compile(
    r"\b(None|True|False)\b|[\[{]'|\bb['\"]|\(\(|\b(dict|list|Error|Exception)\(|<[a-z_.]+ object"
)
ROOMS = ("application", "domain", "infrastructure", "interface/api", "interface/web")
MAY = {
    "domain/errors.py": "shows a value",
    "domain/canonical/printing.py": "has the digits of a number",
    "domain/evaluation/scoring/numbers.py": "has the digits of a number",
    "application/page_rows.py": "damage, which no reader is told",
    "application/stream_state.py": "damage, which no reader is told",
}
"""Who may call ``repr``."""

VALUES: list[Any] = [None, True, False, 7, 0.5, [], ["a", None], {}, {"a": [True, None]}, [{}]]


@pytest.fixture
def run(service: Served) -> str:
    return begin_run(service.root, new_dataset(service.root))


def told(answer: httpx.Response) -> str:
    """The words of a refusal."""
    assert answer.status_code in {400, 404, 409, 422}, answer.text
    document = answer.json()
    return " | ".join(str(document.get(name, "")) for name in ("place", "expected", "found"))


def refusals(service: Served, run: str, value: Any) -> Iterator[httpx.Response]:
    """Requests in which the value is at every place where it may be wrong."""
    client, answer = service.root, {"type": "item.answered", "item": 0}
    wrongly = [
        {"type": value},
        {"type": "run.annotated", "annotation": "x", "item": [value]},
        {**answer, "item": [value]},
        {**answer, "item": 0, "epoch": [value]},
        {**answer, "response": [value]},
        {**answer, "response": {"text": [value]}},
        {**answer, "response": {"text": "x"}, "latency_ms": [value]},
        {"type": "run.planned", "plan": [value]},
    ]
    for action in wrongly:
        yield append(client, f"runs/{run}", action)
    yield client.post(f"/v1/runs/{run}/events", content=json.dumps(value), headers=NDJSON)
    for name in ("dataset", "provider", "config", "plan", "scorers"):
        yield client.post("/v1/runs", json={name: [value]})
    yield client.post("/v1/datasets", json={"name": [value]})
    yield client.post("/v1/tokens", json={"role": [value]})
    yield client.post("/v1/tokens", json={"role": "auditor", "project": [value]})
    yield client.post("/v1/projects", json={"project": [value]})


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_no_refusal_of_a_body_speaks_python(service: Served, run: str, value: Any) -> None:
    words = [told(each) for each in refusals(service, run, value)]
    assert [each for each in words if PYTHONS.search(each)] == []


@pytest.mark.parametrize("path", ["/v1/compare", "/v1/compare/flips"])
def test_too_many_of_a_parameter_are_counted_and_not_listed(service: Served, path: str) -> None:
    told = service.root.get(path, params={"run": ["x"] * 12}).json()
    assert (told["expected"], told["found"]) == ("at most 10 of them", "12")
    assert service.root.get(path, params={"run": "x"}).json()["found"] == "1"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "null"),
        ([True, {"a": "é"}], '[true, {"a": "\\u00e9"}]'),
        ("it's é\u202e", '"it\'s é\\u202e"'),
        (b"a\xff", "'a\\xff'"),
        (0.1, "0.1"),
        ({1, 2}, '"{1, 2}"'),
    ],
)
def test_a_value_is_shown_in_the_words_of_json(value: object, words: str) -> None:
    assert shown(value) == words


def test_nothing_that_readers_are_told_is_worded_by_repr() -> None:
    found = {
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "repr"
    }
    assert found == {*MAY}
