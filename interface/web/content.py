"""Content for reading: a part's value as titled texts, and the images that it refers to. Pure.

A list of messages is shown as a conversation, a text as itself, of an answer its text and of an
error its message and traceback first, all else as JSON; the raw value can be looked at in any case.
Not here: escaping, which the templates do.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from application.asset_links import PREFIX
from domain.canonical import Json
from domain.syntax import is_asset_name
from interface.web.wording import name, pretty, visible

IMAGES: Final[Mapping[str, str]] = {
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
}
"""Kinds of assets that a browser shows without running anything of them."""


_ROLES: Final = frozenset({"assistant", "developer", "function", "system", "tool", "user"})


class Block(NamedTuple):
    """A text with a title, "" for none; ``is_json`` where the text is a value's form."""

    title: str
    text: str
    is_json: bool = False


class Asset(NamedTuple):
    """An asset that a value refers to."""

    name: str
    is_image: bool


def blocks(value: Any, title: str = "") -> Iterator[Block]:
    """The value as texts."""
    match value:
        case str():
            yield Block(title, visible(value))
        case [{"role": str()}, *_] if all(_is_message(each) for each in value):
            for message in value:
                yield from _message(message)
        case {"inputs": inputs, **rest} if not rest:
            yield from blocks(inputs, title)
        case {"text": str(text), **rest}:
            yield Block(title, visible(text))
            yield from _rest(rest)
        case {"message": str(text), **rest}:
            yield Block(title, visible(text))
            if isinstance(trace := rest.get("traceback"), str):
                yield Block("traceback", visible(trace))
                del rest["traceback"]
            yield from _rest(rest)
        case _:
            yield Block(title, pretty(value), is_json=True)


def assets(value: Json) -> list[Asset]:
    """The assets that a value refers to, in order, each once."""
    return [Asset(each, each.rpartition(".")[2] in IMAGES) for each in dict.fromkeys(_links(value))]


def _rest(rest: Mapping[Any, Any]) -> Iterator[Block]:
    if rest:
        yield Block("and with it", pretty(rest), is_json=True)


def _is_message(value: Json) -> bool:
    return isinstance(value, dict) and isinstance(value.get("role"), str) and "content" in value


def _message(message: Any) -> Iterator[Block]:
    role, content = _role(message["role"]), message["content"]
    for piece in _pieces(content):
        match piece:
            case str():
                yield Block(role, visible(piece))
            case {"text": str(text)}:
                yield Block(role, visible(text))
            case _:
                yield Block(role, pretty(piece), is_json=True)
    if rest := {key: each for key, each in message.items() if key not in {"role", "content"}}:
        yield Block(f"{role}, more", pretty(rest), is_json=True)


def _role(told: str) -> str:
    """A role; one that is not usual in quotes, so that it is no title of the page's own."""
    return told if told in _ROLES else f"role “{name(told)}”"


def _pieces(content: Any) -> list[Any]:
    """What a message consists of."""
    pieces: list[Any] = content
    return pieces if isinstance(content, list) and pieces else [content]


def _links(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        found = value.removeprefix(PREFIX)
        if found != value and is_asset_name(found):
            yield found
    elif isinstance(value, list | dict):
        for child in value.values() if isinstance(value, dict) else value:
            yield from _links(child)
