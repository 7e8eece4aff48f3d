"""What an error says that it is: its kind, where it states one. Pure.

Nothing is derived: a message is no kind, and neither is a name inside a traceback. Both texts are
content, and cut. Not here: how failures are counted (``application.run_tally``, the read models).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from domain.canonical import Json

MOST_CHARACTERS: Final = 100
"""Of a kind or a message; errors that agree in these are alike."""

_KIND: Final = ("kind", "type", "code", "name")
_MESSAGE: Final = ("message", "error")


def error_kind(error: Json) -> str:
    """The kind, type, code or name that an error states, itself or in its ``error``; else ""."""
    stated = (_word(level.get(name)) for level in _levels(error) for name in _KIND)
    return next(filter(None, stated), "")


def error_message(error: Json) -> str:
    """What an error says in words, as a text, a ``message`` or an ``error``; else ""."""
    texts = (_text(level.get(name)) for level in _levels(error) for name in _MESSAGE)
    return next(filter(None, texts), "") or _text(error)


def _levels(error: Json) -> Iterator[Mapping[str, Any]]:
    """The error, and the one inside it: services answer ``{"error": {"code": …}}``."""
    if isinstance(error, dict):
        yield error
        inner = error.get("error")
        if isinstance(inner, dict):
            yield inner


def _word(value: Json) -> str:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return _text(str(value) if is_number else value)


def _text(value: Json) -> str:
    return value[:MOST_CHARACTERS] if isinstance(value, str) and value.strip() else ""
