"""The item that Inspect samples are of, as a row. Not here: what the model made of it."""

from infrastructure.log_sources.inspect_logs.samples import ITEM, Sample
from infrastructure.log_sources.loose_json import Members

_QUESTION = frozenset({"input", "choices", "files"})


def row_of(sample: Sample, outside: str) -> Members:
    """The dataset's row: id, type, inputs, choices, answer, and what else belongs to the item."""
    told = {
        name: sample.media.resolved(value)
        for name, value in sample.members.items()
        if name in ITEM and value is not None
    }
    row: Members = {"id": outside, "type": _type(told), "inputs": _inputs(told)}
    if isinstance(told.get("choices"), list):
        row["choices"] = told["choices"]
    row["answer"] = told.get("target")
    kept = ITEM - _QUESTION - {"id", "epoch", "target"}
    return row | {name: told[name] for name in sorted(kept & told.keys())}


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
