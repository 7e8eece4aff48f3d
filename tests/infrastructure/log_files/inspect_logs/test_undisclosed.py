"""What is withheld or erased shows as such in a log, and nowhere as itself or as nothing."""

from math import isnan
from pathlib import Path
from typing import Any

import pytest

from domain.evaluation.events import KINDS
from interface.bootstrap.archive import Archive
from tests import archives as made
from tests.archives import RUN, SEALED, Members, key, record
from tests.eval_files import Record, exported, faults, has_schema, member, samples
from tests.story import marked

WITHHELD = [kind for kind in KINDS if kind != "original"]


def digests(archive: Archive, stream: str, kind: str) -> list[str]:
    return [e.parts[kind] for e, _, _ in made.stored(archive, stream) if kind in e.parts]


def answered(path: Path) -> Any:
    """The sample that was answered, judged, revised and annotated."""
    return next(
        each for each in samples(path).values() if "annotations" in each["metadata"]["eval752"]
    )


@pytest.mark.parametrize("kind", WITHHELD)
def test_a_withheld_kind_is_nowhere_in_the_log(theirs: Archive, tmp_path: Path, kind: str) -> None:
    path = exported(theirs, tmp_path / "a.eval", RUN, kind)
    data = path.read_bytes()
    assert marked(kind).encode() not in data
    assert exported(theirs, tmp_path / "b.eval").read_bytes().count(marked(kind).encode())
    streams = (RUN, made.DATASET)
    known = [each for stream in streams for each in digests(theirs, stream, kind)]
    assert any(f"[withheld: sha256 {digest}]".encode() in data for digest in known)
    assert kind in member(path, "header.json")["metadata"]["eval752"]["withheld_kinds"]


@pytest.mark.parametrize("kind", WITHHELD)
def test_a_log_that_withholds_is_as_the_schema_has_it(
    theirs: Archive, tmp_path: Path, kind: str
) -> None:
    if not has_schema():
        pytest.skip("Inspect AI, which has the schema, is not installed")
    assert faults(exported(theirs, tmp_path / "a.eval", RUN, kind)) == []


PLACES: list[tuple[str, Any]] = [
    ("question", lambda told: told["input"]),
    ("answer", lambda told: told["target"]),
    ("request", lambda told: told["messages"][0]["content"]),
    ("response", lambda told: told["output"]["completion"]),
    ("response", lambda told: told["messages"][-1]["content"]),
    ("rationale", lambda told: told["scores"]["judge"]["history"][0]["explanation"]),
    ("score", lambda told: told["scores"]["judge"]["explanation"]),
    ("item", lambda told: told["id"]),
    ("annotation", lambda told: told["metadata"]["eval752"]["annotations"][0]),
]


@pytest.mark.parametrize(("kind", "place"), PLACES)
def test_in_its_place_stands_that_it_is_withheld(
    theirs: Archive, tmp_path: Path, kind: str, place: Any
) -> None:
    told = answered(exported(theirs, tmp_path / "a.eval", RUN, kind))
    text = place(told)
    assert text.startswith("[withheld: sha256 ")
    noted: Record = told["metadata"]["eval752"]["withheld"]
    assert text.removeprefix("[withheld: sha256 ")[:-1] in noted.values()


def test_a_withheld_score_counts_as_not_scored(theirs: Archive, tmp_path: Path) -> None:
    path = exported(theirs, tmp_path / "a.eval", RUN, "score")
    score = answered(path)["scores"]["judge"]
    assert isnan(score["value"])
    assert score["reason"] == "not disclosed"
    results = member(path, "header.json")["results"]["scores"]
    assert [(each["scored_samples"], each["metrics"]) for each in results] == [(0, {}), (0, {})]


def test_without_its_config_a_run_still_has_a_model_and_scorers(
    theirs: Archive, tmp_path: Path
) -> None:
    told = member(exported(theirs, tmp_path / "a.eval", RUN, "config"), "header.json")
    for name in (told["eval"]["model"], told["eval"]["task"], told["eval"]["dataset"]["name"]):
        assert name.startswith("[withheld: sha256 ")
    assert [each["name"] for each in told["results"]["scores"]] == ["0", "1"]
    assert told["metadata"]["eval752"]["withheld"].keys() == {
        "config of the run", "config of the dataset"
    }  # fmt: skip


def test_what_was_erased_says_so(archive: Archive, tmp_path: Path) -> None:
    made.begin_run(archive)
    record(archive, RUN, made.answered(0))
    erased: Members = {"type": "part.erased", "target": 4, "kind": "response"}
    [digest] = digests(archive, RUN, "response")
    record(archive, RUN, erased, SEALED)
    told = samples(exported(archive, tmp_path / "a.eval"))["q-0", 1]
    assert told["output"]["completion"] == f"[erased: sha256 {digest}]"
    assert told["metadata"]["eval752"]["erased"] == {"response": digest}


def test_withheld_ids_leave_samples_apart(theirs: Archive, tmp_path: Path) -> None:
    path = exported(theirs, tmp_path / "a.eval", RUN, "item")
    assert len(samples(path)) == 6
    assert {each["epoch"] for each in samples(path).values()} == {1, 2}
    assert key(theirs).stream == RUN
