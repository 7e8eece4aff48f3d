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


_STRETCH: Final = 200
"""Events that are read at once."""

LOOKED_THROUGH: Final = 20_000
"""Events among which those that are no looks are found: so long may nobody have done but look."""


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
    """Which actions: those before a version, so many at most."""

    before: int
    most: int
    looks: bool = True
    """Whether looks into content are among them."""


def actions_shown(
    store: EventStore, key: StreamKey, tokens: Sequence[Token], which: Which
) -> Actions:
    """Actions, the newest first; who did them goes by the labels of these tokens."""
    first = begin = min(which.before - 1, store.version(key))
    found: list[Any] = []
    while begin and len(found) <= which.most and first - begin < LOOKED_THROUGH:
        end, begin = begin, max(0, begin - _STRETCH)
        events = [each.event for each in history_page(store, key, begin, end - begin)]
        found += (each for each in reversed(events) if which.looks or each["type"] != LOOK)
    shown = found[: which.most]
    labels = {token.id: token.label or "" for token in tokens}
    before = shown[-1]["version"] if len(found) > which.most else begin + 1 if begin else None
    return Actions([_action(event, labels) for event in shown], before)


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
