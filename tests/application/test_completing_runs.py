"""What the archive adds when a run begins: its dataset, its number among trials, its plan."""

from pathlib import Path

import pytest

from application.ports import StreamKey
from domain.canonical import Json
from domain.errors import InvalidInput, NotFound, Refused
from interface.bootstrap.archive import Archive
from tests.application.conftest import Archives
from tests.archives import (
    CHOICE,
    COMPLETED,
    DATASET,
    FROZEN,
    PLANNED,
    RUN,
    SEALED,
    STARTED,
    Members,
    added,
    answered,
    export,
    key,
    record,
    record_dataset,
    record_run,
    registered,
    run_registered,
    stored,
    take,
    types,
)


def _run(last: str) -> str:
    return RUN[:-1] + last


def _facts(archive: Archive, stream: str = RUN) -> list[dict[str, Json]]:
    return [dict(event.facts) for event, _, _ in stored(archive, stream)]


def test_a_run_needs_a_dataset_that_is_frozen(archive: Archive) -> None:
    with pytest.raises(NotFound, match="line 1"):
        record(archive, RUN, run_registered(CHOICE))
    record(archive, DATASET, registered(), added(0))
    with pytest.raises(Refused, match=r"one that is open\. Freeze it"):
        record(archive, RUN, run_registered(CHOICE))
    record(archive, DATASET, SEALED)
    with pytest.raises(Refused, match=r"one that is sealed"):
        record(archive, RUN, run_registered(CHOICE))
    assert archive.store.version(key(archive)) == 0


def test_a_run_may_be_on_a_dataset_of_another_archive(archives: Archives, tmp_path: Path) -> None:
    theirs, ours = archives("archive-a"), archives("archive-b")
    record_dataset(theirs)
    export(theirs, tmp_path / "dataset.zip", DATASET)
    take(ours, tmp_path / "dataset.zip")
    record_run(ours)
    registration = stored(ours)[0].event
    assert registration.origin == "archive-b"
    assert registration.facts["dataset_origin"] == "archive-a"
    export(ours, tmp_path / "run.zip")
    take(theirs, tmp_path / "run.zip")
    assert types(theirs, StreamKey("archive-b", RUN)) == types(ours)


PLANS: list[tuple[Members, type[Exception] | None]] = [
    ({}, None),
    ({"epochs": 3}, None),
    ({"ranges": [[0, 0], [2, 4]]}, None),
    ({"plan_source": "file"}, None),
    ({"ranges": [[0, 5]]}, Refused),
    ({"ranges": [[1, 0]]}, InvalidInput),
    ({"ranges": [[0, 1], [1, 2]]}, InvalidInput),
    ({"ranges": [[0, 1], [2, 3]]}, InvalidInput),
    ({"ranges": [[2, 2], [0, 0]]}, InvalidInput),
    ({"ranges": []}, InvalidInput),
    ({"ranges": [[0]]}, InvalidInput),
    ({"ranges": [[0, True]]}, InvalidInput),
    ({"epochs": 0}, InvalidInput),
    ({"plan_source": "The Recorder"}, InvalidInput),
]


@pytest.mark.parametrize(("plan", "error"), PLANS)
def test_a_plan_is_ranges_of_items_times_epochs(
    archive: Archive, plan: Members, error: type[Exception] | None
) -> None:
    record_dataset(archive, 5)
    record(archive, RUN, run_registered())
    if error:
        with pytest.raises(error, match="line 1"):
            record(archive, RUN, {**PLANNED, **plan})
        return
    record(archive, RUN, {**PLANNED, **plan})
    defaults = {"epochs": 1, "plan_source": "recorder", "ranges": [[0, 4]]}
    assert _facts(archive)[-1] == {**defaults, **plan}


def test_a_run_has_ten_thousand_epochs_at_most(archive: Archive) -> None:
    record_dataset(archive, 5)
    record(archive, RUN, run_registered())
    with pytest.raises(InvalidInput, match="epochs: expected epochs from 1 to 10,000"):
        record(archive, RUN, {**PLANNED, "epochs": 10_001})
    record(archive, RUN, {**PLANNED, "epochs": 10_000}, STARTED)
    with pytest.raises(InvalidInput, match="epoch: expected epoch from 1 to 10,000"):
        record(archive, RUN, {**answered(0), "epoch": 10_001})
    record(archive, RUN, {**answered(0), "epoch": 10_000})


