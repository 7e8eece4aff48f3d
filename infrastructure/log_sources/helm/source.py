"""A HELM run as entries: one dataset and one run (docs/sources.md).

Each instance, perturbed or not, is an item, each trial an epoch, each metric of instances a scorer.
Requests and statistics are read one by one, once for the dataset and once for the run. Not here:
which files belong together, and what aggregates follow from what.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from sys import intern
from typing import Final

from application.log_source import Account, Entry, SourceFile
from domain.errors import InvalidInput
from domain.syntax import MAX_SCORERS
from domain.verification.report import Finding
from infrastructure.log_sources.helm import configs, folder
from infrastructure.log_sources.helm.requests import (
    Request,
    actions,
    fingerprint,
    has_failed,
    request_states,
    results,
    row,
    text,
)
from infrastructure.log_sources.helm.statistics import (
    Named,
    OfInstance,
    aggregates,
    joined,
    of_instances,
)
from infrastructure.log_sources.helm.tally import Tally
from infrastructure.log_sources.json_values import object_at, text_at
from infrastructure.log_sources.lines import lines_of
from infrastructure.log_sources.loose_json import Members
from infrastructure.log_sources.native_items import Items

_WINDOWED: Final = "language_modeling"
"""The method that cuts texts into windows, each with its own request and statistics."""

At = tuple[int, int]
"""A result: the number of its item, and its epoch."""


class HelmSource:
    """Opens the folder of a HELM run, or the specification in it."""

    kind = "a HELM run (a folder with run_spec.json and scenario_state.json)"

    def open(self, path: Path) -> "HelmFile | None":
        """Open a run; None for anything else.

        Raises:
            UnreadableFile: when a file of it is missing, or ends early.
            InvalidInput: when its files are of several runs.
        """
        spec = folder.find_spec(path)
        return None if spec is None else HelmFile(spec)


class HelmFile:
    """One run: see `application.log_source.LogFile`."""

    mapping = "helm-1"

    def __init__(self, spec: Path) -> None:
        self._items, self._method, self._perturbed = Items(), "", set[str]()
        self._scorers: dict[str, int] = {}
        with ExitStack() as opened:
            self._files = folder.open_files(spec, opened)
            self._others = folder.other_files(spec)
            self.files: Sequence[SourceFile] = [
                SourceFile(file.name, "application/json", f"{file.digest()}.json")
                for file in self._files.values()
            ]
            self._opened = opened.pop_all()

    @property
    def runs(self) -> int:
        """One."""
        return 1

    def dataset(self, account: Account) -> Iterator[Entry]:
        """The instances as entries; on the way, which scorers there are."""
        self._items, self._perturbed = Items(), set[str]()
        self._scorers = self._declared()
        spec = folder.document(self._files[folder.SPEC], Account())
        scenario = folder.document(self._files[folder.SCENARIO], account)
        config = configs.dataset_config(spec, scenario, folder.SPEC)
        yield Entry({"type": "dataset.registered", "config": config}, folder.SCENARIO)
        self._method = text_at(object_at(spec, "adapter_spec"), "method") or "helm"
        self._items.begin(folder.STATE)
        seen: dict[str, bytes] = {}
        for number, request in enumerate(self._requests(Account())):
            told = fingerprint(request.instance)
            if request.item not in seen:
                self._items.add(request.item, number)
                item: Members = {"type": "dataset.item_added", "row": row(request, self._method)}
                yield Entry(item, request.place, request.size)
            elif seen[request.item] != told:
                found = "another one of the same id"
                raise InvalidInput(request.place, f"the instance {request.item!r}", found)
            seen[request.item] = told
            if "perturbation" in request.instance:
                self._perturbed.add(text_at(request.instance, "id"))
        account.found["items"] += len(self._items)

    def run(self, _: int, account: Account) -> Iterator[Entry]:
        """The run as entries; what it states is compared with its instances."""
        spec = folder.document(self._files[folder.SPEC], account)
        rest = folder.rest_of_state(self._files[folder.STATE], account)
        rest.pop("adapter_spec", None)  # it is that of the specification
        config = configs.run_config(spec, rest, self._scorers, account, folder.SPEC)
        yield Entry({"type": "run.registered", "config": config}, folder.SPEC)
        yield Entry({"type": "run.started"}, folder.SPEC)
        tally, answered = Tally(self._perturbed), dict[At, bool]()
        for group in results(self._requests(account)):
            yield from self._result(group, answered, tally, account)
        yield from self._scores(answered, tally, account)
        stats = self._files[folder.STATS]
        tally.compare(aggregates(stats.raw(), stats.name, account), stats.name, account)
        folder.note_others(self._others, account)
        yield Entry({"type": "run.completed"}, folder.SPEC)

    def unread(self) -> Iterator[tuple[str, bytes]]:
        """The first MiB of the statistics, of which parts hold the values alone."""
        for name in (folder.STATS, folder.INSTANCE_STATS):
            for number, line in lines_of([self._files[name].first()], name):
                yield f"{name}, line {number}", line

    def asset(self, name: str) -> Iterator[bytes]:
        """The bytes of one of the files."""
        files = zip(self.files, self._files.values(), strict=True)
        return next(file for source, file in files if source.asset == name).raw()

    def close(self) -> None:
        """Let the files go."""
        self._opened.close()

    def _requests(self, account: Account) -> Iterator[Request]:
        return request_states(self._files[folder.STATE].raw(), folder.STATE, account)

    def _of_instances(self, account: Account) -> Iterator[OfInstance]:
        name = folder.INSTANCE_STATS
        return of_instances(self._files[name].raw(), name, account)

    def _declared(self) -> dict[str, int]:
        """The scorers: metrics of instances, those first that the specification names."""
        found = dict.fromkeys(
            named.metric for told in self._of_instances(Account()) for named in told.stats
        )
        spec = folder.document(self._files[folder.SPEC], Account())
        main = [name for name in configs.main_metrics(spec) if name in found]
        ordered = [*dict.fromkeys([*main, *found])]
        return {name: number for number, name in enumerate(ordered[:MAX_SCORERS])}

    def _result(
        self, group: Sequence[Request], answered: dict[At, bool], tally: Tally, account: Account
    ) -> Iterator[Entry]:
        first = group[0]
        at = self._at(first.item, first.epoch)
        if at is None or at in answered:
            expected, found = "the requests of a result behind each other", "more of an earlier one"
            raise InvalidInput(first.place, expected, found)
        answered[at] = not has_failed(group)
        tally.count(first)
        account.found["results"] += 1
        account.found["failed attempts"] += not answered[at]
        facts: Members = {"item": at[0], "epoch": at[1]}
        if answered[at] and text(group) is None:
            account.note("a result without one completion: null, and its results", first.place)
        size = sum(request.size for request in group)
        for action in actions(group, facts):
            yield Entry(action, first.place, size)

    def _at(self, item: str, epoch: int) -> At | None:
        number = self._items.index(item)
        return None if number is None else (number, epoch)

    def _scores(self, answered: dict[At, bool], tally: Tally, account: Account) -> Iterator[Entry]:
        scored: dict[At, set[str]] = {}
        for told in self._statistics(tally, account):
            at = self._at(told.item, told.epoch)
            account.found["scores"] += len(told.stats)
            if at is None or at not in answered:
                expected = "statistics of an instance and trial that requests were made for"
                account.findings.append(Finding(told.place, expected, "others"))
                continue
            here = scored.setdefault(at, set())
            for named in told.stats:
                if named.metric in here:
                    found = f"{named.metric} once more"
                    raise InvalidInput(named.place, "each metric of a result once", found)
                here.add(intern(named.metric))
                yield from self._score(at, named, answered[at], account)

    def _statistics(self, tally: Tally, account: Account) -> Iterator[OfInstance]:
        """The statistics of instances, each taken into account on the way."""

        def taken() -> Iterator[OfInstance]:
            for told in self._of_instances(account):
                tally.take(told, account)
                yield told

        return joined(taken()) if self._method == _WINDOWED else taken()

    def _score(self, at: At, named: Named, answered: bool, account: Account) -> Iterator[Entry]:
        scorer, value = self._scorers.get(named.metric), named.stat.mean
        if scorer is None or value is None or not answered:
            account.note("a statistic that is no score: in the original only", named.place)
            return
        score: Members = {"value": value}
        if named.stat.count != 1:
            score |= asdict(named.stat)
        facts: Members = {"item": at[0], "epoch": at[1], "scorer": scorer}
        yield Entry({"type": "item.scored", **facts, "score": score}, named.place)
