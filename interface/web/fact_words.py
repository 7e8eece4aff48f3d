"""What the facts of a single event say, in words, for a history. Pure.

A table by type of event, and one by name of fact; what stands in neither is told as it is stored.
All facts of each stand on the page *Events*. Not here: the envelopes (``domain.evaluation``).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from interface.web.wording import count, fact, name, time


def facts_told(event_type: str, facts: Mapping[str, Any]) -> str:
    """The facts of an event but for its item, which a history tells by a link; "" for none."""
    left = {each: value for each, value in facts.items() if each != "item"}
    told: list[str] = []
    if event_type in _BY_TYPE:
        names, words = _BY_TYPE[event_type]
        told.append(words(*(left.pop(each) for each in names)))
    told += [_told(each, left[each]) for each in sorted(left)]
    return ", ".join(told)


def _told(fact_name: str, value: Any) -> str:
    words = _BY_NAME.get(fact_name)
    return words(value) if words else f"{fact_name} {fact(value)}"


def _part(kind: str, target: int) -> str:
    return f"the {kind} of event {count(target)}"


def _plan(epochs: int, ranges: Sequence[Sequence[int]], source: str) -> str:
    items = sum(last - first + 1 for first, last in ranges)
    times = "once" if epochs == 1 else f"{count(epochs)} times"
    return f"{_many(items, 'item')}, each {times}, as the {source} declared"


def _registered(items: int, scorers: int, trial: int, same_config: int, *_: str) -> str:
    before = f"{count(same_config)} before with the same config"
    return f"{_many(items, 'item')}, {_many(scorers, 'scorer')}, trial {count(trial)}, {before}"


def _sealed(size: int, root: str) -> str:
    return f"over the {count(size)} events before, root {root[:16]}…"


def _many(number: int, what: str) -> str:
    return f"{count(number)} {what}{'' if number == 1 else 's'}"


_IDENTITY: Final = ("dataset", "dataset_origin", "items_root")
"""Of the dataset of a run: the overview says which it is."""

_BY_TYPE: Final[Mapping[str, tuple[Sequence[str], Callable[..., str]]]] = {
    "run.registered": (("items", "scorers", "trial", "same_config", *_IDENTITY), _registered),
    "run.planned": (("epochs", "ranges", "plan_source"), _plan),
    "run.superseded": (("by",), "by run/{}".format),
    "part.erased": (("kind", "target"), _part),
    "part.withheld": (("kind", "target"), _part),
    "stream.sealed": (("size", "root"), _sealed),
}

_BY_NAME: Final[Mapping[str, Callable[[Any], str]]] = {
    "archived_from": lambda mapping: f"from another tool's file, read as {name(mapping)}",
    "latency_ms": lambda number: f"{count(number)} ms",
    "occurred": lambda at: f"claimed to have happened at {time(at)}",
    "tokens_in": lambda number: f"{_many(number, 'token')} in",
    "tokens_out": lambda number: f"{_many(number, 'token')} out",
}
