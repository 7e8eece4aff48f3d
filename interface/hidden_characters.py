"""Characters that cannot be seen, or hide others: what people are shown as escapes. Pure.

What Python does not know of them by itself is taken from the Unicode Standard, version 16, at the
places that are named. ``web/hidden_characters.mjs`` says the same in JavaScript; a test compares
the two. Not here: which other characters are escaped (``web.wording``, ``report_text``).
"""

import re
from itertools import chain
from typing import Final
from unicodedata import category

IGNORABLE: Final = frozenset(
    chain(
        *((0x00AD, 0x034F, 0x061C), range(0x115F, 0x1161), range(0x17B4, 0x17B6)),
        *(range(0x180B, 0x1810), range(0x200B, 0x2010), range(0x202A, 0x202F)),
        *(range(0x2060, 0x2070), (0x3164,), range(0xFE00, 0xFE10), (0xFEFF, 0xFFA0)),
        *(range(0xFFF0, 0xFFF9), range(0x1BCA0, 0x1BCA4), range(0x1D173, 0x1D17B)),
        range(0xE0000, 0xE1000),
    )
)
"""Default_Ignorable_Code_Point of DerivedCoreProperties.txt: shown as nothing at all."""

BLANK: Final = frozenset({0x2800, 0x13441, 0x13442, 0x1D159})
"""Letters and symbols that are no spaces and have no ink, by their names: BRAILLE PATTERN BLANK,
EGYPTIAN HIEROGLYPH FULL BLANK and HALF BLANK, MUSICAL SYMBOL NULL NOTEHEAD."""

MOST_MARKS: Final = 4
"""Nonspacing marks on a letter; with more, they stack over other lines. UTS #39, section 5.4."""

_PRESENTED: Final = re.compile("[\ufe0e\ufe0f]")
_SYMBOLS: Final = frozenset({"So", "Sm"})


def escape(text: str) -> str:
    """Every character as Python writes it in ASCII."""
    return text.encode("unicode_escape").decode("ascii")


def is_hidden(char: str) -> bool:
    """Whether a character is nothing to be seen, and no space either."""
    point = ord(char)
    ignorable = not char.isprintable() and category(char) != "Zs"
    return ignorable or point in IGNORABLE or point in BLANK


def unstacked(text: str) -> str:
    """The text with marks beyond the fourth in a row as escapes."""
    marks = re.escape("".join(char for char in {*text} if category(char) in {"Mn", "Me"}))
    if not marks:
        return text
    stacked = re.compile(f"([{marks}]{{{MOST_MARKS}}})([{marks}]+)")
    return stacked.sub(lambda found: f"{found[1]}{escape(found[2])}", text)


def revealed(text: str, kept: str = "") -> str:
    """The text with all that is hidden as escapes, but for what is ``kept``.

    A selector of a symbol's presentation stays behind that symbol: emoji have one.
    """
    if text.isascii() and text.isprintable():
        return text
    hidden = {ord(char): escape(char) for char in {*text} if is_hidden(char) and char not in kept}
    if not hidden:
        return unstacked(text)
    told = _PRESENTED.sub(_presentation, unstacked(text))
    return told.translate({each: to for each, to in hidden.items() if each not in _SELECTORS})


_SELECTORS: Final = (0xFE0E, 0xFE0F)


def _presentation(found: re.Match[str]) -> str:
    before = found.string[found.start() - 1 : found.start()]
    is_seen = before and category(before) in _SYMBOLS and not is_hidden(before)
    return found[0] if is_seen else escape(found[0])
