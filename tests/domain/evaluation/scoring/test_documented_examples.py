"""What ``docs/scoring.md`` says is executed: every example, and every expression that it prints."""

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from domain.canonical import Json, decode
from domain.evaluation.scoring import METHODS, NotRecomputable, Score, ScoredItem, score
from domain.evaluation.scoring.choices import MARKER, patterns
from domain.evaluation.scoring.numbers import NUMBER

DOCUMENT = next(
    parent / "docs" / "scoring.md"
    for parent in Path(__file__).parents
    if (parent / "pyproject.toml").exists()
)
HEADING = re.compile(r"## \d+\. `(\w+)`")
WITH = re.compile(r"Examples with the type `(.+?)` and the choices `(.+?)`:")
CELL = re.compile(r"`(.*)`")


class Example(NamedTuple):
    method: str
    item: ScoredItem
    cells: list[str]


def examples() -> list[Example]:
    found: list[Example] = []
    choices: list[str] = []
    method, kind = "", "freeform"
    for line in DOCUMENT.read_text("utf-8").splitlines():
        if heading := HEADING.match(line):
            method, kind, choices = heading[1], "freeform", []
        elif given := WITH.match(line):
            kind, choices = json(given[1]), json(given[2])
        elif method and line.startswith("| `{"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            found.append(Example(method, ScoredItem(kind, choices, json(cells[1])), cells))
    return found


def json(cell: str) -> Any:
    quoted = CELL.fullmatch(cell)
    return decode(quoted[1] if quoted else cell)


def test_every_recomputable_method_has_examples() -> None:
    shown = {example.method for example in examples()}
    assert shown == {name for name, method in METHODS.items() if method.scorer}


@pytest.mark.parametrize(
    "example", examples(), ids=lambda example: f"{example.method}: {example.cells[2]}"
)
def test_an_example_scores_what_the_document_says(example: Example) -> None:
    parameters, _, response, value, extracted = example.cells
    if value == "not recomputable":
        with pytest.raises(NotRecomputable):
            score(example.method, json(parameters), json(response), example.item)
    else:
        found = score(example.method, json(parameters), json(response), example.item)
        assert found == Score(json(value), json(extracted))


def test_the_expressions_printed_are_those_in_use() -> None:
    blocks = re.findall(r"```\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    printed = dict(line.split(maxsplit=1) for block in blocks for line in block.splitlines())
    known = patterns(4)._asdict() | {"marker": MARKER, "number": NUMBER}
    assert printed == {name: expression.pattern for name, expression in known.items()}


def test_the_table_of_methods_names_every_parameter() -> None:
    text = DOCUMENT.read_text("utf-8")
    names: set[Json] = {name for method in METHODS.values() for name in method.parameters}
    assert [name for name in names if f"`{name}`" not in text] == []
