"""Evaluations that were changed afterwards: each change contradicts something else in them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from application.log_source import Account
from infrastructure.log_sources import open_log
from tests.lm_eval_files import RESULTS, chosen, digest, document, evaluation, generated, task_hash

Lines = list[dict[str, Any]]
TASKS = {"one": [chosen(n, n % 2) for n in range(6)], "two": [chosen(n) for n in range(3)]}
GROUPS = {"both": ["one", "two"]}


def account_of(path: Path) -> Account:
    account = Account()
    with open_log(path) as log:
        list(log.dataset(account))
        list(log.run(0, account))
    return account


def places(path: Path) -> list[str]:
    return [finding.place for finding in account_of(path).findings]


def changed(folder: Path, change: Callable[[Lines], object], task: str = "one") -> Path:
    """The evaluation with the samples of a task changed, and nothing else."""
    path = evaluation(folder, TASKS, GROUPS)
    (samples,) = folder.glob(f"samples_{task}_*")
    lines = [json.loads(line) for line in samples.read_text().splitlines()]
    change(lines)
    samples.write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines))
    return path


def restated(folder: Path, change: Callable[[Any], object]) -> list[str]:
    """Where the evaluation with its results changed contradicts itself."""
    return places(evaluation(folder, TASKS, GROUPS, change))


def test_a_flipped_score_is_found_in_task_and_groups(tmp_path: Path) -> None:
    found = places(changed(tmp_path, lambda lines: lines[0].update(acc=1)))
    assert found == [
        f"{RESULTS}, {name}"
        for name in (
            *("results.one.acc,none", "results.one.acc_stderr,none"),
            *("results.both.acc,none", "results.both.acc_stderr,none"),
            *("groups.both.acc,none", "groups.both.acc_stderr,none"),
        )
    ]


def test_a_deleted_sample_is_found(tmp_path: Path) -> None:
    found = places(changed(tmp_path, lambda lines: lines.pop(0)))
    assert f"{RESULTS}, n-samples.one.effective" in found
    assert f"{RESULTS}, task_hashes.one" in found
    assert f"{RESULTS}, results.both.sample_len" in found


def test_a_sample_that_was_put_in_is_found(tmp_path: Path) -> None:
    found = places(changed(tmp_path, lambda lines: lines.append(chosen(9, 0.4))))
    assert f"{RESULTS}, n-samples.one.effective" in found


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("doc_hash", {"doc": {"question": "another"}}),
        ("target_hash", {"target": "0"}),
        ("prompt_hash", {"arguments": {"gen_args_0": {"arg_0": "another", "arg_1": " no"}}}),
    ],
)
def test_what_a_hash_covers_cannot_be_changed_unseen(
    tmp_path: Path, name: str, change: dict[str, Any]
) -> None:
    path = changed(tmp_path, lambda lines: lines[1].update(change))
    (finding,) = account_of(path).findings
    assert finding.place.endswith(f".jsonl, line 2, {name}")
    assert finding.expected == f"the hash of the {name.removesuffix('_hash')} that stands there"


def test_no_finding_gives_an_answer_away_by_its_hash(tmp_path: Path) -> None:
    account = account_of(changed(tmp_path, lambda lines: lines[1].update(target="0")))
    assert digest("0") not in str(account.findings)
    assert digest("1") not in str(account.findings)


def test_a_changed_hash_is_found_with_that_of_the_task(tmp_path: Path) -> None:
    path = changed(tmp_path, lambda lines: lines[1].update(doc_hash="0" * 64))
    assert [place.rpartition(", ")[2] for place in places(path)] == ["doc_hash", "task_hashes.one"]


@pytest.mark.parametrize("name", ["acc,none", "acc_stderr,none", "sample_len"])
@pytest.mark.parametrize("of", ["one", "both"])
def test_a_changed_aggregate_is_found(tmp_path: Path, of: str, name: str) -> None:
    found = restated(tmp_path, lambda told: told["results"][of].update({name: 0.7}))
    assert f"{RESULTS}, results.{of}.{name}" in found


def test_a_changed_count_is_found(tmp_path: Path) -> None:
    found = restated(tmp_path, lambda told: told["n-samples"]["two"].update(effective=2))
    assert found == [f"{RESULTS}, n-samples.two.effective"]


def test_a_changed_task_hash_is_found(tmp_path: Path) -> None:
    found = restated(tmp_path, lambda told: told["task_hashes"].update(two=task_hash(TASKS["one"])))
    assert found == [f"{RESULTS}, task_hashes.two"]


def test_a_task_that_was_taken_out_of_the_results_is_found(tmp_path: Path) -> None:
    path = evaluation(tmp_path, TASKS)
    path.write_text(json.dumps(document({"one": TASKS["one"]})))
    (finding,) = account_of(path).findings
    assert finding.place.startswith("samples_two_")
    assert "not archived" in finding.found


def test_a_finding_tells_both_sides(tmp_path: Path) -> None:
    path = evaluation(
        tmp_path, TASKS, None, lambda told: told["results"]["one"].update({"acc,none": 1})
    )
    (finding,) = account_of(path).findings
    assert finding.expected == "aggregate 0.5, as its results give"
    assert finding.found == "aggregate 1 stated"


def test_a_group_may_weigh_its_tasks_alike(tmp_path: Path) -> None:
    def unweighted(told: Any) -> None:
        one, two = (told["results"][name] for name in ("one", "two"))
        for among in ("results", "groups"):
            group = told[among]["both"]
            group["acc,none"] = (one["acc,none"] + two["acc,none"]) / 2
            errors = [task["acc_stderr,none"] ** 2 for task in (one, two)]
            group["acc_stderr,none"] = sum(errors) ** 0.5 / 2

    assert restated(tmp_path, unweighted) == []


def test_groups_may_hold_groups(tmp_path: Path) -> None:
    groups = {"all": ["both"], "both": ["one", "two"]}

    def nested(told: Any) -> None:
        told["results"]["all"] = {**told["results"]["both"], "alias": "all"}
        told["group_subtasks"] = groups

    assert restated(tmp_path, nested) == []


def test_groups_that_hold_each_other_end(tmp_path: Path) -> None:
    def circular(told: Any) -> None:
        told["group_subtasks"] = {"both": ["both", "other", "one", "two"], "other": ["both"]}

    assert restated(tmp_path, circular) == []


def test_an_aggregation_of_the_tasks_own_is_noted(tmp_path: Path) -> None:
    line = generated(1, metrics=["exact_match", "f1"], f1=[["a"], ["b"]])
    path = evaluation(
        tmp_path,
        {"sums": [line]},
        None,
        lambda told: told["results"]["sums"].update({"f1,none": 0.5}),
    )
    account = account_of(path)
    assert account.findings == []
    assert [(note.what, note.first) for note in account.notes()][-1] == (
        "an aggregate that is not recomputed: kept as it is stated",
        f"{RESULTS}, results.sums.f1,none",
    )


def test_a_standard_error_that_is_not_available_is_no_number(tmp_path: Path) -> None:
    found = restated(
        tmp_path, lambda told: told["results"]["one"].update({"acc_stderr,none": "N/A"})
    )
    assert found == []


def test_numbers_that_go_beyond_a_double_are_noted(tmp_path: Path) -> None:
    account = account_of(changed(tmp_path, lambda lines: lines[0].update(acc=1e300)))
    told = [note.what for note in account.notes()]
    assert "an aggregate that is not recomputed: kept as it is stated" in told


def test_tasks_that_go_beyond_a_double_both_ways_have_no_mean(tmp_path: Path) -> None:
    def state(told: Any) -> None:
        told["results"]["both"]["bits_per_byte,none"] = 0.5

    def of(great: float) -> Lines:
        more: Any = {"metrics": ["acc", "bits_per_byte"], "bits_per_byte": [great, 1e-300]}
        return [chosen(doc, **more) for doc in range(2)]

    tasks = {"one": of(1e300), "two": of(-1e300)}
    account = account_of(evaluation(tmp_path, tasks, GROUPS, state))
    assert "an aggregate that is not recomputed: kept as it is stated" in {
        note.what for note in account.notes()
    }


def test_lines_without_hashes_have_no_task_hash(tmp_path: Path) -> None:
    def unhashed(lines: Lines) -> None:
        for line in lines:
            del line["doc_hash"]

    assert places(changed(tmp_path, unhashed)) == []


@pytest.mark.parametrize("value", ["NaN", "0.9", None])
def test_an_aggregate_that_is_no_number_is_noted(tmp_path: Path, value: Any) -> None:
    def change(told: Any) -> None:
        told["results"]["one"]["acc,none"] = value

    account = account_of(evaluation(tmp_path, TASKS, GROUPS, change))
    note = account.notes()[-1]
    told = "a metric of which no aggregate is stated: not compared"
    assert note == (told, 1, f"{RESULTS}, results.one.acc,none")
