"""What a run that Inspect itself wrote says of a sample, back in Inspect's form.

The reverse of how such a log is archived (docs/sources.md). Not here: scores, and what other tools'
runs say (``told``).
"""

from collections.abc import Sequence
from typing import Final

from domain.canonical import Json
from infrastructure.log_files.inspect_logs.members import Members, object_of
from infrastructure.log_files.inspect_logs.messages import user
from infrastructure.log_files.inspect_logs.shown import Shown

_OF_ITEM: Final = frozenset({"id", "type"})


def item_members(item: Json, question: Json, answer: Json) -> Members:
    """The members of a sample that its item gives; its id is not among them."""
    about, asked = object_of(item), object_of(question)
    inputs = asked.get("inputs") if isinstance(question, dict) else question
    given = object_of(inputs)
    members = {name: value for name, value in about.items() if name not in _OF_ITEM}
    members["input"] = given.get("messages", given.get("text", inputs))
    if isinstance(asked.get("choices"), list):
        members["choices"] = asked["choices"]
    if given.get("files"):
        members["files"] = given["files"]
    members["target"] = "" if answer is None else answer
    return members


def result_members(request: Json, response: Json, shown: Shown) -> Members:
    """The members that request and response give; scores are not among them."""
    before: list[Json] = shown.messages(object_of(request).get("messages"))
    if isinstance(request, str):  # it is not shown
        before = [user(request)]
    if isinstance(response, str):
        message: Members = {"role": "assistant", "content": response}
        choice: Members = {"message": message, "stop_reason": "unknown"}
        told: Members = {"text": response, "messages": [message], "output": {"choices": [choice]}}
    else:
        told = object_of(response)
    after, rest = shown.messages(told.get("messages")), object_of(told.get("sample"))
    members = object_of(rest.get("item")) | {n: v for n, v in rest.items() if n != "item"}
    members["messages"], members["output"] = [*before, *after], _output(told, after)
    return members


def kept_scores(response: Json) -> Members:
    """The scores that no scorer of the archive could take."""
    return object_of(object_of(response).get("scores"))


def _output(told: Members, messages: Sequence[Json]) -> Members:
    """The output, each choice with the message that it shared with the conversation."""
    output, text = object_of(told.get("output")), told.get("text")
    listed = output.get("choices")
    choices = [
        {**object_of(choice), "message": object_of(choice).get("message", _message(text, messages))}
        for choice in (listed if isinstance(listed, list) else [])
    ]
    is_said = not choices and text in map(_text, messages)
    completion = text if isinstance(text, str) and not is_said else ""
    return {"model": "", **output, "choices": [*choices], "completion": completion}


def _message(text: Json, messages: Sequence[Json]) -> Json:
    """One of the last two messages: that of the model, with this text where both are its."""
    last = [each for each in messages[-2:] if object_of(each).get("role") == "assistant"]
    same = [message for message in last if _text(message) == text]
    said: Members = {"role": "assistant", "content": text if isinstance(text, str) else ""}
    return [said, *last, *same][-1]


def _text(message: Json) -> Json:
    """The text of a message, as the response's text was made of it."""
    content = object_of(message).get("content")
    if isinstance(content, list):
        parts = (object_of(part).get("text") for part in content)
        return "".join(text for text in parts if isinstance(text, str))
    return content
