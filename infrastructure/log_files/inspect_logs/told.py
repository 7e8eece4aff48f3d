"""What a run of any other source says of a sample, in Inspect's form.

What has no place there stands in the sample's metadata, so that nothing is lost. Not here: scores,
errors, and runs that Inspect itself wrote (``restored``).
"""

from collections.abc import Mapping
from typing import Any

from domain.bundle.reading import Content
from domain.canonical import Json
from infrastructure.log_files.inspect_logs.members import Members, object_of
from infrastructure.log_files.inspect_logs.messages import as_text, asked, said


def item_members(item: Json, question: Json, answer: Json, rest: Members) -> Members:
    """The members that an item gives, but its id; ``rest`` takes what none of them says."""
    inputs = object_of(question).get("inputs") if isinstance(question, dict) else question
    given, more = asked(inputs)
    if more is not None:
        rest["inputs"] = more
    members: Members = {"input": given, "target": _target(answer)}
    members["metadata"] = {n: v for n, v in object_of(item).items() if n != "id"}
    if isinstance(choices := object_of(question).get("choices"), list):
        members["choices"] = choices
    return members


def result_members(
    request: Json, response: Json, model: str, outcome: Content | None, rest: Members
) -> Members:
    """The members that request and response give."""
    facts: Mapping[str, Any] = outcome.facts if outcome else {}
    messages, more = said(request)
    if more is not None:
        rest["request"] = more
    if response is None:
        return {"messages": messages, "output": {"model": model, "choices": [], "completion": ""}}
    text, metadata = _text(response)
    answer: Members = {"role": "assistant", "content": text, "source": "generate", "model": model}
    choice: Members = {"message": answer, "stop_reason": "unknown"}
    output: Members = {"model": model, "choices": [choice], "completion": text}
    if metadata:
        output["metadata"] = metadata
    if "latency_ms" in facts:
        output["time"] = facts["latency_ms"] / 1000
    members: Members = {"messages": [*messages, answer], "output": output}
    if usage := usage_of(facts.get("tokens_in"), facts.get("tokens_out")):
        output["usage"] = usage
        members["model_usage"] = {model: usage}
    return members


def usage_of(tokens_in: int | None, tokens_out: int | None) -> Members:
    """The use of tokens; nothing where neither number is known."""
    if tokens_in is None and tokens_out is None:
        return {}
    given, made = tokens_in or 0, tokens_out or 0
    return {"input_tokens": given, "output_tokens": made, "total_tokens": given + made}


def _target(answer: Json) -> Json:
    """A text, or a list of texts, as it is; anything else as JSON."""
    if isinstance(answer, list) and all(isinstance(each, str) for each in answer):
        return answer
    return "" if answer is None else as_text(answer)


def _text(response: Json) -> tuple[str, Members]:
    """What the model said, and what else came of it; where it said no text, all of it as one."""
    rest = {name: value for name, value in object_of(response).items() if name != "text"}
    text = object_of(response).get("text") if isinstance(response, dict) else response
    if isinstance(text, str):
        return text, rest
    return (as_text(rest) if rest else ""), {}
