"""What the bundles of the conformance folder record: a small run, and one with everything in it.

Not here: what is wrong in the bad ones.
"""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any, Final

from scripts.recording_by_hand import DATASET, RUN, Event, Part, Recording, Stream

IMAGE: Final = b"\x89PNG\r\n\x1a\nnot really a picture of a flag"
SOUND: Final = b"RIFF: not really a question that somebody asks"
ASSETS: Final = {
    f"{sha256(data).hexdigest()}.{ext}": data for data, ext in ((IMAGE, "png"), (SOUND, "wav"))
}
PICTURE, SPEECH = ASSETS

CHOICE: Final[Any] = {"method": "multiple_choice", "name": "choice", "parameters": {}}
JUDGE: Final[Any] = {"method": "judge", "name": "judge", "parameters": {"model": "j-1"}}
MESSAGE: Final = {"messages": [{"content": "What is the capital?", "role": "user"}]}


def sealed() -> Event:
    """The end of a stream."""
    return Event("stream.sealed")


def added(number: int, answer: str = "Paris", section: str = "Europe", **more: Any) -> Event:
    """A question of one choice."""
    item: Any = {"id": f"q-{number:03}", "meta": {}, "section": section, "type": "mcq_single"}
    question = {"choices": ["London", "Paris"], "inputs": {"text": f"Capital {number}?"}}
    return Event(
        "dataset.item_added", parts={"answer": answer, "item": item, "question": question, **more}
    )


def dataset(*rows: Event, name: str = "capitals") -> Stream:
    """A dataset that is frozen and sealed."""
    begin = Event("dataset.registered", parts={"config": {"name": name}})
    return Stream(DATASET, [begin, *rows, Event("dataset.frozen"), sealed()])


def registered(*scorers: Any, **more: Any) -> Event:
    """The beginning of a run."""
    config: Any = {"model": "m-1", "parameters": {}, "provider": "p", "scorers": [*scorers]}
    return Event("run.registered", parts={"config": config, **more})


def planned(last: int, epochs: int = 1, first: int = 0) -> Event:
    """The plan: one range of items."""
    facts = {"epochs": epochs, "plan_source": "recorder", "ranges": [[first, last]]}
    return Event("run.planned", facts)


def answered(item: int, text: str | None, epoch: int = 1, attempt: int = 1, **facts: Any) -> Event:
    """An answer."""
    stated = {"attempt": attempt, "epoch": epoch, "item": item, "latency_ms": 100 + item, **facts}
    return Event("item.answered", stated, {"request": MESSAGE, "response": {"text": text}})


def scored(item: int, value: float, extracted: Any, epoch: int = 1, scorer: int = 0) -> Event:
    """A score."""
    facts = {"epoch": epoch, "item": item, "scorer": scorer}
    return Event("item.scored", facts, {"score": {"extracted": extracted, "value": value}})


def run(*events: Event, end: Sequence[Event] | None = None) -> Stream:
    """A run, sealed after what ``end`` gives instead of its completion."""
    last = [Event("run.completed")] if end is None else end
    return Stream(RUN, [*events, *last, sealed()])


ROWS: Final = added(1), added(2, "London")
SMALL: Final[Recording] = [
    dataset(*ROWS),
    run(
        registered(CHOICE),
        planned(1),
        Event("run.started"),
        answered(0, "B) Paris"),
        scored(0, 1, "B"),
        answered(1, "The answer is B."),
        scored(1, 0, "B"),
    ),
]
"""Two items, one answered rightly (version 4, scored by 5), one wrongly (6, scored by 7)."""


def _rich_dataset() -> Stream:
    several = {"id": "q-003", "section": "Asia", "type": "mcq_multi", "difficulty": 0.5}
    shown = {"choices": ["Delhi", "Lagos", "Hanoi"], "inputs": {"image": PICTURE, "text": "Asia?"}}
    spoken = {"id": "q-004", "section": "Europe", "type": "open"}
    rows = [
        added(1),
        replace(added(2, "London"), facts={"occurred": "2026-11-22T08:00:00.000000Z"}),
        Event(
            "dataset.item_added",
            parts={"answer": ["A", "C"], "item": several, "question": Part(shown, (PICTURE,))},
        ),
        Event(
            "dataset.item_added",
            parts={"answer": None, "item": spoken, "question": {"inputs": "Wie geht’s? 😀"}},
        ),
    ]
    events = [*dataset(*rows).events]
    hold = [Event("hold.placed", parts={"annotation": "litigation"}), Event("hold.released")]
    return Stream(DATASET, [events[0], *hold, *events[1:], sealed()])


def _tries() -> list[Event]:
    facts = {"attempt": 1, "epoch": 1, "item": 0, "latency_ms": 30000}
    error = {"message": "429 Too Many Requests"}
    heard = Part({"audio": SPEECH}, (SPEECH,))
    lost = Event("item.attempt_failed", facts, {"error": error, "request": heard})
    given_up = {"attempt": 1, "epoch": 2, "item": 3}
    return [
        lost,
        answered(0, "B", attempt=2, tokens_in=12, tokens_out=1),
        scored(0, 1, "B"),
        Event("item.attempt_failed", given_up, {"error": error}),
        Event("item.failed", {"epoch": 2, "item": 3}, {"error": error}),
        answered(1, "It is Paris.", occurred="2026-11-23T09:59:00.000000Z"),
        answered(2, "A, B"),
        answered(3, None),
    ]


def _second_epoch() -> list[Event]:
    rationale = {"rationale": {"text": "polite"}, "score": {"value": 0.25}}
    return [
        *(answered(item, "A", epoch=2) for item in (2, 1, 0)),
        *(scored(item, int(item == 1), "A", epoch=2) for item in (0, 1)),
        scored(2, 0, ["A"], epoch=2),
        scored(2, 0, ["A", "B"]),
        scored(1, 0, None),
        Event("item.scored", {"epoch": 1, "item": 3, "scorer": 1}, rationale),
        Event("item.scored", {"epoch": 1, "item": 0, "scorer": 1}, {"score": {"value": 0.5}}),
    ]


def _afterwards() -> list[Event]:
    """What may follow a completed run; a request and the rationale of version 26 are erased."""
    at = {"epoch": 1, "item": 0}
    again = {"rationale": "read again", "score": {"value": 1}}
    return [
        Event("score.revised", {**at, "scorer": 1}, again),
        Event("run.annotated", at, {"annotation": {"text": "a good one"}}),
        Event("run.annotated", parts={"annotation": "looked at"}),
        Event("part.erased", {"kind": "request", "target": 5}, {"annotation": "a voice"}),
        sealed(),
        Event("score.revised", {**at, "scorer": 1}, {"score": {"value": 0.75}}),
        Event("hold.placed"),
        Event("hold.released", parts={"annotation": "settled"}),
        Event("part.erased", {"kind": "rationale", "target": 26}),
        Event("run.superseded", {"by": "01990000-0000-7000-8000-0000000000cc"}),
    ]


def everything() -> Recording:
    """A run with all that a run may have but an archived log file."""
    begin = registered(CHOICE, JUDGE, environment={"eval752": "0.1.0", "python": "3.12.1"})
    trouble = Event("run.failed", parts={"error": "out of credits"}), Event("run.resumed")
    events = [
        begin,
        planned(1, epochs=2),
        planned(3, epochs=2, first=2),
        Event("run.started"),
        *_tries(),
        *trouble,
        *_second_epoch(),
    ]
    return [_rich_dataset(), run(*events, end=[Event("run.completed"), *_afterwards()])]
