"""What a run's row tells of the five properties is what the verifier would say, or less."""

from pathlib import Path

import pytest

from application.known_evidence import known_properties
from application.rows import RunRow
from domain.verification.policy import Policy
from interface.bootstrap.archive import Archive
from interface.verifying import verify_file
from tests.archives import (
    CHOICE,
    COMPLETED,
    PLANNED,
    RUN,
    SEALED,
    STARTED,
    Members,
    answered,
    export,
    key,
    record,
    record_dataset,
    record_run,
    run_registered,
)

Told = dict[str, tuple[bool | None, str]]


def known(archive: Archive, *, second_hand: bool = False) -> Told:
    row = row_of(archive)
    last = row.ended or row.registered
    properties = known_properties(row, last, second_hand=second_hand)
    return {name: (holds, because) for name, holds, because in properties}


def row_of(archive: Archive) -> RunRow:
    with archive.read_model() as read_model:
        return read_model.run(key(archive))


def verified(archive: Archive, path: Path) -> Told:
    export(archive, path)
    report = verify_file(path, Policy())
    return {name: (holds, because) for name, holds, because in report.properties}


@pytest.mark.parametrize(
    "begin", [(PLANNED, STARTED), (STARTED,)], ids=["with a plan", "without one"]
)
@pytest.mark.parametrize("answers", [1, 3])
def test_what_is_known_is_what_the_verifier_says(
    archive: Archive, tmp_path: Path, begin: tuple[Members, ...], answers: int
) -> None:
    record_dataset(archive)
    record(archive, RUN, run_registered(CHOICE), *begin)
    record(archive, RUN, *(answered(number) for number in range(answers)), COMPLETED, SEALED)
    before, after = known(archive), verified(archive, tmp_path / "run.zip")
    assert [*before] == [*after]
    for name, (holds, because) in before.items():
        assert holds in {None, after[name][0]}, name
        if holds and name != "timestamped":  # of which the seal, not the end, is the last
            assert because == after[name][1]
    assert before["complete"][0] is after["complete"][0]


def test_while_a_run_goes_on_nothing_is_denied(archive: Archive) -> None:
    record_dataset(archive)
    record(archive, RUN, run_registered(CHOICE), PLANNED, STARTED)
    told = known(archive)
    assert told["complete"] == (None, "3 of 3 planned results are open; the run is running")
    assert told["shareable"] == (None, "not sealed yet, so no bundle of it can leave")


def test_what_another_tools_file_says_is_a_claim(archive: Archive) -> None:
    record_dataset(archive)
    record_run(archive)
    told = known(archive, second_hand=True)
    assert told["identified"][0] is None
    assert told["identified"][1].endswith("as the archived file claims")
    assert told["timestamped"][0] is None


def test_a_config_that_is_erased_identifies_nothing(archive: Archive) -> None:
    record_dataset(archive)
    record_run(archive)
    record(archive, RUN, {"type": "part.erased", "target": 1, "kind": "config"})
    assert known(archive)["identified"] == (None, "provider and model are withheld")


def test_what_has_to_be_sealed_again_is_not_shown_to_be_shareable(archive: Archive) -> None:
    record_dataset(archive)
    record_run(archive)
    row = row_of(archive)
    *_, shareable = known_properties(row, row.registered, second_hand=False, sealing_due=True)
    assert shareable == ("shareable", None, "no bundle of it can leave until it is sealed again")
