"""What pages make of values: times, counts, names, JSON, each as harmless text. Pure.

Escaping is the templates' (they escape everything); here, what could hide or turn text round
becomes visible. Not here: the templates.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from application.read_model import Held
from application.rounding import rounded
from domain.syntax import is_digest
from domain.verification.report import Property
from interface.hidden_characters import revealed
from interface.report_text import trial_told

_KEPT: Final = "\n\t"
_NAME_MOST: Final = 80
_OWN: Final = re.compile(
    r"\s*(–|all|\((disclosed|withheld|erased|missing|not disclosed|section [0-9]+)\)"
    r"|\(?(other kinds|no kind|withheld or erased)\)?)?\s*"
)
"""What pages put in the place of a name, and what cannot be seen."""

_RESULT: Final = re.compile(
    r"item (0|[1-9][0-9]{0,15}), epoch ([1-9][0-9]{0,15})(?:,|\Z)", re.ASCII
)
"""The place of a finding that is about a result, as the verifier words it."""


def visible(text: object) -> str:
    """The text with what hides, turns or covers text as escapes; line ends and spaces stay."""
    return revealed(str(text), _KEPT)


def whole(text: str | None, held: object = None) -> str:
    """A name on one line, or why it is not known; in quotes where it could be taken for that."""
    if text is None:
        return f"({held.name.lower()})" if isinstance(held, Held) and held else "–"
    told = visible(text.replace("\n", "\\n").replace("\t", " "))
    return f"“{told}”" if _OWN.fullmatch(told) else told


def name(text: str | None, held: object = None, most: int = _NAME_MOST) -> str:
    """A name without its middle where it is long; what names differ in stands often at the end."""
    told = whole(text, held)
    end = most * 2 // 5
    return told if len(told) <= most else f"{told[: most - end - 1]}…{told[-end:]}"


def time(at: str | None) -> str:
    """A time of the archive to the second."""
    return f"{at[:10]} {at[11:19]} UTC" if at else "–"


def fact(value: object) -> str:
    """A fact of an event on one line; of a digest, how it begins."""
    told = str(value)
    return f"{told[:16]}…" if is_digest(told) else name(told)


def count(number: int | None) -> str:
    """A count with its thousands apart."""
    return "–" if number is None else f"{number:,}"


def score(value: float | None) -> str:
    """A score in about four digits."""
    return "–" if value is None else rounded(value)


def mean(scores: Mapping[str, Any]) -> str:
    """The mean of a summary's scores, or why there is none."""
    if "mean" in scores:
        return score(scores["mean"])
    undisclosed = scores.get("undisclosed")
    return f"{undisclosed:,} undisclosed" if undisclosed else "–"


def result_path(place: str) -> str:
    """Where the page of a result is that a finding is about, below its run; "" for no result."""
    found = _RESULT.match(place)
    if not found:
        return ""
    item, epoch = found.groups()
    return f"items/{item}" if epoch == "1" else f"items/{item}?epoch={epoch}"


def pretty(value: object) -> str:
    """A value as JSON on several lines."""
    return visible(json.dumps(value, ensure_ascii=False, indent=2))


def uuid(stream: str) -> str:
    """The id of a stream, by its name."""
    return stream.partition("/")[2]


def holds(prop: bool | None) -> str:
    """Whether a property holds, in the verifier's words."""
    return {True: "shown", False: "denied", None: "not shown"}[prop]


def mark_title(prop: Property) -> str:
    """What a mark of the table tells whoever points at it."""
    return f"{prop.name}, {holds(prop.holds)}: {visible(prop.because)}"


FILTERS: Final[Mapping[str, Callable[..., str]]] = {
    "count": count,
    "holds": holds,
    "mark_title": mark_title,
    "mean": mean,
    "name": name,
    "pretty": pretty,
    "result_path": result_path,
    "score": score,
    "time": time,
    "trial": trial_told,
    "uuid": uuid,
    "visible": visible,
    "whole": whole,
}
