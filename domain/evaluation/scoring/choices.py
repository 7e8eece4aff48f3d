"""The scorer ``multiple_choice``: which choices a response names (scoring, section 4).

A choice is named by its letter or by its text. Five rules are tried in order, and the first that
reads anything decides. Not here: guessing. Who names two choices where one is asked for names none.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from domain.canonical import Json
from domain.evaluation.scoring.model import NotRecomputable, Score, ScoredItem, Settings, overlap
from domain.evaluation.scoring.normalise import WHITE, collapse, fold
from domain.evaluation.scoring.repertoire import check_text

LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

MARKUP: Final = "*_`\"'‘’“”$"
"""What is deleted before anything but an exact text is looked for."""

_EDGE: Final = r"(?![A-Za-z0-9])"
_ALONE: Final = r"(?![A-Za-z0-9\u00c0-\u024f\u0300-\u036f])"
_END: Final = r"(?![\s\S])"
MARKER: Final = re.compile(
    r"(?:answer|Answer|ANSWER|\\boxed\{)"
    rf"(?:(?<=\{{)|(?<![A-Za-z0-9].{{6}})[sS]?{_EDGE})"
    rf"(?:[ \t\r\n:=]|(?:is|Is|IS|are|Are|ARE|option|Option|choice|Choice){_EDGE}"
    r"|\\text(?:bf)?\{)*"
)
_LABEL: Final = rf"(?:[§]{_ALONE}|[¶](?=[)\]}}.,;:]|[ \t\r]*(?:\n|{_END})))"
_SEVERAL: Final = rf"(?:[,;/&+]|(?:and|or){_EDGE})"
_WHOLE: Final = rf"[(\[]?[§¶][)\].:!]*(?:(?:[ \t\r\n]|{_SEVERAL})+[(\[]?[§¶][)\].:!]*)*"
_LISTED: Final = rf"[(\[]?{_LABEL}(?:[ \t)\]]*(?:{_SEVERAL}[ \t]*)+[(\[]?{_LABEL})*"
_LEADING: Final = rf"[ \t>#(\[\-]*([§¶])(?:[)\].:]+(?![^ \t\r])|[ \t\r]*{_END})"
_LONE: Final = rf"(?<![A-Za-z0-9])[§¶]{_ALONE}"
_BULLET: Final = re.compile(rf"^[\-\u2022][{WHITE}]+")
_ENDS: Final = ".!,;:} "
_BETWEEN: Final = re.compile(r"[\n,;]")
_DELETED: Final = dict.fromkeys(map(ord, MARKUP))

Reading: TypeAlias = frozenset[int]
"""The indexes of the choices that are named; none where nothing was understood."""

NOTHING: Final[Reading] = frozenset()


class Patterns(NamedTuple):
    """The expressions for so many choices; JavaScript reads them alike, with no flag but ``g``."""

    whole: re.Pattern[str]
    listed: re.Pattern[str]
    leading: re.Pattern[str]
    lone: re.Pattern[str]


@lru_cache(maxsize=len(LETTERS))
def patterns(choices: int) -> Patterns:
    """The expressions, with the capital letters of the choices for ``§``, the small for ``¶``."""
    last = LETTERS[choices - 1]
    small = f"a-{last.lower()}"
    sources = (
        source.replace("§", f"A-{last}").replace("¶", small)
        for source in (_WHOLE, _LISTED, _LEADING, _LONE)
    )
    return Patterns(*map(re.compile, sources))


class _Response(NamedTuple):
    """What the rules look at: the trimmed text, also without markup; whether many may be named."""

    text: str
    plain: str
    choices: list[str]
    many: bool


def multiple_choice(settings: Settings, text: str, item: ScoredItem) -> Score:
    """1 where the choices named are those of the answer; extracted: their letters.

    With ``credit`` "partial", an item of several answers scores F1 of the two sets.
    """
    _check_choices(item.choices)
    many = item.type == "mcq_multi"
    expected = _expected(item.answer, item.choices, many)
    named = understand(text, item.choices, many)
    if not named:
        return Score(0, None)
    letters: list[Json] = [LETTERS[index] for index in sorted(named)]
    if many and settings["credit"] == "partial":
        return Score(overlap(named, expected), letters)
    return Score(int(named == expected), letters if many else letters[0])


def understand(text: str, choices: list[str], many: bool) -> Reading:
    """What the first rule to read any choice reads; nothing where that is too many."""
    trimmed = text.strip(WHITE)
    response = _Response(trimmed, _plain(trimmed), choices, many)
    for rule in RULES:
        named = rule(response)
        if named:
            return named if many or len(named) == 1 else NOTHING
    return NOTHING


def _check_choices(choices: list[str]) -> None:
    if not 0 < len(choices) <= len(LETTERS):
        raise NotRecomputable(f"{len(choices)} choices, where 1 to {len(LETTERS)} have letters")
    if set(map(type, choices)) != {str}:
        raise NotRecomputable("a choice that is no text")


def _expected(answer: Json, choices: list[str], many: bool) -> Reading:
    names = answer if isinstance(answer, list) else [answer]
    expected = frozenset(_referred(name, choices) for name in names)
    if not many and len(expected) != 1:
        raise NotRecomputable(f"a reference answer of {len(expected)} choices to an item of one")
    return expected


def _referred(name: Json, choices: list[str]) -> int:
    """The choice with this text, or else with this letter."""
    if isinstance(name, str):
        at = _only(name, choices)
        if at is None and name not in choices:
            at = _only(name, list(LETTERS[: len(choices)] + LETTERS[: len(choices)].lower()))
        if at is not None:
            return at % len(choices)
    raise NotRecomputable("the reference answer names no one choice")


def _only(text: str, texts: list[str]) -> int | None:
    """Where the text stands, if it stands there once."""
    return texts.index(text) if texts.count(text) == 1 else None


def _plain(text: str) -> str:
    return text.translate(_DELETED).strip(WHITE)


def _exact_text(response: _Response) -> Reading:
    at = _only(response.text, response.choices) if len(response.text) > 1 else None
    return NOTHING if at is None else frozenset([at])


def _whole_letters(response: _Response) -> Reading:
    known = patterns(len(response.choices))
    found = known.whole.fullmatch(response.plain)
    return _indexes(known.lone.findall(response.plain)) if found else NOTHING


def _marked_letters(response: _Response) -> Reading:
    known = patterns(len(response.choices))
    for start in reversed(_after_markers(response.plain)):
        found = known.listed.match(response.plain, start)
        if found:
            return _indexes(known.lone.findall(found[0]))
    return NOTHING


def _after_markers(text: str) -> list[int]:
    return [found.end() for found in MARKER.finditer(text)]


def _leading_letters(response: _Response) -> Reading:
    known = patterns(len(response.choices))
    lines = map(known.leading.match, response.plain.split("\n"))
    return _indexes([found[1] for found in lines if found])


def _indexes(letters: list[str]) -> Reading:
    return frozenset(LETTERS.index(letter.upper()) for letter in letters)


def _normalised_text(response: _Response) -> Reading:
    """The text after the last marker (to the end of its line, if one is wanted), or the whole."""
    start = next(reversed(_after_markers(response.plain)), 0)
    rest = response.plain[start:]
    named = rest.partition("\n")[0] if start and not response.many else rest
    texts = [_tidy(_plain(choice)) for choice in response.choices]
    whole = _tidy(named)
    pieces = [whole]
    if response.many and whole not in texts:
        pieces = [_tidy(piece) for piece in _BETWEEN.split(named)]
    places = [_only(piece, texts) for piece in pieces if piece]
    return frozenset(at for at in places if at is not None) if None not in places else NOTHING


def _tidy(text: str) -> str:
    check_text(text)
    return _BULLET.sub("", collapse(fold(text))).rstrip(_ENDS)


RULES: Final[tuple[Callable[[_Response], Reading], ...]] = (
    _exact_text,
    _whole_letters,
    _marked_letters,
    _leading_letters,
    _normalised_text,
)
"""In this order; the first that reads anything decides (scoring, section 4)."""
