"""JSON objects whose members may be missing, or of another type than expected."""

from domain.canonical import Json

Members = dict[str, Json]


def object_of(value: Json) -> Members:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}
