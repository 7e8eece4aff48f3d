from copy import deepcopy
from typing import Any

import pytest

from domain.errors import Refused
from domain.evaluation.events import TYPES, Event
from domain.evaluation.results import unpack
from domain.evaluation.run import Run
from tests.events import DIGEST, UUID, event
from tests.tables import RUN

REGISTERED = event(
    "run.registered",
    {
        "dataset": UUID,
        "dataset_origin": "archive-0000",
        "items": 3,
        "items_root": DIGEST,
        "same_config": 0,
        "scorers": 2,
        "trial": 1,
    },
)


def planned(*ranges: list[int], epochs: int = 1) -> Event:
    facts = {"epochs": epochs, "plan_source": "recorder", "ranges": list(ranges)}
    return event("run.planned", facts)


def on(event_type: str, item: int, **facts: Any) -> Event:
    return event(event_type, {"epoch": 1, "item": item, **facts})


# Item 0 is answered and scored by scorer 0 alone; item 1 is open.
EXAMPLES = {
    **{name: event(name) for name, spec in TYPES.items() if "run" in spec.streams},
    "run.registered": REGISTERED,
    "run.planned": planned([1, 2]),
    "item.attempt_failed": on("item.attempt_failed", 1, attempt=1),
    "item.answered": on("item.answered", 1, attempt=1),
    "item.failed": on("item.failed", 1),
    "item.scored": on("item.scored", 0, scorer=1),
    "score.revised": on("score.revised", 0, scorer=0),
}
BEGUN = [
    REGISTERED,
    planned([0, 0]),
    event("run.started"),
    on("item.answered", 0, attempt=1),
    on("item.scored", 0, scorer=0),
]
WAYS = {
    "new": [],
    "pending": BEGUN[:2],
    "running": BEGUN,
    "completed": [*BEGUN, event("run.completed")],
    "failed": [*BEGUN, event("run.failed")],
    "canceled": [*BEGUN, event("run.canceled")],
    "sealed": [*BEGUN, event("stream.sealed")],
}


def run_after(*events: Event) -> Run:
    run = Run()
    for each in events:
        run.apply(each)
    return run


def snapshot(run: Run) -> dict[str, Any]:
    fields = {name: getattr(run, name) for name in Run.__slots__ if name != "results"}
    chunks = {place: chunk.tobytes() for place, chunk in run.results.chunks.items()}
    return deepcopy({**fields, "chunks": chunks})


def test_there_is_a_way_to_each_state_of_the_page() -> None:
    assert WAYS.keys() == RUN.keys()


@pytest.mark.parametrize("event_type", sorted(EXAMPLES))
@pytest.mark.parametrize("state", sorted(WAYS))
def test_what_may_follow_is_what_the_page_says(state: str, event_type: str) -> None:
    run = run_after(*WAYS[state])
    assert run.state == state
    before = snapshot(run)
    after = RUN[state].get(event_type)
    example = EXAMPLES[event_type]
    if after is None:
        with pytest.raises(Refused) as told:
            run.apply(example)
        may = ", ".join(sorted(RUN[state]))
        assert told.value.expected == f"what may follow in a run that is {state}: {may}"
        assert snapshot(run) == before
    else:
        run.apply(example)
        assert run.state == after


def test_a_sealed_run_keeps_the_status_from_before() -> None:
    run = run_after(*WAYS["failed"], event("stream.sealed"), event("stream.sealed"))
    assert (run.state, run.status) == ("sealed", "failed")


def test_a_resumed_run_goes_on_where_it_was() -> None:
    run = run_after(*WAYS["failed"], event("run.resumed"), EXAMPLES["item.answered"])
    assert (run.state, run.status) == ("running", "running")
    assert unpack(run.results.get(1, 1)).attempts == 1


@pytest.mark.parametrize(
    "wrong",
    [
        on("item.answered", 3, attempt=1),
        on("item.answered", 10**15, attempt=1),
        on("item.answered", 1, attempt=2),
        on("item.answered", 0, attempt=2),
        on("item.failed", 0),
        on("item.failed", 3),
        on("item.attempt_failed", 0, attempt=2),
        on("item.scored", 0, scorer=0),
        on("item.scored", 0, scorer=2),
        on("item.scored", 1, scorer=0),
        on("item.scored", 3, scorer=0),
    ],
    ids=lambda wrong: f"{wrong.type} {dict(wrong.facts)}",
)
def test_an_event_on_a_result_that_may_not_follow_changes_nothing(wrong: Event) -> None:
    run = run_after(*WAYS["running"])
    before = snapshot(run)
    with pytest.raises(Refused, match=f"{wrong.stream}, version 1"):
        run.apply(wrong)
    assert snapshot(run) == before


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (planned([0, 1]), "items from 1 to 2"),
        (planned([1, 3]), "items from 1 to 2"),
        (planned([1, 1], [3, 10**15]), "items from 1 to 2"),
        (planned([1, 2], epochs=2), "1 epochs, as planned before"),
        (planned([1, 2], epochs=10_000), "1 epochs, as planned before"),
    ],
)
def test_a_further_plan_continues_the_one_before(plan: Event, expected: str) -> None:
    run = run_after(*WAYS["pending"])
    before = snapshot(run)
    with pytest.raises(Refused) as caught:
        run.apply(plan)
    assert caught.value.expected == expected
    assert snapshot(run) == before


def test_a_registration_says_what_the_run_is_measured_against() -> None:
    run = run_after(REGISTERED)
    assert (run.dataset, run.dataset_origin) == (UUID, "archive-0000")
    assert (run.items, run.items_root, run.scorers) == (3, DIGEST, 2)


def test_many_epochs_take_room_for_what_happened_alone() -> None:
    run = run_after(REGISTERED, planned([0, 2], epochs=10_000), event("run.started"))
    run.apply(on("item.answered", 2, attempt=1, epoch=10_000))
    assert list(run.results.places()) == [(2, 10_000)]
    assert len(run.results.chunks) == 1
