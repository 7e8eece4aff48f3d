"""The scores of a plain file: those in its columns, and those that its mapping says follow by rule.

Where a rule has a column, what it gives is held against what the file says. Not here: the rules
(``domain.evaluation.scoring``), and what has no response.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, cast

from application.log_source import Account
from domain.canonical import Json
from domain.evaluation.scoring import NotRecomputable, ScoredItem, score
from infrastructure.log_sources.loose_json import Members
from infrastructure.log_sources.plain.mapping import Columns, Rule
from infrastructure.log_sources.plain.rows import Row, value_of
from infrastructure.log_sources.plain.values import NOTHING, is_truth, number_of

COMPUTED: Final = "a score that the file does not have: computed by its rule"


class Scoring:
    """The scorers of a run, in one walk: rules first, then columns."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self._numbers = {name: n for n, name in enumerate(columns.scores(), len(columns.rules))}
        self._compared: Counter[str] = Counter()
        self._equal: Counter[str] = Counter()

    def definitions(self) -> Sequence[Json]:
        """As they stand in a run's config."""
        rules: list[Json] = [
            {"method": rule.method, "name": rule.name, "parameters": rule.parameters}
            for rule in self.columns.rules
        ]
        return rules + [
            {"method": "external", "name": name[:128], "parameters": {}} for name in self._numbers
        ]

    def given(self, row: Row) -> Members:
        """The scores that a row has, by column."""
        found = {column: value_of(row.values, column) for column in self._numbers}
        return {column: value for column, value in found.items() if value not in NOTHING}

    def entries(
        self, row: Row, at: Members, item: Members, part: Members, account: Account
    ) -> Iterator[Members]:
        """The scores of a response as actions; what is no number is put into its part."""
        values: dict[str, float] = {}
        for column, given in self.given(row).items():
            account.found["scores"] += 1
            value, place = number_of(given), f"{row.place}, {column}"
            if value is None:
                account.note("a score that is no number: kept in the response only", place)
                part["scores"] = {**cast("Members", part.get("scores", {})), column: given}
                continue
            if is_truth(given):
                account.note("a score of true or false: 1 or 0", place)
            values[column] = value
        yield from self._by_rule(at, item, part["text"], values, (row.place, account))
        for column, value in values.items():
            yield {**_scored(at, self._numbers[column]), "score": {"value": value}}

    def compare(self, place: str, account: Account) -> None:
        """Say how often the file's scores were those of their rules."""
        for name, compared in self._compared.items():
            what = f"scores in column {name!r} that are those of its rule:"
            account.compare(place, what, compared, self._equal[name])

    def _by_rule(
        self,
        at: Members,
        item: Members,
        text: Json,
        values: dict[str, float],
        told: tuple[str, Account],
    ) -> Iterator[Members]:
        place, account = told
        for number, rule in enumerate(self.columns.rules):
            try:
                value, extracted = _score(rule, text, item)
            except NotRecomputable:
                account.note("a score that its rule does not give: left out", place)
                continue
            account.note(COMPUTED, place)
            if rule.column in values:
                self._compared[rule.column] += 1
                self._equal[rule.column] += abs(values[rule.column] - value) < 1e-9  # as printed
            yield {**_scored(at, number), "score": {"value": value, "extracted": extracted}}


def _score(rule: Rule, text: Json, item: Members) -> tuple[float, Json]:
    choices = cast("list[str]", item.get("choices", []))
    scored = ScoredItem(str(item["type"]), choices, item["answer"])
    return score(rule.method, rule.parameters, text if isinstance(text, str) else None, scored)


def _scored(at: Members, scorer: int) -> Members:
    return {"type": "item.scored", **at, "scorer": scorer}
