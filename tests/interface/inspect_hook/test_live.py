"""What real evaluations leave in a real service, held against the logs that Inspect writes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from application.log_source import Account
from domain.verification.policy import Policy
from infrastructure.log_sources import open_log
from interface.verifying import verify_file
from tests.interface.inspect_hook.conftest import Place, of

pytest.importorskip("ijson", reason="Inspect AI is not installed")

KINDS = (
    "all", "plain", "epochs", "two", "stopped", "tolerated", "again", "interrupted", "retried",
    "set", "unseen",
)  # fmt: skip
Told = list[tuple[str, dict[str, Any]]]


class Evaluated:
    """All kinds of evaluations, and what was said of them."""

    def __init__(self, place: Place, said: str) -> None:
        self.place, self.said = place, said

    def logs(self, kind: str) -> list[Path]:
        return sorted((self.place.folder / "logs" / kind).glob("*.eval"))

    def runs(self, kind: str) -> list[str]:
        return [self.place.run_of(header(log)["environment"]["eval_id"]) for log in self.logs(kind)]

    def run(self, kind: str) -> str:
        (run,) = self.runs(kind)
        return run


@pytest.fixture(scope="module")
def evaluated(place: Place) -> Evaluated:
    with place.start(*KINDS) as process:
        _, said = process.communicate()
    assert process.returncode == 0, said[-3000:]
    return Evaluated(place, said)


def header(log: Path) -> dict[str, Any]:
    with open_log(log) as opened:
        assert list(opened.dataset(Account()))
        return next(iter(opened.run(0, Account()))).members


def as_archived(log: Path) -> dict[tuple[str, int], Told]:
    """By item and epoch, what archiving a log says of each sample."""
    with open_log(log) as opened:
        ids = [of(entry.members["row"])["id"] for entry in [*opened.dataset(Account())][1:]]
        first, *rest = (entry.members for entry in opened.run(0, Account()))
    names = [each["name"] for each in of(first["config"])["scorers"]]
    found: dict[tuple[str, int], Told] = {}
    for members in rest:
        if "item" in members:
            item, told = ids[int(str(members["item"]))], {**members}
            at = (item, int(str(told["epoch"])))
            found.setdefault(at, []).append(plain(told, names))
    return found


def as_recorded(place: Place, run: str) -> dict[tuple[str, int], Told]:
    """By item and epoch, what was recorded live of each sample."""
    first, *rest = place.events(run)
    dataset = place.events(f"dataset/{first.event.facts['dataset']}")
    items = [of(each.value("item"))["id"] for each in dataset if "item" in each.event.parts]
    names = [each["name"] for each in of(first.value("config"))["scorers"]]
    found: dict[tuple[str, int], Told] = {}
    for event in rest:
        facts = event.event.facts
        if "item" in facts and event.event.type != "run.annotated":
            parts = {kind: event.value(kind) for kind in event.event.parts}
            told = plain({"type": event.event.type, **facts, **parts}, names)
            found.setdefault((items[facts["item"]], facts["epoch"]), []).append(told)
    return found


def plain(members: dict[str, Any], names: list[str]) -> tuple[str, dict[str, Any]]:
    """A type with what is said; scorers by their names, in whatever order they are declared."""
    told = {n: v for n, v in members.items() if n not in {"type", "item", "epoch", "attempt"}}
    if "scorer" in told:
        told["scorer"] = names[told["scorer"]]
    return members["type"], told


def in_order(told: dict[tuple[str, int], Told]) -> dict[tuple[str, int], Told]:
    """With scores by the names of their scorers."""
    return {
        at: sorted(each, key=lambda pair: pair[1].get("scorer", "")) for at, each in told.items()
    }


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "unseen"])
def test_a_run_recorded_live_says_of_each_sample_what_its_log_says(
    evaluated: Evaluated, kind: str
) -> None:
    logs = evaluated.logs(kind)
    assert logs
    for log, run in zip(logs, evaluated.runs(kind), strict=True):
        live, later = as_recorded(evaluated.place, run), as_archived(log)
        assert live.keys() == later.keys()
        assert in_order(live) == in_order(later)


def test_config_and_items_are_those_of_the_log(evaluated: Evaluated) -> None:
    [log], run = evaluated.logs("all"), evaluated.run("all")
    with open_log(log) as opened:
        registered, *added = (entry.members for entry in opened.dataset(Account()))
        config = of(next(iter(opened.run(0, Account()))).members["config"])
    first = evaluated.place.events(run)[0]
    live = of(first.value("config"))
    known = {each["name"]: each for each in live.pop("scorers")}
    assert known == {each["name"]: each for each in config.pop("scorers")}
    assert live == config
    dataset = evaluated.place.events(f"dataset/{first.event.facts['dataset']}")
    assert dataset[0].value("config") == registered["config"]
    items = [
        {**of(each.value("item")), **of(each.value("question")), "answer": each.value("answer")}
        for each in dataset
        if "item" in each.event.parts
    ]
    assert items == [members["row"] for members in added]


@pytest.mark.parametrize(
    ("kind", "ends"),
    [
        ("plain", ["run.completed"]), ("tolerated", ["run.completed"]),
        ("two", ["run.completed"] * 2), ("stopped", ["run.failed"]),
        ("interrupted", ["run.canceled"]), ("retried", ["run.failed", "run.completed"]),
    ],
)  # fmt: skip
def test_a_run_ends_as_inspect_ends_it_and_is_sealed(
    evaluated: Evaluated, kind: str, ends: list[str]
) -> None:
    told = [evaluated.place.types(run) for run in evaluated.runs(kind)]
    assert [[t for t in types if t in ENDS] for types in told] == [[end] for end in ends]
    assert {types[-1] for types in told} == {"stream.sealed"}


ENDS = {"run.completed", "run.failed", "run.canceled"}


def test_the_plan_is_declared_before_the_first_answer(evaluated: Evaluated) -> None:
    events = evaluated.place.events(evaluated.run("epochs"))
    assert [event.event.type for event in events[:3]] == [
        "run.registered", "run.planned", "run.started",
    ]  # fmt: skip
    facts = events[1].event.facts
    assert (facts["epochs"], facts["ranges"]) == (3, [[0, 5]])


def test_a_verdict_shows_such_a_run_complete_and_timestamped(
    evaluated: Evaluated, tmp_path: Path
) -> None:
    auditor = evaluated.place.service.as_role("auditor")
    for kind, complete in (("epochs", True), ("tolerated", True), ("interrupted", False)):
        path = tmp_path / f"{kind}.eval752.zip"
        path.write_bytes(auditor.get(f"/v1/runs/{evaluated.run(kind)[4:]}/bundle").content)
        held = {each.name: each.holds for each in verify_file(path, Policy()).properties}
        assert held["complete"] is complete
        assert (held["identified"], held["timestamped"], held["shareable"]) == (True, True, True)


def test_what_failed_before_is_an_attempt(evaluated: Evaluated) -> None:
    told = as_recorded(evaluated.place, evaluated.run("again"))["4", 1]
    assert [kind for kind, _ in told] == ["item.attempt_failed", "item.answered", "item.scored"]
    assert "boom" in told[0][1]["error"]["message"]


def test_the_same_items_are_one_dataset_with_its_trials_counted(evaluated: Evaluated) -> None:
    kinds = ("plain", "epochs", "stopped", "tolerated")
    first = [evaluated.place.events(evaluated.run(kind))[0].event.facts for kind in kinds]
    assert len({facts["dataset"] for facts in first}) == 1
    assert [facts["trial"] for facts in first] == [1, 2, 3, 4]


def test_what_a_later_evaluation_takes_over_is_recorded_and_marked(evaluated: Evaluated) -> None:
    _, second = evaluated.runs("retried")
    taken = [*remarks(evaluated.place, second, "taken over")]
    assert [facts["item"] for facts in taken] == [0, 1, 2]
    told = as_recorded(evaluated.place, second)
    assert {outside: each[-1][0] for (outside, _), each in told.items()} == {
        str(number): "item.scored" for number in range(1, 7)
    }


def remarks(place: Place, run: str, why: str) -> Iterator[dict[str, Any]]:
    for event in place.events(run):
        if event.event.type == "run.annotated" and why in str(event.value("annotation")):
            yield {**event.event.facts}


def test_an_attempt_that_a_set_gives_up_has_failed(evaluated: Evaluated) -> None:
    (last,) = evaluated.runs("set")
    before = evaluated.place.runs[evaluated.place.runs.index(last) - 1]
    assert [t for t in evaluated.place.types(before) if t in ENDS] == ["run.failed"]
    assert [t for t in evaluated.place.types(last) if t in ENDS] == ["run.completed"]


def test_where_the_samples_are_not_seen_items_are_ids_and_each_response_has_its_own(
    evaluated: Evaluated,
) -> None:
    [log], run = evaluated.logs("unseen"), evaluated.run("unseen")
    first = evaluated.place.events(run)[0]
    assert of(of(first.value("environment"))["eval752"])["items"] == "ids"
    added = evaluated.place.events(f"dataset/{first.event.facts['dataset']}")[1]
    assert (added.value("question"), added.value("answer")) == ({"inputs": {}}, None)
    live, later = as_recorded(evaluated.place, run), as_archived(log)
    for (outside, _), told in live.items():
        item = told[0][1]["response"]["sample"].pop("item")
        assert (item["input"], item["target"]) == (f"{outside} + 0?", outside)
    assert live == later


def test_it_tells_where_each_run_is(evaluated: Evaluated) -> None:
    told = [line for line in evaluated.said.splitlines() if line.startswith("eval752: ")]
    assert len(told) == len(evaluated.place.runs)
    assert all(run in evaluated.said for run in evaluated.place.runs)
    assert f"is recorded as {evaluated.run('plain')}: 6 results" in evaluated.said


def test_nothing_is_left_to_send(evaluated: Evaluated) -> None:
    assert [*evaluated.place.spools.iterdir()] == []
