"""Bad bundles of events that are well-formed, and may not stand where they do; and bad trees.

Each is sealed and signed as it stands. Not here: events that are none (``conformance_events``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any, Final

from scripts.bundle_by_hand import closed
from scripts.conformance_fixture import (
    Bad,
    dataset_of,
    event_at,
    named,
    run_of,
    stated,
    whole,
    with_dataset,
    with_event,
    with_more,
    with_run,
)
from scripts.recording_by_hand import RUN, Event, Recording, Stream, root, write
from scripts.recordings import SMALL, added, answered, planned, scored, sealed

HOLD: Final = Event("hold.placed")
OTHER: Final = "run/01990000-0000-7000-8000-0000000000ee"


def streams() -> Iterator[Bad]:
    """All of them."""
    yield from _order()
    yield from _run()
    yield from _dataset()
    yield from _afterwards()
    yield from _several()


def _bad(what: str, version: int, why: str, recording: Recording, **more: Any) -> Bad:
    stream = RUN if recording[0] == SMALL[0] else SMALL[0].name
    return Bad(what, f"{stream}, version {version}", why, whole(recording, like=SMALL), **more)


def _renumbered(events: Sequence[Event], by: int, first: int) -> list[Event]:
    return [
        replace(event, more={**event.more, "version": version + by}) if version >= first else event
        for version, event in enumerate(events, 1)
    ]


def _order() -> Iterator[Bad]:
    """What holds for every stream: versions, time, origin."""
    events = run_of(with_more(8, HOLD))
    ends = {"also": ["manifest"]}  # the number of events is not the last version
    more, less = (with_run(_renumbered(events, by, 8)) for by in (1, -1))
    yield _bad("version-skipped", 9, "an event is missing", more, **ends)
    yield _bad("version-twice", 7, "which one is it?", less, **ends)
    late, early = (replace(event, more={"version": 9 - at}) for at, event in enumerate(events[7:9]))
    swapped = [*events[:7], late, early, *events[9:]]
    yield _bad("events-swapped", 9, "9 before 8", with_run(swapped))
    past = replace(HOLD, more={"at": "2026-11-23T10:00:05.999999Z"})
    yield _bad("time-goes-back", 8, "by a microsecond", with_more(8, past))
    other = replace(HOLD, more={"origin": "archive-0000"})
    yield _bad("two-origins", 8, "one archive records a stream", with_more(8, other))


def _run() -> Iterator[Bad]:
    """What may not follow what in a run."""
    failed = Event("item.failed", {"epoch": 1, "item": 0}, {"error": "gave up"})
    tried = Event("item.attempt_failed", {"attempt": 2, "epoch": 1, "item": 0}, {"error": "late"})
    rows: list[tuple[str, int, Event, str]] = [
        ("answer-after-an-answer", 5, answered(0, "A", attempt=2), "one answer for each result"),
        ("answer-after-completion", 9, answered(0, "A", epoch=2), "the run was over"),
        ("answer-before-the-start", 3, answered(0, "A"), "nothing runs yet"),
        ("answer-to-an-unknown-item", 4, answered(2, "A"), "there are two items"),
        ("attempt-skipped", 4, answered(0, "A", epoch=2, attempt=2), "the first try is missing"),
        ("attempt-after-an-answer", 5, tried, "it was answered"),
        ("completion-twice", 9, Event("run.completed"), "it was over"),
        ("failure-after-an-answer", 5, failed, "it was answered"),
        ("hold-released-and-none-placed", 8, Event("hold.released"), "there was none"),
        ("plan-beyond-the-items", 3, planned(2, first=2), "there are two items"),
        ("plan-of-other-epochs", 3, planned(1, first=1, epochs=2), "one epoch was planned"),
        ("plan-overlaps", 3, planned(1, first=1), "item 1 was planned before"),
        ("plan-after-the-start", 4, planned(1), "declared before anything ran"),
        ("registered-twice", 2, event_at(1), "one registration"),
        ("revision-of-no-score", 5, _revised(0), "nothing to revise"),
        ("score-before-the-answer", 4, scored(0, 1, "B"), "nothing to score"),
        ("score-by-an-unknown-scorer", 5, scored(0, 1, "B", scorer=1), "there is one scorer"),
        ("score-of-an-unknown-item", 5, scored(2, 1, "B"), "there are two items"),
        ("score-twice", 6, scored(0, 0, "A"), "the second is a revision"),
        ("started-twice", 4, Event("run.started"), "it was running"),
    ]
    for what, version, event, why in rows:
        yield _bad(what, version, why, with_more(version, event))
    begin = with_more(1, Event("run.annotated", parts={"annotation": "hello"}))
    yield _bad("note-before-the-registration", 1, "there is no run yet", begin)


def _revised(item: int) -> Event:
    facts = {"epoch": 1, "item": item, "scorer": 0}
    return Event("score.revised", facts, {"score": {"value": 1}})


def _dataset() -> Iterator[Bad]:
    """What may not follow what in a dataset; frozen and registered as without it."""
    events = dataset_of(SMALL)
    frozen = replace(events[3], facts=stated(SMALL, 0, "dataset.frozen"))
    base = [*events[:3], frozen, events[4]]
    rows: list[tuple[str, int, Event, str]] = [
        ("item-index-again", 4, named(added(3), item=1), "item 2 comes next"),
        ("item-index-skipped", 4, named(added(3), item=3), "item 2 comes next"),
        ("item-after-freezing", 5, added(3), "the dataset was frozen"),
        ("section-skipped", 4, named(added(3), item=2, section=2), "section 1 comes next"),
        ("frozen-twice", 5, frozen, "it was frozen"),
        ("dataset-registered-twice", 4, events[0], "one registration"),
    ]
    facts = stated(SMALL, 1, "run.registered")
    run = Stream(RUN, [named(event_at(1), **facts), *run_of(SMALL)[1:]])
    for what, version, event, why in rows:
        changed = [*base[: version - 1], event, *base[version - 1 :]]
        yield _bad(what, version, why, [with_dataset(changed)[0], run])


def _afterwards() -> Iterator[Bad]:
    """What may not follow a seal, and erasures that are none."""
    events = run_of(SMALL)

    def later(*more: Event) -> Recording:
        return with_run([*events, *more, sealed()])

    erased = Event("part.erased", {"kind": "request", "target": 4})
    yield _bad("start-after-the-seal", 10, "sealed is sealed", later(Event("run.started")))
    yield _bad("score-after-the-seal", 10, "only a revision", later(scored(0, 0, "A")))
    yield _bad("erased-twice", 11, "it was gone", later(erased, erased))
    yield _bad("erased-under-a-hold", 11, "the hold forbids it", later(HOLD, erased))
    answer = named(erased, kind="answer")
    yield _bad("erased-what-is-not-there", 10, "an answer event has no answer", later(answer))
    ahead = named(erased, target=11)
    note = Event("run.annotated", parts={"annotation": "hello"})
    of_later = named(ahead, kind="annotation")
    yield _bad("erased-what-comes-later", 10, "an earlier version", later(of_later, note))
    kept, of_next = (replace(event, type="part.withheld") for event in (answer, of_later))
    yield _bad("withheld-what-is-not-there", 10, "an answer event has no answer", later(kept))
    yield _bad("withheld-what-comes-later", 10, "an earlier version", later(of_next, note))


def _several() -> Iterator[Bad]:
    """Streams that do not belong to the bundle, or not there."""
    foreign = replace(HOLD, more={"stream": OTHER, "version": 1})
    place = "events.jsonl, line 13, stream"
    events = run_of(with_more(8, foreign))
    bundle = whole(with_run(_renumbered(events, -1, 9)), like=SMALL)
    out = ["manifest", "tree"]  # it was counted and sealed, and is not taken in
    yield Bad("foreign-stream", place, "another run's event", bundle, out)
    back = replace(HOLD, more={"stream": SMALL[0].name, "version": 6})
    events = run_of(with_more(8, back))
    bundle = whole(with_run(_renumbered(events, -1, 9)), like=SMALL)
    yield Bad("dataset-event-after-the-run", place, "dataset first", bundle, out)
    sound = whole(SMALL)
    lines = sound["events.jsonl"].splitlines(keepends=True)
    turned = closed({**sound, "events.jsonl": b"".join(lines[5:] + lines[:5])})
    place, lost = "events.jsonl, line 10, stream", ["manifest", "parts", "tree"]
    yield Bad("run-before-its-dataset", place, "dataset first", turned, lost)
    none = closed({**sound, "events.jsonl": b""})
    yield Bad("no-events", SMALL[0].name, "a stream has events", none, ["manifest", "parts"])
    half = closed({**sound, "events.jsonl": b"".join(lines[:5])})
    yield Bad("no-events-of-the-run", RUN, "it has some", half, ["manifest", "parts"])


def trees() -> Iterator[Bad]:
    """Roots and sizes that are not those of the events."""
    lines = [each.line for each in write(SMALL) if each.stream == RUN][:-1]
    nodes = [sha256(b"\1" + line).digest() for line in lines]
    plain = [sha256(line).digest() for line in lines]
    leaves = [sha256(b"\0" + line).digest() for line in lines]
    with_lf = root([line + b"\n" for line in lines])
    roots = {
        "seal-root-of-leaves-hashed-as-nodes": (_halves(nodes), "leaves begin with 0x00"),
        "seal-root-of-leaves-without-prefix": (_halves(plain), "leaves begin with 0x00"),
        "seal-root-of-lines-with-line-feeds": (with_lf, "a line without its LF"),
        "seal-root-of-the-events-before-the-last": (root(lines[:-1]), "it covers them all"),
        "seal-root-with-the-last-node-doubled": (_doubled(leaves), "CVE-2012-2459"),
        "seal-root-wrong": ("0" * 64, "a root out of thin air"),
        "seal-root-of-the-empty-tree": (root([]), "nothing is covered"),
    }
    for what, (value, why) in roots.items():
        yield _tree(what, why, with_event(9, Event("stream.sealed", {"root": value})))
    yield _tree("seal-size-wrong", "8 events", with_event(9, Event("stream.sealed", {"size": 7})))
    early = Event("stream.sealed", {"root": "0" * 64})
    resealed = with_run([*run_of(SMALL)[:-1], early, sealed()])
    yield _tree("earlier-seal-wrong", "every seal counts", resealed)
    unsealed = with_run(run_of(SMALL)[:-1])
    yield Bad("seal-missing", RUN, "what is not sealed is not shown", whole(unsealed))
    later = with_run([*run_of(SMALL), HOLD])
    yield Bad("event-after-the-last-seal", RUN, "not covered", whole(later))
    yield from _frozen()


def _tree(what: str, why: str, recording: Recording) -> Bad:
    return Bad(what, f"{RUN}, version 9", why, whole(recording))


def _halves(hashes: Sequence[bytes]) -> str:
    """The root over hashes of which there are a power of two."""
    row = list(hashes)
    while len(row) > 1:
        row = [sha256(b"\1" + a + b).digest() for a, b in zip(row[::2], row[1::2], strict=True)]
    return row[0].hex()


def _doubled(leaves: Sequence[bytes]) -> str:
    """The root as Bitcoin computes it, of the last seven of the eight."""
    return _halves([*leaves[:7], leaves[6]])


def _frozen() -> Iterator[Bad]:
    """The dataset is not the one that the run names."""
    events = dataset_of(SMALL)
    wrong: dict[str, dict[str, Any]] = {"root": {"items_root": "0" * 64}, "count": {"items": 3}}
    for what, facts in wrong.items():
        frozen = named(events[3], **facts)
        changed = with_dataset([*events[:3], frozen, events[4]])
        place = f"{SMALL[0].name}, version 4"
        yield Bad(f"frozen-{what}-wrong", place, "not of these items", whole(changed))
    facts_of_run: dict[str, tuple[dict[str, Any], str]] = {
        "another-dataset": ({"dataset": OTHER[4:]}, "that one is not here"),
        "a-dataset-of-elsewhere": ({"dataset_origin": "archive-0000"}, "that one is not here"),
        "more-items": ({"items": 3}, "the dataset has two"),
        "huge-number-of-items": ({"items": 2**53 - 1}, "the dataset has two"),
        "other-items": ({"items_root": "0" * 64}, "not these"),
    }
    for what, (facts, why) in facts_of_run.items():
        changed = with_event(1, named(event_at(1), **facts))
        place = "run.registered, dataset"
        yield Bad(f"run-of-{what}", place, why, whole(changed))
    endless = with_event(1, named(event_at(1), items=2**53 - 1))
    endless = with_event(2, named(event_at(2), ranges=[[0, 2**53 - 2]]), endless)
    why = "a plan of items that are not there"
    yield Bad("plan-without-end", "run.registered, dataset", why, whole(endless, like=SMALL))
    thawed = with_dataset([*events[:3], events[4]])
    place = "run.registered, dataset"
    yield Bad("run-of-a-dataset-that-is-not-frozen", place, "it may still grow", whole(thawed))
