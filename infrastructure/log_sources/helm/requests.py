"""The requests of a HELM run, by instance and trial: what was asked, and what came back.

One result has several requests where each reference was one, or a text was cut into windows. Not
here: statistics, and which number an instance has.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import groupby
from typing import Final, NamedTuple

from application.log_source import Account
from domain.canonical import MAX_INTEGER, Json
from domain.errors import InvalidInput, shown
from domain.syntax import MAX_EPOCHS
from infrastructure.log_sources.json_values import (
    elements_of,
    is_number,
    object_at,
    read_object,
    text_at,
)
from infrastructure.log_sources.loose_json import Members
from infrastructure.log_sources.times import occurred_at

_ITEM: Final = ("id", "split", "sub_split", "perturbation")
_ANSWER: Final = ("references", "contrast_references")
_RESPONSE: Final = ("result", "annotations")
_LEFT_OUT: Final = frozenset({"instance", "train_trial_index", *_RESPONSE})


class Request(NamedTuple):
    """A request state, with the instance and the epoch that it is about."""

    place: str
    size: int
    members: Members
    item: str
    epoch: int

    @property
    def instance(self) -> Members:
        """The instance."""
        return object_at(self.members, "instance")

    @property
    def result(self) -> Members:
        """What came back."""
        return object_at(self.members, "result")


def request_states(chunks: Iterable[bytes], name: str, account: Account) -> Iterator[Request]:
    """The request states of a run.

    Raises:
        InvalidInput: for one that names no instance or trial.
    """
    for place, text in elements_of("request_states", chunks, name):
        members = read_object(text, place, account)
        instance = object_at(members, "instance")
        item = item_id(instance.get("id"), instance.get("perturbation"), place)
        yield Request(place, len(text), members, item, epoch(members, place))


def results(requests: Iterable[Request]) -> Iterator[Sequence[Request]]:
    """The requests of each result, which stand behind each other."""
    for _, group in groupby(requests, key=lambda request: (request.item, request.epoch)):
        yield list(group)


def item_id(instance: Json, perturbation: Json, place: str) -> str:
    """The id of an instance, or of what a perturbation made of it.

    Raises:
        InvalidInput: when it is no text.
    """
    if not isinstance(instance, str):
        raise InvalidInput(f"{place}, id of the instance", "a string", shown(instance))
    return f"{instance} {key(perturbation)}" if isinstance(perturbation, dict) else instance


def epoch(members: Members, place: str) -> int:
    """The number of a trial, from 1.

    Raises:
        InvalidInput: when it is none.
    """
    trial = members.get("train_trial_index")
    if type(trial) is not int or not 0 <= trial < MAX_EPOCHS:
        expected = f"0 to {MAX_EPOCHS - 1:,}"
        raise InvalidInput(f"{place}, train_trial_index", expected, shown(trial))
    return trial + 1


def key(value: Json) -> str:
    """A value as a text that is the same for equal ones."""
    return json.dumps(value, sort_keys=True)


def fingerprint(instance: Members) -> bytes:
    """What tells an instance from another one of its id."""
    return sha256(key(instance).encode()).digest()[:16]


def section(instance: Members) -> str:
    """The group over which HELM aggregates: split, part of it, and perturbation."""
    names = [text_at(instance, name) for name in ("split", "sub_split")]
    names.append(text_at(object_at(instance, "perturbation"), "name"))
    return ", ".join(filter(None, names)) or "all"


def row(request: Request, method: str) -> Members:
    """The instance as a dataset's item."""
    instance = request.instance
    question = instance.keys() - {*_ITEM, *_ANSWER, "input"}
    answers = _chosen(instance, _ANSWER)
    told: Members = {
        "id": request.item,
        "type": method,
        "section": section(instance),
        "meta": _chosen(instance, _ITEM),
        "inputs": {**object_at(instance, "input"), **_chosen(instance, question)},
        "answer": answers["references"] if [*answers] == ["references"] else answers,
    }
    if method.startswith("multiple_choice"):
        told["choices"] = _choices(answers.get("references"))
    return told


def has_failed(group: Sequence[Request]) -> bool:
    """Whether one of its requests has not succeeded."""
    return any(request.result.get("success") is not True for request in group)


def actions(group: Sequence[Request], at: Members) -> Iterator[Members]:
    """What became of a result, as members of actions; ``at`` are item and epoch."""
    first = group[0].result
    asked: list[Json] = [_chosen(each.members, each.members.keys() - _LEFT_OUT) for each in group]
    told: Members = {"request": asked, **at, **occurred_at(first.get("request_datetime"))}
    if (latency := _latency(group)) is not None:
        told["latency_ms"] = latency
    results: list[Json] = [_chosen(each.members, _RESPONSE) for each in group]
    if has_failed(group):
        errors = (text_at(each.result, "error") for each in group)
        yield {"type": "item.attempt_failed", **told, "error": {"results": results}}
        yield {"type": "item.failed", **at, "error": next(filter(None, errors), "no result")}
    else:
        yield {
            "type": "item.answered",
            **told,
            "response": {"text": text(group), "results": results},
        }


def text(group: Sequence[Request]) -> str | None:
    """The first completion of the only request; None where there are several, or it has none."""
    completions = group[0].result.get("completions")
    if len(group) > 1 or not isinstance(completions, list) or not completions:
        return None
    said = object_at(completions[0]).get("text")
    return said if isinstance(said, str) else None


def _chosen(members: Members, names: Iterable[str]) -> Members:
    return {name: members[name] for name in sorted(names) if name in members}


def _choices(references: Json) -> list[Json]:
    listed = references if isinstance(references, list) else []
    return [text_at(object_at(each, "output"), "text") for each in listed]


def _latency(group: Sequence[Request]) -> int | None:
    """How long the requests of a result took together, in whole milliseconds."""
    total = 0.0
    for request in group:
        seconds = request.result.get("request_time")
        if not is_number(seconds) or not 0 <= seconds * 1000 <= MAX_INTEGER:
            return None
        total += seconds * 1000
    return round(total) if total <= MAX_INTEGER else None
