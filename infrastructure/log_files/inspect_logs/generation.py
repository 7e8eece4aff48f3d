"""How a model was asked to answer, as far as Inspect has a setting of this name and type.

Its reader refuses a log with a setting of another type. Not here: the rest of a run's parameters,
which stand in the log's metadata.
"""

from collections.abc import Mapping
from typing import Final

from domain.canonical import Json
from infrastructure.log_files.inspect_logs.members import Members

_NUMBER: Final = (int, float)
_SETTINGS: Final[Mapping[str, tuple[type, ...]]] = {
    "temperature": _NUMBER, "top_p": _NUMBER, "frequency_penalty": _NUMBER,
    "presence_penalty": _NUMBER, "max_tokens": (int,), "top_k": (int,), "seed": (int,),
    "num_choices": (int,), "best_of": (int,), "timeout": (int,), "max_retries": (int,),
    "top_logprobs": (int,), "logprobs": (bool,), "system_message": (str,),
}  # fmt: skip


def generate_config(parameters: Json) -> Members:
    """The settings among a run's parameters."""
    given = parameters.items() if isinstance(parameters, dict) else ()
    return {name: value for name, value in given if type(value) in _SETTINGS.get(name, ())}
