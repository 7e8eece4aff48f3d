"""Summaries of samples, which a reader shows before it opens any of them.

Inspect's reader cuts long texts of a summary as it reads it; what it would cut is cut here, so that
a summary is small. Not here: samples.
"""

from typing import Final

from domain.canonical import Json, encode
from infrastructure.log_files.inspect_logs.members import Members, object_of
from infrastructure.log_files.inspect_logs.samples import Sample
from infrastructure.log_files.inspect_logs.scores import score_text
from infrastructure.log_files.json_text import Text, Value
from infrastructure.log_files.json_text import object_of as text_object

_INPUT: Final = 5120 + 1
"""Characters of an input that are shown, and one by which the reader sees that there are more."""
_TEXT: Final = 8 * 1024
"""Characters of another text that the reader looks at."""
_VALUE: Final = 1024
_LEFT_OUT: Final = "Key removed from summary (> 1k)"
_AS_IT_IS: Final = (
    *("id", "epoch", "choices", "description", "model_usage", "role_usage", "model_fallbacks"),
    *("started_at", "completed_at", "total_time", "working_time", "uuid", "turn_count"),
    *("token_limit", "token_limit_type", "token_limit_usage", "message_limit", "time_limit"),
)


def summary_of(sample: Sample) -> Text:
    """The summary of a sample."""
    members = sample.members
    told = {name: members[name] for name in _AS_IT_IS if members.get(name) is not None}
    told |= {"input": _cut(members["input"], _INPUT), "target": _cut(members["target"], _INPUT)}
    if isinstance(members["input"], list):
        told["input"] = [_message(each) for each in members["input"]]
    metadata = text_object({name: _thin(value) for name, value in sample.metadata.items()})
    more = {"metadata": metadata}
    if sample.scores:
        scores = {name: score_text(_score(score)) for name, score in sample.scores.items()}
        more["scores"] = text_object(scores)
    return text_object({**told, **_ended(members), **more})


def _ended(members: Members) -> Members:
    """How the sample ended."""
    error, limit = object_of(members.get("error")), object_of(members.get("limit"))
    retries, messages = members.get("error_retries"), members["messages"]
    told: Members = {
        "error": error.get("message"),
        "limit": limit.get("type"),
        "limit_reason": limit.get("reason"),
        "retries": len(retries) if isinstance(retries, list) else None,
        "message_count": len(messages) if isinstance(messages, list) else 0,
        "completed": True,
    }
    return {name: value for name, value in told.items() if value is not None}


def _message(message: Json) -> Json:
    """A message of the input, with a word in the place of what is no text."""
    told = object_of(message)
    content = told.get("content")
    if isinstance(content, list):
        return {**told, "content": [_part(object_of(part)) for part in content]}
    return {**told, "content": _cut(content, _INPUT)}


def _part(part: Members) -> Json:
    kind = part.get("type")
    if kind == "text":
        return {**part, "text": _cut(part.get("text"), _INPUT)}
    return {"type": "text", "text": f"({str(kind).capitalize()})"}


def _score(score: Members) -> Members:
    """A score without its history, its texts and metadata cut."""
    told = {n: _cut(score.get(n), _TEXT) for n in ("answer", "explanation", "reason")}
    if isinstance(metadata := score.get("metadata"), dict):
        told["metadata"] = {name: _thin_value(value) for name, value in metadata.items()}
    told["value"] = score.get("value")
    return {name: value for name, value in told.items() if value is not None}


def _thin(value: Value) -> Value:
    if isinstance(value, Text):
        return value if len(value.decode()) <= _VALUE else _LEFT_OUT
    return _thin_value(value)


def _thin_value(value: Json) -> Json:
    if isinstance(value, dict | list):
        return value if len(encode(value).decode()) <= _VALUE else _LEFT_OUT
    return _cut(value, _TEXT)


def _cut(value: Json, most: int) -> Json:
    """A text up to so many characters; each of a list; anything else as it is."""
    if isinstance(value, list):
        return [_cut(each, most) for each in value]
    return value[:most] if isinstance(value, str) else value
