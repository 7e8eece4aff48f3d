import json
from pathlib import Path
from typing import Any

import pytest

from application.log_source import Account, Entry
from domain.errors import InvalidInput
from infrastructure.log_sources import open_log
from tests.lm_eval_files import chosen, digest, evaluation, generated, hashed

GROUPS = {"both": ["one", "two"]}


def walk(path: Path) -> tuple[list[Entry], list[Entry], Account]:
    account = Account()
    with open_log(path) as log:
        return list(log.dataset(account)), list(log.run(0, account)), account


def rows(entries: list[Entry]) -> list[Any]:
    return [entry.members["row"] for entry in entries[1:]]


def of_type(entries: list[Entry], kind: str) -> list[Any]:
    return [entry.members for entry in entries if entry.members["type"] == kind]


def refused(path: Path) -> str:
    with pytest.raises(InvalidInput) as caught:
        walk(path)
    return str(caught.value)


def test_a_document_is_an_item_and_its_task_a_section(tmp_path: Path) -> None:
    sample = generated(7)
    dataset, _, account = walk(evaluation(tmp_path, {"sums": [sample]}))
    assert rows(dataset) == [
        {
            "id": "sums/7",
            "type": "generate_until",
            "section": "sums",
            "inputs": sample["doc"],
            "answer": "14",
        }
    ]
    assert account.found["items"] == 1


def test_all_tasks_are_one_dataset_and_one_run(tmp_path: Path) -> None:
    tasks = {"one": [chosen(0), chosen(1, 0)], "two": [chosen(0)]}
    dataset, run, _ = walk(evaluation(tmp_path, tasks))
    assert [row["id"] for row in rows(dataset)] == ["one/0", "one/1", "two/0"]
    assert [row["section"] for row in rows(dataset)] == ["one", "one", "two"]
    assert [scored["item"] for scored in of_type(run, "item.scored")] == [0, 1, 2]
    config: Any = run[0].members["config"]
    assert [scorer["name"] for scorer in config["scorers"]] == ["acc,none"]


def test_the_config_tells_the_model_and_keeps_the_results_file(tmp_path: Path) -> None:
    path = evaluation(tmp_path, {"sums": [generated(1)]})
    dataset, run, _ = walk(path)
    config: Any = run[0].members["config"]
    assert (config["provider"], config["model"]) == ("hf", "org/model-1")
    assert config["parameters"] == {"temperature": 0.5}
    assert run[0].members["environment"] == {
        "git_hash": "eb02ba3",
        "pretty_env_info": "PyTorch version: 2.7",
        "lm_eval_version": "0.4.13",
    }
    document = json.loads(path.read_bytes())
    assert {**config["lm_eval"], **run[0].members["environment"]} == document
    assert dataset[0].members["config"] == {
        "name": "sums",
        "tasks": {"sums": {"dataset_path": "org/data"}},
    }


def test_the_time_at_which_it_began_is_a_claim(tmp_path: Path) -> None:
    _, run, _ = walk(evaluation(tmp_path, {"sums": [generated(1)]}))
    assert run[1].members == {"type": "run.started", "occurred": "2026-07-08T16:02:00.500000Z"}


@pytest.mark.parametrize(
    ("arguments", "model"),
    [({"pretrained": "a/b"}, "a/b"), ("model=c,base_url=x", "c"), ("x", "unknown")],
)
def test_a_model_without_a_name_is_that_of_its_arguments(
    tmp_path: Path, arguments: Any, model: str
) -> None:
    evaluated = {"model": "api", "model_args": arguments}
    more: Any = {"model_name": "", "model_source": "", "config": evaluated}
    _, run, account = walk(evaluation(tmp_path, {"sums": [generated(1)]}, **more))
    config: Any = run[0].members["config"]
    assert (config["provider"], config["model"]) == ("api", model)
    assert bool(account.notes()) is (model == "unknown")


def test_a_generated_text_is_the_response(tmp_path: Path) -> None:
    sample = generated(2)
    _, run, account = walk(evaluation(tmp_path, {"sums": [sample]}))
    (answered,) = of_type(run, "item.answered")
    assert answered["request"] == sample["arguments"]
    assert answered["response"] == {"text": "It is 4."}
    (scored,) = of_type(run, "item.scored")
    assert scored["score"] == {"value": 1, "extracted": "4"}
    assert account.notes() == []


