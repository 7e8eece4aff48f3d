"""Which events make a span."""

from typing import Any

import pytest

from application.spans import Span, add_event, kind_of


def event(version: int, name: str, actor: str = "claimed:a", **facts: Any) -> dict[str, Any]:
    at = f"2026-11-23T09:00:{version:02}.000000Z"
    return {"version": version, "type": name, "actor": actor, "at": at, "facts": facts}


def spans_of(*events: dict[str, Any]) -> list[Span]:
    spans: list[Span] = []
    for each in events:
        add_event(spans, each)
    return spans


def test_results_of_one_actor_are_one_span_with_the_facts_of_the_first() -> None:
    (span,) = spans_of(event(4, "item.answered", item=1), event(5, "item.scored", item=1))
    assert (span.first, span.last, span.counts) == (4, 5, {"item.answered": 1, "item.scored": 1})
    assert (span.began[17:19], span.ended[17:19], span.facts) == ("04", "05", {"item": 1})


def test_another_actor_begins_another_span() -> None:
    spans = spans_of(event(1, "item.answered"), event(2, "item.answered", "claimed:b"))
    assert [span.actor for span in spans] == ["claimed:a", "claimed:b"]


@pytest.mark.parametrize("name", ["run.started", "score.revised", "part.erased", "stream.sealed"])
def test_what_is_done_once_stands_alone(name: str) -> None:
    assert kind_of(name) is None
    first, second = spans_of(event(1, name), event(2, name))
    assert not first.take(second)
    assert (first.kind, first.last) == (name, 1)


def test_a_span_takes_in_the_one_that_goes_on_with_it() -> None:
    events = [event(n, "item.answered" if n % 2 else "item.scored") for n in range(1, 8)]
    (whole,) = spans_of(*events)
    (before,), (after,) = spans_of(*events[:3]), spans_of(*events[3:])
    assert before.take(after)
    assert before == whole
