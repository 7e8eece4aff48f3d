"""``eval752 key``: the keys of an archive.

Not here: what a change brings (``application.key_changes``).
"""

from collections.abc import Iterator
from typing import Final

from domain.errors import InvalidInput
from domain.syntax import is_time
from interface.cli.options import Where
from interface.cli.render_recorded import counted
from interface.cli.screen import Line, Screen
from interface.documents import document
from interface.key_policy import policy_document, policy_text
from interface.shown import KeyChanged, KeyShown

_EARLIEST: Final = "2026-01-01T00:00:00.000000Z"
_WHOLE: Final = (10, 16, 19, 26)
"""Characters of a time without its end: a day, a minute, a second, and all."""


def show(screen: Screen, where: Where, *, policy: bool) -> None:
    """Show the keys, or the part of a policy that trusts them."""
    with where.archive(writable=False) as archive:
        keys = archive.keys()
    if policy:
        origins = policy_document(keys)
        screen.show(map(Line, policy_text(origins).splitlines()), lambda: origins)
    else:
        screen.show((line for key in keys for line in _lines(key)), lambda: document(keys))


def rotate(screen: Screen, where: Where) -> None:
    """Put a new key in force."""
    with where.archive(writable=True) as archive:
        changed = archive.rotate_key()
    screen.show(_changed(changed), lambda: document(changed))


def compromised(screen: Screen, where: Where, key: str, since: str) -> None:
    """Say that a key is in other hands."""
    claimed = _time(since)
    with where.archive(writable=True) as archive:
        key = key or archive.keys()[-1].id
        changed = archive.compromise_key(key, claimed)
    lines = [Line(f"key {key}  compromised", "bad"), *_changed(changed)]
    screen.show(lines, lambda: {"compromised": key, **document(changed)})


def _time(text: str) -> str:
    """A UTC time that may end with the day, the minute or the second."""
    given = text.removesuffix("Z")
    time = given + _EARLIEST[len(given) :]
    if text and (len(given) not in _WHOLE or not is_time(time)):
        raise InvalidInput("--since", "a UTC time from the date on", ascii(text[:80]))
    return time if text else ""


def _lines(key: KeyShown) -> Iterator[Line]:
    style = {"in force": "good", "compromised": "bad"}.get(key.state, "")
    yield Line(f"key {key.id}  {key.state}", style)
    until = f" until {key.ended}" if key.ended else ""
    yield Line(f"  in force   from {key.begun}{until}")
    if key.compromised:
        yield Line(f"  in other hands since {key.compromised}")
    yield Line(f"  {key.key}")


def _changed(changed: KeyChanged) -> Iterator[Line]:
    yield from _lines(changed.in_force)
    if changed.size is not None:
        yield Line(f"  signed     the head of {counted(changed.size, 'event')}")
    if changed.unsigned:
        yield Line(f"  signed     nothing: {changed.unsigned}", "bad")
    yield Line("Tell those who verify: eval752 key show --policy")
