"""What a value of a plain file is taken for: a text, a number, a list, an epoch.

CSV has texts alone; there, an empty one is nothing. Not here: which column is asked.
"""

from collections.abc import Sequence
from typing import Final

from domain.canonical import MAX_INTEGER, Json, decode, encode
from domain.errors import InvalidInput, shown
from domain.syntax import MAX_EPOCHS

NOTHING: Final = (None, "")
_SAID: Final = {"true": "1", "false": "0"}
_MAX_DIGITS: Final = 40


def text_of(value: Json) -> str | None:
    """A text as it is, a number or a truth as JSON; None for nothing, or for what has parts."""
    if isinstance(value, str):
        return value or None
    return None if value is None or isinstance(value, list | dict) else encode(value).decode()


def number_of(value: Json) -> float | None:
    """A number, or the text of one; true is 1 and false 0; None for anything else."""
    if isinstance(value, str):
        text = value.strip()
        value = _read(_SAID.get(text.lower(), text))
    if isinstance(value, bool):
        return int(value)
    return value if isinstance(value, int | float) else None


def is_truth(value: Json) -> bool:
    """Whether a value says true or false."""
    return isinstance(value, bool) or (isinstance(value, str) and value.strip().lower() in _SAID)


def _read(text: str) -> Json:
    try:
        return decode(text.encode()) if len(text) <= _MAX_DIGITS else None
    except InvalidInput:
        return None


def count_of(value: Json, factor: int, place: str) -> int | None:
    """A number of milliseconds or tokens; None for nothing.

    Raises:
        InvalidInput: for what is no such number.
    """
    if value in NOTHING:
        return None
    number = number_of(value)
    if number is None or not 0 <= number * factor <= MAX_INTEGER:
        raise InvalidInput(place, "a number from 0", shown(value))
    return round(number * factor)


def epoch_of(value: Json, place: str) -> int:
    """An epoch; 1 for nothing.

    Raises:
        InvalidInput: for what is none.
    """
    text = text_of(value)
    if text is None:
        return 1
    epoch = int(text) if text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS else 0
    if not 1 <= epoch <= MAX_EPOCHS:
        raise InvalidInput(place, f"1 to {MAX_EPOCHS:,}", shown(text))
    return epoch


def texts_of(value: Json, place: str) -> Sequence[str]:
    """Choices: a list of texts, or the text of such a list as JSON.

    Raises:
        InvalidInput: for anything else.
    """
    if value in NOTHING:
        return []
    if isinstance(value, str) and value.lstrip().startswith("["):
        value = decode(value.encode(), place)
    texts = [text_of(each) for each in value] if isinstance(value, list) else [None]
    if None in texts:
        expected = "a list of texts, or a column for each choice"
        raise InvalidInput(place, expected, shown(value))
    return [text for text in texts if text is not None]
