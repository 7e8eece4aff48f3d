from typing import Any

import pytest

from domain.canonical import encode
from domain.errors import Refused
from domain.evaluation.dataset import Dataset
from domain.evaluation.events import TYPES, Event
from domain.evaluation.stream import RootMismatch
from domain.transparency.merkle import EMPTY_ROOT
from scripts.recording_by_hand import root
from tests.events import DIGEST, event
from tests.tables import DATASET

PARTS = {"answer": "1" * 64, "item": "2" * 64, "question": "3" * 64}


def added(item: int, section: int = 0) -> Event:
    return event("dataset.item_added", {"item": item, "section": section}, PARTS)


def frozen(items: int, items_root: str = "") -> Event:
    own = root([encode(dict(PARTS))] * items)
    return event("dataset.frozen", {"items": items, "items_root": items_root or own})


OPEN = [event("dataset.registered"), added(0)]
WAYS = {
    "new": [],
    "open": OPEN,
    "frozen": [*OPEN, frozen(1)],
    "sealed": [*OPEN, frozen(1), event("stream.sealed")],
}
EXAMPLES = {
    **{name: event(name) for name, spec in TYPES.items() if "dataset" in spec.streams},
    "dataset.item_added": added(1),
    "dataset.frozen": frozen(1),
}


def dataset_after(*events: Event) -> Dataset:
    dataset = Dataset()
    for each in events:
        dataset.apply(each)
    return dataset


def snapshot(dataset: Dataset) -> tuple[Any, ...]:
    numbers = (dataset.state, dataset.items, dataset.sections, dataset.root)
    return *numbers, dataset.tree.size, dataset.tree.root()


def test_there_is_a_way_to_each_state_of_the_page() -> None:
    assert WAYS.keys() == DATASET.keys()


@pytest.mark.parametrize("event_type", sorted(EXAMPLES))
@pytest.mark.parametrize("state", sorted(WAYS))
def test_what_may_follow_is_what_the_page_says(state: str, event_type: str) -> None:
    dataset = dataset_after(*WAYS[state])
    assert dataset.state == state
    before = snapshot(dataset)
    after = DATASET[state].get(event_type)
    if after is None:
        with pytest.raises(Refused) as told:
            dataset.apply(EXAMPLES[event_type])
        may = ", ".join(sorted(DATASET[state]))
        assert told.value.expected == f"what may follow in a dataset that is {state}: {may}"
        assert snapshot(dataset) == before
    else:
        dataset.apply(EXAMPLES[event_type])
        assert dataset.state == after


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (added(0), "item 1"),
        (added(2), "item 1"),
        (added(10**15), "item 1"),
        (added(1, section=2), "a section up to 1"),
        (added(1, section=10**15), "a section up to 1"),
    ],
)
def test_items_and_sections_come_one_after_the_other(wrong: Event, expected: str) -> None:
    dataset = dataset_after(*OPEN)
    before = snapshot(dataset)
    with pytest.raises(Refused) as caught:
        dataset.apply(wrong)
    assert caught.value.expected == expected
    assert snapshot(dataset) == before


@pytest.mark.parametrize("wrong", [frozen(0), frozen(2), frozen(1, DIGEST)])
def test_a_dataset_freezes_with_its_own_count_and_root(wrong: Event) -> None:
    dataset = dataset_after(*OPEN)
    before = snapshot(dataset)
    with pytest.raises(RootMismatch):
        dataset.apply(wrong)
    assert snapshot(dataset) == before


def test_the_root_is_over_the_parts_of_the_items_by_index() -> None:
    others = {**PARTS, "answer": "4" * 64}
    second = event("dataset.item_added", {"item": 1, "section": 1}, others)
    dataset = dataset_after(*OPEN, second)
    expected = root([encode(dict(PARTS)), encode(dict(others))])
    assert dataset.tree.root().hex() == expected
    assert dataset.sections == 2
    dataset.apply(frozen(2, expected))
    assert dataset.root == expected


def test_a_dataset_without_items_freezes_with_the_root_of_nothing() -> None:
    dataset = dataset_after(event("dataset.registered"), frozen(0))
    assert dataset.root == EMPTY_ROOT.hex()
