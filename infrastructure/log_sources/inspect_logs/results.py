"""What an Inspect sample says happened to its item, as members of actions.

What the model was asked is the request, all that followed is the response, so that together they
are the conversation. A log and a run that goes on (``live``) are told by this alone. Not here:
which items there are, and what becomes of scores (``scores``).
"""

from collections.abc import Iterator, Sequence
from typing import Final

from application.log_source import Account
from domain.canonical import MAX_INTEGER, Json
from infrastructure.log_sources.inspect_logs.samples import ITEM, Sample
from infrastructure.log_sources.inspect_logs.scores import Scored, Scorers, scored, scores_of
from infrastructure.log_sources.json_values import is_number, object_at
from infrastructure.log_sources.loose_json import Members
from infrastructure.log_sources.times import occurred

_MAPPED: Final = ITEM | {"messages", "output", "error", "error_retries", "scores", "score"}
_EMPTY: Final[Sequence[Json]] = (None, [], {})
_COLOURED: Final = "traceback_ansi"


def told_of(
    sample: Sample, scorers: Scorers, at: Members, model: str, account: Account
) -> tuple[Scored, Iterator[Members]]:
    """The scores that a sample says it has, and all that it says as actions."""
    scores = scores_of(sample.members)
    told = scored(scores, scorers, at, sample.place, account)
    if sample.members.get("error") is None:
        return told, actions_of(sample, told, at, model, account)
    if scores:
        what = "a score of a failed result: kept with its attempt only"
        account.note(what, sample.place)
    kept = Scored([], [], scores, [])
    return told._replace(revisions=[]), actions_of(sample, kept, at, model, account)


def tell_own_item(sample: Sample) -> None:
    """Let the response tell the sample's own item, as it is not the one of the dataset."""
    sample.members["item"] = {n: v for n, v in sample.members.items() if n in ITEM}


def actions_of(
    sample: Sample, scored: Scored, at: Members, model: str, account: Account
) -> Iterator[Members]:
    """What a sample says of its item in an epoch; ``at`` are both, ``model`` is the run's."""
    members = sample.members
    when = occurred([members], ("completed_at",))
    if members.get("completed_at") and not when:
        account.note("a time without its zone: kept as text only", sample.place)
    for error in _errors(members.get("error_retries")):
        account.found["failed attempts"] += 1
        yield {"type": "item.attempt_failed", **at, "error": error}
    parts: Members = {"request": _asked(members), "response": _response(members, scored.kept)}
    if members.get("error") is not None:
        account.found["failed attempts"] += 1
        told: Members = {**at, **when, "error": _without_colours(members["error"])}
        yield {"type": "item.attempt_failed", **told, **parts}
        yield {"type": "item.failed", **told}
        return
    if not _has_text(parts["response"]):
        account.note("a response without a text: null", sample.place)
    yield {"type": "item.answered", **at, **when, **_facts(members, model), **parts}
    yield from scored.actions


def _has_text(response: Json) -> bool:
    return object_at(response).get("text") is not None


def _asked(sample: Members) -> Members:
    return {"messages": _messages(sample)[: _answered_from(sample)]}


def _messages(sample: Members) -> list[Json]:
    """The conversation; the input where a sample never came to have one."""
    messages, given = sample.get("messages"), sample.get("input")
    if isinstance(messages, list) and messages:
        return messages
    return given if isinstance(given, list) else [{"role": "user", "content": given}]


def _answered_from(sample: Members) -> int:
    """Where the model's first message stands, behind those that the input gave to it."""
    given = sample.get("input")
    left = sum(map(_is_assistant, given)) if isinstance(given, list) else 0
    messages = _messages(sample)
    for number, message in enumerate(messages):
        if _is_assistant(message):
            if not left:
                return number
            left -= 1
    return len(messages)


def _is_assistant(message: Json) -> bool:
    return isinstance(message, dict) and message.get("role") == "assistant"


def _response(sample: Members, scores: Members) -> Members:
    """The part: the text that is scored, the messages, the output, and what else came of it."""
    output = object_at(sample, "output")
    messages = _messages(sample)[_answered_from(sample) :]
    choices = output.get("choices")
    listed = choices if isinstance(choices, list) else []
    told = {name: v for name, v in output.items() if name not in {"completion", "choices"}}
    if listed:
        told["choices"] = [_without_message(choice, messages) for choice in listed]
    rest: Members = {n: v for n, v in sample.items() if n not in _MAPPED and v not in _EMPTY}
    parts: Members = {"messages": messages, "output": told, "sample": rest, "scores": scores}
    text = _text(output, listed, messages)
    return {"text": text, **{name: value for name, value in parts.items() if value}}


def _text(output: Members, choices: Sequence[Json], messages: Sequence[Json]) -> Json:
    """What the model said in the end; null where it said nothing at all."""
    completion = output.get("completion")
    if isinstance(completion, str) and (completion or choices):
        return completion
    said = [object_at(choice, "message") for choice in choices[:1]]
    said += [object_at(message) for message in messages[::-1] if _is_assistant(message)]
    return _content(said[0].get("content")) if said else None


def _content(content: Json) -> Json:
    """The text of a message: its text parts, one behind the other."""
    if isinstance(content, list):
        parts = (part.get("text") for part in content if isinstance(part, dict))
        return "".join(text for text in parts if isinstance(text, str))
    return content if isinstance(content, str) else None


def _without_message(choice: Json, messages: Sequence[Json]) -> Json:
    """A choice without its message, where this stands among the messages."""
    if isinstance(choice, dict) and choice.get("message") in messages[-2:]:
        return {name: value for name, value in choice.items() if name != "message"}
    return choice


def _facts(sample: Members, model: str) -> Members:
    output = object_at(sample, "output")
    times = (sample.get("working_time"), sample.get("total_time"), output.get("time"))
    usage = object_at(sample, "model_usage", model) or object_at(output, "usage")
    found = {
        "latency_ms": next((time * 1000 for time in times if is_number(time)), None),
        "tokens_in": usage.get("input_tokens"),
        "tokens_out": usage.get("output_tokens"),
    }
    return {n: round(v) for n, v in found.items() if is_number(v) and 0 <= v <= MAX_INTEGER}


def _errors(listed: Json) -> Sequence[Json]:
    return [_without_colours(error) for error in listed] if isinstance(listed, list) else []


def _without_colours(error: Json) -> Json:
    """An error without its traceback for terminals, which is the other one, and without events."""
    if not isinstance(error, dict):
        return error
    return {n: v for n, v in error.items() if n not in {_COLOURED, "events"}}
