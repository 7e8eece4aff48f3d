"""A sample's transcript: one call of its model, made of the messages and output that it has.

The archive holds no transcript, but Inspect's frames of messages and events are made of nothing
else. The call says what it is made of. Not here: what happened in between.
"""

from typing import Final
from uuid import UUID, uuid5

from domain.canonical import Json
from infrastructure.log_files.inspect_logs.about import KEY
from infrastructure.log_files.inspect_logs.members import Members, object_of
from infrastructure.log_files.json_text import Text, array_of, text_of
from infrastructure.log_files.json_text import object_of as text_object

_MADE: Final = "Made of the sample's messages and output; the archive holds no transcript."


def transcript_of(members: Members, namespace: UUID, model: str, created: str) -> Text:
    """The events of a sample; ``created`` is when the run was, if it does not say when it was."""
    messages, output = members["messages"], object_of(members["output"])
    if not messages:
        return array_of([])
    call = text_object(
        {
            "event": "model",
            "uuid": str(uuid5(namespace, f"{members['uuid']} model")),
            "timestamp": members.get("completed_at") or created,
            "working_start": 0,
            "model": output.get("model") or model,
            "input": text_of(_before(messages, output)),
            "tools": [],
            "tool_choice": "auto",
            "config": {},
            "output": text_of(output),
            "metadata": {KEY: _MADE},
        }
    )
    return array_of([call])


def _before(messages: Json, output: Members) -> Json:
    """The messages without the last one, where that is the output."""
    choices = output.get("choices")
    answer = object_of(choices[0]).get("message") if isinstance(choices, list) and choices else None
    if isinstance(messages, list) and messages[-1] == answer:
        return messages[:-1]
    return messages
