"""What FastAPI finds wrong with a request, in our words, for problem documents and pages alike.

Not here: what routes themselves find wrong, and how either is answered (``problems``).
"""

from collections.abc import Mapping
from typing import Any, Final

from fastapi.exceptions import RequestValidationError

from domain.errors import InvalidInput, shown

_NAMED: Final = {"query": "query parameter", "path": "path parameter", "header": "header"}
"""What a parameter is called, by where FastAPI found it."""

_SHOWN: Final = frozenset({"query", "path"})
"""Where a value may be told again: a header may hold a secret, and a body content."""

_EXPECTED: Final[Mapping[str, str]] = {
    "missing": "a value",
    "bool_parsing": "true or false",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number of fewer digits",
    "int_from_float": "a whole number",
    "float_parsing": "a number",
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
    "literal_error": "{expected}",
    "enum": "{expected}",
    "string_too_short": "at least {min_length} characters",
    "string_too_long": "at most {max_length} characters",
    "too_short": "at least {min_length} of them",
    "too_long": "at most {max_length} of them",
    "json_invalid": "JSON",
}
"""By the library's kind of error, with the members of its context; of others, its own words."""


def invalid_input(fault: RequestValidationError) -> InvalidInput:
    """The first thing that FastAPI found wrong with a request."""
    first = fault.errors()[0]
    where, *names = map(str, first["loc"])
    place = " ".join([_NAMED.get(where, where), ".".join(names)]).strip()
    return InvalidInput(place, _expected(first), _found(where, first))


def _expected(error: Mapping[str, Any]) -> str:
    words = _EXPECTED.get(error["type"])
    return words.format_map(error.get("ctx", {})) if words else str(error["msg"])


def _found(where: str, error: Mapping[str, Any]) -> str:
    if error["type"] == "missing":
        return "none"
    if error["type"] == "json_invalid":
        return f"not JSON: {error['ctx']['error']}"
    if error["type"] in {"too_short", "too_long"}:
        return str(error["ctx"]["actual_length"])
    value = error.get("input")
    return shown(value) if where in _SHOWN else f"another {type(value).__name__}"
