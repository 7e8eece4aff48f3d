"""A run while it goes on, told by small samples: what has no log, and what no result can be."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any

import pytest

from application.log_source import Entry
from domain.errors import InvalidInput
from infrastructure.log_sources.inspect_logs.live import AGAIN, OUTSIDE, LiveRun
from tests.inspect_logs import PIXEL, Record, log, message, sample

Begin = Callable[..., LiveRun]


@pytest.fixture(name="begun")
def runs_that_are_closed_in_the_end() -> Iterator[Begin]:
    with ExitStack() as runs:

        def begin(samples: Sequence[Record], **of_eval: Any) -> LiveRun:
            told = log(samples)
            del told["samples"], told["results"]
            told["eval"].update(of_eval)
            run = LiveRun(json.dumps({**told, "status": "started"}).encode())
            runs.callback(run.close)
            return run

        yield begin


def text(told: Record) -> bytes:
    return json.dumps(told).encode()


def rows(run: LiveRun, samples: Sequence[Record] | None) -> list[Any]:
    entries = run.dataset(None if samples is None else map(text, samples))
    return [entry.members["row"] for entry in [*entries][1:]]


def only(entries: Sequence[Entry]) -> Any:
    (entry,) = entries
    return entry.members


def response(entries: Sequence[Entry]) -> Any:
    return entries[0].members["response"]


def test_items_are_those_of_the_samples_and_their_results_do_not_repeat_them(begun: Begin) -> None:
    samples = [sample("a"), sample("b", target="Lima")]
    run = begun(samples)
    assert [(row["id"], row["answer"]) for row in rows(run, samples)] == [
        ("a", "Paris"), ("b", "Lima"),
    ]  # fmt: skip
    assert "item" not in response(run.sample(text(samples[0]), "a", 1)).get("sample", {})


def test_an_item_that_is_not_known_yet_is_an_id_and_stands_with_its_result(
    begun: Begin,
) -> None:
    run = begun([sample("a")])
    assert rows(run, None) == [{"id": "a", "type": "freeform", "inputs": {}, "answer": None}]
    item = response(run.sample(text(sample("a")), "a", 1))["sample"]["item"]
    assert (item["input"], item["target"]) == ("Which one is a?", "Paris")


def test_an_item_that_changes_after_the_start_stands_with_its_result(begun: Begin) -> None:
    run = begun([sample("a")])
    rows(run, [sample("a")])
    changed = sample("a", target="Lyon")
    assert response(run.sample(text(changed), "a", 1))["sample"]["item"]["target"] == "Lyon"


@pytest.mark.parametrize("samples", [[], [sample("b")], [sample("a")]])
def test_samples_that_are_not_those_that_the_header_names_are_refused(
    begun: Begin, samples: list[Record]
) -> None:
    with pytest.raises(InvalidInput):
        rows(begun([sample("a"), sample("b")]), samples)


def test_the_plan_is_each_named_sample_in_each_epoch_or_else_there_is_none(
    begun: Begin,
) -> None:
    assert begun([sample("a"), sample("a", 2)]).plan == {"epochs": 2}
    assert begun([]).plan is None


def test_it_counts_what_has_not_ended(begun: Begin) -> None:
    run = begun([sample("a"), sample("a", 2)])
    rows(run, [sample("a")])
    run.sample(text(sample("a", 2)), "a", 2)
    assert (run.left, run.is_open("a", 1), run.is_open("a", 2), run.is_open("b", 1)) == (
        1, True, False, False,
    )  # fmt: skip


def test_a_sample_that_ends_again_is_an_annotation_of_its_result(begun: Begin) -> None:
    run = begun([sample("a")])
    rows(run, [sample("a")])
    run.sample(text(sample("a", error={"message": "boom"})), "a", 1)
    told = only(run.sample(text(sample("a")), "a", 1))
    assert (told["type"], told["item"], told["epoch"]) == ("run.annotated", 0, 1)
    assert told["annotation"]["why"] == AGAIN
    assert [each["type"] for each in told["annotation"]["told"]] == ["item.answered", "item.scored"]
    assert run.left == 0


def test_a_sample_outside_of_the_dataset_is_an_annotation_of_the_run(begun: Begin) -> None:
    run = begun([sample("a")])
    rows(run, [sample("a")])
    told = only(run.sample(text(sample("new")), "new", 1))
    assert told.keys() == {"type", "annotation"}
    assert told["annotation"]["why"] == OUTSIDE
    assert told["annotation"]["told"][0]["response"]["text"] == "Paris"
    assert run.left == 1


def test_media_are_assets_of_dataset_and_of_each_sample_in_turn(begun: Begin) -> None:
    content = [{"type": "image", "image": PIXEL}]
    shown = sample("a", input=[message("user", content)], messages=[message("user", content)])
    run = begun([shown])
    [_, added] = run.dataset([text(shown)])
    [name] = added.assets["question"]
    assert b"".join(run.asset(name)).startswith(b"\x89PNG")
    answered = run.sample(text(shown), "a", 1)[0]
    assert answered.assets["request"] == [name]
    assert b"".join(run.asset(name)).startswith(b"\x89PNG")
    assert "item" not in response([answered]).get("sample", {})


def test_scorers_are_those_that_the_header_declares(begun: Begin) -> None:
    metric = {"name": "mean"}
    scorers = [
        {"name": "match", "metrics": [metric]},
        {"name": "two", "metrics": {"kind": [metric], "right": [metric], "*": [metric]}},
        {"name": "match", "metrics": [metric, {"area": [metric]}]},
    ]
    run = begun([sample("a")], scorers=scorers)
    config: Any = run.registered({}).members["config"]
    names = ["match", "two/kind", "two/right", "match1/area"]
    assert [each["name"] for each in config["scorers"]] == names
    rows(run, [sample("a")])
    scores = {"match": {"value": "C"}, "two": {"value": {"kind": 1, "new": 0}}}
    events = run.sample(text(sample("a", scores=scores)), "a", 1)
    assert [each.members["scorer"] for each in events[1:]] == [0, 1]
    assert response(events)["scores"] == {"two": scores["two"]}


def test_it_ends_as_the_whole_log_says(begun: Begin) -> None:
    run = begun([sample("a")])
    told = log([sample("a")], 1.0, status="error", error={"message": "boom"})
    del told["samples"]
    ended, reported = run.end(json.dumps(told).encode())
    assert ended.members["type"] == "run.failed"
    assert ended.members["error"] == {"message": "boom"}
    annotation: Any = reported.members["annotation"]
    assert annotation["reported"]["results"]["total_samples"] == 1
