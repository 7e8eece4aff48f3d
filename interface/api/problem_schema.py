"""What OpenAPI says of errors: every one of every operation is a problem document.

Not here: the documents themselves (``problem_documents``).
"""

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from fastapi import FastAPI

from interface.api.problem_documents import MEDIA_TYPE

_TEXT: Final = {"type": "string"}
SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457. Beside its own members, those of an error of the archive.",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "pattern": "^urn:eval752:problem:[a-z-]+$"},
        "title": _TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": _TEXT,
        "instance": {"type": "string", "description": "The id of the request."},
        "place": _TEXT,
        "expected": _TEXT,
        "found": _TEXT,
        "remedy": _TEXT,
        "line": {"type": "integer", "minimum": 1},
    },
}
_CONTENT: Final = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
_FASTAPIS_OWN: Final = ("HTTPValidationError", "ValidationError")


def describe_problems(app: FastAPI) -> None:
    """Let the app's OpenAPI document name problems wherever an error can be."""
    app.openapi = partial(_described, app, app.openapi)  # type: ignore[method-assign]  # its way


def _described(app: FastAPI, document: Any) -> dict[str, Any]:
    if app.openapi_schema is None:
        app.openapi_schema = with_problems(document())
    return app.openapi_schema


def with_problems(document: dict[str, Any]) -> dict[str, Any]:
    """The document, in which every error of every operation is a problem."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in _FASTAPIS_OWN:
        schemas.pop(name, None)
    schemas["Problem"] = SCHEMA
    for operation in _operations(document):
        answers = operation["responses"]
        if "HTTPValidationError" in str(answers.get("422")):
            del answers["422"]
        answers.setdefault("default", {"description": "Any error"})
        for status, answer in answers.items():
            if (status == "default" or int(status[0]) >= 4) and not _is_described(answer):
                answer["content"] = _CONTENT
    return document


def _is_described(answer: dict[str, Any]) -> bool:
    """Whether a route says itself what more its problem holds."""
    return list(answer.get("content", {})) == [MEDIA_TYPE]


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document.get("paths", {}).values():
        for operation in path.values():
            if isinstance(operation, dict) and "responses" in operation:
                yield operation
