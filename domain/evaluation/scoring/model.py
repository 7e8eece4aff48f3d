"""What goes into a scorer, what comes out, and the refusal to say. Not here: any scoring rule."""

from collections.abc import Callable, Mapping, Sequence, Set
from typing import Final, NamedTuple, TypeAlias, cast

from domain.canonical import Json, encode
from domain.errors import Eval752Error
from domain.syntax import is_number

MAX_TEXT: Final = 1_000_000
"""Code points of a text that is scored or normalised (scoring, section 1)."""

MAX_EXCERPT: Final = 200
"""Code points of what ``Score.extracted`` repeats of a response, each time."""


class NotRecomputable(Eval752Error):
    """The rules do not say what this scores; the verifier's line is then *not shown*."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__("score", "one that can be recomputed", reason)


class ScoredItem(NamedTuple):
    """What a scorer may know of an item; ``choices`` is empty but for multiple choice."""

    type: str
    choices: list[str]
    answer: Json

    @classmethod
    def of(cls, item: Json, question: Json, answer: Json) -> "ScoredItem":
        """What the parts of an item's event tell of it; None for one that the method needs not."""
        kind = item["type"] if isinstance(item, dict) else ""
        choices = question.get("choices") if isinstance(question, dict) else None
        return cls(str(kind), cast("list[str]", choices or []), answer)


class Score(NamedTuple):
    """A value from 0 to 1, and what was understood as the answer (null: nothing was)."""

    value: int | float
    extracted: Json


Settings: TypeAlias = Mapping[str, Json]
"""The parameters of a method, checked, with the defaults filled in."""

Scorer: TypeAlias = Callable[[Settings, str, ScoredItem], Score]


def ratio(part: int, whole: int) -> int | float:
    """``part / whole``, rounded once to the nearest double (ties to even); 0 and 1 are integers."""
    return part // whole if part % whole == 0 else part / whole


def overlap(understood: Set[object], expected: Set[object]) -> int | float:
    """F1 of two sets, ``2|A∩B| / (|A|+|B|)``; 1 where both are empty."""
    sizes = len(understood) + len(expected)
    return ratio(2 * len(understood & expected), sizes) if sizes else 1


def accepted_texts(answer: Json) -> list[str]:
    """The reference answer as a list of texts: of a text, a number, or a list of these.

    Raises:
        NotRecomputable: where the answer is anything else.
    """
    return [_text(member) for member in listed(answer)]


def listed(answer: Json) -> Sequence[Json]:
    """A list as it is, and anything else as the only member of one."""
    return answer if isinstance(answer, list) else [answer]


def _text(member: Json) -> str:
    if isinstance(member, str):
        return member
    if not is_number(member):
        raise NotRecomputable("the reference answer is no text or number, nor a list of these")
    return encode(member).decode()
