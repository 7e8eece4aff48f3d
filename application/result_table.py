"""The results of a run as a table, for people who go on in their own tools.

One row a result, by item, then epoch; what is withheld or erased is None. Not here: the files that
tables are written to (``TableSink``), and evidence: only a bundle is that.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

from domain.bundle.reading import Content, Reading, Result
from domain.canonical import Json
from domain.evaluation import results
from domain.evaluation.config import scorer_names
from domain.evaluation.items import section_name


class Kind(StrEnum):
    """What a column holds; JSON is any value."""

    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    JSON = "json"


class Column(NamedTuple):
    """A column of a table."""

    name: str
    kind: Kind


COLUMNS: Final = (
    Column("id", Kind.TEXT),
    Column("item", Kind.WHOLE),
    Column("epoch", Kind.WHOLE),
    Column("section", Kind.TEXT),
    Column("type", Kind.TEXT),
    Column("inputs", Kind.JSON),
    Column("choices", Kind.JSON),
    Column("answer", Kind.JSON),
    Column("status", Kind.TEXT),
    Column("attempts", Kind.WHOLE),
    Column("request", Kind.JSON),
    Column("response", Kind.TEXT),
    Column("error", Kind.JSON),
    Column("latency_ms", Kind.WHOLE),
    Column("tokens_in", Kind.WHOLE),
    Column("tokens_out", Kind.WHOLE),
)
"""The columns of every table; behind them stands one for each scorer, ``score:<its name>``."""


class TableSink(Protocol):
    """A file that takes the rows of a table."""

    def write(self, row: Mapping[str, Json]) -> None:
        """Take the next row, which has a value for each column."""
        ...


class ResultTable:
    """The table of one run."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        run = reading.history.run
        names = names_of_scorers(reading, run.scorers if run else 0)
        self.scorers: Sequence[str] = [f"score:{name}" for name in names]
        self.columns: Sequence[Column] = [
            *COLUMNS,
            *(Column(scorer, Kind.NUMBER) for scorer in self.scorers),
        ]

    def rows(self) -> Iterator[Mapping[str, Json]]:
        """All rows, one at a time."""
        for result in self._reading.results():
            yield self._row(result)

    def _row(self, result: Result) -> Mapping[str, Json]:
        outcome, facts = result.outcome, result.facts
        item, question = result.row.value("item"), result.row.value("question")
        about = item if isinstance(item, dict) else {}
        asked = question if isinstance(question, dict) else {}
        state = results.unpack(result.bits)
        row: dict[str, Json] = {
            "id": about.get("id"),
            "item": result.item,
            "epoch": result.epoch,
            "section": section_name(about) or None,
            "type": about.get("type"),
            "inputs": asked.get("inputs"),
            "choices": asked.get("choices"),
            "answer": result.row.value("answer"),
            "status": results.OUTCOMES[state.outcome],
            "attempts": state.attempts,
            "request": _value(outcome, "request"),
            "response": _text(_value(outcome, "response")),
            "error": _value(outcome, "error"),
        }
        row |= {name: facts.get(name) for name in ("latency_ms", "tokens_in", "tokens_out")}
        scores = (_value(result.scores.get(n), "score") for n in range(len(self.scorers)))
        return row | {
            name: score.get("value") if isinstance(score, dict) else None
            for name, score in zip(self.scorers, scores, strict=True)
        }


def _value(content: Content | None, kind: str) -> Json:
    return content.value(kind) if content else None


def _text(response: Json) -> Json:
    return response.get("text") if isinstance(response, dict) else None


def names_of_scorers(reading: Reading, count: int) -> Sequence[str]:
    """Their names, each once; their numbers where the config is withheld."""
    registered = reading.registered("run.registered")
    return scorer_names(registered.value("config") if registered else None, count)