def test_likelihoods_are_kept_without_a_text(tmp_path: Path) -> None:
    sample = chosen(2)
    _, run, account = walk(evaluation(tmp_path, {"even": [sample]}))
    (answered,) = of_type(run, "item.answered")
    assert answered["response"] == {"text": None, "resps": sample["resps"]}
    assert of_type(run, "item.scored")[0]["score"] == {"value": 1}
    assert [note.what for note in account.notes()] == [
        "a result without one generated text: null, and its responses"
    ]


def test_repeats_of_a_request_stay_one_result(tmp_path: Path) -> None:
    sample = generated(2, resps=[["It is 4.", "It is 5."]])
    _, run, account = walk(evaluation(tmp_path, {"sums": [sample]}))
    (answered,) = of_type(run, "item.answered")
    assert answered["response"] == {"text": None, "resps": sample["resps"]}
    assert account.found["results"] == 1


def test_each_filter_is_a_scorer(tmp_path: Path) -> None:
    lines = [
        generated(doc, score, filter=name, filtered_resps=[name])
        for name, score in (("strict", 0), ("flexible", 1))
        for doc in (1, 2)
    ]
    dataset, run, account = walk(evaluation(tmp_path, {"sums": lines}))
    assert len(rows(dataset)) == len(of_type(run, "item.answered")) == 2
    assert [
        (scored["item"], scored["scorer"], scored["score"])
        for scored in of_type(run, "item.scored")
    ] == [
        *((item, 0, {"value": 0, "extracted": "strict"}) for item in (0, 1)),
        *((item, 1, {"value": 1, "extracted": "flexible"}) for item in (0, 1)),
    ]
    assert (account.found["results"], account.findings) == (2, [])


def test_lines_that_name_no_filter_stand_in_the_order_of_the_filters(tmp_path: Path) -> None:
    lines = [generated(doc, score, filter=None) for score in (0, 1) for doc in (1, 2)]
    path = evaluation(tmp_path, {"sums": lines})
    _, run, account = walk(path)
    config: Any = run[0].members["config"]
    names = [scorer["name"] for scorer in config["scorers"]]
    assert names == ["exact_match,strict", "exact_match,flexible"]
    assert [scored["scorer"] for scored in of_type(run, "item.scored")] == [0, 0, 1, 1]
    assert account.findings == []


def test_a_metric_that_is_no_number_stays_in_the_response(tmp_path: Path) -> None:
    line = generated(1, metrics=["exact_match", "f1"], f1=[["a"], ["b"]])
    _, run, account = walk(evaluation(tmp_path, {"sums": [line]}))
    assert of_type(run, "item.answered")[0]["response"]["metrics"] == {"f1": [["a"], ["b"]]}
    assert (account.found["scores"], len(of_type(run, "item.scored"))) == (2, 1)
    assert [note.what for note in account.notes()] == [
        "a metric that is no score: kept in the response only",
        "a metric of which no aggregate is stated: not compared",
    ]


def test_metrics_beyond_forty_stay_in_the_response(tmp_path: Path) -> None:
    extra: Any = {f"m{number}": number for number in range(45)}
    line = generated(1, metrics=["exact_match", *extra], **extra)
    _, run, account = walk(evaluation(tmp_path, {"sums": [line]}))
    assert len(of_type(run, "item.scored")) == 40
    assert len(of_type(run, "item.answered")[0]["response"]["metrics"]) == 6
    assert account.found["scores"] == 46


def test_a_score_of_true_is_one(tmp_path: Path) -> None:
    _, run, account = walk(evaluation(tmp_path, {"sums": [generated(1, True)]}))
    assert of_type(run, "item.scored")[0]["score"]["value"] == 1
    assert account.notes()[0].what == "a score of true or false: 1 or 0"


