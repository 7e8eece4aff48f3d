"""Likely secrets in what comes in, told by their place and never repeated.

A small table of rules, which may miss some and be wrong about others: it warns. Not here: what is
then done about it.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from domain.canonical import Json

_PLACE_CHARACTERS: Final = 200


class Secret(NamedTuple):
    """Where something is that looks like a secret, and which rule says so."""

    place: str
    rule: str


class _Rule(NamedTuple):
    """A pattern, tried only where one of its marks stands: most texts have none: that is quick."""

    name: str
    marks: Sequence[str]
    pattern: re.Pattern[str]


_RULES: Final = tuple(
    _Rule(name, marks.split(), re.compile(pattern))
    for name, marks, pattern in (
        ("bearer_token", "earer", r"\b[Bb]earer\s{1,8}[A-Za-z0-9._~+/=-]{16,}"),
        ("api_key", "sk-", r"\bsk-(?=[A-Za-z_-]{0,64}[0-9])[A-Za-z0-9_-]{16,}"),
        ("credentials_in_url", "://", r"://[^\s/:@\"']{1,128}:[^\s/@\"']{1,256}@"),
        ("aws_access_key", "AKIA ASIA", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
        ("github_token", "ghp_ gho_ ghu_ ghs_ ghr_", r"\bgh[pousr]_[A-Za-z0-9]{36}"),
        ("google_api_key", "AIza", r"\bAIza[0-9A-Za-z_-]{35}"),
        ("slack_token", "xox", r"\bxox[abprs]-[0-9A-Za-z-]{10,}"),
        ("private_key", "-----BEGIN", r"-----BEGIN (?:[A-Z]{2,12} ){0,3}PRIVATE KEY-----"),
    )
)
_WORDS: Final = (
    r"api[_-]?key|access[_-]?token|auth[_-]?token|refresh[_-]?token"
    r"|client[_-]?secret|secret[_-]?key|private[_-]?key|password|authorization"
)
_NAMES: Final = rf"(?i:(?:[a-z0-9]{{1,32}}[_-])?(?:{_WORDS}))"
_NO_VALUE: Final = r"(?i:null|none|\$|<|\*|~|x{3}|redacted)"

_WORD: Final = re.compile(_WORDS)
_NAME: Final = re.compile(_NAMES)
_VALUE: Final = re.compile(rf"(?!{_NO_VALUE})\S[\s\S]{{3,}}")
_LINE: Final = re.compile(
    rf"(?<![A-Za-z0-9_-])({_NAMES})[\"']?[ \t]{{0,16}}[:=][ \t]{{0,16}}[\"']?"
    rf"(?!{_NO_VALUE})[^\s\"']{{4}}"
)


def secrets_in(value: Json, place: str) -> Iterator[Secret]:
    """Look into every string of a JSON value, and at the names of members."""
    waiting: list[tuple[str, Json]] = [(place, value)]
    while waiting:
        here, node = waiting.pop()
        if isinstance(node, str):
            yield from _tokens(node, here)
        elif isinstance(node, list):
            waiting.extend((f"{here}.{at}", child) for at, child in enumerate(node))
        elif isinstance(node, dict):
            for name, child in node.items():
                below = f"{here}.{name}"[:_PLACE_CHARACTERS]
                if _names_secret(name) and isinstance(child, str) and _VALUE.match(child):
                    yield Secret(below, _word(name))
                else:
                    waiting.append((below, child))


def secrets_in_text(text: str, place: str) -> Iterator[Secret]:
    """Look into a piece of text that is in no known form."""
    named = _WORD.search(text.lower())  # so much quicker that the rest is rarely tried
    if named and (found := _LINE.search(text)):
        yield Secret(place, _word(found.group(1)))
    else:
        yield from _tokens(text, place)


def _tokens(text: str, place: str) -> Iterator[Secret]:
    for rule in _RULES:
        for mark in rule.marks:
            if mark in text:
                if rule.pattern.search(text):
                    yield Secret(place, rule.name)
                break


def _names_secret(name: str) -> bool:
    return len(name) < 64 and _NAME.fullmatch(name) is not None


def _word(name: str) -> str:
    return name.lower().replace("-", "_")
