from typing import Any

import pytest
from fastapi import FastAPI
from jsonschema_rs import validator_for

from domain.errors import ArchiveDamaged, InvalidInput
from interface.api.problem_documents import problem_of, problem_of_status
from interface.api.problem_schema import SCHEMA, describe_problems, with_problems


def document(**responses: Any) -> dict[str, Any]:
    return {"paths": {"/x": {"parameters": [], "get": {"responses": responses}}}}


def responses(told: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = told["paths"]["/x"]["get"]["responses"]
    return found


def test_what_is_answered_is_what_the_schema_says() -> None:
    validator = validator_for(SCHEMA)
    for problem in (
        problem_of(InvalidInput("line 1", "a", "b", "c"), "r"),
        problem_of(ArchiveDamaged("a", "b", "c"), "r"),
        problem_of_status(404, None, "r"),
    ):
        validator.validate(dict(problem.document))


def test_every_operation_may_end_in_a_problem() -> None:
    told = responses(with_problems(document(**{"200": {"description": "Well"}})))
    assert [*told] == ["200", "default"]
    assert "content" not in told["200"]
    assert [*told["default"]["content"]] == ["application/problem+json"]


@pytest.mark.parametrize("content", [{}, {"application/json": {}}, {"text/plain": {}}])
def test_an_error_that_a_route_declares_is_a_problem(content: dict[str, Any]) -> None:
    told = responses(with_problems(document(**{"404": {"content": content}})))
    assert [*told["404"]["content"]] == ["application/problem+json"]


def test_a_route_may_say_more_of_its_problem() -> None:
    own = {"application/problem+json": {"schema": {"title": "With a report"}}}
    told = responses(with_problems(document(**{"422": {"content": own}})))
    assert told["422"]["content"] == own


def test_the_document_is_made_once() -> None:
    app = FastAPI()
    describe_problems(app)
    assert app.openapi() is app.openapi()
