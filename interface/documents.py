"""Rows and details as what ``json`` prints: named tuples with their names, codes as words. Pure."""

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any


def document(value: Any) -> Any:
    """The value with every named tuple as an object."""
    if isinstance(value, IntEnum):
        return value.name.lower()
    if hasattr(value, "_asdict"):
        return {name: document(member) for name, member in value._asdict().items()}
    members: Any = value
    if isinstance(value, Mapping):
        return {name: document(member) for name, member in members.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [document(member) for member in members]
    return value
