import json
from pathlib import Path
from typing import Any

import pytest

from application.log_source import Account, Entry
from domain.errors import InvalidInput
from infrastructure.log_sources import open_log
from tests.helm_runs import (
    TYPOS,
    aggregates,
    files,
    instance,
    instance_stats,
    request_state,
    run,
    write_run,
)


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


def test_an_instance_is_an_item_with_its_references_as_the_answer(tmp_path: Path) -> None:
    dataset, _, account = walk(run(tmp_path, [1]))
    about = instance(0)
    assert rows(dataset) == [
        {
            "id": "id0",
            "type": "generation",
            "section": "test",
            "meta": {"id": "id0", "split": "test"},
            "inputs": {"text": "What is 0 + 0?"},
            "answer": about["references"],
        }
    ]
    assert account.found["items"] == 1


def test_references_are_the_choices_where_there_is_a_choice(tmp_path: Path) -> None:
    dataset, _, _ = walk(run(tmp_path, [1], method="multiple_choice_joint"))
    assert rows(dataset)[0]["choices"] == ["0", "0.5"]


def test_what_else_is_known_of_an_instance_stands_with_question_or_answer(tmp_path: Path) -> None:
    about = instance(0, extra_data={"hint": 1}, contrast_references=[[]])
    path = write_run(tmp_path, files([request_state(about)], []))
    dataset, _, _ = walk(path)
    assert rows(dataset)[0]["inputs"] == {"text": "What is 0 + 0?", "extra_data": {"hint": 1}}
    assert rows(dataset)[0]["answer"] == {
        "references": about["references"],
        "contrast_references": [[]],
    }


def test_the_configs_tell_scenario_model_and_metrics(tmp_path: Path) -> None:
    dataset, started, _ = walk(run(tmp_path, [1]))
    config: Any = dataset[0].members["config"]
    assert (config["name"], config["description"]) == ("sums", "Sums of two.")
    config = started[0].members["config"]
    assert (config["provider"], config["model"]) == ("host", "org/model-1")
    assert config["parameters"] == {"temperature": 0.0, "max_tokens": 5}
    assert [scorer["name"] for scorer in config["scorers"]] == ["exact_match", "num_bytes"]
    assert config["run_spec"]["adapter_spec"]["max_train_instances"] == 5


def test_a_completion_is_the_response(tmp_path: Path) -> None:
    _, told, account = walk(run(tmp_path, [1]))
    (answered,) = of_type(told, "item.answered")
    state = request_state(instance(0))
    assert answered["response"] == {"text": "4", "results": [{"result": state["result"]}]}
    assert answered["request"] == [
        {
            "num_train_instances": 5,
            "prompt_truncated": False,
            "request": state["request"],
        }
    ]
    assert (answered["latency_ms"], answered["occurred"]) == (250, "2026-07-08T16:02:00.000000Z")
    assert account.notes() == []


def test_metrics_of_an_instance_are_its_scores(tmp_path: Path) -> None:
    _, told, account = walk(run(tmp_path, [1, 0]))
    assert [
        (score["item"], score["scorer"], score["score"]) for score in of_type(told, "item.scored")
    ] == [
        (0, 1, {"value": 2}),
        (0, 0, {"value": 1}),
        (1, 1, {"value": 2}),
        (1, 0, {"value": 0}),
    ]
    assert account.found["scores"] == 4


def test_a_trial_is_an_epoch(tmp_path: Path) -> None:
    about = instance(1)
    states = [request_state(about, trial=trial) for trial in (0, 1)]
    stats = [instance_stats(about, trial, exact_match=trial) for trial in (0, 1)]
    _, told, _ = walk(write_run(tmp_path, files(states, stats, [])))
    answered, scored = of_type(told, "item.answered"), of_type(told, "item.scored")
    assert [result["epoch"] for result in answered] == [1, 2]
    assert [(score["epoch"], score["score"]["value"]) for score in scored] == [(1, 0), (2, 1)]


