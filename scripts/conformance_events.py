"""Bad bundles with an event that is none. Everything else takes it for one, and is signed so.

A reader cannot take in what it cannot read: it finds a gap, another root and another count as well.
Not here: events that may not stand where they do (``conformance_streams``).
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from scripts.bundle_by_hand import closed
from scripts.conformance_fixture import (
    Bad,
    dataset_of,
    event_at,
    named,
    replacing,
    stated,
    whole,
    with_dataset,
    with_event,
    with_more,
)
from scripts.recording_by_hand import Edit, Event, digest
from scripts.recordings import SMALL, added

GAP: Final = ["manifest", "stream", "tree"]
GAP_IN_PARTS: Final = [*GAP, "parts"]
HOLD: Final = Event("hold.placed")
PLACE: Final = "events.jsonl, line 13"


def events() -> Iterator[Bad]:
    """All of them."""
    yield from _lines()
    yield from _members()
    yield from _facts()
    yield from _parts()
    sound = whole(SMALL)
    less = closed({**sound, "events.jsonl": sound["events.jsonl"][:-1]})
    place = "events.jsonl, byte"
    yield Bad("line-feed-missing", place, "each line ends in LF", less, ["manifest", "tree"])


def _hold(what: str, why: str, **event: Any) -> Bad:
    """A hold, as line 13, that is not one."""
    bundle = whole(with_more(8, Event("hold.placed", **event)), like=SMALL)
    return Bad(what, PLACE, why, bundle, GAP)


def _lines() -> Iterator[Bad]:
    """Lines that are not in the form of RFC 8785."""
    edits: dict[str, tuple[Edit, str]] = {
        "ascii-escaped": (replacing(b"hold", b"\\u0068old"), "a letter stands for itself"),
        "byte-order-mark": (lambda line: b"\xef\xbb\xbf" + line, "begins with a brace"),
        "carriage-return": (lambda line: line + b"\r", "ends in LF alone"),
        "empty-line": (lambda _: b"", "a line is an event"),
        "key-doubled": (replacing(b'"format":1', b'"format":1,"format":1'), "names are unique"),
        "keys-unsorted": (_last_first, "members are sorted"),
        "list-instead": (lambda line: b"[%b]" % line, "an event is an object"),
        "not-json": (lambda _: b"a hold was placed", "a line is JSON"),
        "not-utf-8": (replacing(b"local", b"loc\xffl"), "no text"),
        "surrogate-alone": (replacing(b"local", b"\\ud800"), "no character"),
        "surrogates-the-wrong-way": (replacing(b"local", b"\\ude00\\ud83d"), "no character"),
        "two-on-a-line": (lambda line: line + line, "a line is one event"),
        "with-spaces": (replacing(b'":', b'": '), "no white space"),
    }
    for what, (edit, why) in edits.items():
        yield _hold(what, why, edit=edit)
    long = replace(HOLD, edit=replacing(b"claimed:local", b"claimed:" + b"a" * 8192))
    bundle = whole(with_more(8, long), like=SMALL)
    yield Bad("longer-than-8-kib", "events.jsonl, byte", "too long", bundle, ["manifest", "tree"])


def _last_first(line: bytes) -> bytes:
    return b'{"version":8,' + replacing(b',"version":8', b"")(line)[1:]


def _members() -> Iterator[Bad]:
    """Members of an envelope that are not of their form."""
    wrong: dict[str, tuple[dict[str, Any], str]] = {
        "actor-by-name": ({"actor": "Jane Doe"}, "an opaque id"),
        "actor-not-ascii": ({"actor": "claimed:zo\u00eb"}, "ASCII alone"),
        "actor-unknown-claim": ({"actor": "verified:local"}, "claimed or authenticated"),
        "at-as-number": ({"at": 1795424400}, "a text of 27 characters"),
        "at-in-another-zone": ({"at": "2026-11-23T09:00:00.000000+01:00"}, "UTC"),
        "at-in-seconds": ({"at": "2026-11-23T10:00:07Z"}, "27 characters"),
        "at-month-13": ({"at": "2026-13-23T10:00:07.000000Z"}, "no such month"),
        "facts-as-list": ({"facts": []}, "an object"),
        "format-2": ({"format": 2}, "a reader rejects what it does not know"),
        "format-as-text": ({"format": "1"}, "a number"),
        "format-true": ({"format": True}, "a number, though true == 1 in places"),
        "id-in-upper-case": ({"id": "01990000-0000-7000-8000-ABCDEF000000"}, "lower case"),
        "id-none": ({"id": ""}, "a UUID"),
        "member-more": ({"comment": "looks fine"}, "exactly these ten"),
        "origin-none": ({"origin": ""}, "whoever recorded it"),
        "origin-in-upper-case": ({"origin": "Archive-7f3a"}, "lower case"),
        "parts-null": ({"parts": None}, "an object"),
        "stream-of-no-kind": ({"stream": "model/01990000-0000-7000-8000-0000000000bb"}, "unknown"),
        "type-as-list": ({"type": ["hold.placed"]}, "a text"),
        "type-as-object": ({"type": {"hold.placed": 1}}, "a text"),
        "type-none": ({"type": None}, "a text"),
        "type-unknown": ({"type": "run.improved"}, "a reader rejects what it does not know"),
        "type-of-an-archive": ({"type": "archive.exported"}, "not in a run's stream"),
        "type-of-a-dataset": ({"type": "dataset.frozen"}, "not in a run's stream"),
        "version-0": ({"version": 0}, "versions count from 1"),
        "version-as-text": ({"version": "8"}, "a number"),
        "version-with-point": ({"version": 8.0}, "8 is printed 8"),
        "version-beyond-53-bits": ({"version": 2**53}, "no integer of I-JSON"),
        "version-below-0": ({"version": -8}, "versions count from 1"),
    }
    for what, (more, why) in wrong.items():
        yield _hold(what, why, more=more)
    less = replacing(b'"actor":"claimed:local",', b"")
    yield _hold("member-less", "exactly these ten", edit=less)


def _facts() -> Iterator[Bad]:
    """Facts that are not of their form, in the first answer."""
    latency = b'"latency_ms":100'
    texts = {
        "as-text": (b'"100"', "a whole number"),
        "below-0": (b"-1", "from 0"),
        "beyond-53-bits": (b"9007199254740992", "no integer of I-JSON"),
        "doubled": (b'100,"latency_ms":100', "names are unique"),
        "in-a-list": (b"[100]", "a whole number"),
        "minus-0": (b"-0", "0 is printed 0"),
        "nan": (b"NaN", "no number of JSON"),
        "null": (b"null", "left out instead"),
        "of-30-digits": (b"1" * 30, "no integer of I-JSON"),
        "true": (b"true", "a whole number"),
        "with-exponent": (b"1e2", "100 is printed 100"),
        "with-fraction": (b"100.5", "envelopes have no fractions"),
        "with-point": (b"100.0", "100 is printed 100"),
        "deep": (b"[" * 1000 + b"]" * 1000, "more than 128 levels"),
    }
    for what, (text, why) in texts.items():
        edit = replacing(latency, b'"latency_ms":' + text)
        yield _answer(f"latency-{what}", why, replace(event_at(4), edit=edit))
    yield _answer("fact-more", "a closed list", named(event_at(4), model="m-2"), ", facts")
    yield _answer("fact-less", "an answer has an attempt", named(event_at(4), attempt=None))
    yield _answer("epoch-0", "epochs count from 1", named(event_at(4), epoch=0))
    yield _answer("epoch-10001", "10,000 at most", named(event_at(4), epoch=10_001))
    yield _answer("attempt-0", "attempts count from 1", named(event_at(4), attempt=0))
    yield _answer("occurred-on-no-day", "a time", named(event_at(4), occurred="yesterday"))
    plan = named(event_at(2), epochs=10_001)
    bundle = whole(with_event(2, plan), like=SMALL)
    yield Bad("epochs-10001", "events.jsonl, line 7, facts", "10,000 at most", bundle, GAP)
    rows = dataset_of(SMALL)
    frozen = named(rows[3], **stated(SMALL, 0, "dataset.frozen"))
    more = [*rows[:3], named(added(3), section=4096), frozen, rows[4]]
    begin = named(event_at(1), **stated(SMALL, 1, "run.registered"))
    bundle = whole([with_dataset(more)[0], with_event(1, begin)[1]], like=SMALL)
    place = "events.jsonl, line 4, facts"
    yield Bad("section-4096", place, "the last one is 4095", bundle, GAP_IN_PARTS)
    ranges: dict[str, tuple[Any, str]] = {
        "descending": ([[1, 0]], "first, then last"),
        "empty": ([], "a plan has a range"),
        "of-three": ([[0, 1, 2]], "first and last"),
        "overlapping": ([[0, 1], [1, 1]], "apart from each other"),
        "touching": ([[0, 0], [1, 1]], "one range would do"),
        "with-text": ([["0", "1"]], "whole numbers"),
    }
    for what, (value, why) in ranges.items():
        event = named(event_at(2), ranges=value)
        bundle = whole(with_event(2, event), like=SMALL)
        yield Bad(f"ranges-{what}", "events.jsonl, line 7, facts", why, bundle, GAP)


def _answer(what: str, why: str, event: Event, place: str = "") -> Bad:
    """The first answer, as line 9, is none, and its content belongs to nothing."""
    bundle = whole(with_event(4, event), like=SMALL)
    return Bad(what, f"events.jsonl, line 9{place}", why, bundle, GAP_IN_PARTS)


def _parts() -> Iterator[Bad]:
    """Digests of parts that are not of their form, or of kinds that the type does not have."""
    response = digest(b"which one does not matter")
    wrong: dict[str, tuple[dict[str, Any], str]] = {
        "in-upper-case": ({"response": response.upper()}, "lower case"),
        "too-short": ({"response": response[:-1]}, "64 digits"),
        "as-number": ({"response": 1}, "64 digits"),
        "in-an-object": ({"response": {"sha256": response}}, "64 digits"),
        "of-an-unknown-kind": ({"opinion": response, "response": response}, "a closed list"),
        "of-another-type": ({"response": response, "score": response}, "an answer has no score"),
        "missing": ({}, "an answer has a response"),
    }
    for what, (parts, why) in wrong.items():
        event = replace(event_at(4), more={"parts": parts})
        yield _answer(f"part-{what}", why, event)
