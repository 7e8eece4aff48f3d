"""What the statistics of a HELM run's instances come to, held against those that it states.

Aggregates are made as HELM makes them: a mean for each trial, and over the trials their statistics;
so are the worst of an instance's perturbations, and perplexities. Not here: metrics that HELM takes
from all requests at once: they are noted as not recomputed.
"""

import json
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from application.log_source import Account
from domain.canonical import Json
from infrastructure.log_sources.helm.requests import Request, key
from infrastructure.log_sources.helm.statistics import Named, OfInstance, Stat
from infrastructure.log_sources.json_values import is_number, object_at
from infrastructure.log_sources.loose_json import Members

_CONTEXT: Final = ("split", "sub_split", "perturbation")
_WHOLE: Final = ("count", "sum", "sum_squared", "min", "max", "mean")
_GROUPS: Final = ("robustness", "fairness")
_MAX_EXPONENT: Final = 700
_NOT_RECOMPUTED: Final = "an aggregate that is not recomputed: in the original only"
_NOT_STATED: Final = "a metric of which no aggregate is stated: not compared"

Trials = dict[int, Stat]


class Tally:
    """The statistics of all instances, merged as they pass by."""

    def __init__(self, perturbed: Collection[str]) -> None:
        """Of ``perturbed`` instances, what each came to is held; of others, sums alone."""
        self._perturbed = perturbed
        self._trials: dict[str, Trials] = defaultdict(lambda: defaultdict(Stat))
        self._least: dict[str, Trials] = defaultdict(lambda: defaultdict(Stat))
        self._instances: dict[tuple[str, str, int], dict[str, Stat]] = defaultdict(dict)

    def count(self, request: Request) -> None:
        """Count an instance in a trial, as HELM does of each group of them."""
        instance = request.instance
        context: Members = {name: instance[name] for name in _CONTEXT if name in instance}
        self._trials[key({"name": "num_instances", **context})][request.epoch].add(1)

    def take(self, told: OfInstance, account: Account) -> None:
        """Take in the stats of an instance."""
        for named in told.stats:
            name, least = key(named.name), named.stat.min
            self._trials[name][told.epoch].merge(named.stat)
            if told.instance in self._perturbed:
                self._take_perturbed(told, named)
            elif least is not None:
                self._least[name][told.epoch].add(least)
            _compare(named, named.stat, ("mean",), account)

    def _take_perturbed(self, told: OfInstance, named: Named) -> None:
        base = {name: value for name, value in named.name.items() if name != "perturbation"}
        perturbation = object_at(named.name, "perturbation")
        stats = self._instances[key(base), told.instance, told.epoch]
        stats.setdefault(key(perturbation) if perturbation else "", Stat()).merge(named.stat)

    def compare(self, stated: Iterable[Named], place: str, account: Account) -> None:
        """Compare what is stated at this place, when the last instance has been taken in."""
        unstated = dict.fromkeys(self._trials)
        self._add_perplexity()
        self._add_worst_cases()
        for named in stated:
            name = key(named.name)
            unstated.pop(name, None)
            trials = self._trials.get(name)
            if trials is None:
                account.note(_NOT_RECOMPUTED, named.place)
                continue
            counts = named.metric == "num_instances"
            _compare(named, _over_trials(trials, counts=counts), _WHOLE, account)
        if unstated:
            account.note(_NOT_STATED, place, len(unstated))

    def _add_perplexity(self) -> None:
        """Of each group and trial, what follows from the sums of its log probabilities."""
        for text, trials in [*self._trials.items()]:
            name: Members = json.loads(text)
            if name["name"] == "logprob":
                for epoch, stat in trials.items():
                    for derived, value in self._per_unit(stat.sum, name, epoch):
                        self._trials[key({**name, "name": derived})][epoch].add(value)

    def _per_unit(self, total: float, name: Members, epoch: int) -> Iterator[tuple[str, float]]:
        tokens, size = (
            self._trials.get(key({**name, "name": unit}), {}).get(epoch, Stat()).sum
            for unit in ("num_perplexity_tokens", "num_bytes")
        )
        if tokens > 0 and -total / tokens < _MAX_EXPONENT:
            yield "perplexity", math.exp(-total / tokens)
        if size > 0:
            yield "bits_per_byte", -total / size / math.log(2)
            yield "logprob_per_byte", total / size

    def _add_worst_cases(self) -> None:
        """Of each instance, the least of what it and its perturbations came to."""
        for base, trials in self._least.items():
            for group in _GROUPS:
                worst = self._named(base, {**_flags(group), "computed_on": "worst"})
                for epoch, stat in trials.items():
                    worst[epoch].merge(stat)
        for (base, _, epoch), stats in self._instances.items():
            original = stats.get("")
            perturbed = {text: stat for text, stat in stats.items() if text}
            for group in _GROUPS:
                members = [s for text, s in perturbed.items() if json.loads(text).get(group)]
                self._add_worst(base, epoch, _flags(group), [*members, original])
            for text, stat in perturbed.items():
                self._add_perturbed(base, epoch, json.loads(text), stat, original)

    def _add_perturbed(
        self, base: str, epoch: int, perturbation: Members, stat: Stat, original: Stat | None
    ) -> None:
        self._add_worst(base, epoch, perturbation, [stat, original])
        if original:
            before = {**perturbation, "computed_on": "original"}
            self._named(base, before)[epoch].merge(original)

    def _add_worst(
        self, base: str, epoch: int, perturbation: Members, stats: Iterable[Stat | None]
    ) -> None:
        least = [stat.min for stat in stats if stat and stat.min is not None]
        if least:
            self._named(base, {**perturbation, "computed_on": "worst"})[epoch].add(min(least))

    def _named(self, base: str, perturbation: Members) -> Trials:
        return self._trials[key({**json.loads(base), "perturbation": perturbation})]


def _flags(group: str) -> Members:
    """All perturbations that concern robustness, or fairness, as HELM names them."""
    return {"name": group, **{each: each == group for each in _GROUPS}}


def _over_trials(trials: Mapping[int, Stat], *, counts: bool) -> Stat:
    """What is stated of the trials: of the mean of each, or of how many there were."""
    over = Stat()
    for stat in trials.values():
        value = stat.sum if counts else stat.mean
        if value is not None:
            over.add(value)
    return over


def _compare(named: Named, stat: Stat, names: Iterable[str], account: Account) -> None:
    held = {name: getattr(stat, name) for name in names}
    stated: dict[str, Json] = {name: named.members.get(name) for name in held}
    fits = all(_close(stated[name], value) for name, value in held.items())
    account.compare(named.place, named.metric, stated, stated if fits else dict[str, Json](held))


def _close(stated: Json, held: float | None) -> bool:
    if not is_number(stated) or held is None:
        return stated is held
    return math.isclose(stated, held, rel_tol=1e-9, abs_tol=1e-12)
