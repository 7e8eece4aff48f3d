"""Links to assets: strings ``assets/<path>`` in values, rewritten to ``assets/<sha256>.<ext>``.

Not here: where the assets come from; a callable, such as a mapping's ``get``, looks a link up.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, NamedTuple

from application.actions import Action
from domain.canonical import Json

PREFIX: Final = "assets/"

Link = Callable[[str], str | None]
"""From the path behind ``assets/`` to the name of the asset, or None where there is none."""


class Relinked(NamedTuple):
    """A value with its links rewritten, and the names of the assets that they lead to."""

    value: Json
    assets: frozenset[str]


def relink(value: Json, link: Link) -> Relinked:
    """Rewrite every string that is a known link; the value that comes in is not changed."""
    names: set[str] = set()
    return Relinked(_relinked(value, link, names), frozenset(names))


def relink_action(action: Action, link: Link) -> Action:
    """The action with the links in all of its parts rewritten, and their assets named."""
    found = {kind: relink(value, link) for kind, value in action.parts.items()}
    assets = {kind: sorted(part.assets) for kind, part in found.items() if part.assets}
    parts = {kind: part.value for kind, part in found.items()}
    return replace(action, parts=parts, assets={**action.assets, **assets})


def _relinked(value: Json, link: Link, names: set[str]) -> Json:
    if isinstance(value, str):
        name = link(value.removeprefix(PREFIX)) if value.startswith(PREFIX) else None
        if name is None:
            return value
        names.add(name)
        return PREFIX + name
    if isinstance(value, list):
        return [_relinked(child, link, names) for child in value]
    if isinstance(value, dict):
        return {key: _relinked(child, link, names) for key, child in value.items()}
    return value
