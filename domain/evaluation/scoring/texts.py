"""The scorers of normalised texts: ``exact_match`` and ``set_f1`` (scoring, sections 5 and 6)."""

from typing import Final, cast

from domain.canonical import Json
from domain.evaluation.scoring.model import (
    MAX_EXCERPT,
    NotRecomputable,
    Score,
    ScoredItem,
    Settings,
    accepted_texts,
    overlap,
)
from domain.evaluation.scoring.normalise import WHITE, normalise

MAX_MEMBERS: Final = 10_000
MAX_SHOWN: Final = 100
"""Members of a set that ``Score.extracted`` lists."""


def exact_match(settings: Settings, text: str, item: ScoredItem) -> Score:
    """1 where the response is one of the answers, once normalised; extracted: how it begins."""
    accepted = accepted_texts(item.answer)
    if not accepted:
        raise NotRecomputable("the reference answer is an empty list")
    given = normalise(text, settings)
    found = any(normalise(answer, settings) == given for answer in accepted)
    return Score(int(found), given[:MAX_EXCERPT])


def set_f1(settings: Settings, text: str, item: ScoredItem) -> Score:
    """F1 of the members understood and expected; extracted: the members, by first appearance."""
    separator = cast(str, settings["separator"])
    answer = item.answer.split(separator) if isinstance(item.answer, str) else item.answer
    expected = _members(accepted_texts(cast(Json, answer)), settings)
    understood = _members(text.split(separator), settings)
    shown: list[Json] = [member[:MAX_EXCERPT] for member in list(understood)[:MAX_SHOWN]]
    return Score(overlap(set(understood), set(expected)), shown)


def _members(parts: list[str], settings: Settings) -> dict[str, None]:
    """The normalised parts that are not blank, each once, by first appearance."""
    if len(parts) > MAX_MEMBERS:
        raise NotRecomputable(f"a set of more than {MAX_MEMBERS:,} members")
    members = dict.fromkeys(normalise(part, settings) for part in parts)
    return {member: None for member in members if member.strip(WHITE)}