def test_a_perturbed_instance_is_an_item_of_its_own(tmp_path: Path) -> None:
    plain, perturbed = instance(1), instance(1, perturbation=TYPOS)
    states = [request_state(plain), request_state(perturbed)]
    stats = [instance_stats(plain, exact_match=1), instance_stats(perturbed, exact_match=0)]
    dataset, told, account = walk(write_run(tmp_path, files(states, stats)))
    assert [row["section"] for row in rows(dataset)] == ["test", "test, typos"]
    assert rows(dataset)[1]["id"].startswith('id1 {"computed_on": "perturbed"')
    assert [score["item"] for score in of_type(told, "item.scored")] == [0, 1]
    assert account.findings == []


def test_requests_for_each_reference_are_one_result(tmp_path: Path) -> None:
    about = instance(1)
    states = [request_state(about, reference_index=number) for number in (0, 1)]
    method = "multiple_choice_separate_original"
    path = write_run(tmp_path, files(states, [instance_stats(about, exact_match=1)], method=method))
    _, told, account = walk(path)
    (answered,) = of_type(told, "item.answered")
    assert answered["response"]["text"] is None
    assert [each["reference_index"] for each in answered["request"]] == [0, 1]
    assert answered["latency_ms"] == 500
    assert account.notes()[0].what == "a result without one completion: null, and its results"


def test_windows_of_a_text_are_one_result_with_the_mean_of_their_scores(tmp_path: Path) -> None:
    about = instance(1)
    states = [request_state(about), request_state(about, "5")]
    stats = [instance_stats(about, logprob=-3), instance_stats(about, logprob=-1)]
    path = write_run(tmp_path, files(states, stats, method="language_modeling"))
    _, told, account = walk(path)
    (score,) = of_type(told, "item.scored")
    assert score["score"] == {
        "value": -2,
        "count": 2,
        "sum": -4,
        "sum_squared": 10,
        "min": -3,
        "max": -1,
    }
    assert account.found["scores"] == 1
    assert account.findings == []


def test_a_request_that_failed_is_a_failed_result(tmp_path: Path) -> None:
    about = [instance(1), instance(2)]
    states = [request_state(about[0], None), request_state(about[1])]
    stats = [instance_stats(each, exact_match=1) for each in about]
    _, told, account = walk(write_run(tmp_path, files(states, stats)))
    (attempt,) = of_type(told, "item.attempt_failed")
    assert attempt["error"]["results"][0]["result"]["error"] == "timeout"
    assert of_type(told, "item.failed")[0]["error"] == "timeout"
    assert [score["item"] for score in of_type(told, "item.scored")] == [1]
    assert (account.found["failed attempts"], account.found["scores"]) == (1, 2)
    assert account.notes()[0].what == "a statistic that is no score: in the original only"


def test_a_request_that_was_never_made_is_a_failed_result(tmp_path: Path) -> None:
    state = request_state(instance(1))
    del state["result"]
    _, told, _ = walk(write_run(tmp_path, files([state], [])))
    assert of_type(told, "item.failed")[0]["error"] == "no result"


def test_a_statistic_of_nothing_is_no_score(tmp_path: Path) -> None:
    about = instance(1)
    told = instance_stats(about, exact_match=1)
    told["stats"][0] |= {"count": 0, "sum": 0, "sum_squared": 0, "mean": None}
    _, entries, account = walk(write_run(tmp_path, files([request_state(about)], [told], [])))
    assert of_type(entries, "item.scored") == []
    assert account.notes()[0].what == "a statistic that is no score: in the original only"


def test_annotations_and_annotators_are_kept(tmp_path: Path) -> None:
    state = request_state(instance(1), annotations={"judge": [{"score": 1}]})
    documents = files([state], [])
    documents["scenario_state.json"]["annotator_specs"] = [{"class_name": "helm.Judge"}]
    _, told, _ = walk(write_run(tmp_path, documents))
    (answered,) = of_type(told, "item.answered")
    assert answered["response"]["results"][0]["annotations"] == {"judge": [{"score": 1}]}
    config: Any = told[0].members["config"]
    assert config["scenario_state"] == {"annotator_specs": [{"class_name": "helm.Judge"}]}


def test_an_honest_run_has_no_finding_and_no_plan(tmp_path: Path) -> None:
    _, told, account = walk(run(tmp_path))
    assert account.findings == []
    assert account.compared == 6 + 3
    assert of_type(told, "run.planned") == []
    assert told[-1].members == {"type": "run.completed"}


