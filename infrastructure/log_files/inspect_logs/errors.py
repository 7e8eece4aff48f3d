"""Errors in the form of Inspect, and whether they say all that the archive's do.

Not here: which error is whose.
"""

from typing import Final

from domain.canonical import Json, encode
from infrastructure.log_files.inspect_logs.members import Members

_TOLD: Final = frozenset({"message", "traceback"})


def error_of(value: Json) -> Members:
    """An error: what it says, and its traceback, for terminals too, where it has one."""
    message, traceback = value, ""
    if isinstance(value, dict) and isinstance(value.get("message"), str):
        message, given = value["message"], value.get("traceback")
        traceback = given if isinstance(given, str) else ""
    text = message if isinstance(message, str) else encode(message).decode()
    return {"message": text, "traceback": traceback, "traceback_ansi": traceback}


def is_whole(value: Json) -> bool:
    """Whether :func:`error_of` says all of it."""
    if isinstance(value, dict) and isinstance(value.get("message"), str):
        return value.keys() <= _TOLD
    return True