def test_what_else_a_line_holds_stays_in_the_response(tmp_path: Path) -> None:
    _, run, _ = walk(evaluation(tmp_path, {"sums": [generated(1, speed={"ms": 3})]}))
    assert of_type(run, "item.answered")[0]["response"] == {
        "text": "It is 2.",
        "speed": {"ms": 3},
    }


def test_values_that_are_no_json_are_mapped_and_counted_once(tmp_path: Path) -> None:
    sample = generated(1)
    sample["doc"]["weight"] = float("nan")
    dataset, _, account = walk(evaluation(tmp_path, {"sums": [hashed(sample)]}))
    assert rows(dataset)[0]["inputs"]["weight"] == "NaN"
    assert [(note.what, note.times) for note in account.notes()] == [
        ("NaN or an infinity, kept as text", 1)
    ]
    assert account.findings == []


def test_an_honest_evaluation_has_no_finding(tmp_path: Path) -> None:
    tasks = {"one": [chosen(n, n % 2) for n in range(5)], "two": [chosen(n) for n in range(3)]}
    _, _, account = walk(evaluation(tmp_path, tasks, GROUPS))
    assert account.findings == []
    # Hashes of 8 lines and 2 tasks, documents of 2 tasks and twice of a group, which states its
    # aggregates twice; mean and standard error of each.
    assert account.compared == 8 * 3 + 2 + 2 * 2 + 2 + 2 * 2 + 2 * 2


def test_no_plan_is_declared(tmp_path: Path) -> None:
    _, run, _ = walk(evaluation(tmp_path, {"sums": [generated(1)]}))
    kinds = [entry.members["type"] for entry in run]
    assert kinds[0::4] == ["run.registered", "run.completed"]
    assert "run.planned" not in kinds


def test_a_folder_leads_to_its_results_file(tmp_path: Path) -> None:
    path = evaluation(tmp_path, {"sums": [generated(1)]})
    assert walk(tmp_path)[0] == walk(path)[0]


def test_every_file_is_kept(tmp_path: Path) -> None:
    path = evaluation(tmp_path, {"one": [chosen(1)], "two": [chosen(1), chosen(2)]})
    with open_log(path) as log:
        kept = {file.name: b"".join(log.asset(file.asset)) for file in log.files}
    assert kept == {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    assert next(iter(kept)) == path.name


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([generated(1), generated(2), generated(1)], "line 3: expected the only line of its doc"),
        ([generated(1), generated(2, filter=None)], "line 2: expected lines of one version"),
        (
            [generated(1, filter="a"), generated(1, filter="b", resps=[["else"]])],
            "line 2: expected the document, request and responses of line 1",
        ),
        ([generated(1), {"doc_id": 2}], "line 2: expected a sample with doc_id, doc, target"),
        ([generated(1), [1]], "line 2: expected an object"),
        ([generated(1), generated(2, doc_id=[2])], "line 2, doc_id: expected a number or string"),
    ],
)
def test_lines_that_do_not_go_together_are_refused(
    tmp_path: Path, lines: list[Any], told: str
) -> None:
    path = evaluation(tmp_path, {"sums": [generated(1)]})
    (samples,) = tmp_path.glob("*.jsonl")
    samples.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    assert f"{samples.name}, {told}" in refused(path)


def test_samples_that_end_early_are_refused_with_their_line(tmp_path: Path) -> None:
    path = evaluation(tmp_path, {"sums": [generated(1), generated(2)]})
    (samples,) = tmp_path.glob("*.jsonl")
    samples.write_bytes(samples.read_bytes()[:-20])
    assert f"{samples.name}, line 2: expected JSON" in refused(path)


def test_a_results_file_that_ends_early_is_refused(tmp_path: Path) -> None:
    path = evaluation(tmp_path, {"sums": [generated(1)]})
    path.write_bytes(path.read_bytes()[:-20])
    assert f"{path.name}: expected JSON" in refused(path)


def test_results_without_a_task_are_refused(tmp_path: Path) -> None:
    path = evaluation(tmp_path, {"sums": [generated(1)]}, configs={})
    assert refused(path).startswith(f"{path.name}: expected an object configs that is not empty")


def test_hashes_are_those_of_the_harness() -> None:
    assert generated(1)["target_hash"] == digest("2")
