"""Events: what an envelope may say, type by type (format, section 4), and its line.

An event is a frozen fact. Not here: what may follow what (``dataset``, ``run``), content
(``domain.bundle.parts``), and where events are kept.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, cast

from domain import syntax
from domain.canonical import Json, decode_canonical, encode, reread
from domain.errors import InvalidInput, shown
from domain.evaluation.usual_lines import usual_line

FORMAT = 1
MAX_ENVELOPE_BYTES = 8 * 1024

KINDS = (
    "annotation", "answer", "config", "environment", "error", "item",
    "original", "question", "rationale", "request", "response", "score",
)  # fmt: skip


class Event(NamedTuple):
    """One envelope. ``facts`` and ``parts`` (kind to SHA-256) must not be changed."""

    actor: str
    at: str
    facts: Mapping[str, Any]
    format: int
    id: str
    origin: str
    parts: Mapping[str, str]
    stream: str
    type: str
    version: int


class EventType(NamedTuple):
    """What an event of one type may hold; in the table, ``?`` marks what may be absent."""

    streams: frozenset[str]
    facts: Mapping[str, Callable[[object], bool]]
    required_facts: frozenset[str]
    parts: frozenset[str]
    required_parts: frozenset[str]


FACTS: Mapping[str, Callable[[object], bool]] = {
    "archived_from": syntax.is_word,
    "attempt": syntax.is_attempt,
    "by": syntax.is_uuid,
    "dataset": syntax.is_uuid,
    "dataset_origin": syntax.is_origin,
    "digest": syntax.is_digest,
    "epoch": syntax.is_epoch,
    "epochs": syntax.is_epoch,
    "expires": syntax.is_time,
    "item": syntax.is_index,
    "items": syntax.is_index,
    "items_root": syntax.is_digest,
    "key": syntax.is_key,
    "kind": KINDS.__contains__,
    "latency_ms": syntax.is_index,
    "occurred": syntax.is_time,
    "ranges": syntax.is_ranges,
    "root": syntax.is_digest,
    "same_config": syntax.is_index,
    "scorer": syntax.is_index,
    "scorers": syntax.is_scorer_count,
    "section": syntax.is_section,
    "since": syntax.is_time,
    "size": syntax.is_index,
    "source": syntax.is_origin,
    "old": syntax.is_key_id,
    "plan_source": syntax.is_word,
    "project": syntax.is_word,
    "role": syntax.is_word,
    "stream": syntax.is_stream,
    "target": syntax.is_ordinal,
    "token": syntax.is_uuid,
    "tokens_in": syntax.is_index,
    "tokens_out": syntax.is_index,
    "trial": syntax.is_ordinal,
    "verdict": syntax.is_word,
}

_BOUNDS: Mapping[str, str] = {
    "attempt": f"1 to {syntax.MAX_ATTEMPTS:,}",
    "epoch": f"1 to {syntax.MAX_EPOCHS:,}",
    "epochs": f"1 to {syntax.MAX_EPOCHS:,}",
    "scorers": f"0 to {syntax.MAX_SCORERS:,}",
    "section": f"0 to {syntax.MAX_SECTIONS - 1:,}",
}

_WORDS: Mapping[Callable[[object], bool], str] = {
    KINDS.__contains__: "one of " + " ".join(KINDS),
    syntax.is_digest: "a SHA-256 in lower-case hex",
    syntax.is_index: "a whole number from 0",
    syntax.is_key: "a verifier key",
    syntax.is_key_id: "the id of a key, 8 lower-case hex digits",
    syntax.is_ordinal: "a whole number from 1",
    syntax.is_origin: "the origin of an archive",
    syntax.is_ranges: "ranges [first, last], ascending and apart",
    syntax.is_stream: "archive, dataset/<uuid> or run/<uuid>",
    syntax.is_time: "a UTC time of 27 characters",
    syntax.is_uuid: "a lower-case UUID",
    syntax.is_word: "a word in lower case",
}

_TABLE = """
dataset.registered   | dataset     | archived_from? occurred?                                                       | config original?
dataset.item_added   | dataset     | item section occurred?                                                         | answer item question
dataset.frozen       | dataset     | items items_root                                                               |
run.registered       | run         | dataset dataset_origin items items_root same_config scorers trial occurred? archived_from? | config environment? original?
run.planned          | run         | epochs ranges plan_source                                                      |
run.started          | run         | occurred?                                                                      |
run.resumed          | run         | occurred?                                                                      | error?
run.completed        | run         | occurred?                                                                      |
run.failed           | run         | occurred?                                                                      | error?
run.canceled         | run         | occurred?                                                                      |
item.attempt_failed  | run         | attempt epoch item latency_ms? occurred?                                       | error request? response?
item.answered        | run         | attempt epoch item latency_ms? tokens_in? tokens_out? occurred?                | request? response
item.scored          | run         | epoch item scorer occurred?                                                    | rationale? score
item.failed          | run         | epoch item occurred?                                                           | error
score.revised        | run         | epoch item scorer occurred?                                                    | rationale? score
run.annotated        | run         | epoch? item?                                                                   | annotation
run.superseded       | run         | by                                                                             | annotation?
part.erased          | dataset run | kind target                                                                    | annotation?
part.withheld        | dataset run | kind target                                                                    | annotation?
hold.placed          | dataset run |                                                                                | annotation?
hold.released        | dataset run |                                                                                | annotation?
stream.sealed        | dataset run | root size                                                                      |
archive.created      | archive     | key                                                                            |
archive.exported     | archive     | digest root size source stream                                                 |
archive.imported     | archive     | digest root size source stream                                                 |
archive.verified     | archive     | digest verdict                                                                 |
archive.disclosed    | archive     | source stream epoch? item?                                                     |
archive.assigned     | archive     | project source stream                                                          |
project.added        | archive     | project                                                                        |
token.issued         | archive     | digest role token expires? project?                                            | annotation?
token.revoked        | archive     | token                                                                          |
key.rotated          | archive     | key old                                                                        |
key.compromised      | archive     | old key? since?                                                                |
"""  # noqa: E501 - a table is read by its columns


def _required(cell: str) -> frozenset[str]:
    return frozenset(name for name in cell.split() if not name.endswith("?"))


def _row(line: str) -> tuple[str, EventType]:
    name, streams, facts, parts = (cell.strip() for cell in line.split("|"))
    return name, EventType(
        streams=frozenset(streams.split()),
        facts={fact: FACTS[fact] for fact in facts.replace("?", "").split()},
        required_facts=_required(facts),
        parts=frozenset(parts.replace("?", "").split()),
        required_parts=_required(parts),
    )


TYPES: Mapping[str, EventType] = dict(map(_row, _TABLE.strip().splitlines()))

_MEMBERS: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "actor": (syntax.is_actor, "claimed:<id> or authenticated:<id>"),
    "at": (syntax.is_time, "a UTC time of 27 characters"),
    "facts": (lambda value: isinstance(value, dict), "an object"),
    "format": (lambda value: value == FORMAT and type(value) is int, f"format {FORMAT}"),
    "id": (syntax.is_uuid, "a lower-case UUID"),
    "origin": (syntax.is_origin, "an archive's origin"),
    "parts": (lambda value: isinstance(value, dict), "an object"),
    "stream": (syntax.is_stream, "archive, dataset/<uuid> or run/<uuid>"),
    "type": (lambda value: isinstance(value, str) and value in TYPES, "an event type that we know"),
    "version": (syntax.is_ordinal, "a version from 1"),
}


def _usual(name: str, spec: EventType) -> re.Pattern[bytes] | None:
    facts = {fact: fact in spec.required_facts for fact in spec.facts}
    parts = {kind: kind in spec.required_parts for kind in spec.parts}
    return usual_line(name, spec.streams, facts, parts)


_USUAL: Mapping[bytes, re.Pattern[bytes] | None] = {
    name.encode(): _usual(name, spec) for name, spec in TYPES.items()
}
_TYPE = b'"type":"'
_NAMES = Event._fields


def read_event(line: bytes, place: str) -> Event:
    """Read one envelope line (without its LF) strictly.

    Raises:
        InvalidInput: naming the place, when :func:`write_event` could not have written it.
    """
    begin = line.rfind(_TYPE) + len(_TYPE)
    usual = _USUAL.get(line[begin : line.find(b'"', begin)])
    if usual is not None and usual.fullmatch(line):
        return _event(reread(line))
    return _read_strictly(line, place)


def _read_strictly(line: bytes, place: str) -> Event:
    if len(line) > MAX_ENVELOPE_BYTES:
        raise InvalidInput(place, f"at most {MAX_ENVELOPE_BYTES} bytes", f"{len(line)} bytes")
    members = decode_canonical(line, place)
    _check_members(members, place)
    event = _event(members)
    check_content(event, place)
    return event


def _event(members: Json) -> Event:
    # RFC 8785 has sorted the members, and so are the fields.
    return Event._make(cast("dict[str, Any]", members).values())


def _check_members(members: Json, place: str) -> None:
    if not isinstance(members, dict) or members.keys() != _MEMBERS.keys():
        raise InvalidInput(place, f"the members {', '.join(_MEMBERS)}", shown(members))
    for name, (allows, expected) in _MEMBERS.items():
        if not allows(members[name]):
            raise InvalidInput(f"{place}, {name}", expected, shown(members[name]))
    for kind, digest in cast("dict[str, Json]", members["parts"]).items():
        if not syntax.is_digest(digest):
            raise InvalidInput(f"{place}, parts, {kind}", "a SHA-256 in hex", shown(digest))


def check_content(event: Event, place: str) -> None:
    """Check facts and kinds of parts against the event's type.

    Raises:
        InvalidInput: naming the fact or part that is missing, unknown or of the wrong form.
    """
    spec = TYPES[event.type]
    if event.stream.partition("/")[0] not in spec.streams:
        raise InvalidInput(f"{place}, stream", " or ".join(sorted(spec.streams)), event.stream)
    for name, value in event.facts.items():
        allows = spec.facts.get(name)
        if allows is None or not allows(value):
            expected = allowed(name) if allows else "no fact of this name"
            raise InvalidInput(f"{place}, facts", expected, f"{name} {shown(value)}")
    if not event.facts.keys() >= spec.required_facts:
        missing = min(spec.required_facts - event.facts.keys())
        raise InvalidInput(f"{place}, facts", f"{missing} in {event.type}", "none")
    kinds = event.parts.keys()
    if not spec.required_parts <= kinds <= spec.parts:
        raise InvalidInput(f"{place}, parts", _parts_told(spec), ", ".join(sorted(kinds)) or "none")


def allowed(fact: str) -> str:
    """What a fact may be, in the words of an error."""
    return f"{fact} from {_BOUNDS[fact]}" if fact in _BOUNDS else f"{fact}: {_WORDS[FACTS[fact]]}"


def write_event(event: Event) -> bytes:
    """Return the envelope line, without its LF; :func:`read_event` reads it back."""
    members: dict[str, Any] = dict(zip(_NAMES, event, strict=True))
    return encode(members)


def _parts_told(spec: EventType) -> str:
    optional = (f"{kind} or not" for kind in sorted(spec.parts - spec.required_parts))
    return ", ".join([*sorted(spec.required_parts), *optional]) or "no parts"
