import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from application.log_source import Account, Entry
from domain.errors import InvalidInput, UnreadableFile
from infrastructure.log_sources import open_log
from infrastructure.log_sources.promptfoo.result_file import PromptfooSource
from tests.promptfoo_results import (
    TEMPLATE,
    TESTS,
    failed,
    in_lines,
    results,
    row,
    rows,
    written,
)


def walk(path: Path) -> tuple[list[Entry], list[list[Entry]], Account]:
    account = Account()
    with open_log(path) as log:
        dataset = list(log.dataset(account))
        return dataset, [list(log.run(number, account)) for number in range(log.runs)], account


def types(told: list[Entry]) -> list[Any]:
    return [entry.members["type"] for entry in told]


def refused(path: Path) -> str:
    with pytest.raises(InvalidInput) as caught:
        walk(path)
    return str(caught.value)


@pytest.fixture(name="path")
def file_of_version_3(tmp_path: Path) -> Path:
    return written(tmp_path / "output.json", results(rows()))


def test_each_prompt_with_a_provider_is_a_run(path: Path) -> None:
    _, runs, _ = walk(path)
    configs: list[Any] = [run[0].members["config"] for run in runs]
    assert [(config["provider"], config["model"]) for config in configs] == [
        ("openai", "gpt-4o-mini"),
        ("echo", "echo"),
    ]
    assert [config["prompt"]["raw"] for config in configs] == [TEMPLATE, TEMPLATE]
    assert [config["parameters"] for config in configs] == [{"temperature": 0}, {}]


def test_each_test_is_an_item_with_what_is_expected_as_its_answer(path: Path) -> None:
    dataset, _, account = walk(path)
    assert dataset[0].members["config"] == {"name": "capitals"}
    assert [entry.members["row"] for entry in dataset[1:]] == [
        {
            "id": "0",
            "type": "freeform",
            "inputs": {"country": "France"},
            "answer": TESTS[0]["assert"],
        },
        {
            "id": "1",
            "type": "freeform",
            "inputs": {"country": "Peru"},
            "answer": TESTS[1]["assert"],
            "meta": {"description": "a capital by the sea"},
        },
    ]
    assert account.found["items"] == 2


def test_results_stand_with_their_item_whatever_the_order(path: Path) -> None:
    _, runs, account = walk(path)
    answered = [[e.members for e in run if e.members["type"] == "item.answered"] for run in runs]
    assert [[each["item"] for each in run] for run in answered] == [[1, 0], [0, 1]]
    assert answered[0][1] == {
        "type": "item.answered",
        "item": 0,
        "epoch": 1,
        "latency_ms": 10,
        "tokens_in": 5,
        "tokens_out": 2,
        "request": {"raw": "Capital of France?"},
        "response": {
            "text": "Paris.",
            "response": {
                "tokenUsage": {"total": 7, "prompt": 5, "completion": 2},
                "cached": False,
            },
            "result": {"id": "0000-0-0", "cost": 0.1, "failureReason": 0},
        },
    }
    assert account.found["results"] == 4


def test_assertions_are_scorers_with_their_reasons(path: Path) -> None:
    _, runs, account = walk(path)
    config: Any = runs[1][0].members["config"]
    names = [scorer["name"] for scorer in config["scorers"]]
    assert names == ["pass", "score", "contains", "contains 2", "llm-rubric"]
    assert {scorer["method"] for scorer in config["scorers"]} == {"external"}
    scored = [e.members for e in runs[1] if e.members["type"] == "item.scored"][3:]
    assert [(names[each["scorer"]], each["score"]["value"]) for each in scored] == [  # type: ignore[index, call-overload]  # JSON
        ("pass", 0),
        ("score", 0),
        ("contains", 0),
        ("contains 2", 0),
        ("llm-rubric", 0),
    ]
    assert scored[2]["score"] == {"value": 0, "pass": False, "assertion": 0}
    assert scored[2]["rationale"] == "Expected output to be otherwise"
    assert account.found["scores"] == 16


def test_an_error_is_a_failed_result_and_its_score_is_no_score(tmp_path: Path) -> None:
    _, runs, account = walk(
        written(tmp_path / "a.json", results([row(0, 0), failed(0, 1), row(1, 0)]))
    )
    assert types(runs[0])[-3:] == ["item.attempt_failed", "item.failed", "run.completed"]
    attempt, end = runs[0][-3].members, runs[0][-2].members
    assert (attempt["item"], end["error"]) == (1, "API error: 500")
    assert account.found["failed attempts"] == 1
    assert [note.what for note in account.notes()][-1] == (
        "a score of a failed result: kept with its error only"
    )
    assert account.findings == []


