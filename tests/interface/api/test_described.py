"""The service does what its OpenAPI document says, whoever asks, whatever they send."""

from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from interface.api.app import create_app
from interface.api.settings import Settings
from tests.interface.api.conftest import Served

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
ROLES = ["nobody", "recorder", "auditor", "administrator"]


@pytest.fixture(scope="module", params=ROLES)
def asks(service: Served, request: pytest.FixtureRequest) -> httpx.Client:
    if request.param == "nobody":
        return service.client(None)
    return service.as_role(request.param, None if request.param == "administrator" else "main")


@schemathesis.serializer("application/zip", "application/x-ndjson")
def as_it_is(_: object, value: Any) -> bytes:
    """A body that is bytes or text goes out as it is."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


DOCUMENT = create_app(Settings(data=Path("unused"))).openapi()
schema = schemathesis.openapi.from_dict(DOCUMENT).exclude(path="/v1/events")  # it has no end


@schema.parametrize()
@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[*HealthCheck],
)
def test_every_answer_is_described(case: Case[Any], service: Served, asks: httpx.Client) -> None:
    headers = {"Authorization": asks.headers.get("authorization", "")}
    answer = case.call(base_url=service.url, headers=headers)
    case.validate_response(answer, checks=CHECKS)
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == ["application/problem+json"]
        assert "Traceback" not in answer.text


def test_the_document_says_of_every_answer_what_it_is(service: Served) -> None:
    document = httpx.get(f"{service.url}/openapi.json").json()
    assert document == DOCUMENT
    for path, item in document["paths"].items():
        for method, operation in item.items():
            answers = operation["responses"]
            assert "application/problem+json" in str(answers["default"]), f"{method} {path}"
            assert any(status.startswith("2") for status in answers)
            assert operation["description"]
    assert "HTTPValidationError" not in str(document)
