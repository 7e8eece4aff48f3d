"""The views, against a second writing of them that shares no code."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.bundle import reading as reading_module
from domain.bundle import views
from domain.bundle.manifest import read_manifest
from domain.bundle.reading import Reading
from domain.canonical import decode_canonical
from domain.verification.report import Report
from domain.verification.walk import Walk
from scripts.bundle_by_hand import build
from scripts.recording_by_hand import Event, Recording
from scripts.recordings import (
    ASSETS,
    SMALL,
    added,
    answered,
    dataset,
    everything,
    registered,
    run,
)
from tests.members import DictMembers
from tests.runs import WITHHELD, recordings

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


def reading_of(members: Mapping[str, bytes], chunk: int = 2**20) -> Reading:
    bundle = DictMembers(members, chunk)
    report = Report()
    walk = Walk(bundle, read_manifest(members["manifest.json"]), report)
    walk.run()
    assert report.verified, report.to_json()
    return Reading(walk.history, walk.disclosure, bundle.read_at)


def views_of(reading: Reading) -> Iterator[tuple[str, bytes]]:
    history = reading.history
    yield "meta.json", views.meta(reading)
    if history.run:
        yield "run_config.json", views.run_config(reading)
    for ordinal, items in enumerate(history.by_section()):
        yield f"sections/{ordinal}.jsonl", b"".join(views.section(reading, items))
    if history.run:
        summary, lines = views.new_summary(reading), list[bytes]()
        for result in reading.results():
            views.count(summary, reading, result)
            lines.append(views.result_line(result, history.run.scorers))
        yield "results.jsonl", b"".join(lines)
        yield "summary.json", views.summary_text(summary, reading)


@settings(max_examples=60, suppress_health_check=SLOW)
@given(recordings(), WITHHELD, st.integers(1, 300))
def test_views_are_what_a_second_writing_of_them_gives(
    recording: Recording, withheld: set[str], chunk: int
) -> None:
    members = build(recording, withheld)
    found = dict(views_of(reading_of(members, chunk)))
    assert found == {name: members[name] for name in found}
    assert members.keys() - found.keys() == {
        *("README.txt", "events.jsonl", "parts.jsonl", "manifest.json")
    }
    lines = [line for data in found.values() for line in data.splitlines()]
    for line in lines:
        decode_canonical(line)


@pytest.mark.parametrize("withheld", [set(), {"item"}, {"question"}, {"score"}, {"answer"}])
def test_so_are_those_of_a_run_with_everything(withheld: set[str]) -> None:
    members = build(everything(), withheld, ASSETS)
    found = dict(views_of(reading_of(members)))
    assert found == {name: members[name] for name in found}


def told(recording: Recording, member: str, withheld: set[str] | None = None) -> list[Any]:
    found = dict(views_of(reading_of(build(recording, withheld or set()))))
    return [json.loads(line) for line in found[member].splitlines()]


def test_a_result_is_one_line_with_what_applies_to_it() -> None:
    first, second = told(SMALL, "results.jsonl")
    assert first == {
        "attempts": 1,
        "epoch": 1,
        "id": "q-001",
        "item": 0,
        "latency_ms": 100,
        "response": {"text": "B) Paris"},
        "score": 1,
        "scores": [{"extracted": "B", "value": 1}],
        "status": "answered",
    }
    assert (second["id"], second["score"]) == ("q-002", 0)


def test_what_is_withheld_stands_as_its_digest() -> None:
    first, _ = told(SMALL, "results.jsonl", {"item", "score"})
    shown = told(SMALL, "results.jsonl")[0]
    assert [*first["id"]] == [*first["score"]] == ["withheld"]
    assert first["scores"] == [first["score"]]
    assert first["response"] == shown["response"]
    row, _ = told(SMALL, "sections/0.jsonl", {"item", "question"})
    assert row.keys() == {"answer", "id", "inputs"}
    assert len(row["inputs"]["withheld"]) == 64


def test_a_summary_of_withheld_scores_has_no_mean() -> None:
    (summary,) = told(SMALL, "summary.json", {"score"})
    assert summary["all"]["scores"] == [{"scored": 2, "undisclosed": 2}]
    (summary,) = told(SMALL, "summary.json")
    assert summary["all"]["scores"] == [{"mean": 0.5, "scored": 2}]


def test_a_dataset_alone_has_its_config_and_its_items() -> None:
    found = dict(views_of(reading_of(build([dataset()]))))
    assert found == {"meta.json": b'{"dataset":{"name":"capitals"}}\n'}


def test_an_item_is_read_once_for_all_of_its_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [answered(0, "A", epoch=epoch) for epoch in (1, 2, 3)]
    rows = dataset(added(1, section="read once"))
    reading = reading_of(build([rows, run(registered(), Event("run.started"), *answers)]))
    read: list[bytes] = []

    def reread(text: bytes) -> Any:
        read.append(text)
        return json.loads(text)

    monkeypatch.setattr(reading_module, "reread", reread)
    results = list(reading.results())
    read.clear()  # of the envelopes
    lines = [views.result_line(result, 0) for result in results]
    assert [json.loads(line)["id"] for line in lines] == ["q-001"] * 3
    assert len(read) == 1
