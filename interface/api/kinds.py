"""``{kind:kind}`` in a route's path: ``datasets`` or ``runs``, and nothing else."""

from collections.abc import Mapping
from typing import Final

from starlette.convertors import Convertor, register_url_convertor

NAMES: Final[Mapping[str, str]] = {"datasets": "dataset", "runs": "run"}
"""From what stands in a path to what begins a stream's name."""


class KindConvertor(Convertor[str]):
    """Matches the two kinds, so that anything else is a path that is not there."""

    regex = "|".join(NAMES)

    def convert(self, value: str) -> str:
        """The name that begins a stream's."""
        return NAMES[value]

    def to_string(self, value: str) -> str:
        """What stands in a path."""
        return f"{value}s"


register_url_convertor("kind", KindConvertor())
