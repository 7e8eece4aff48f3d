"""A promptfoo result file as a log file: one dataset of tests, and a run for each column.

Not here: where its rows stand (``container``), and what one says (``results``).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from application.log_source import Account, Entry, SourceFile
from infrastructure.log_sources.loose_json import Members
from infrastructure.log_sources.promptfoo.columns import (
    COLUMNS,
    Column,
    only_provider,
    parameters_of,
    provider_and_model,
)
from infrastructure.log_sources.promptfoo.container import Container
from infrastructure.log_sources.promptfoo.layout import is_promptfoo
from infrastructure.log_sources.promptfoo.matrix import Matrix
from infrastructure.log_sources.promptfoo.results import Cell, actions_of
from infrastructure.log_sources.promptfoo.rows import item_row, with_parts
from infrastructure.log_sources.promptfoo.scorers import PASSED, SCORE, Scorers
from infrastructure.log_sources.promptfoo.stated import Table, compare_all, compare_column
from infrastructure.log_sources.raw_file import RawFile
from infrastructure.log_sources.times import occurred

_TESTS: Final = "config.tests"
_LEFT: Final = frozenset({"defaultTest", "scenarios", "tests"})
"""Members of the eval's config that repeat the items: withholding these must withhold them."""
_ABOUT: Final = ("evalId", "id", "version", "timestamp", "createdAt", "shareableUrl", "stats")
_READ: Final = frozenset({*_ABOUT, "metadata", *COLUMNS})
_START: Final = ("timestamp", "evaluationCreatedAt")


class PromptfooSource:
    """Opens result files of promptfoo."""

    kind = "a promptfoo result file (JSON or JSONL)"

    def open(self, path: Path) -> "PromptfooFile | None":
        """Open a result file of any version; None for anything else.

        Raises:
            InvalidInput: when its rows contradict each other.
        """
        file = RawFile.of(path)
        if file is None:
            return None
        try:
            if is_promptfoo(file.first()):
                return PromptfooFile(file)
        except BaseException:
            file.close()
            raise
        file.close()
        return None


class PromptfooFile:
    """A result file: see `application.log_source.LogFile`."""

    mapping = "promptfoo-1"

    def __init__(self, file: RawFile) -> None:
        self._file, self._container = file, Container(file)
        self._matrix = Matrix(self._container)
        self._table = Table(self._container)
        names = self._matrix.names
        first = [name for name in (PASSED, SCORE) if name in names]
        self._scorers = Scorers([*first, *(name for name in names if name not in first)])
        lines = self._container.in_lines
        kind, ext = ("application/x-ndjson", "jsonl") if lines else ("application/json", "json")
        self.files: Sequence[SourceFile] = [SourceFile(file.name, kind, f"{file.digest()}.{ext}")]

    @property
    def runs(self) -> int:
        """As many as there are prompts with providers."""
        return len(self._matrix.columns)

    def dataset(self, account: Account) -> Iterator[Entry]:
        """The tests as items."""
        config = self._config(account)
        description = config.get("description")
        name = description if isinstance(description, str) and description else self._stem
        yield Entry({"type": "dataset.registered", "config": {"name": name}}, "config")
        if len(self._container):
            yield from self._tests(account)
        else:
            yield from self._configured_tests(account)
        for name in self._unread():
            account.note("a member that is not read: in the original only", name)

    def run(self, number: int, account: Account) -> Iterator[Entry]:
        """The results of a column."""
        column = self._matrix.columns[number]
        config = self._config(account)
        about = {name: self._container.read(name, account) for name in _ABOUT}
        metadata = self._container.read("metadata", account)
        told: Members = metadata if isinstance(metadata, dict) else {}
        started = occurred([about, told], _START)
        parts: Members = {"config": self._run_config(column, config, about, account)}
        parts |= {"environment": told} if told else {}
        yield Entry({"type": "run.registered", **parts, **started}, "config")
        yield Entry({"type": "run.started", **started}, "config")
        yield from self._results(number, account)
        if about["stats"] is not None:
            yield Entry({"type": "run.completed"}, "stats")
        sums = self._matrix.sums_of(number)
        compare_column(column, sums, account)
        self._table.compare(column, sums, account)
        compare_all(self._container, self._matrix.sums, account)

    def unread(self) -> Iterator[tuple[str, bytes]]:
        """What is kept in the original only, by lines."""
        return self._container.unread(self._unread())

    def asset(self, _: str) -> Iterator[bytes]:
        """The bytes of the file itself."""
        return self._file.raw()

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    @property
    def _stem(self) -> str:
        return self._file.name.rpartition(".")[0] or self._file.name

    def _config(self, account: Account) -> Members:
        config = self._container.read("config", account)
        return config if isinstance(config, dict) else {}

    def _run_config(
        self, column: Column, config: Members, about: Members, account: Account
    ) -> Members:
        provider = column.provider or only_provider(config)
        if not provider:
            account.note("a prompt without a provider: unknown", column.place or "rows")
        eval_: Members = {name: value for name, value in about.items() if value is not None}
        kept: Members = {name: value for name, value in config.items() if name not in _LEFT}
        return {
            **provider_and_model(provider),
            "parameters": parameters_of(config, column),
            "scorers": [*self._scorers.definitions()],
            "prompt": column.prompt or {"label": column.label},
            "promptfoo": {**eval_, "config": kept, "metrics": dict(column.metrics)},
        }

    def _tests(self, account: Account) -> Iterator[Entry]:
        tests = dict(self._matrix.tests())
        found = self._container.rows(tests.values(), account)
        for test, row in zip(tests, found, strict=True):
            account.found["items"] += 1
            item = item_row(with_parts(row.members), test)
            yield Entry({"type": "dataset.item_added", "row": item}, row.place, row.size)

    def _configured_tests(self, account: Account) -> Iterator[Entry]:
        """Without any result, the tests as they were set, where the config lists them."""
        for number, (place, test) in enumerate(self._container.elements(_TESTS, account)):
            account.found["items"] += 1
            case: Members = test if isinstance(test, dict) else {}
            item = item_row({"testCase": case, "vars": case.get("vars")}, number)
            yield Entry({"type": "dataset.item_added", "row": item}, place)

    def _results(self, number: int, account: Account) -> Iterator[Entry]:
        matrix = self._matrix
        for row in self._container.rows(matrix.rows_of(number), account):
            account.found["results"] += 1
            members = with_parts(row.members)
            at: Members = {"item": matrix.item(row.number), "epoch": 1}
            cell = Cell(members, at, matrix.repeats_test(row.number), row.place)
            for action in actions_of(cell, self._scorers, account):
                yield Entry(action, row.place, row.size)

    def _unread(self) -> Sequence[str]:
        """The names of what is kept in the original only."""
        container = self._container
        read = {container.name(name) for name in _READ}
        return [name for name in container.names() if _is_left(name, read)]


def _is_left(name: str, read: set[str]) -> bool:
    """Whether nothing of what stands under a name is read."""
    top, _, below = name.rpartition(".")
    return below in _LEFT if top == "config" else name not in read
