"""Messages in the form of Inspect, from whatever a request or an item holds.

What is in the form of chat messages stays so; a text is a message of the user; anything else is one
too, as JSON. Not here: the messages of runs that Inspect itself wrote (``restored``).
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from domain.canonical import Json, decode, encode
from domain.errors import InvalidInput
from infrastructure.log_files.inspect_logs.members import Members

Message = Members

_ROLES: Final[Mapping[str, str]] = {
    "system": "system", "developer": "system", "user": "user", "human": "user",
    "assistant": "assistant", "model": "assistant", "tool": "tool", "function": "tool",
}  # fmt: skip
_TEXTS: Final = ("prompt", "raw", "input", "text", "question")
_MOST_LEVELS: Final = 100
_TEXT_PARTS: Final = frozenset({"text", "input_text", "output_text"})
_TOLD: Final = frozenset({"role", "content", "tool_calls", "tool_call_id", "name"})


class Said(NamedTuple):
    """Messages, and what else there was that none of them says; None for nothing."""

    messages: list[Json]
    rest: Json


def said(value: Json) -> Said:
    """The messages of a request."""
    if value is None:
        return Said([], None)
    if isinstance(value, dict):
        if (messages := _chat(value.get("messages"))) is not None:
            return Said(messages, _without(value, "messages"))
        for name in _TEXTS:
            if isinstance(text := value.get(name), str):
                return Said([user(text)], _without(value, name))
    return Said(_chat(value) or [user(as_text(value))], None)


def asked(inputs: Json) -> tuple[Json, Json]:
    """The input of a sample for the inputs of an item, and what else these are."""
    if isinstance(inputs, dict):
        if (messages := _chat(inputs.get("messages"))) is not None:
            return [*messages], _without(inputs, "messages")
        images = {n: v for n, v in inputs.items() if isinstance(v, str) and _is_image(v)}
        text, rest = inputs.get("text"), _without(inputs, "text", *images)
        if isinstance(text, str) and images:
            content: list[Json] = [_text_part(text), *map(_image_part, images.values())]
            message: Message = {"role": "user", "content": content}
            return [message], rest
        if isinstance(text, str):
            return text, rest
    return as_text(inputs), None


def user(text: str) -> Message:
    """A message of the user."""
    return {"role": "user", "content": text}


def as_text(value: Json) -> str:
    """A text as it is, anything else as JSON."""
    return value if isinstance(value, str) else encode(value).decode()


def _without(members: Mapping[str, Json], *names: str) -> Json:
    return {n: v for n, v in members.items() if n not in names} or None


def _chat(value: Json) -> list[Json] | None:
    """The messages, if all of these are some."""
    if not isinstance(value, list) or not value:
        return None
    found = [_message(each) for each in value]
    return [message for message in found if message] if all(found) else None


def _message(value: Json) -> Message | None:
    if not isinstance(value, dict):
        return None
    role = _ROLES.get(str(value.get("role")))
    content, calls = _content(value.get("content")), _calls(value.get("tool_calls"))
    if role is None or calls is None or (content is None and not calls):
        return None
    message: Message = {"role": role, "content": content or ""}
    if role == "assistant" and calls:
        message["tool_calls"] = [*calls]
    message |= _of_tool(value) if role == "tool" else {}
    used = {*message, *(_TOLD if role == "tool" else ("role", "content", "tool_calls"))}
    rest: Message = {name: v for name, v in value.items() if name not in used and v is not None}
    if rest:
        message["metadata"] = rest
    return message


def _of_tool(value: Message) -> Message:
    named = {"tool_call_id": value.get("tool_call_id"), "function": value.get("name")}
    return {name: text for name, text in named.items() if isinstance(text, str)}


def _content(value: Json) -> Json:
    """The content of a message; None where it is none."""
    if isinstance(value, list):
        return [_part(each) for each in value]
    return value if isinstance(value, str) else None


def _part(value: Json) -> Message:
    if isinstance(value, dict):
        kind, text, image = value.get("type"), value.get("text"), value.get("image")
        if kind in _TEXT_PARTS and isinstance(text, str):
            return _text_part(text)
        given = value.get("image_url") if kind == "image_url" else image
        url = given.get("url") if isinstance(given, dict) else given
        if isinstance(url, str):
            return _image_part(url)
    return _text_part(as_text(value))


def _text_part(text: str) -> Message:
    return {"type": "text", "text": text}


def _image_part(url: str) -> Message:
    return {"type": "image", "image": url, "detail": "auto"}


def _is_image(text: str) -> bool:
    return text.startswith(("data:image/", "assets/"))


def _calls(value: Json) -> Sequence[Message] | None:
    """The calls of tools; None where they are in no form that is known."""
    found = [_call(each) for each in value] if isinstance(value, list) else []
    return [call for call in found if call] if all(found) else None


def _call(value: Json) -> Message | None:
    """A call as OpenAI's interface has it, or as Inspect has it."""
    if not isinstance(value, dict):
        return None
    given = value.get("function")
    told = given if isinstance(given, dict) else {"name": given, **value}
    name, arguments = told.get("name"), _arguments(told.get("arguments"))
    if not isinstance(name, str) or arguments is None:
        return None
    call: Message = {"id": str(value.get("id") or ""), "function": name, "arguments": arguments}
    return call | {"type": "function"}


def _arguments(value: Json) -> Json:
    """The arguments of a call, an object; None where they are none."""
    if isinstance(value, str):
        if value.count("{") + value.count("[") > _MOST_LEVELS:
            return None
        try:
            value = decode(value)
        except InvalidInput:
            return None
    return value if isinstance(value, dict) else None
