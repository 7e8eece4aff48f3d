"""What a promptfoo result file states of its results, held against what they come to.

It states sums for each prompt, and for all; the tables of older versions repeat every result. Not
here: what becomes of a difference (``Account.compare``).
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Final

from application.log_source import Account
from domain.canonical import Json
from infrastructure.log_sources.json_values import object_at
from infrastructure.log_sources.loose_json import Members
from infrastructure.log_sources.promptfoo.columns import Column
from infrastructure.log_sources.promptfoo.container import Container
from infrastructure.log_sources.promptfoo.results import has_failed
from infrastructure.log_sources.promptfoo.rows import number_of
from infrastructure.log_sources.promptfoo.scorers import components_of

_METRICS: Final = (
    *("testPassCount", "testFailCount", "testErrorCount", "assertPassCount", "assertFailCount"),
    *("score", "totalLatencyMs", "cost"),
)
_OVERRULING: Final = ("threshold", "assertScoringFunction")
_TOKENS: Final = ("total", "prompt", "completion", "cached")

Tally = defaultdict[str, float]


class Sums:
    """What results come to."""

    def __init__(self) -> None:
        self.of: Tally = defaultdict(int)
        self.tokens: Tally = defaultdict(int)
        self.named: Tally = defaultdict(int)
        self.rows = self.judged = self.graded = self.agreeing = 0

    def take(self, row: Members) -> None:
        """Take a row into account."""
        self.rows += 1
        self.judged += "success" in row
        self._take_grading(row)
        passed, errored = row.get("success") is True, has_failed(row)
        self.of["testPassCount"] += passed
        self.of["testErrorCount"] += errored and not passed
        self.of["testFailCount"] += not passed and not errored
        for component in components_of(row):
            good = component.get("pass") is True
            self.of["assertPassCount" if good else "assertFailCount"] += 1
        for name, member in (("score", "score"), ("totalLatencyMs", "latencyMs"), ("cost", "cost")):
            self.of[name] += _amount(row.get(member))
        for name, value in object_at(row, "response", "tokenUsage").items():
            self.tokens[name] += _amount(value)
        for name, value in object_at(row, "namedScores").items():
            self.named[name] += _amount(value)

    def _take_grading(self, row: Members) -> None:
        """Whether success, score and assertions of a row agree, as promptfoo writes them."""
        grading = object_at(row, "gradingResult")
        if not grading or has_failed(row):
            return
        self.graded += 1
        repeated = (("pass", "success"), ("score", "score"))
        agree = all(grading[n] == row.get(m) for n, m in repeated if n in grading)
        self.agreeing += agree and (_is_overruled(row) or _all_pass(row) == row.get("success"))


def compare_column(column: Column, sums: Sums, account: Account) -> None:
    """Compare what is stated of a prompt with its results."""
    stated = column.metrics
    held = _without_errors(sums.of) if "testErrorCount" not in stated else sums.of
    for name in _METRICS:
        if name in stated:
            account.compare(column.place, name, stated[name], held[name])
    if sums.graded:
        what = "results with the score of their grading, passed if all assertions are"
        account.compare("gradingResult", what, sums.graded, sums.agreeing)
    _compare_tokens(stated, sums, column.place, account)
    for name, value in object_at(stated.get("namedScores")).items():
        account.compare(column.place, f"namedScores {name!r}", value, sums.named[name])


def compare_all(container: Container, sums: Sums, account: Account) -> None:
    """Compare what is stated of all results with them."""
    stats, place = object_at(container.read("stats", account)), container.name("stats")
    if not stats:
        return
    held = _without_errors(sums.of) if "errors" not in stats else sums.of
    names = {"successes": "testPassCount", "failures": "testFailCount", "errors": "testErrorCount"}
    if sums.judged:
        for name, sum_ in names.items():
            if name in stats:
                account.compare(place, name, stats[name], held[sum_])
    else:  # the oldest files state no more than how many there are
        stated = sum(_amount(stats.get(name)) for name in names)
        account.compare(place, "results", stated, sums.rows)
    _compare_tokens(stats, sums, place, account)


class Table:
    """The file's own table of results, as older versions have it: results and passes by column."""

    def __init__(self, container: Container) -> None:
        self._place = container.name("table.body")
        self._results: Counter[int] = Counter()
        self._passed: Counter[int] = Counter()
        self._judged: set[int] = set()
        for _, row in container.elements("table.body", Account()):
            outputs = object_at(row).get("outputs")
            for number, output in enumerate(outputs if isinstance(outputs, list) else []):
                self._take(number, output)

    def compare(self, column: Column, sums: Sums, account: Account) -> None:
        """Compare what it holds of a column with the results."""
        cell, place = column.cell, f"{self._place}, column {column.cell}"
        if cell >= 0 and self._results:
            account.compare(place, "results", self._results[cell], sums.rows)
            if cell in self._judged:
                account.compare(place, "passed", self._passed[cell], sums.of["testPassCount"])

    def _take(self, number: int, output: Json) -> None:
        self._results[number] += 1
        verdict = _verdict(output)
        if verdict is not None:
            self._judged.add(number)
            self._passed[number] += verdict


def _verdict(output: Json) -> bool | None:
    """Whether a cell of a table says that its result passed; None where it does not say."""
    if isinstance(output, dict):
        passed = output.get("pass")
        return passed if isinstance(passed, bool) else None
    if isinstance(output, str) and output.startswith(("[PASS]", "[FAIL]")):
        return output.startswith("[PASS]")
    return None


def _compare_tokens(stated: Mapping[str, Json], sums: Sums, place: str, account: Account) -> None:
    usage = object_at(stated.get("tokenUsage"))
    for name in _TOKENS:
        if name in usage:
            account.compare(place, f"tokenUsage {name}", usage[name], sums.tokens[name])


def _without_errors(of: Tally) -> Tally:
    """As versions count that know no errors: what did not pass has failed."""
    failed = of["testFailCount"] + of["testErrorCount"]
    return defaultdict(int, {**of, "testFailCount": failed})


def _all_pass(row: Members) -> bool:
    return all(component.get("pass") is True for component in components_of(row))


def _is_overruled(row: Members) -> bool:
    """Whether something else than its assertions may decide if a row passes."""
    case = object_at(row, "testCase")
    kinds = [object_at(each, "assertion").get("type") for each in components_of(row)]
    return "human" in kinds or not case or any(case.get(name) is not None for name in _OVERRULING)


def _amount(value: Json) -> float:
    return number_of(value) or 0
