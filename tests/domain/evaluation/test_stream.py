from typing import Any

import pytest

from domain.errors import Refused
from domain.evaluation.events import Event, write_event
from domain.evaluation.stream import Head, RootMismatch, check_root, place_of
from domain.transparency.merkle import EMPTY_ROOT, leaf_hash, root_of
from tests.events import RUN, TIME, event

LATER = "2026-11-23T09:00:00.000001Z"


def head_after(*events: Event) -> Head:
    head = Head(RUN)
    for each in events:
        head.check(each)
        head.take(each, write_event(each))
    return head


def numbered(*types: str | Event) -> list[Event]:
    events = [event(each) if isinstance(each, str) else each for each in types]
    return [each._replace(version=number) for number, each in enumerate(events, 1)]


def seal(*before: Event) -> Event:
    root = root_of([leaf_hash(write_event(each)) for each in before]).hex()
    facts = {"root": root, "size": len(before)}
    return event("stream.sealed", facts, version=len(before) + 1)


def test_versions_count_from_1_without_a_gap() -> None:
    head = head_after(*numbered("run.started", "run.resumed"))
    assert head.version == 2
    for version in (1, 2, 4):
        with pytest.raises(Refused, match="expected version 3"):
            head.check(event("run.resumed", version=version))


def test_an_event_of_another_stream_is_refused() -> None:
    other = RUN.replace("bb", "cc")
    with pytest.raises(Refused, match=f"version 1 of {RUN}"):
        Head(RUN).check(event("run.started", stream=other))


def test_a_stream_has_one_origin() -> None:
    head = head_after(*numbered("run.started"))
    with pytest.raises(Refused, match="expected origin archive-7f3a, found archive-0000"):
        head.check(event("run.resumed", version=2, origin="archive-0000"))


def test_time_may_stand_still_and_never_goes_back() -> None:
    head = head_after(event("run.started", at=LATER))
    head.check(event("run.resumed", version=2, at=LATER))
    with pytest.raises(Refused, match=f"a time not before {LATER}"):
        head.check(event("run.resumed", version=2, at=TIME))


def test_a_seal_states_what_stands_before_it() -> None:
    before = numbered("run.started", "run.resumed")
    head = head_after(*before, seal(*before))
    assert (head.version, head.sealed) == (3, 3)
    later = event("hold.placed", version=4)
    head.take(later, write_event(later))
    assert (head.version, head.sealed) == (4, 3)


@pytest.mark.parametrize("facts", [{"size": 1}, {"size": 3}, {"root": EMPTY_ROOT.hex()}])
def test_a_seal_of_another_size_or_root_is_refused_with_both_sides(facts: dict[str, Any]) -> None:
    before = numbered("run.started", "run.resumed")
    right = seal(*before)
    wrong = right._replace(facts={**right.facts, **facts})
    with pytest.raises(RootMismatch) as caught:
        head_after(*before).check(wrong)
    sides = (right, wrong)
    told = tuple(f"size {each.facts['size']}, root {each.facts['root']}" for each in sides)
    assert (caught.value.expected, caught.value.found) == told


def test_a_check_that_refuses_leaves_the_head_as_it_was() -> None:
    before = numbered("run.started", "hold.placed")
    head = head_after(*before)
    erased = event("part.erased", {"kind": "error", "target": 1}, version=3)
    with pytest.raises(Refused):
        head.check(erased)
    assert head == head_after(*before) or head.tree.root() == head_after(*before).tree.root()
    assert (head.version, head.holds, head.at) == (2, 1, TIME)


def test_nothing_is_erased_while_any_hold_is_placed() -> None:
    holds = numbered("run.started", "hold.placed", "hold.placed", "hold.released")
    head = head_after(*holds)
    erased = event("part.erased", {"kind": "error", "target": 1}, version=5)
    with pytest.raises(Refused, match=r"1 in force\. Release the hold first"):
        head.check(erased)
    released = event("hold.released", version=5)
    head.take(released, write_event(released))
    head.check(erased._replace(version=6))


def test_only_a_hold_that_is_placed_is_released() -> None:
    with pytest.raises(Refused, match="a hold to release"):
        head_after(*numbered("run.started")).check(event("hold.released", version=2))


@pytest.mark.parametrize("target", [2, 3, 2**53 - 1])
def test_only_what_stands_before_is_erased(target: int) -> None:
    head = head_after(*numbered("run.started"))
    with pytest.raises(Refused, match="an earlier version"):
        head.check(event("part.erased", {"kind": "error", "target": target}, version=2))


def test_a_place_names_stream_and_version() -> None:
    assert place_of(event("run.started", version=7)) == f"{RUN}, version 7"
    check_root(event("run.started"), (1, "a"), (1, "a"))
