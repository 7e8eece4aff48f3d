"""The item that Inspect samples are of, as a row. Not here: what the model made of it."""

from collections.abc import Mapping, Sequence
from typing import Final

from infrastructure.log_sources.inspect_logs.samples import ITEM, Sample
from infrastructure.log_sources.loose_json import Members

_QUESTION: Final = frozenset({"input", "choices", "files"})
_ANSWER: Final = frozenset({"target"})
_REST: Final = ITEM - _QUESTION - _ANSWER - {"id", "epoch"}


def row_of(sample: Sample, outside: str) -> tuple[Members, Mapping[str, Sequence[str]]]:
    """The dataset's row: id, type, inputs, choices, answer, and what else belongs to the item.

    Beside it the assets in it, by kind of part.
    """
    told, assets = Members(), dict[str, Sequence[str]]()
    for kind, names in (("question", _QUESTION), ("answer", _ANSWER), ("item", _REST)):
        sample.media.names.clear()
        for name in names & sample.members.keys():
            if sample.members[name] is not None:
                told[name] = sample.media.resolved(sample.members[name])
        if sample.media.names:
            assets[kind] = sorted(sample.media.names)
    row: Members = {"id": outside, "type": _type(told), "inputs": _inputs(told)}
    if isinstance(told.get("choices"), list):
        row["choices"] = told["choices"]
    row["answer"] = told.get("target")
    return row | {name: told[name] for name in sorted(_REST & told.keys())}, assets


def _inputs(told: Members) -> Members:
    given = told.get("input")
    inputs: Members = {"text": given} if isinstance(given, str) else {"messages": given}
    if told.get("files"):
        inputs["files"] = told["files"]
    return inputs


def _type(told: Members) -> str:
    if not told.get("choices"):
        return "freeform"
    target = told.get("target")
    return "mcq_multi" if isinstance(target, list) and len(target) > 1 else "mcq_single"