def test_an_output_that_is_no_text_is_kept_as_it_is(tmp_path: Path) -> None:
    given = row(0, 0)
    given["response"]["output"] = {"city": "Paris"}
    _, runs, account = walk(written(tmp_path / "a.json", results([given])))
    response: Any = runs[0][2].members["response"]
    assert (response["text"], response["output"]) == (None, {"city": "Paris"})
    assert account.notes()[-1].times == 1


def test_metrics_of_the_users_own_are_scorers(tmp_path: Path) -> None:
    given = row(0, 0, namedScores={"accuracy": 0.5})
    _, runs, _ = walk(written(tmp_path / "a.json", results([given])))
    scored = runs[0][5].members
    config: Any = runs[0][0].members["config"]
    assert config["scorers"][scored["scorer"]]["name"] == "metric accuracy"
    assert scored["score"] == {"value": 0.5}


def test_what_repeats_the_items_is_not_in_a_runs_config(path: Path) -> None:
    _, runs, account = walk(path)
    config: Any = runs[0][0].members["config"]
    assert {"tests", "defaultTest"}.isdisjoint(config["promptfoo"]["config"])
    assert [note.first for note in account.notes()] == ["config.tests"]
    with open_log(path) as log:
        assert {place.partition(",")[0] for place, _ in log.unread()} == {
            "config.tests",
            "config.defaultTest",
        }


def test_metadata_is_the_environment_and_the_time_a_claim(path: Path) -> None:
    _, runs, _ = walk(path)
    assert runs[0][0].members["environment"] == {
        "promptfooVersion": "0.121.20",
        "platform": "linux",
    }
    assert runs[0][1].members["occurred"] == "2025-10-01T20:08:11.168000Z"


def test_lines_say_the_same_but_how_it_ended(path: Path, tmp_path: Path) -> None:
    dataset, runs, _ = walk(path)
    same, others, _ = walk(in_lines(tmp_path / "a.jsonl", rows()))
    assert [e.members for e in same[1:]] == [e.members for e in dataset[1:]]
    for run, other in zip(runs, others, strict=True):
        results_of = [e.members for e in run if str(e.members["type"]).startswith("item.")]
        assert [e.members for e in other[2:]] == results_of
    assert "run.completed" not in types(others[0])


def test_blank_lines_are_no_rows_and_places_are_lines(tmp_path: Path) -> None:
    path = in_lines(tmp_path / "a.jsonl", rows())
    path.write_text("\n\n" + path.read_text())
    dataset, _, _ = walk(path)
    assert [entry.place for entry in dataset[1:]] == ["line 3", "line 4"]


def test_a_test_that_cells_tell_otherwise_is_kept_in_the_request(tmp_path: Path) -> None:
    other = row(1, 0, vars={"country": "France", "turn": "2"})
    _, runs, account = walk(written(tmp_path / "a.json", results([row(0, 0), other])))
    request: Any = runs[1][2].members["request"]
    assert request["vars"] == other["vars"]
    assert account.notes()[-1].first == "results.results.1"


def test_rows_without_numbers_are_told_by_prompt_provider_and_test(tmp_path: Path) -> None:
    cells = [
        {"prompt": {"raw": f"{p} {v}", "display": p}, "vars": {"x": v}, "response": {"output": v}}
        for p, v in (("A", "1"), ("B", "1"), ("A", "2"), ("B", "2"), ("B", "2"))
    ]
    stats = {"successes": 5, "failures": 0}
    path = written(tmp_path / "a.json", {"results": cells, "stats": stats, "table": []})
    dataset, runs, account = walk(path)
    assert [entry.members["row"]["inputs"] for entry in dataset[1:]] == [  # type: ignore[index, call-overload]  # JSON
        *({"x": "1"}, {"x": "2"}, {"x": "2"})
    ]
    assert [[e.members.get("item") for e in run[2:-1]] for run in runs] == [[0, 1], [0, 1, 2]]
    assert account.findings == []


def test_a_dump_without_results_is_runs_that_lack_what_is_stated(tmp_path: Path) -> None:
    whole = results(rows())
    dump = {
        "_resultsLoaded": False,
        "config": whole["config"],
        "results": [],
        "prompts": whole["results"]["prompts"],
    }
    dataset, runs, account = walk(written(tmp_path / "a.json", dump))
    assert len(dataset) == 3
    assert [types(run) for run in runs] == [["run.registered", "run.started"]] * 2
    assert "testPassCount 0, as its results give" in {
        finding.expected for finding in account.findings
    }


def test_nothing_is_found_in_a_file_that_agrees_with_itself(path: Path) -> None:
    _, _, account = walk(path)
    assert account.findings == []
    assert account.compared > 20


def flip(document: Any) -> None:
    document["results"]["results"][3]["success"] = True


