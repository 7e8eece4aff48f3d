"""``eval752 compare``: runs over the same items, each beside the first, and the flips between them.

Not here: the comparison (``application.comparing``).
"""

from collections.abc import Sequence
from itertools import islice
from typing import Any, Final, NamedTuple

from application.comparison import Against, Asked, Direction, Flip
from application.ports import StreamKey
from domain.errors import InvalidInput
from interface.cli.archived import Archived
from interface.cli.options import Where
from interface.cli.render_comparison import comparison_lines, flip_lines
from interface.cli.screen import Screen
from interface.comparison_remedies import Remedies, remedied
from interface.documents import document

_REMEDIES: Final = Remedies(
    "Where items with the same id are the same, say so by --by-id.",
    "Name one that all runs have, by --scorer.",
)


class Listed(NamedTuple):
    """Which flips to list, if any, and how many at most for each run; 0 for all."""

    direction: Direction | None
    limit: int


def direction_of(text: str) -> Direction | None:
    """What ``--flips`` asks for; without it, none.

    Raises:
        InvalidInput: when it is no such word.
    """
    if text not in {"", *Direction}:
        raise InvalidInput("--flips", f"one of {', '.join(Direction)}", ascii(text[:80]))
    return Direction(text) if text else None


def scorer_of(text: str | None) -> str:
    """Whose scores are asked for; "" for nobody's by name.

    Raises:
        InvalidInput: when a name is given and empty: it was lost on the way.
    """
    if text == "":
        raise InvalidInput("--scorer", "the name of a scorer", "an empty text")
    return text or ""


def compare(
    screen: Screen, where: Where, names: Sequence[str], asked: Asked, listed: Listed
) -> None:
    """Show the comparison, and flips where they are asked for."""
    with where.archive(writable=False) as archive, remedied(_REMEDIES):
        runs = [archive.find(name) for name in names]
        found = archive.compare(runs, asked)
        flips = {
            other.name: _flips(archive, [runs[0], run], asked, listed)
            for other, run in zip(found.against, runs[1:], strict=True)
        }
    if screen.as_json:
        listing = {"flips": flips} if listed.direction else {}
        screen.show([], lambda: {**document(found), **document(listing)})
        return
    screen.lines(comparison_lines(found, screen.width))
    for other in found.against if listed.direction else ():
        shown = flips[other.name]
        left = _flipped(other, listed.direction) - len(shown)
        screen.lines(flip_lines(found.runs[0].name, other, shown, left, screen.width))


def _flips(
    archive: Archived, runs: Sequence[StreamKey], asked: Asked, listed: Listed
) -> Sequence[Flip]:
    if listed.direction is None:
        return []
    found = archive.flips(runs, asked, listed.direction)
    return [*(islice(found, listed.limit) if listed.limit else found)]


def _flipped(other: Against, direction: Direction | None) -> int:
    higher, lower = other.paired.higher, other.paired.lower
    counts: dict[Any, int] = {Direction.RIGHT: higher, Direction.WRONG: lower}
    return counts.get(direction, higher + lower)
