"""What the samples of an evaluation come to, held against what its results file states of them.

Counts, aggregates and hashes are made anew from the samples. Not here: how values are aggregated
(``aggregates``), and what becomes of a finding.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from application.log_source import Account
from domain.verification.report import Finding
from infrastructure.log_sources.json_values import is_number, object_at
from infrastructure.log_sources.lm_eval.aggregates import (
    MEAN,
    Column,
    aggregation_of,
    close,
    of_group,
    stderr_of_group,
)
from infrastructure.log_sources.lm_eval.results import leaves, subtasks, tasks_of
from infrastructure.log_sources.lm_eval.samples import HASHES, Sample, hashed
from infrastructure.log_sources.loose_json import Members

_STDERR: Final = "_stderr,"
_NOT_RECOMPUTED: Final = "an aggregate that is not recomputed: kept as it is stated"
_NOT_STATED: Final = "a metric of which no aggregate is stated: not compared"
_NOT_HASHED: Final = "a hash that is not recomputed: dropped"

Combine = Callable[[Sequence[float], Sequence[int]], Sequence[float]]


class _Key(NamedTuple):
    """A number's name: of a metric under a filter, or of the standard error of that."""

    name: str
    metric: str
    filter: str
    is_stderr: bool

    @property
    def column(self) -> str:
        return f"{self.metric},{self.filter}"


class Tally:
    """The samples of all tasks, counted and added up as they pass by."""

    def __init__(self, document: Members) -> None:
        self._document = document
        self._columns: dict[str, dict[str, Column]] = defaultdict(lambda: defaultdict(Column))
        self._docs: dict[str, int] = dict.fromkeys(tasks_of(document), 0)
        self._hashes = {task: hashlib.sha256() for task in self._docs}
        self._unhashed: set[str] = set()

    def take(self, task: str, sample: Sample, account: Account) -> None:
        """Take in the next line of a task's samples, and compare its hashes."""
        self._docs[task] += sample.first
        for name, value in sample.metrics.items():
            self._columns[task][f"{name},{sample.filter}"].add(value)
        self._compare_hashes(task, sample, account)

    def compare(self, place: str, account: Account) -> None:
        """Compare all that the results file states, when the last sample has been taken in."""
        for task, docs in self._docs.items():
            self._compare_counts(task, docs, place, account)
            self._compare_task_hash(task, place, account)
            self._note_unstated(task, place, account)
        for among in ("results", "groups"):
            for name in object_at(self._document, among):
                self._compare_aggregates(among, name, place, account)

    def _compare_hashes(self, task: str, sample: Sample, account: Account) -> None:
        stated = [(name, sample.members.get(name)) for name in HASHES]
        made = hashed(sample.line) if any(value is not None for _, value in stated) else {}
        for name, value in stated:
            if not isinstance(value, str):
                self._unhashed.add(task)
                continue
            self._hashes[task].update(value.encode())
            if name not in made:
                account.note(_NOT_HASHED, f"{sample.place}, {name}")
                continue
            account.compared += 1
            if made[name] != value:  # no hash is told: one of a short answer gives it away
                expected = f"the hash of the {name.removesuffix('_hash')} that stands there"
                account.findings.append(
                    Finding(f"{sample.place}, {name}", expected, "the hash of something else")
                )

    def _compare_counts(self, task: str, docs: int, place: str, account: Account) -> None:
        counts = object_at(self._document, "n-samples", task)
        if "effective" in counts:
            at = f"{place}, n-samples.{task}.effective"
            account.compare(at, "documents", counts["effective"], docs)

    def _compare_task_hash(self, task: str, place: str, account: Account) -> None:
        stated = object_at(self._document, "task_hashes").get(task)
        if isinstance(stated, str) and task not in self._unhashed:
            at = f"{place}, task_hashes.{task}"
            account.compare(at, "hash of the samples", stated, self._hashes[task].hexdigest())

    def _note_unstated(self, task: str, place: str, account: Account) -> None:
        stated = object_at(self._document, "results", task)
        for column in self._columns.get(task, {}):
            if not is_number(stated.get(column)):
                account.note(_NOT_STATED, f"{place}, results.{task}.{column}")

    def _compare_aggregates(self, among: str, name: str, place: str, account: Account) -> None:
        stated = object_at(self._document, among, name)
        tasks = [task for task in leaves(self._document, name) if task in self._docs]
        for key, value in _numbers(stated):
            at = f"{place}, {among}.{name}.{key.name}"
            computed = self._computed(name, tasks, key)
            if not computed:
                account.note(_NOT_RECOMPUTED, at)
                continue
            fits = next((each for each in computed if close(value, each)), computed[0])
            what = "standard error" if key.is_stderr else "aggregate"
            account.compare(at, what, value, value if close(value, fits) else fits)
        if tasks and "sample_len" in stated:
            docs = sum(self._docs[task] for task in tasks)
            account.compare(
                f"{place}, {among}.{name}.sample_len", "documents", stated["sample_len"], docs
            )

    def _computed(self, name: str, tasks: Sequence[str], key: _Key) -> Sequence[float]:
        """What this number may be, by the samples; nothing where that cannot be said."""
        try:
            if subtasks(self._document, name):
                return self._of_tasks(tasks, key)
            value = self._of_task(name, key)
        except (OverflowError, ValueError):  # the latter for sums of both infinities
            return []
        return [] if value is None else [value]

    def _of_tasks(self, tasks: Sequence[str], key: _Key) -> Sequence[float]:
        held = [task for task in tasks if key.column in self._columns[task]]
        values = [self._of_task(task, key) for task in held]
        known = [value for value in values if value is not None]
        if not known or len(known) < len(values):
            return []
        combine: Combine = stderr_of_group if key.is_stderr else of_group
        return combine(known, [self._docs[task] for task in held])

    def _of_task(self, task: str, key: _Key) -> float | None:
        column = self._columns.get(task, {}).get(key.column)
        if column is None:
            return None
        configured = object_at(self._document, "configs", task).get("metric_list")
        aggregation = aggregation_of(key.metric, configured)
        if key.is_stderr:
            return column.stderr() if aggregation == MEAN else None
        return column.aggregate(aggregation)


def _numbers(stated: Members) -> Iterator[tuple[_Key, float]]:
    """The numbers among what is stated of a task or group, by metric and filter."""
    for name, value in stated.items():
        metric, comma, named = name.partition(",")
        if comma and is_number(value):
            is_stderr = _STDERR in name
            bare = metric.removesuffix("_stderr") if is_stderr else metric
            yield _Key(name, bare, named, is_stderr), value
