"""Commands that take what is typed as the texts that it is: Typer's conversion is left out.

Typer loads pydantic to convert even a text to a text, which takes longer than to verify a small
bundle. Our parameters are texts, lists of texts and flags, and whoever uses them converts them.
This reaches into Typer, as there is no public way; where a release of it has nothing there to reach
for, it converts, and nothing changes but the time. Not here: what the values mean.
"""

from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module
from typing import Any

from typer.core import TyperCommand, TyperGroup

from interface.cli.faults import telling_usage

try:
    _base: Any = import_module("typer._coercion").RuntimeParam
except (AttributeError, ImportError):  # another release
    _base = object


class _AsTyped(_base):  # type: ignore[misc]  # it is Any, since no release promises it
    def _coerce_value(self, value: Any, **_: Any) -> Any:
        return value


class PlainCommand(TyperCommand):
    """A command all of whose parameters are texts, lists of texts, or flags."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters and `--help`, told to take values as they are."""
        return _as_typed(super().get_params(ctx))


class PlainGroup(TyperGroup):
    """Commands, with options of their own that are flags."""

    def invoke(self, ctx: Any) -> Any:
        """Read a command's arguments and run it; bad usage is told as ``--json`` has it."""
        with telling_usage(as_json=ctx.parent is None and "--json" in ctx.args):
            return super().invoke(ctx)

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters and `--help`, told to take values as they are."""
        return _as_typed(super().get_params(ctx))


def _as_typed(params: Iterable[Any]) -> list[Any]:
    given = [*params]
    with suppress(AttributeError, TypeError):  # another release
        for param in given:
            info = param.type_descriptor
            param._runtime_param = _AsTyped(info.parameter_info, info.annotation)
    return given
