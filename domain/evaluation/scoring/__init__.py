"""Scoring: what a response is worth, recomputed by anyone from the response's text and the answer.

The rules are those of ``docs/scoring.md``, and only those: a score is a function of its arguments,
on any machine, in any language. Not here: judges and the scorers of other tools, which only have
names, ``judge`` and ``external``; sums and means (``domain.evaluation.statistics``).
"""

from domain.evaluation.scoring.methods import (
    METHODS,
    Method,
    check_scorer,
    is_recomputable,
    needs,
    score,
    steps_per_byte,
    text_of,
)
from domain.evaluation.scoring.model import NotRecomputable, Score, ScoredItem
from domain.evaluation.scoring.repertoire import unicode_version

__all__ = [
    "METHODS",
    "Method",
    "NotRecomputable",
    "Score",
    "ScoredItem",
    "check_scorer",
    "is_recomputable",
    "needs",
    "score",
    "steps_per_byte",
    "text_of",
    "unicode_version",
]
