"""The statistics of a HELM run: ``Stat`` as HELM adds and merges it, and its instances' lists.

Not here: which of them are scores, and what aggregates follow (``tally``).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby
from typing import NamedTuple

from application.log_source import Account
from domain.canonical import Json
from domain.errors import InvalidInput, shown
from infrastructure.log_sources.helm.requests import epoch, item_id, key
from infrastructure.log_sources.json_values import elements, is_number, object_at, read_object
from infrastructure.log_sources.loose_json import Members


@dataclass(slots=True)
class Stat:
    """Count, sum, sum of squares, least and greatest of some values."""

    count: float = 0
    sum: float = 0
    sum_squared: float = 0
    min: float | None = None
    max: float | None = None

    @property
    def mean(self) -> float | None:
        """The mean; None of no values."""
        return self.sum / self.count if self.count else None

    def add(self, value: float) -> None:
        """Take in one value."""
        self.merge(Stat(1, value, value * value, value, value))

    def merge(self, other: "Stat") -> None:
        """Take in the values of another one."""
        self.count += other.count
        self.sum += other.sum
        self.sum_squared += other.sum_squared
        for name, choose in (("min", min), ("max", max)):
            here, there = getattr(self, name), getattr(other, name)
            if there is not None:
                setattr(self, name, there if here is None else choose(here, there))


class Named(NamedTuple):
    """A stat as it is stated: its place, its name with split and perturbation, and its members."""

    place: str
    name: Members
    members: Members
    stat: Stat

    @property
    def metric(self) -> str:
        """The metric, without where it was taken."""
        return str(self.name["name"])


class OfInstance(NamedTuple):
    """The stats that one metric gave an instance in one trial."""

    place: str
    size: int
    instance: str
    item: str
    epoch: int
    stats: list[Named]


def of_instances(chunks: Iterable[bytes], name: str, account: Account) -> Iterator[OfInstance]:
    """The lists of ``per_instance_stats.json``.

    Raises:
        InvalidInput: for one that names no instance or trial, or no stats.
    """
    for place, text in elements(chunks, name):
        members = read_object(text, place, account)
        instance = members.get("instance_id")
        item = item_id(instance, members.get("perturbation"), place)
        listed = members.get("stats")
        if not isinstance(listed, list):
            raise InvalidInput(f"{place}, stats", "a list", shown(listed))
        stats = [named(each, f"{place}, stats.{number}") for number, each in enumerate(listed)]
        yield OfInstance(place, len(text), str(instance), item, epoch(members, place), stats)


def joined(told: Iterable[OfInstance]) -> Iterator[OfInstance]:
    """The lists with those of one result behind each other as one, equal names merged.

    They are of the windows into which a long text was cut.
    """
    for _, group in groupby(told, key=lambda each: (each.item, each.epoch)):
        first, *more = group
        stats: dict[str, Named] = {}
        for named in chain(first.stats, *(each.stats for each in more)):
            known = stats.setdefault(key(named.name), named._replace(stat=Stat()))
            known.stat.merge(named.stat)
        yield first._replace(stats=[*stats.values()])


def aggregates(chunks: Iterable[bytes], name: str, account: Account) -> Iterator[Named]:
    """The stats of ``stats.json``."""
    for place, text in elements(chunks, name):
        yield named(read_object(text, place, account), place)


def named(value: Json, place: str) -> Named:
    """A stat that is stated.

    Raises:
        InvalidInput: when it is none.
    """
    name = object_at(value, "name")
    if not isinstance(value, dict) or not isinstance(name.get("name"), str):
        raise InvalidInput(place, "a stat with its name", shown(value))
    numbers = {each: value.get(each) for each in ("count", "sum", "sum_squared", "min", "max")}
    told = {each: number for each, number in numbers.items() if is_number(number)}
    if not {"count", "sum", "sum_squared"} <= told.keys():
        found = f"{name['name']!r} without these numbers"
        raise InvalidInput(place, "a stat with count, sum and sum_squared", found)
    return Named(place, name, value, Stat(**told))
