"""The demonstration as its user sees it: what it says, what it leaves, and when it fails."""

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from application.ports import StreamKey
from domain.verification.policy import Policy
from interface.bootstrap.archive import Archive
from interface.demo import bundles, story
from interface.verifying import verify_file
from tests.interface.demo.conftest import Told


def test_all_goes_well(told: Told) -> None:
    assert told.code == 0
    assert [line for line in told.lines if "NOT SO" in line] == []


def test_lines_fit_a_terminal_and_need_no_colour(told: Told) -> None:
    assert max(map(len, (line for line in told.lines if str(told.folder) not in line))) <= 100
    assert all(line.isprintable() for line in told.lines)


def test_steps_are_numbered_and_each_has_its_command(told: Told) -> None:
    steps = [n for n, line in enumerate(told.lines) if line[:2].strip().isdigit()]
    assert [int(told.lines[n][:2]) for n in steps] == list(range(1, 9))
    for begin, end in zip(steps, [*steps[1:], len(told.lines)], strict=True):
        assert any(line.startswith("    $ ") for line in told.lines[begin:end])


def test_it_ends_with_the_place_and_four_things_to_try(told: Told) -> None:
    *_, place, _, one, two, three, four = told.lines
    assert place.endswith(str(told.folder))
    assert all(line.startswith("    $ eval752 ") for line in (one, two, three, four))


def test_the_bundle_holds_a_run_that_was_not_perfect(told: Told) -> None:
    with zipfile.ZipFile(told.folder / story.BUNDLE) as bundle:
        summary: dict[str, Any] = json.loads(bundle.read("summary.json"))["all"]
        meta: dict[str, Any] = json.loads(bundle.read("meta.json"))
    assert summary["planned"] == summary["answered"] + summary["failed"] == 24
    assert summary["failed"] == 1
    assert summary["attempts_failed"] == 3
    assert summary["scores"] == [{"mean": 19 / 23, "scored": 23}]
    assert meta["environment"].keys() == {"eval752", "platform", "python"}


def test_the_bundle_comes_back_from_a_second_archive_as_it_was(told: Told) -> None:
    again = (told.folder / story.AGAIN).read_bytes()
    assert again == (told.folder / story.BUNDLE).read_bytes()


def test_a_second_demonstration_leaves_the_first_alone(tmp_path: Path) -> None:
    taken = tmp_path / "demo"
    taken.mkdir()
    (taken / "mine").touch()
    assert story.run(taken, lambda _: None) == 0
    assert [path.name for path in taken.iterdir()] == ["mine"]
    assert (tmp_path / "demo-2" / story.BUNDLE).is_file()


def test_it_leaves_nothing_where_nothing_is_to_be_kept(tmp_path: Path) -> None:
    lines: list[str] = []
    assert story.run(tmp_path / "demo", lines.append, keep=False) == 0
    assert list(tmp_path.iterdir()) == []
    assert not any("stays in" in line for line in lines)


def test_a_forgery_that_is_not_caught_makes_it_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "rewrite", lambda source, target, _: shutil.copy(source, target))
    lines: list[str] = []
    assert story.run(tmp_path / "demo", lines.append) == 1
    assert sum("NOT SO: caught by" in line for line in lines) == 3


def test_a_bundle_that_changes_on_its_way_makes_it_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export: Callable[[Archive, StreamKey, Path], str] = story._export

    def longer(archive: Archive, key: StreamKey, target: Path) -> str:
        digest = export(archive, key, target)
        if target.name == story.AGAIN:
            target.write_bytes(target.read_bytes() + b"\0")
        return digest

    monkeypatch.setattr(story, "_export", longer)
    lines: list[str] = []
    assert story.run(tmp_path / "demo", lines.append) == 1
    assert any("NOT SO: both files are the same" in line for line in lines)


def forgeries(folder: Path) -> Iterator[Path]:
    genuine = {story.BUNDLE, story.AGAIN}
    return (path for path in sorted(folder.glob("*.zip")) if path.name not in genuine)


def test_what_it_shows_is_what_the_verifier_says_later(told: Told) -> None:
    files = list(forgeries(told.folder))
    assert len(files) == 3
    for file in files:
        assert not verify_file(file, Policy()).verified
