"""What was done to the archive, by the events of its own stream: who, what, when. Newest first.

Not here: who may see it (``archive_shown.sees_everything``), and how it looks.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from application.access_book import Token
from application.history_page import history_page
from application.ports import EventStore, StreamKey

WHAT: Final[Mapping[str, str]] = {
    "archive.created": "The archive began",
    "archive.exported": "A bundle left",
    "archive.imported": "A bundle came in",
    "archive.verified": "A bundle was verified",
    "archive.disclosed": "Content was looked at",
    "archive.assigned": "A stream was begun in a project",
    "project.added": "A project was made",
    "token.issued": "A token was made",
    "token.revoked": "A token was revoked",
    "key.rotated": "The key was rotated",
    "key.compromised": "A key was called compromised",
}

LOOK: Final = "archive.disclosed"
_SHORT: Final = 16
"""Digits of a digest; the whole is in the event."""


class Action(NamedTuple):
    """An event of the archive's own stream; ``who`` is a token's label, or what it is known by."""

    version: int
    at: str
    type: str
    what: str
    actor: str
    who: str
    about: str
    run: str
    """The id of the run that it is about; "" for none."""


class Actions(NamedTuple):
    """Some actions, and before which version others may be; None where there are none."""

    shown: Sequence[Action]
    before: int | None


class Which(NamedTuple):
    """Which actions: before a version, of so many at most that are looked through."""

    before: int
    most: int
    looks: bool = True
    """Whether looks into content are among them."""


def actions_shown(
    store: EventStore, key: StreamKey, tokens: Sequence[Token], which: Which
) -> Actions:
    """Actions, the newest first; who did them goes by the labels of these tokens."""
    end = min(which.before, store.version(key) + 1)
    begin = max(0, end - 1 - which.most)
    events = [found.event for found in history_page(store, key, begin, end - 1 - begin)]
    wanted = [event for event in events if which.looks or event["type"] != LOOK]
    labels = {token.id: token.label or "" for token in tokens}
    return Actions(
        [_action(event, labels) for event in reversed(wanted)], begin + 1 if begin else None
    )


def _action(event: Any, labels: Mapping[str, str]) -> Action:
    actor: str = event["actor"]
    event_type: str = event["type"]
    facts: Mapping[str, Any] = event["facts"]
    stream = str(facts.get("stream", ""))
    return Action(
        event["version"],
        event["at"],
        event_type,
        WHAT.get(event_type, event_type),
        actor,
        labels.get(actor.removeprefix("authenticated:"), ""),
        "; ".join(_told(facts, event["origin"])),
        stream.removeprefix("run/") if stream.startswith("run/") else "",
    )


def _told(facts: Mapping[str, Any], origin: str) -> Iterator[str]:
    """The facts in short: what the archive's own runs are called stands beside them already."""
    for name, value in facts.items():
        told = str(value)
        if name == "stream" and not told.startswith("run/"):
            yield told
        elif name == "source" and told != origin:
            yield f"of {told}"
        elif name == "key":
            yield f"key {told.split('+')[1]}"
        elif name in {"digest", "root"}:
            yield f"{name} {told[:_SHORT]}…"
        elif name not in {"stream", "source"}:
            yield f"{name} {told}"
