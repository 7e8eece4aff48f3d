"""How commands begin and end: a screen, the archive that is named, and the options that say so.

A command is a function of a :class:`Screen`, of a :class:`Where` if it works on an archive, and of
its own options; here it gets those that all have. Not here: any command.
"""

from collections.abc import Callable, Sequence
from inspect import Parameter, Signature, signature
from typing import Any, Concatenate, Final, ParamSpec

from interface.cli.faults import reporting
from interface.cli.options import Actor, AsJson, Data, Debug, Server, TokenFile, Where
from interface.cli.screen import Screen

P = ParamSpec("P")


def _option(name: str, annotation: object, default: object) -> Parameter:
    kind = Parameter.KEYWORD_ONLY
    return Parameter(name, kind, default=default, annotation=annotation)


_SCREEN: Final = (_option("as_json", AsJson, False), _option("debug", Debug, False))
_READ: Final = (
    _option("data", Data, None),
    _option("server", Server, None),
    _option("token_file", TokenFile, None),
)
_WRITTEN: Final = (*_READ, _option("actor", Actor, "local"))


def alone(command: Callable[Concatenate[Screen, P], None]) -> Callable[..., None]:
    """Make a command that needs no archive."""
    return _made(command, ())


def reading(command: Callable[Concatenate[Screen, Where, P], None]) -> Callable[..., None]:
    """Make a command that works on an archive and records nothing."""
    return _made(command, _READ)


def writing(command: Callable[Concatenate[Screen, Where, P], None]) -> Callable[..., None]:
    """Make a command that records into an archive, and with it who did so."""
    return _made(command, _WRITTEN)


def _made(command: Callable[..., None], where: Sequence[Parameter]) -> Callable[..., None]:
    def run(*, as_json: bool, debug: bool, **given: Any) -> None:
        named = {option.name: given.pop(option.name) for option in where}
        with reporting(as_json=as_json, debug=debug) as screen:
            command(screen, *([Where(**named)] if where else ()), **given)

    _, *own = signature(command).parameters.values()
    own = own[1:] if where else own
    for name, value in {
        "__doc__": command.__doc__,
        "__name__": command.__name__,
        "__signature__": Signature([*own, *where, *_SCREEN]),  # from which Typer reads the options
    }.items():
        setattr(run, name, value)
    return run
