from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.bundle import lines
from domain.bundle.manifest import read_manifest
from domain.bundle.reading import Reading, Result
from domain.verification.report import Report
from domain.verification.walk import Walk
from scripts.bundle_by_hand import build
from scripts.conformance_fixture import run_of, with_event, with_run
from scripts.recording_by_hand import Event, Recording, write
from scripts.recordings import ASSETS, SMALL, answered, dataset, everything, planned, sealed
from tests.members import DictMembers
from tests.runs import recordings


def read(recording: Recording, withheld: frozenset[str] = frozenset()) -> Reading:
    members = build(recording, withheld, ASSETS)
    bundle = DictMembers(members)
    walk = Walk(bundle, read_manifest(members["manifest.json"]), Report())
    walk.run()
    return Reading(walk.history, walk.disclosure, bundle.read_at)


def results_of(recording: Recording, *withheld: str) -> list[Result]:
    return list(read(recording, frozenset(withheld)).results())


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(recordings(), st.integers(1, 400))
def test_everything_is_found_again_wherever_it_stands(recording: Recording, window: int) -> None:
    outcomes: dict[Any, Any] = {}
    scores: dict[Any, dict[int, Any]] = {}
    for event in write(recording):
        at = (event.facts.get("item"), event.facts.get("epoch"))
        if event.type in {"item.answered", "item.failed"}:
            outcomes[at] = event
        elif event.type in {"item.scored", "score.revised"}:
            scores.setdefault(at, {})[event.facts["scorer"]] = event
    rows = [event for event in write(recording) if event.type == "dataset.item_added"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "WINDOW", window)
        results = list(read(recording).results())
    for result in results:
        at = (result.item, result.epoch)
        _is_same(result.row, rows[result.item])
        _is_same(result.outcome, outcomes.get(at))
        assert result.scores.keys() == scores.get(at, {}).keys()
        for scorer, content in result.scores.items():
            _is_same(content, scores[at][scorer])


def _is_same(content: Any, event: Any) -> None:
    assert (content is None) == (event is None)
    if content is not None:
        assert (content.type, content.facts) == (event.type, event.facts)
        assert content.texts.keys() == event.parts.keys()
        assert all(content.value(kind) == part.value for kind, part in event.parts.items())


def test_results_come_by_item_then_epoch() -> None:
    found = [(result.item, result.epoch) for result in results_of(everything())]
    assert found == [(item, epoch) for item in range(4) for epoch in (1, 2)]


def test_an_undisclosed_value_is_none_and_its_text_is_what_stands_for_it() -> None:
    first, *_ = results_of(SMALL, "response")
    assert first.outcome is not None
    assert first.outcome.value("response") is None
    assert first.outcome.undisclosed == {"response"}
    digest = write(SMALL)[8].digests["response"]
    assert first.outcome.text("response") == f'{{"withheld":"{digest}"}}'.encode()
    assert first.outcome.text("error") is None


def test_a_result_without_an_outcome_has_its_item_alone() -> None:
    tried = Event("item.attempt_failed", {"attempt": 1, "epoch": 1, "item": 1}, {"error": "503"})
    events = run_of(SMALL)
    *_, last = results_of(with_run([*events[:5], tried, *events[7:]]))
    assert (last.item, last.outcome, dict(last.scores)) == (1, None, {})
    assert not last.is_inspectable


def test_a_result_is_inspectable_where_all_of_it_can_be_read() -> None:
    assert all(result.is_inspectable for result in results_of(SMALL))
    for kind in ("request", "response", "score"):
        assert not any(result.is_inspectable for result in results_of(SMALL, kind))
    assert all(result.is_inspectable for result in results_of(SMALL, "answer"))
    bare = Event("item.answered", answered(0, "B").facts, {"response": {"text": "B"}})
    first, second = results_of(with_event(4, bare))
    assert not first.is_inspectable
    assert second.is_inspectable


def test_a_failure_is_inspectable_with_its_error() -> None:
    events = run_of(SMALL)
    failed = Event("item.failed", {"epoch": 1, "item": 0}, {"error": "503"})
    recording = with_run([*events[:3], failed, *events[7:]])
    assert [result.is_inspectable for result in results_of(recording)] == [True]
    assert [result.is_inspectable for result in results_of(recording, "error")] == [False]


def test_a_dataset_has_no_results_and_a_run_that_never_began_none_either() -> None:
    assert results_of([dataset()]) == []
    begin = run_of(SMALL)[0]
    assert results_of(with_run([begin, planned(1), sealed()])) == []
    assert read([dataset()]).registered("run.registered") is None
