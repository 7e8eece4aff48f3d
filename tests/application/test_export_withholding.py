"""What is left out of a bundle is nowhere in it, and is counted."""

import json
from pathlib import Path

import pytest

from domain.bundle.layout import closure
from domain.bundle.parts import assets_of, salt_of
from domain.errors import InvalidInput
from domain.evaluation.events import KINDS
from domain.verification.policy import Policy
from interface.bootstrap.archive import Archive
from interface.verifying import verify_file
from tests.archives import (
    DATASET,
    RUN,
    export,
    member_of,
    names_in,
    stored,
)
from tests.story import marked, record_story


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_a_withheld_kind_is_in_the_bundle(
    archive: Archive, tmp_path: Path, kind: str
) -> None:
    record_story(archive)
    path = tmp_path / "bundle.zip"
    manifest = export(archive, path, withhold=[kind]).manifest
    withheld, data = closure([kind]), path.read_bytes()
    for other in KINDS:
        assert (marked(other).encode() in data) is (other not in withheld), other
    parts = [p for s in (DATASET, RUN) for e in stored(archive, s) for p in e.parts.items()]
    disclosed = [line for other, line in parts if other not in withheld]
    for other, line in parts:
        assert (salt_of(line).encode() in data) is (other not in withheld)
    assert manifest.withheld == {k: sum(k == other for other, _ in parts) for k in withheld}
    assert manifest.counts.parts == len(disclosed)
    assets = sorted({name for line in disclosed for name in assets_of(line)})
    assert [name for name in names_in(path) if name.startswith("assets/")] == [
        f"assets/{name}" for name in assets
    ]
    report = verify_file(path, Policy())
    assert report.verified
    assert report.about["withheld"] == sorted(withheld)


def test_what_is_withheld_stands_in_views_by_its_digest(archive: Archive, tmp_path: Path) -> None:
    record_story(archive)
    path = tmp_path / "bundle.zip"
    export(archive, path, withhold=["response", "score", "item", "question"])
    first = stored(archive, DATASET)[1].event.parts
    row = json.loads(member_of(path, "sections/0.jsonl").splitlines()[0])
    assert row == {
        "answer": "Paris",
        "id": {"withheld": first["item"]},
        "inputs": {"withheld": first["question"]},
    }
    of_zero = json.loads(member_of(path, "results.jsonl").splitlines()[0])
    answer, score = stored(archive)[5:7]
    assert of_zero["id"] == {"withheld": first["item"]}
    assert of_zero["response"] == {"withheld": answer.event.parts["response"]}
    assert of_zero["score"] == {"withheld": score.event.parts["score"]}
    summary = json.loads(member_of(path, "summary.json"))
    assert summary["all"]["scores"] == [{"scored": 2, "undisclosed": 2}] * 2


def test_what_is_erased_stands_in_views_by_its_digest(archive: Archive, tmp_path: Path) -> None:
    record_story(archive, erase=True)
    path = tmp_path / "bundle.zip"
    manifest = export(archive, path, withhold=["response"]).manifest
    assert manifest.erased == {"original": 1, "request": 1, "response": 1}
    assert manifest.withheld == {"original": 0, "response": 3}
    of_three = json.loads(member_of(path, "results.jsonl").splitlines()[4])
    assert of_three["response"] == {"erased": stored(archive)[4].event.parts["response"]}


@pytest.mark.parametrize("kinds", [["questions"], ["question", "Answer"], [""], ["part"]])
def test_a_kind_that_is_none_is_refused_before_anything_is_written(
    archive: Archive, tmp_path: Path, kinds: list[str]
) -> None:
    record_story(archive)
    with pytest.raises(InvalidInput, match="withhold"):
        export(archive, tmp_path / "bundle.zip", withhold=kinds)
    assert [*tmp_path.glob("*")] == [archive.folder]
