"""The scorer ``regex``: whether a pattern is found in the response (scoring, section 7)."""

from functools import lru_cache
from typing import cast

from domain.evaluation.scoring.automaton import Automaton
from domain.evaluation.scoring.model import (
    MAX_EXCERPT,
    NotRecomputable,
    Score,
    ScoredItem,
    Settings,
)
from domain.evaluation.scoring.pattern import parse


def regex(settings: Settings, text: str, _: ScoredItem) -> Score:
    """1 where the pattern is found; extracted: the line up to the first end of a match."""
    end = _automaton_of(settings).first_end(text)
    if end is None:
        return Score(0, None)
    line = text.rfind("\n", 0, end) + 1
    return Score(1, text[max(line, end - MAX_EXCERPT) : end])


def size_of_pattern(settings: Settings) -> int:
    """How large the pattern is, as the bounds of the subset count it; 0 outside of it."""
    try:
        return _automaton_of(settings).size
    except NotRecomputable:
        return 0


def _automaton_of(settings: Settings) -> Automaton:
    return _automaton(cast(str, settings["pattern"]), bool(settings["ignorecase"]))


@lru_cache(maxsize=8)
def _automaton(pattern: str, ignore_case: bool) -> Automaton:
    return Automaton(parse(pattern, ignore_case))