def test_a_further_plan_goes_on_behind_the_one_before(archive: Archive) -> None:
    record_dataset(archive, 5)
    first: Members = {**PLANNED, "epochs": 2, "ranges": [[0, 1]]}
    record(archive, RUN, run_registered(), first)
    with pytest.raises(Refused, match="items from 2"):
        record(archive, RUN, {**PLANNED, "epochs": 2, "ranges": [[1, 2]]})
    with pytest.raises(Refused, match="2 epochs"):
        record(archive, RUN, {**PLANNED, "epochs": 1, "ranges": [[2, 2]]})
    record(archive, RUN, {**PLANNED, "epochs": 2, "ranges": [[2, 2], [4, 4]]}, STARTED)
    with pytest.raises(Refused, match="running"):
        record(archive, RUN, {**PLANNED, "epochs": 2, "ranges": [[4, 4]]})


def test_a_dataset_without_items_has_nothing_to_plan(archive: Archive) -> None:
    record(archive, DATASET, registered(), FROZEN)
    with pytest.raises(InvalidInput, match="ranges"):
        record(archive, RUN, run_registered(), PLANNED)


def test_trials_are_numbered_by_dataset_provider_and_model(archive: Archive) -> None:
    record_dataset(archive)
    other = f"{DATASET[:-1]}6"
    record_dataset(archive, 3, other)
    variants = [
        run_registered(CHOICE),
        run_registered(CHOICE),
        run_registered(CHOICE, temperature=1),
        run_registered(CHOICE, model="m-2"),
        run_registered(CHOICE, provider="q"),
        run_registered(CHOICE, dataset=other),
        run_registered(CHOICE),
    ]
    for number, variant in enumerate(variants):
        record(archive, _run(f"{number}"), variant)
    facts = [_facts(archive, _run(f"{number}"))[0] for number in range(len(variants))]
    assert [f["trial"] for f in facts] == [1, 2, 3, 1, 1, 1, 4]
    assert [f["same_config"] for f in facts] == [0, 1, 0, 0, 0, 0, 2]


def test_a_registration_that_was_refused_keeps_its_number(archive: Archive) -> None:
    record_dataset(archive)
    with pytest.raises(Refused):
        record(archive, RUN, run_registered(CHOICE), COMPLETED)
    record(archive, _run("b"), run_registered(CHOICE))
    record(archive, RUN, run_registered(CHOICE))
    assert [_facts(archive, stream)[0]["trial"] for stream in (RUN, _run("b"))] == [1, 2]


CONFIGS: list[dict[str, Json]] = [
    {"provider": 1},
    {"model": None},
    {"parameters": []},
    {"scorers": {}},
    {"scorers": [{"name": "x", "method": "guess", "parameters": {}}]},
    {"scorers": [{"name": "x", "method": "regex", "parameters": {}}]},
    {"scorers": ["choice"]},
    {"scorers": [dict(CHOICE)] * 41},
]


@pytest.mark.parametrize("config", CONFIGS)
def test_a_config_that_says_too_little_or_too_much_is_refused(
    archive: Archive, config: dict[str, Json]
) -> None:
    record_dataset(archive)
    registration = {**run_registered(), "config": {"provider": "p", "model": "m", **config}}
    with pytest.raises(InvalidInput, match="line 1"):
        record(archive, RUN, registration, STARTED, answered(0))


def test_a_registration_that_is_no_first_line_is_refused_where_it_stands(archive: Archive) -> None:
    record_dataset(archive)
    with pytest.raises(Refused, match="line 1"):
        record(archive, RUN, STARTED, run_registered(CHOICE))
    with pytest.raises(Refused, match="line 2"):
        record(archive, RUN, run_registered(CHOICE), run_registered(CHOICE))
