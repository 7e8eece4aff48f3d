"""What is wrong with a parameter or a body is said in our words, whatever FastAPI calls it."""

from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from fastapi import Body, FastAPI, Query
from fastapi import Path as PathParameter

from interface.api import problems
from tests.interface.api.asking import ask

APP = FastAPI()
problems.install(APP)


class Fruit(Enum):
    APPLE = "apple"
    PEAR = "pear"


@APP.get("/one")
async def one(
    *,
    kind: Literal["run", "dataset"] = "run",
    fruit: Fruit = Fruit.APPLE,
    is_on: bool = False,
    count: Annotated[int, Query(ge=1, le=5)] = 1,
    low: float | None = None,
    text: Annotated[str, Query(min_length=1, max_length=3)] = "x",
    some: Annotated[list[str] | None, Query(min_length=2, max_length=3)] = None,
) -> None:
    pass


@APP.get("/items/{item}")
async def item(item: Annotated[int, PathParameter(ge=0)]) -> None:
    pass


@APP.post("/body")
async def body(found: Annotated[dict[str, int], Body()]) -> None:
    pass


def told(path: str, method: str = "GET", **more: Any) -> tuple[str, str, str]:
    answer = ask(APP, method, path, **more)
    assert answer.status_code == 400
    problem = answer.json()
    return problem["place"], problem["expected"], problem["found"]


@pytest.mark.parametrize(
    ("query", "expected", "found"),
    [
        ("kind=x", "'run' or 'dataset'", "'x'"),
        ("fruit=fig", "'apple' or 'pear'", "'fig'"),
        ("is_on=perhaps", "true or false", "'perhaps'"),
        ("count=x", "a whole number", "'x'"),
        ("count=1.5", "a whole number", "'1.5'"),
        (f"count={'9' * 5000}", "a whole number of fewer digits", f"'{'9' * 76}..."),
        ("count=0", "at least 1", "'0'"),
        ("count=6", "at most 5", "'6'"),
        ("low=x", "a number", "'x'"),
        ("text=", "at least 1 characters", "''"),
        ("text=long", "at most 3 characters", "'long'"),
        ("some=a", "at least 2 of them", "1"),
        ("some=a&some=b&some=c&some=d", "at most 3 of them", "4"),
    ],
)
def test_of_a_parameter(query: str, expected: str, found: str) -> None:
    name = query.partition("=")[0]
    assert told(f"/one?{query}") == (f"query parameter {name}", expected, found)


def test_of_a_part_of_the_path() -> None:
    assert told("/items/x") == ("path parameter item", "a whole number", "'x'")
    assert told("/items/-1") == ("path parameter item", "at least 0", "'-1'")


def test_of_a_body_that_is_no_json() -> None:
    headers = {"Content-Type": "application/json"}
    _, expected, found = told("/body", "POST", content=b'{"a":1 "b":2}', headers=headers)
    assert (expected, found) == ("JSON", "not JSON: Expecting ',' delimiter")
