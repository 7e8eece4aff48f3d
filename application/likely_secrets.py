"""Likely secrets in what comes in, told by their place and never repeated.

What looks like one is a detector's to say (a port). A value is looked through as the text that it
is as JSON, at once; only where something is found, its place is looked for. Not here: the rules,
and what is then done about it.
"""

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple, Protocol

from application.actions import Action
from domain.canonical import Json

MAX_SECRETS: Final = 100
_PLACE_CHARACTERS: Final = 200


class SecretDetector(Protocol):
    """Finds what looks like a secret."""

    def find(self, text: str) -> Sequence[str]:
        """The rule of each likely secret in a text, in order."""
        ...


class Secret(NamedTuple):
    """Where something is that looks like a secret, and which rule says so."""

    place: str
    rule: str


class SecretSearch:
    """What was found in actions: the first secrets, their number, and the parts that hold any."""

    def __init__(self, detector: SecretDetector) -> None:
        self._detector = detector
        self.count = 0
        self.first: list[Secret] = []
        self.parts: dict[tuple[str, str], array[int]] = {}
        """By stream and kind, the positions of the actions; of what no part holds, nothing."""
        self._results: set[tuple[str, Json, Json]] = set()

    def take(self, stream: str, position: int, action: Action) -> None:
        """Look through an action's parts.

        A score repeats some of the response, in whatever form its rule gives it: where the one
        holds a secret, the other is taken to hold one.
        """
        result = (stream, action.facts.get("item"), action.facts.get("epoch"))
        found: set[str] = set()
        if self._detector.find(_text(action.parts)):
            for kind, value in action.parts.items():
                if self._warn(secrets_in(self._detector, value, f"{action.place}, {kind}")):
                    found.add(kind)
        if "response" in found:
            self._results.add(result)
        elif action.type in _SCORES and result in self._results:
            found.update(action.parts)
        for kind in found:
            self.parts.setdefault((stream, kind), array("Q")).append(position)

    def take_asset(self, stream: str, position: int, kind: str, pieces: Iterable[bytes]) -> None:
        """Look through an asset of a part, as text."""
        place = f"{stream}, action {position}, {kind}"
        if self.take_rest((place, piece) for piece in pieces):
            self.parts.setdefault((stream, kind), array("Q")).append(position)

    def take_rest(self, pieces: Iterable[tuple[str, bytes]]) -> int:
        """Look through places and pieces of text; return how many were found."""
        return sum(
            self._warn(secrets_in_text(self._detector, piece.decode("utf-8", "replace"), place))
            for place, piece in pieces
        )

    def _warn(self, secrets: Iterable[Secret]) -> int:
        found = 0
        for found, secret in enumerate(secrets, 1):  # noqa: B007 - the number is returned
            if len(self.first) < MAX_SECRETS:
                self.first.append(secret)
        self.count += found
        return found


def secrets_in(detector: SecretDetector, value: Json, place: str) -> Iterator[Secret]:
    """Look into a JSON value, and tell the innermost places at which something is found."""
    waiting = [(place, value, detector.find(_text(value)))]
    while waiting:
        here, node, rules = waiting.pop()
        if rules:
            below = [(at, child, detector.find(text)) for at, child, text in _children(here, node)]
            inner = [found for found in below if found[2]]
            waiting += reversed(inner)
            yield from (Secret(here, rule) for rule in rules if not inner)


def secrets_in_text(detector: SecretDetector, text: str, place: str) -> Iterator[Secret]:
    """Look into a piece of text that is in no known form."""
    return (Secret(place, rule) for rule in detector.find(_unescaped(text)))


def _children(place: str, node: Json) -> Iterator[tuple[str, Json, str]]:
    """Place, value and text of each member or element; a member's name belongs to its text."""
    if isinstance(node, dict):
        for name, child in node.items():
            yield f"{place}.{name}"[:_PLACE_CHARACTERS], child, _text({name: child})
    elif isinstance(node, list):
        for at, child in enumerate(node):
            yield f"{place}.{at}"[:_PLACE_CHARACTERS], child, _text(child)


def _text(value: Json) -> str:
    return _unescaped(_PRINTER.encode(value))


def _unescaped(text: str) -> str:
    """Without the escapes of JSON that would hide where a word begins or a line ends."""
    if "\\" in text:
        for escape, character in _ESCAPES:
            text = text.replace(escape, character)
    return text


_PRINTER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
"""Whatever it prints of odd numbers, no secret is among them."""
_SCORES: Final = frozenset({"item.scored", "score.revised"})
_ESCAPES: Final = (("\\n", "\n"), ("\\r", "\n"), ("\\t", "\t"), ('\\"', '"'), ("\\/", "/"))