def flip_with_its_grading(document: Any) -> None:
    flipped = document["results"]["results"][3]
    flipped |= {"success": True, "score": 1, "failureReason": 0, "error": None}
    flipped["gradingResult"] |= {"pass": True, "score": 1}


def flip_all_but_the_assertions(document: Any) -> None:
    flip_with_its_grading(document)
    stats, prompt = document["results"]["stats"], document["results"]["prompts"][1]["metrics"]
    stats |= {"successes": 4, "failures": 0}
    prompt |= {"testPassCount": 2, "testFailCount": 0, "score": 2}


def delete_a_cell(document: Any) -> None:
    del document["results"]["results"][3]


def raise_an_aggregate(document: Any) -> None:
    document["results"]["prompts"][1]["metrics"]["score"] += 0.1


def raise_a_total(document: Any) -> None:
    document["results"]["stats"]["successes"] += 1


def change_a_score(document: Any) -> None:
    document["results"]["results"][3]["score"] = 0.9


@pytest.mark.parametrize(
    "change",
    [
        flip,
        flip_with_its_grading,
        flip_all_but_the_assertions,
        delete_a_cell,
        raise_an_aggregate,
        raise_a_total,
        change_a_score,
    ],
)
def test_what_was_changed_is_found(tmp_path: Path, change: Callable[[Any], None]) -> None:
    document = results(rows())
    change(document)
    _, _, account = walk(written(tmp_path / "a.json", document))
    assert account.findings


def test_a_table_of_an_older_version_is_compared(tmp_path: Path) -> None:
    display, given = "A {{x}}", {"vars": {"x": "1"}, "response": {"output": "1"}}
    cell = {"prompt": {"raw": "A 1", "display": display}, **given, "success": True, "score": 1}
    body = [{"outputs": [{"pass": True, "score": 1, "text": "1"}], "vars": ["1"]}]
    table = {"head": {"prompts": [{"raw": display, "display": display}]}, "body": body}
    document: Any = {"version": 2, "results": [cell], "stats": {"successes": 1}, "table": table}
    _, _, account = walk(written(tmp_path / "a.json", document))
    assert account.findings == []
    cell["success"], document["stats"] = False, {"successes": 0}
    _, _, account = walk(written(tmp_path / "b.json", document))
    assert account.findings[0].place == "table.body, column 0"


@pytest.mark.parametrize("size", [0.3, 0.6, 0.9, 0.99])
def test_a_file_that_ends_early_is_refused(path: Path, size: float) -> None:
    text = path.read_bytes()
    path.write_bytes(text[: int(len(text) * size)])
    with pytest.raises(UnreadableFile, match="archive it when it is whole"):
        walk(path)


def test_a_cell_twice_is_refused_with_both_places(tmp_path: Path) -> None:
    told = refused(written(tmp_path / "a.json", results([*rows(), row(0, 0)])))
    assert told.startswith("results.results.4: expected the only result of its prompt and test")
    assert told.endswith("another one in results.results.2")


def test_rows_of_different_versions_are_refused(tmp_path: Path) -> None:
    other = row(1, 1)
    del other["promptIdx"], other["testIdx"]
    told = refused(in_lines(tmp_path / "a.jsonl", [row(0, 0), other]))
    assert told.startswith("line 2: expected promptIdx and testIdx in each row, or in none")


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"promptIdx": 2}, "results.results.0, promptIdx"),
        ({"promptIdx": None}, "results.results.0, promptIdx"),
        ({"testIdx": -1}, "results.results.0, testIdx"),
        ({"testIdx": True}, "results.results.0, testIdx"),
    ],
)
def test_a_row_beyond_the_table_is_refused(tmp_path: Path, more: Any, place: str) -> None:
    document = results([row(0, 0)])
    document["results"]["results"][0] |= more
    assert refused(written(tmp_path / "a.json", document)).startswith(f"{place}: ")


def test_a_row_that_is_no_object_is_refused(tmp_path: Path) -> None:
    document = results([row(0, 0)])
    document["results"]["results"].append([1])
    told = refused(written(tmp_path / "a.json", document))
    assert told.startswith("results.results.1: expected an object")


@pytest.mark.parametrize(
    "other",
    [
        {"results": {"total_samples": 1}, "eval": {}, "status": "success", "version": 2},
        {"results": {"mmlu": {"acc,none": 1}}, "configs": {}, "n-samples": {}},
        [{"name": "exact_match", "count": 1}],
        {"prompt": "a", "output": "b"},
        {},
        [],
    ],
)
def test_json_of_other_tools_is_of_another_kind(tmp_path: Path, other: Any) -> None:
    (tmp_path / "a.json").write_text(json.dumps(other))
    assert PromptfooSource().open(tmp_path / "a.json") is None
