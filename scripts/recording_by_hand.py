"""Events and parts as a recording gives them, in the plainest way, with anything wrong in them.

Shares nothing with ``domain``: a second writing of the format, by which the verifier is tested.
Numbers are integers and floats that Python prints as RFC 8785 does. Not here: the other members of
a bundle (``bundle_by_hand``), and what is wrong in which file.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

ORIGIN: Final = "archive-7f3a"
DATASET: Final = "dataset/01990000-0000-7000-8000-0000000000aa"
RUN: Final = "run/01990000-0000-7000-8000-0000000000bb"

Edit = Callable[[bytes], bytes]


def _as_it_is(line: bytes) -> bytes:
    return line


@dataclass(frozen=True)
class Part:
    """A part; ``edit`` makes another line of the right one, and the envelope commits to that."""

    value: Any
    assets: tuple[str, ...] = ()
    edit: Edit = _as_it_is


@dataclass(frozen=True)
class Event:
    """An event; ``parts`` are values or :class:`Part`.

    ``more`` are members of its envelope that are not as usual, ``edit`` makes another line of it.
    """

    type: str
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])
    parts: Mapping[str, Any] = field(default_factory=dict[str, Any])
    more: Mapping[str, Any] = field(default_factory=dict[str, Any])
    edit: Edit = _as_it_is


@dataclass(frozen=True)
class Stream:
    """What one stream records, in order."""

    name: str
    events: Sequence[Event]
    origin: str = ORIGIN


Recording = Sequence[Stream]


@dataclass(frozen=True)
class Written:
    """An event as it stands in a bundle; parts and their lines by kind, in their order."""

    type: str
    stream: str
    version: int
    facts: Mapping[str, Any]
    line: bytes
    digests: Mapping[str, str]
    parts: Mapping[str, Part]
    part_lines: Mapping[str, bytes]


def canonical(value: Any) -> bytes:
    """RFC 8785, for what this module writes."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def digest(data: bytes) -> str:
    """SHA-256 in hex."""
    return sha256(data).hexdigest()


def root(leaves: Sequence[bytes]) -> str:
    """The root over these leaves, as RFC 9162, section 2.1.1 defines it."""
    hashes = [sha256(b"\0" + leaf).digest() for leaf in leaves]
    return _root(hashes).hex() if hashes else digest(b"")


def _root(hashes: Sequence[bytes]) -> bytes:
    if len(hashes) == 1:
        return hashes[0]
    left = 1
    while left * 2 < len(hashes):
        left *= 2
    return sha256(b"\1" + _root(hashes[:left]) + _root(hashes[left:])).digest()


def write(recording: Recording) -> list[Written]:
    """The events of all streams, with what the archive adds to each."""
    written: list[Written] = []
    for stream in recording:
        begin = len(written)
        for event in stream.events:
            written.append(_write(stream, event, written[begin:], written[:begin]))
    return written


def _write(
    stream: Stream, event: Event, before: Sequence[Written], others: Sequence[Written]
) -> Written:
    version, clock = len(before) + 1, len(before) + 3600 * bool(others)
    parts = {kind: _part(event.parts[kind]) for kind in sorted(event.parts)}
    salts = {kind: digest(f"{stream.name} {version} {kind}".encode())[:32] for kind in parts}
    part_lines = {kind: _part_line(each, salts[kind]) for kind, each in parts.items()}
    envelope: dict[str, Any] = {
        "actor": "claimed:local",
        "at": f"2026-11-23T{9 + clock // 3600:02}:{clock // 60 % 60:02}:{clock % 60:02}.000000Z",
        "facts": {**_facts_of_archive(event, before, others), **event.facts},
        "format": 1,
        "id": f"01990000-0000-7000-8000-{len(others):06x}{version:06x}",
        "origin": stream.origin,
        "parts": {kind: digest(line) for kind, line in part_lines.items()},
        "stream": stream.name,
        "type": event.type,
        "version": version,
        **event.more,
    }
    return Written(
        type=event.type,
        stream=stream.name,
        version=version,
        facts=envelope["facts"],
        line=event.edit(canonical(envelope)),
        digests=envelope["parts"],
        parts=parts,
        part_lines=part_lines,
    )


def _part(given: Any) -> Part:
    return given if isinstance(given, Part) else Part(given)


def _part_line(part: Part, salt: str) -> bytes:
    names = {"assets": sorted(part.assets)} if part.assets else {}
    return part.edit(canonical({**names, "salt": salt, "value": part.value}))


def _facts_of_archive(
    event: Event, before: Sequence[Written], others: Sequence[Written]
) -> dict[str, Any]:
    if event.type == "stream.sealed":
        return {"root": root([each.line for each in before]), "size": len(before)}
    if event.type not in {"dataset.item_added", "dataset.frozen", "run.registered"}:
        return {}
    items = [each for each in others or before if each.type == "dataset.item_added"]
    if event.type == "dataset.item_added":
        names = [*map(_section, items), _section(event)]
        return {"item": len(items), "section": list(dict.fromkeys(names)).index(names[-1])}
    frozen = {"items": len(items), "items_root": root([canonical(each.digests) for each in items])}
    if event.type == "dataset.frozen":
        return frozen
    named = {"dataset": DATASET[8:], "dataset_origin": ORIGIN, "same_config": 0, "trial": 1}
    if "scorers" not in event.facts:
        named["scorers"] = len(_part(event.parts["config"]).value.get("scorers", []))
    return {**frozen, **named}


def _section(event: Event | Written) -> str:
    item: Any = _part(event.parts["item"]).value
    return str(item["section"]) if "section" in item else ""
