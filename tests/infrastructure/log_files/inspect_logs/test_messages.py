"""Messages from whatever a request or an item holds."""

import json
from typing import Any

import pytest

from infrastructure.log_files.inspect_logs.messages import asked, said

IMAGE = "data:image/png;base64,iVBORw0KGgo="
CALL: Any = {"id": "c1", "type": "function", "function": {"name": "add", "arguments": '{"x":1}'}}


def test_chat_messages_stay_what_they_are() -> None:
    chat: list[Any] = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "2 + 2?"}]},
        {"role": "assistant", "content": "4"},
    ]
    assert said({"messages": chat, "temperature": 0}) == (chat, {"temperature": 0})
    assert said(chat) == (chat, None)


def test_what_another_interface_names_otherwise_gets_inspects_names() -> None:
    parts: list[Any] = [
        {"type": "input_text", "text": "What?"},
        {"type": "image_url", "image_url": {"url": IMAGE}},
        {"type": "audio", "data": 1},
    ]
    messages: Any = said({
        "messages": [
            {"role": "developer", "content": parts},
            {"role": "assistant", "content": None, "tool_calls": [CALL], "refusal": "no"},
            {"role": "tool", "content": "2", "tool_call_id": "c1", "name": "add"},
        ]
    }).messages  # fmt: skip
    assert messages[0]["role"] == "system"
    assert messages[0]["content"] == [
        {"type": "text", "text": "What?"},
        {"type": "image", "image": IMAGE, "detail": "auto"},
        {"type": "text", "text": '{"data":1,"type":"audio"}'},
    ]
    call = {"id": "c1", "type": "function", "function": "add", "arguments": {"x": 1}}
    assert messages[1] == {
        "role": "assistant", "content": "", "tool_calls": [call], "metadata": {"refusal": "no"}
    }  # fmt: skip
    assert messages[2] == {
        "role": "tool", "content": "2", "tool_call_id": "c1", "function": "add"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("request_", "text", "rest"),
    [
        ("France?", "France?", None),
        ({"prompt": "France?", "top_k": 1}, "France?", {"top_k": 1}),
        ({"gen_args_0": {"arg_0": "Q"}}, '{"gen_args_0":{"arg_0":"Q"}}', None),
        ([1, {"a": 2}], '[1,{"a":2}]', None),
        ({"messages": [{"role": "user"}]}, '{"messages":[{"role":"user"}]}', None),
        ({"messages": [{"role": "bard", "content": "x"}]}, None, None),
        ({"messages": [{"role": "assistant", "content": "", "tool_calls": [7]}]}, None, None),
        (0.5, "0.5", None),
    ],
)
def test_anything_else_is_one_message_of_the_user(request_: Any, text: Any, rest: Any) -> None:
    messages, left = said(request_)
    [message] = messages
    assert isinstance(message, dict)
    assert message["role"] == "user"
    told = json.dumps(request_, separators=(",", ":"), sort_keys=True) if text is None else text
    assert (message["content"], left) == (told, rest)


def test_arguments_that_are_no_object_or_too_deep_leave_the_request_as_it_is() -> None:
    for arguments in ("[1]", "{", '{"a":' * 101 + "1" + "}" * 101):
        call: Any = {**CALL, "function": {"name": "add", "arguments": arguments}}
        [message] = said([{"role": "assistant", "content": "x", "tool_calls": [call]}]).messages
        assert isinstance(message, dict)
        assert message["role"] == "user"


def test_no_request_is_no_message() -> None:
    assert said(None) == ([], None)


def test_inputs_are_a_text_or_messages_and_images_are_seen() -> None:
    assert asked({"text": "France?"}) == ("France?", None)
    assert asked({"text": "France?", "hint": 1}) == ("France?", {"hint": 1})
    chat: Any = [{"role": "user", "content": "France?"}]
    assert asked({"messages": chat, "files": ["a"]}) == (chat, {"files": ["a"]})
    assert asked({"doc": 1}) == ('{"doc":1}', None)
    message, rest = asked({"text": "What?", "image": IMAGE})
    image = {"type": "image", "image": IMAGE, "detail": "auto"}
    content = [{"type": "text", "text": "What?"}, image]
    assert (message, rest) == ([{"role": "user", "content": content}], None)
