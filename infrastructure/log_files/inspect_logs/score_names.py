"""Which score of Inspect a scorer of the archive is of; an object as its value counts for several.

Not here: the scores.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from domain.canonical import Json
from infrastructure.log_files.inspect_logs.members import Members, object_of

_SLASH: Final = "/"


class ScoreName(NamedTuple):
    """The name of a score, and the key in its value; None where the value is no object."""

    name: str
    key: str | None = None


def score_names(scorers: Sequence[str], spec: Members, results: Members) -> Sequence[ScoreName]:
    """The name of each scorer, by what a log's header says of scorers.

    ``two/kind`` is the key ``kind`` of the score ``two``, if the log has a scorer of this name.
    """
    known = {*_named(spec.get("scorers")), *_named(results.get("scores"))}
    return [_split(scorer, known) for scorer in scorers]


def _split(scorer: str, known: set[str]) -> ScoreName:
    if scorer in known:
        return ScoreName(scorer)
    ends = [at for at, letter in enumerate(scorer) if letter == _SLASH]
    return next(
        (ScoreName(scorer[:at], scorer[at + 1 :]) for at in ends if scorer[:at] in known),
        ScoreName(scorer),
    )


def _named(listed: Json) -> Iterator[str]:
    for each in listed if isinstance(listed, list) else []:
        named = object_of(each)
        name = named.get("scorer", named.get("name"))
        if isinstance(name, str):
            yield name
