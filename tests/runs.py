"""Recordings of any shape that the format allows, for property tests.

Written with ``scripts.recording_by_hand``, so that they share nothing with the code that they test.
Not here: any assertion.
"""

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from domain.canonical import encode
from domain.errors import InvalidInput
from scripts.recording_by_hand import DATASET, RUN, Event, Recording, Stream
from scripts.recordings import CHOICE, JUDGE, answered, planned, registered, sealed

Draw = st.DrawFn

KINDS = ("answer", "config", "environment", "error", "item", "question", "rationale",
         "request", "response", "score", "annotation")  # fmt: skip


def _prints_alike(number: float) -> bool:
    """Whether Python prints this double as RFC 8785 does, as these tests' own writer needs it."""
    try:
        return encode(number) == json.dumps(number).encode()
    except InvalidInput:
        return False


TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(
    allow_nan=False, allow_infinity=False
).filter(_prints_alike)
SCORES = st.integers(-6400, 6400).map(lambda n: n // 64 if n % 64 == 0 else n / 64)
"""Of which Python prints the means as RFC 8785 does."""

WORDS = st.text("abcxyz", max_size=3)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
WITHHELD = st.sets(st.sampled_from(KINDS), max_size=3)


@st.composite
def recordings(draw: Draw) -> Recording:
    """A dataset, and mostly a run on it, each sealed."""
    dataset = Stream(DATASET, draw(_dataset()))
    items = sum(event.type == "dataset.item_added" for event in dataset.events)
    frozen = any(event.type == "dataset.frozen" for event in dataset.events)
    if not frozen or draw(st.integers(0, 9)) == 0:
        return [dataset]
    return [dataset, Stream(RUN, draw(_run(items)))]


@st.composite
def _dataset(draw: Draw) -> list[Event]:
    rows = [draw(_row(number)) for number in range(draw(st.integers(0, 4)))]
    begin = Event("dataset.registered", parts={"config": {"name": draw(TEXTS)}})
    frozen = [Event("dataset.frozen")] if draw(st.integers(0, 9)) else []
    return [*draw(_between([begin, *rows, *frozen])), sealed()]


@st.composite
def _row(draw: Draw, number: int) -> Event:
    item = {"id": f"q-{number}", "type": "mcq_single", "section": draw(st.sampled_from("ab "))}
    question = {"choices": ["London", "Paris"], "inputs": draw(VALUES)}
    parts = {"answer": draw(st.sampled_from("AB")), "item": item, "question": question}
    return Event("dataset.item_added", parts=parts)


@st.composite
def _run(draw: Draw, items: int) -> list[Event]:
    scorers = draw(st.lists(st.sampled_from([CHOICE, JUDGE]), max_size=3))
    environment = {"environment": {"python": draw(TEXTS)}} if draw(st.booleans()) else {}
    begin = [registered(*scorers, **environment)]
    epochs = draw(st.integers(1, 3))
    if items and draw(st.integers(0, 4)):
        first = draw(st.integers(0, items - 1))
        begin += [planned(first, epochs)]
        begin += [planned(items - 1, epochs, first + 1)] if first + 1 < items else []
    lanes = [
        draw(_lane(item, epoch, scorers))
        for item in range(items)
        for epoch in range(1, epochs + 1)
        if draw(st.integers(0, 5))
    ]
    events = [*begin, Event("run.started"), *draw(_interleaved(lanes))]
    end = draw(st.sampled_from(["run.completed", "run.canceled", "run.failed", "stream.sealed"]))
    events += [Event(end), *draw(_revisions(events))]
    return [*draw(_between(events)), *draw(_erasures(events)), sealed()]


@st.composite
def _lane(draw: Draw, item: int, epoch: int, scorers: Sequence[Any]) -> list[Event]:
    """What happens to one result, in its order."""
    at = {"epoch": epoch, "item": item}
    failures = draw(st.integers(0, 2))
    lane = [
        Event("item.attempt_failed", {**at, "attempt": n + 1}, {"error": draw(VALUES)})
        for n in range(failures)
    ]
    outcome = draw(st.sampled_from(["answered", "answered", "failed", "open"]))
    if outcome == "failed":
        return [*lane, Event("item.failed", at, {"error": draw(VALUES)})]
    if outcome == "open":
        return lane
    tokens = draw(st.dictionaries(st.sampled_from(["tokens_in", "tokens_out"]), st.integers(0, 99)))
    lane.append(answered(item, draw(st.sampled_from("AB")), epoch, failures + 1, **tokens))
    for scorer, definition in enumerate(scorers):
        if definition is JUDGE and draw(st.booleans()):
            facts = {**at, "scorer": scorer}
            lane.append(Event("item.scored", facts, {"score": {"value": draw(SCORES)}}))
    return lane


@st.composite
def _revisions(draw: Draw, events: Sequence[Event]) -> list[Event]:
    """Scores given anew once the run is over."""
    scored = [event.facts for event in events if event.type == "item.scored"]
    chosen = draw(st.lists(st.sampled_from(scored), max_size=3)) if scored else []
    values = [{"rationale": draw(VALUES), "score": {"value": draw(SCORES)}} for _ in chosen]
    return [Event("score.revised", *pair) for pair in zip(chosen, values, strict=True)]


@st.composite
def _interleaved(draw: Draw, lanes: Sequence[Sequence[Event]]) -> list[Event]:
    """The events of all lanes, each lane in its order."""
    order = draw(st.permutations([n for n, lane in enumerate(lanes) for _ in lane]))
    left = [iter(lane) for lane in lanes]
    return [next(left[number]) for number in order]


@st.composite
def _between(draw: Draw, events: Sequence[Event]) -> list[Event]:
    """These events, with holds among them, each released at once; and earlier seals at the end."""
    at = draw(st.integers(1, len(events)))
    holds = [Event("hold.placed"), Event("hold.released")] if draw(st.booleans()) else []
    seals = [sealed()] if draw(st.booleans()) else []
    return [*events[:at], *holds, *events[at:], *seals]


@st.composite
def _erasures(draw: Draw, events: Sequence[Event]) -> list[Event]:
    """What becomes of some parts of the registration."""
    kinds = sorted(events[0].parts)
    chosen = draw(st.sets(st.sampled_from(kinds))) if draw(st.booleans()) else set()
    types = st.sampled_from(["part.erased", "part.withheld"])
    return [Event(draw(types), {"kind": kind, "target": 1}) for kind in sorted(chosen)]
