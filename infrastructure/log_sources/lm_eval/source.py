"""An evaluation of lm-evaluation-harness as entries: one dataset and one run (docs/sources.md).

Each task is a section, each document an item, each metric under a filter a scorer. Samples are read
line by line, once for the dataset and once for the run. Not here: which files belong together.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from application.log_source import Account, Entry, SourceFile
from domain.canonical import Json
from domain.syntax import MAX_SCORERS
from domain.verification.report import Finding
from infrastructure.log_sources.json_values import read_object, whole
from infrastructure.log_sources.lm_eval import results
from infrastructure.log_sources.lm_eval.files import find_results, other_samples, samples_of
from infrastructure.log_sources.lm_eval.samples import Sample, extracted, samples, text
from infrastructure.log_sources.lm_eval.tally import Tally
from infrastructure.log_sources.loose_json import Members
from infrastructure.log_sources.native_items import Items
from infrastructure.log_sources.raw_file import RawFile


class LmEvalSource:
    """Opens a results file of lm-evaluation-harness, or the folder of it, with its samples."""

    kind = "an lm-evaluation-harness results file (with its samples_*.jsonl beside it)"

    def open(self, path: Path) -> "LmEvalFile | None":
        """Open an evaluation; None for anything else.

        Raises:
            UnreadableFile: when it ends early, or has no samples.
            InvalidInput: when it is not one evaluation.
        """
        found = find_results(path)
        return None if found is None else LmEvalFile(found)


class LmEvalFile:
    """One evaluation: see `application.log_source.LogFile`."""

    mapping = "lm-evaluation-harness-1"

    def __init__(self, path: Path) -> None:
        self._items = Items()
        self._scorers: dict[str, int] = {}
        with ExitStack() as opened:
            self._open(path, opened)
            self.files: Sequence[SourceFile] = [
                SourceFile(path.name, "application/json", f"{self._results.digest()}.json"),
                *(
                    SourceFile(file.name, "application/jsonl", f"{file.digest()}.jsonl")
                    for file in self._samples.values()
                ),
            ]
            self._opened = opened.pop_all()

    @property
    def runs(self) -> int:
        """One, of all tasks together."""
        return 1

    def dataset(self, account: Account) -> Iterator[Entry]:
        """The documents of all tasks as entries; on the way, which scorers there are."""
        self._items, self._scorers = Items(), {}
        document = self._document(Account())
        config = results.dataset_config(document)
        yield Entry({"type": "dataset.registered", "config": config}, self._results.name)
        for task, sample in self._walk(document, Account()):
            for name, value in sample.metrics.items():
                self._declare(f"{name},{sample.filter}", value)
            if sample.first:
                yield self._item(task, results.item_type(document, task), sample)
        account.found["items"] += len(self._items)

    def run(self, _: int, account: Account) -> Iterator[Entry]:
        """The run as entries; what the results file states is compared with its samples."""
        place = self._results.name
        document = self._document(account)
        began = results.started(document)
        config = results.run_config(document, [*self._scorers], account, place)
        parts = {"config": config, **results.environment(document)}
        yield Entry({"type": "run.registered", **parts, **began}, place)
        yield Entry({"type": "run.started", **began}, place)
        tally = Tally(document)
        for task, sample in self._walk(document, account):
            tally.take(task, sample, account)
            yield from self._result(task, sample, account)
        tally.compare(place, account)
        self._compare_files(account)
        yield Entry({"type": "run.completed"}, place)

    def unread(self) -> Iterator[tuple[str, bytes]]:
        """Nothing: all of the files is read."""
        return iter(())

    def asset(self, name: str) -> Iterator[bytes]:
        """The bytes of one of the files."""
        files = zip(self.files, (self._results, *self._samples.values()), strict=True)
        return next(file for source, file in files if source.asset == name).raw()

    def close(self) -> None:
        """Let the files go."""
        self._opened.close()

    def _open(self, path: Path, opened: ExitStack) -> None:
        self._results = opened.enter_context(closing(RawFile(path)))
        document = self._document(Account())
        results.check_results(document, path.name)
        tasks = results.tasks_of(document)
        self._samples = {
            task: opened.enter_context(closing(RawFile(beside)))
            for task, beside in samples_of(path, tasks).items()
        }
        self._others = other_samples(path, tasks)

    def _document(self, account: Account) -> Members:
        name = self._results.name
        return read_object(whole(self._results.raw(), name), name, account)

    def _walk(self, document: Members, account: Account) -> Iterator[tuple[str, Sample]]:
        for task, file in self._samples.items():
            self._items.begin(file.name)
            filters = results.filters(document, task)
            for sample in samples(file.raw(), file.name, filters, account):
                yield task, sample

    def _declare(self, key: str, value: Json) -> None:
        if isinstance(value, int | float) and len(self._scorers) < MAX_SCORERS:
            self._scorers.setdefault(key, len(self._scorers))

    def _item(self, task: str, kind: str, sample: Sample) -> Entry:
        item = f"{task}/{sample.doc}"
        self._items.add(item, sample.number)
        members = sample.members
        row: Members = {
            "id": item,
            "type": kind,
            "section": task,
            "inputs": members["doc"],
            "answer": members["target"],
        }
        return Entry({"type": "dataset.item_added", "row": row}, sample.place, len(sample.line))

    def _result(self, task: str, sample: Sample, account: Account) -> Iterator[Entry]:
        at: Members = {"item": self._items.index(f"{task}/{sample.doc}"), "epoch": 1}
        place, size = sample.place, len(sample.line)
        if sample.first:
            account.found["results"] += 1
            yield Entry({**self._answered(sample, account), **at}, place, size)
        for name, value in sample.metrics.items():
            account.found["scores"] += 1
            if not self._scored(name, sample, value):
                where = "response" if sample.first else "original"
                account.note(f"a metric that is no score: kept in the {where} only", place)
                continue
            if isinstance(value, bool):
                account.note("a score of true or false: 1 or 0", place)
            scorer = self._scorers[f"{name},{sample.filter}"]
            number = int(value) if isinstance(value, bool) else value
            score: Members = {"value": number, **extracted(sample)}
            yield Entry({"type": "item.scored", **at, "scorer": scorer, "score": score}, place)

    def _answered(self, sample: Sample, account: Account) -> Members:
        said = text(sample)
        response: Members = {"text": said, **sample.rest}
        if said is None:
            account.note(
                "a result without one generated text: null, and its responses", sample.place
            )
            response["resps"] = sample.members["resps"]
        unscored: Members = {
            name: value
            for name, value in sample.metrics.items()
            if not self._scored(name, sample, value)
        }
        if unscored:
            response["metrics"] = unscored
        request = sample.members["arguments"]
        return {"type": "item.answered", "request": request, "response": response}

    def _scored(self, name: str, sample: Sample, value: Json) -> bool:
        return f"{name},{sample.filter}" in self._scorers and isinstance(value, int | float)

    def _compare_files(self, account: Account) -> None:
        for name in self._others:
            expected = "samples of a task that the results file names"
            account.findings.append(Finding(name, expected, "another one; it is not archived"))
