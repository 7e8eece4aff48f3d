"""Bad bundles with parts that are not what was recorded, or that are no parts at all.

Not here: content that is well-formed and not true (``conformance_results``).
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from scripts.bundle_by_hand import Members, build, closed
from scripts.conformance_fixture import (
    Bad,
    dataset_of,
    event_at,
    named,
    replacing,
    run_of,
    whole,
    with_dataset,
    with_event,
    with_run,
)
from scripts.recording_by_hand import DATASET, RUN, Edit, Event, Part
from scripts.recordings import (
    CHOICE,
    ROWS,
    SMALL,
    sealed,
)

SOUND: Final = whole(SMALL)
LINES: Final = SOUND["parts.jsonl"].splitlines(keepends=True)
ERASED: Final = with_run(
    [*run_of(SMALL), Event("part.erased", {"kind": "response", "target": 6}), sealed()]
)
"""The wrong answer is erased."""
WITHHELD: Final = with_run(
    [*run_of(SMALL), Event("part.withheld", {"kind": "response", "target": 6}), sealed()]
)
"""The wrong answer is withheld."""


def parts() -> Iterator[Bad]:
    """All that is wrong with parts."""
    yield from _other_parts()
    yield from _undisclosed_parts()
    yield from _malformed_parts()
    yield from _shapes()


def _other_parts() -> Iterator[Bad]:
    """Parts that are not those that the envelopes commit to."""
    answer = f"{DATASET}, version 3, answer"
    lines = [*LINES]
    edits: dict[str, tuple[list[bytes], str, str]] = {
        "part-altered": (
            [line.replace(b'"London"}', b'"Paris"}') for line in lines],
            answer,
            "the right answer was another",
        ),
        "part-resalted": ([_resalted(lines[0]), *lines[1:]], DATASET, "the salt counts too"),
        "part-dropped": ([*lines[:4], *lines[5:]], answer, "the reference answer is gone"),
        "part-doubled": ([lines[0], *lines], f"{DATASET}, version 2", "stands twice"),
        "parts-swapped": ([lines[1], lines[0], *lines[2:]], DATASET, "in the order of events"),
        "part-of-no-event": ([*lines, lines[0]], "parts.jsonl", "no event names it"),
        "part-with-carriage-return": ([lines[0][:-1] + b"\r\n", *lines[1:]], DATASET, "LF alone"),
        "parts-without-the-last-line-feed": (
            [*lines[:-1], lines[-1][:-1]],
            "parts.jsonl, byte",
            "each line ends in LF",
        ),
        "no-parts": ([], f"{DATASET}, version 1", "all of them are gone"),
        "blank-line-in-parts": ([*lines, b"\n"], "parts.jsonl", "a line without a part"),
    }
    for what, (changed, place, why) in edits.items():
        yield Bad(what, place, why, closed({**SOUND, "parts.jsonl": b"".join(changed)}))


def _resalted(line: bytes) -> bytes:
    return b'{"salt":"' + b"0" * 32 + line[len(b'{"salt":"') + 32 :]


def _undisclosed_parts() -> Iterator[Bad]:
    """Parts in places of which the manifest says that nothing stands there."""
    withheld, erased = build(SMALL, withhold={"answer"}), build(ERASED)
    by_event = build(WITHHELD)
    forged = LINES[1].replace(b'"Paris"', b'"London"')
    of_answer = f"{DATASET}, version 2, answer"
    of_response = f"{RUN}, version 6, response"
    wrong: dict[str, tuple[Members, bytes, str, str]] = {
        "withheld-part-there": (withheld, LINES[1], of_answer, "it is withheld"),
        "withheld-part-forged": (withheld, forged, f"{DATASET}, version 2", "c2pa-rs#2527"),
        "part-withheld-by-an-event-there": (
            by_event,
            LINES[12],
            of_response,
            "an event withholds it",
        ),
        "erased-part-there": (erased, LINES[12], of_response, "it was erased"),
    }
    for what, (members, line, place, why) in wrong.items():
        lines = [*members["parts.jsonl"].splitlines(keepends=True)]
        lines.insert(LINES.index(line) if line in LINES else 1, line)
        yield Bad(what, place, why, closed({**members, "parts.jsonl": b"".join(lines)}))

    altered = {**erased, "parts.jsonl": erased["parts.jsonl"].replace(b'"London"}', b'"Paris"}')}
    why = "an erasure excuses the part that it names, and no other"
    place = f"{DATASET}, version 3, answer"
    yield Bad("part-altered-beside-an-erasure", place, why, closed(altered))


def _malformed_parts() -> Iterator[Bad]:
    """Lines that are no parts, though the envelope commits to them."""
    text = b'"text":"The answer is B."'
    edits: dict[str, tuple[Edit, str]] = {
        "assets-as-text": (replacing(b"{", b'{"assets":"a.png",'), "a list of names"),
        "assets-doubled": (_with_assets(("0" * 64 + ".png",) * 2), "distinct"),
        "assets-empty": (replacing(b"{", b'{"assets":[],'), "left out instead"),
        "assets-of-no-form": (_with_assets(("../../etc/passwd",)), "digest and extension"),
        "assets-unsorted": (_with_assets(("1" * 64 + ".png", "0" * 64 + ".png")), "ascending"),
        "key-doubled": (replacing(text, text + b',"text":"A"'), "names are unique"),
        "list-instead": (lambda line: b"[%b]" % line, "a part is an object"),
        "member-more": (lambda line: line[:-1] + b',"zero":0}', "salt, value, assets"),
        "minus-0": (replacing(text, text + b',"top":-0'), "0 is printed 0"),
        "nan": (replacing(text, text + b',"top":NaN'), "no number of JSON"),
        "nested-too-deep": (_deep(126), "128 levels in each line, in a view as well"),
        "not-json": (lambda _: b"The answer is B.", "a part is JSON"),
        "number-beyond-a-double": (replacing(text, text + b',"top":1e999'), "no such double"),
        "number-of-20-digits": (replacing(text, text + b',"top":12345678901234567890'), "no such"),
        "number-with-point": (replacing(text, text + b',"top":1.0'), "1 is printed 1"),
        "salt-in-upper-case": (lambda line: line[:9] + b"A" + line[10:], "lower case"),
        "salt-missing": (lambda line: b"{" + line[44:], "a digest would tell what was said"),
        "salt-short": (lambda line: line[:9] + line[25:], "128 bits"),
        "surrogate-alone": (replacing(b"B.", b"\\ud83d"), "no character"),
        "two-values": (lambda line: line[:-1] + b',{"text":"A"}}', "one value"),
        "value-missing": (lambda line: line[:43] + b"}", "salt and value"),
        "with-spaces": (replacing(b",", b", "), "no white space"),
    }
    for what, (edit, why) in edits.items():
        spoken = Part({"text": "The answer is B."}, edit=edit)
        event = replace(event_at(6), parts={**event_at(6).parts, "response": spoken})
        bundle = whole(with_event(6, event), like=SMALL)
        yield Bad(f"part-{what}", f"{RUN}, version 6, response", why, bundle)


def _with_assets(names: tuple[str, ...]) -> Edit:
    listed = ",".join(f'"{name}"' for name in names).encode()
    return replacing(b"{", b'{"assets":[%b],' % listed)


def _deep(levels: int) -> Edit:
    return replacing(b'"The answer is B."', b'"","top":' + b"[" * levels + b"]" * levels)


def _shapes() -> Iterator[Bad]:
    """Values that are not of the shape of their kind."""
    item, question = ROWS[1].parts["item"], ROWS[1].parts["question"]
    rows: list[tuple[str, str, Any, str]] = [
        ("item-as-text", "item", "q-002", "an object"),
        ("item-id-twice", "item", {**item, "id": "q-001"}, "each item has its own"),
        ("item-without-id", "item", {"type": "open"}, "an item has one"),
        ("item-without-type", "item", {"id": "q-002"}, "an item has one"),
        ("item-with-answer", "item", {**item, "answer": "Paris"}, "the answer is a part"),
        ("item-with-number-as-id", "item", {**item, "id": 2}, "a text"),
        ("item-with-number-as-section", "item", {**item, "section": 1}, "a text"),
        ("question-without-inputs", "question", {"choices": []}, "what was asked?"),
        ("question-with-answer", "question", {**question, "answer": "Paris"}, "hides the answer"),
        ("question-with-id", "question", {**question, "id": "q-001"}, "hides the item"),
        ("question-with-numbers", "question", {"choices": [1, 2], "inputs": ""}, "texts"),
    ]
    for what, kind, value, why in rows:
        events = dataset_of(SMALL)
        events[2] = replace(named(events[2], section=0), parts={**events[2].parts, kind: value})
        place = "items" if what == "item-id-twice" else f"{DATASET}, version 3, {kind}"
        yield Bad(what, place, why, whole(with_dataset(events), like=SMALL))
    unnamed = [Event("dataset.registered", parts={"config": {}}), *dataset_of(SMALL)[1:]]
    bundle = whole(with_dataset(unnamed), like=SMALL)
    yield Bad("dataset-without-name", f"{DATASET}, version 1, config", "it has one", bundle)
    for what, version, kind, value, why in _shapes_of_run():
        event = event_at(version)
        event = replace(event, parts={**event.parts, kind: value})
        if kind == "config":
            event = named(event, scorers=1)
        bundle = whole(with_event(version, event), like=SMALL)
        yield Bad(what, f"{RUN}, version {version}, {kind}", why, bundle)


def _shapes_of_run() -> Iterator[tuple[str, int, str, Any, str]]:
    config = event_at(1).parts["config"]
    configs: dict[str, tuple[dict[str, Any], str]] = {
        "with-fewer-scorers": ({"scorers": []}, "one is stated"),
        "with-more-scorers": ({"scorers": [CHOICE, CHOICE]}, "one is stated"),
        "with-scorers-as-object": ({"scorers": {"0": CHOICE}}, "a list"),
        "without-model": ({"model": None}, "a text"),
        "with-parameters-as-list": ({"parameters": []}, "an object"),
        "with-an-unknown-method": ({"scorers": [{**CHOICE, "method": "taste"}]}, "a closed list"),
        "with-an-unknown-parameter": (
            {"scorers": [{**CHOICE, "parameters": {"credit": "exact", "mood": 1}}]},
            "a closed list",
        ),
        "with-a-scorer-without-name": ({"scorers": [{**CHOICE, "name": ""}]}, "it has one"),
    }
    for what, (members, why) in configs.items():
        yield f"config-{what}", 1, "config", {**config, **members}, why
    yield "environment-as-list", 1, "environment", ["3.12"], "an object"
    yield "original-without-name", 1, "original", {"media_type": "text/plain"}, "it has one"
    yield "response-as-text", 6, "response", "B", "an object"
    yield "response-without-text", 6, "response", {"content": "B"}, "text is what is scored"
    yield "response-with-number", 6, "response", {"text": 2}, "a text or null"
    yield "score-as-number", 7, "score", 0, "an object"
    yield "score-as-text", 7, "score", {"value": "0"}, "a number"
    yield "score-null", 7, "score", {"value": None}, "a number"
    yield "score-true", 7, "score", {"value": True}, "a number, though true == 1 in places"
    yield "score-without-value", 7, "score", {"extracted": "B"}, "a number"
