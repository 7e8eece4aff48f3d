"""Normalised text: five switchable steps, in a fixed order (scoring, section 3).

Not here: which texts may be normalised at all (``repertoire``).
"""

import re
from collections.abc import Callable, Mapping
from typing import Final
from unicodedata import normalize

from domain.evaluation.scoring.model import Settings
from domain.evaluation.scoring.repertoire import check_text

WHITE: Final = (
    "\t\n\x0b\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""The code points with the property White_Space, listed lest they ever change."""

_SIGNS: Final = r"\-."
_PUNCTUATION: Final = (
    r"!\"'()*,:;?\[\]_`{}\u00a1\u00ab\u00b7\u00bb\u00bf\u2010-\u2015\u2018-\u201f\u2026\u2039\u203a"
    r"\u3001-\u3003\u3008-\u3011"
)
_DROPPED: Final = re.compile(
    rf"[{_PUNCTUATION}{_SIGNS}](?![0-9])|(?<![0-9])[{_PUNCTUATION}]", re.ASCII
)
_SPACES: Final = re.compile(f"[{WHITE}]+")
_ARTICLES: Final = re.compile(f"(?<![^{WHITE}])(?:an?|the)(?![^{WHITE}])", re.ASCII | re.IGNORECASE)


def _nfkc(text: str) -> str:
    return normalize("NFKC", text)


def _without_punctuation(text: str) -> str:
    return _unless_blank(_DROPPED.sub("", text), text)


def _without_articles(text: str) -> str:
    return _unless_blank(_ARTICLES.sub("", text), text)


def _unless_blank(changed: str, text: str) -> str:
    """Keep what a step would empty: "?" is not "!", and the answer "A" is not "the"."""
    return changed if changed.strip(WHITE) else text


def collapse(text: str) -> str:
    """One space for each run of white space, and none at the ends."""
    return _SPACES.sub(" ", text).strip(" ")


def fold(text: str) -> str:
    """NFKC, full case folding, NFKC: makes equal what differs in case or compatibility alone."""
    return _nfkc(_nfkc(text).casefold())


STEPS: Final[Mapping[str, tuple[bool, Callable[[str], str]]]] = {
    "nfkc": (True, _nfkc),
    "casefold": (True, fold),
    "punctuation": (True, _without_punctuation),
    "articles": (False, _without_articles),
    "whitespace": (True, collapse),
}
"""Flag: whether it is on by default, and the step."""


def normalise(text: str, settings: Settings) -> str:
    """Apply the steps that are switched on, in the order of ``STEPS``.

    Raises:
        NotRecomputable: where ``check_text`` refuses the text.
    """
    check_text(text)
    for flag, (_, step) in STEPS.items():
        if settings[flag]:
            text = step(text)
    return text