@pytest.mark.parametrize("name", ["", "run_spec.json"])
def test_folder_and_specification_lead_to_all_files(tmp_path: Path, name: str) -> None:
    path = run(tmp_path / "run")
    with open_log(path / name) as log:
        kept = {file.name: b"".join(log.asset(file.asset)) for file in log.files}
    assert kept == {each.name: each.read_bytes() for each in path.iterdir()}


def test_what_else_stands_in_the_folder_is_noted(tmp_path: Path) -> None:
    path = run(tmp_path)
    (path / "display_requests.json").write_text("[]")
    _, _, account = walk(path)
    note = account.notes()[0]
    assert note == ("a file that is not read: not archived", 1, "display_requests.json")


def test_a_run_that_has_not_ended_is_refused_with_what_it_lacks(tmp_path: Path) -> None:
    path = run(tmp_path)
    (path / "stats.json").unlink()
    told = refused(path)
    assert "found no stats.json. HELM writes them when a run ends" in told


def test_files_of_two_runs_are_refused(tmp_path: Path) -> None:
    path = run(tmp_path)
    documents = files([request_state(instance(0))], [], max_tokens=9)
    (path / "scenario_state.json").write_text(json.dumps(documents["scenario_state.json"]))
    told = refused(path)
    assert told.startswith("scenario_state.json, adapter_spec: expected the adapter_spec of run_sp")


@pytest.mark.parametrize("name", ["scenario_state.json", "per_instance_stats.json", "stats.json"])
@pytest.mark.parametrize("kept", [0.1, 0.6, 0.99])
def test_a_file_that_ends_early_is_refused(tmp_path: Path, name: str, kept: float) -> None:
    path = run(tmp_path)
    data = (path / name).read_bytes()
    (path / name).write_bytes(data[: int(len(data) * kept)])
    told = refused(path)
    assert told.startswith(name)
    assert "cut short" in told


def test_a_metric_twice_is_refused(tmp_path: Path) -> None:
    about = instance(1)
    stats = [instance_stats(about, exact_match=1), instance_stats(about, exact_match=0)]
    told = refused(write_run(tmp_path, files([request_state(about)], stats)))
    assert told.startswith("per_instance_stats.json, element 1, stats.0: ")
    assert told.endswith("found exact_match once more")


def test_requests_of_a_result_apart_from_each_other_are_refused(tmp_path: Path) -> None:
    states = [request_state(instance(number)) for number in (1, 2, 1)]
    told = refused(write_run(tmp_path, files(states, [])))
    assert told.startswith("scenario_state.json, request_states, element 2: ")


def test_two_instances_of_one_id_are_refused(tmp_path: Path) -> None:
    states = [request_state(instance(1)), request_state(instance(1, split="valid"))]
    told = refused(write_run(tmp_path, files(states, [])))
    assert told.endswith("found another one of the same id")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"train_trial_index": -1}, "element 0, train_trial_index: expected 0 to 9,999"),
        ({"train_trial_index": True}, "element 0, train_trial_index: expected 0 to 9,999"),
        ({"instance": {"input": {"text": "?"}}}, "element 0, id of the instance: expected a str"),
    ],
)
def test_a_request_that_names_no_instance_or_trial_is_refused(
    tmp_path: Path, change: dict[str, Any], told: str
) -> None:
    state = {**request_state(instance(1)), **change}
    found = refused(write_run(tmp_path, files([state], [])))
    assert found.startswith(f"scenario_state.json, request_states, {told}")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"stats": {}}, "element 0, stats: expected a list"),
        ({"stats": [1]}, "element 0, stats.0: expected a stat with its name"),
        ({"stats": [{"name": {"name": "x"}}]}, "element 0, stats.0: expected a stat with count"),
    ],
)
def test_statistics_that_are_none_are_refused(
    tmp_path: Path, change: dict[str, Any], told: str
) -> None:
    about = instance(1)
    stats = {**instance_stats(about, exact_match=1), **change}
    found = refused(write_run(tmp_path, files([request_state(about)], [stats], aggregates([]))))
    assert found.startswith(f"per_instance_stats.json, {told}")


def test_what_is_kept_in_the_original_only_can_be_looked_through(tmp_path: Path) -> None:
    with open_log(run(tmp_path)) as log:
        told = dict(log.unread())
    assert "stats.json, line 1" in told
    assert any(b"exact_match" in line for line in told.values())
