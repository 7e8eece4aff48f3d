"""Archiving, with a real store and the reader of eval_752's own exports."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from application import filing
from application.actions import Action, Receipt
from application.archive_report import ArchiveReport, Count, OnSecrets
from application.ports import Append, EventStore
from application.record import Recorder
from domain.errors import InvalidInput, NotFound, Refused
from domain.verification.checks import Check, Outcome
from domain.verification.policy import Policy
from infrastructure.log_sources import open_log
from interface.bootstrap.archive import Archive
from interface.verifying import verify_file
from tests import archives as made
from tests.native_exports import (
    JUDGE,
    LIGHTEVAL,
    PNG,
    item,
    members_of,
    result,
    server_export,
    write_zip,
)

RESULTS = [
    result(0),
    result(1, score=0),
    result(2, response=None, score=None, error={"message": "timeout"}),
]


def archived(archive: Archive, path: Path, **options: Any) -> ArchiveReport:
    with open_log(path) as log:
        return archive.archiver().archive(log, **options)


@pytest.fixture(name="dataset")
def export_of_a_dataset(tmp_path: Path) -> Path:
    return server_export(tmp_path, [item(0), item(1)])


@pytest.fixture(name="run")
def export_of_a_run(tmp_path: Path) -> Path:
    """Four items, one without a result, one with an image."""
    items = [item(0), item(1), item(2), item(3, inputs={"text": "?", "images": ["assets/d.png"]})]
    members = members_of(items, RESULTS, judge=JUDGE) | {"assets/d.png": PNG}
    return write_zip(tmp_path / "run.eval752.zip", members)


def test_a_dataset_is_recorded_and_sealed(archive: Archive, dataset: Path) -> None:
    report = archived(archive, dataset)
    assert made.types(archive, report.dataset) == [
        *("dataset.registered", "dataset.item_added", "dataset.item_added"),
        *("dataset.frozen", "stream.sealed"),
    ]
    assert (report.runs, report.recorded, report.known) == ([], 5, 0)


def test_a_run_is_recorded_and_sealed(archive: Archive, run: Path) -> None:
    report = archived(archive, run)
    assert made.types(archive, report.runs[0]) == [
        *("run.registered", "run.started", "item.answered", "item.scored", "item.answered"),
        *("item.scored", "item.attempt_failed", "item.failed", "run.completed", "stream.sealed"),
    ]


def test_the_report_counts_the_file_and_the_archive(archive: Archive, run: Path) -> None:
    assert archived(archive, run).counts == [
        Count("items", 4, 4),
        Count("results", 3, 3),
        Count("failed attempts", 1, 1),
        Count("scores", 2, 2),
        Count("assets", 1, 1),
    ]


def test_the_original_is_kept_with_its_name(archive: Archive, run: Path) -> None:
    report = archived(archive, run)
    registered = made.stored(archive, report.runs[0])[0]
    assert registered.value("original") == {
        "media_type": "application/zip",
        "name": "run.eval752.zip",
    }
    assert b"".join(archive.assets.chunks(f"{report.digest}.zip")) == run.read_bytes()
    assert "original" not in made.stored(archive, report.dataset)[0].parts


def test_of_a_dataset_alone_the_original_is_kept_as_well(archive: Archive, dataset: Path) -> None:
    report = archived(archive, dataset)
    assert "original" in made.stored(archive, report.dataset)[0].parts
    assert report.original


def test_the_original_can_be_left_out(archive: Archive, run: Path) -> None:
    report = archived(archive, run, original=False)
    assert not report.original
    assert not archive.assets.holds(f"{report.digest}.zip")
    assert "original" not in made.stored(archive, report.runs[0])[0].parts


@pytest.mark.parametrize("original", [True, False])
def test_what_was_archived_verifies_with_its_origin_not_shown(
    archive: Archive, run: Path, tmp_path: Path, original: bool
) -> None:
    report = archived(archive, run, original=original)
    made.export(archive, tmp_path / "bundle.zip", report.runs[0])
    verdict = verify_file(tmp_path / "bundle.zip", Policy())
    assert verdict.verified
    assert verdict.lines[Check.COMPLETENESS].outcome is Outcome.NOT_SHOWN
    assert verdict.lines[Check.RESCORING].outcome is Outcome.NOT_SHOWN
    holds = {prop.name: prop.holds for prop in verdict.properties}
    assert (holds["identified"], holds["timestamped"], holds["complete"]) == (None, None, None)


def test_a_dataset_that_was_archived_verifies(
    archive: Archive, dataset: Path, tmp_path: Path
) -> None:
    made.export(archive, tmp_path / "bundle.zip", archived(archive, dataset).dataset)
    assert verify_file(tmp_path / "bundle.zip", Policy()).verified


@pytest.mark.parametrize("original", [True, False])
def test_the_same_file_again_changes_nothing(archive: Archive, run: Path, original: bool) -> None:
    first = archived(archive, run)
    position = archive.store.position()
    again = archived(archive, run.rename(run.with_name("other.zip")), original=original)
    assert (again.recorded, again.known) == (0, first.recorded)
    assert (again.dataset, again.runs, again.counts) == (first.dataset, first.runs, first.counts)
    assert (again.original, archive.store.position()) == (True, position)


def test_another_file_is_another_run(archive: Archive, run: Path, tmp_path: Path) -> None:
    first = archived(archive, run)
    other = archived(archive, server_export(tmp_path, [item(0)], [result(0)]))
    assert {first.dataset, *first.runs}.isdisjoint({other.dataset, *other.runs})


def test_a_recorder_knows_nothing_of_what_was_undone(
    archive: Archive, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archiver = archive.archiver()
    with open_log(run) as log:
        with monkeypatch.context() as broken:
            broken.setattr("application.archiving._check_unchanged", _crash)
            with pytest.raises(_Crash):
                archiver.archive(log)
        assert archiver.archive(log).known == 0


def _crash(_: object) -> None:
    raise _Crash


class _Crash(Exception):
    pass


class _Crashing:
    """A store that dies before one of its commits."""

    def __init__(self, store: EventStore, commits: int) -> None:
        self._store, self.left = store, commits

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def commit(self, appends: Sequence[Append]) -> None:
        if not self.left:
            raise _Crash
        self.left -= 1
        self._store.commit(appends)


@pytest.mark.parametrize("commits", range(6))
def test_a_file_is_archived_wholly_or_not_at_all_and_then_again(
    archives: Callable[[str], Archive], run: Path, commits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filing, "MAX_ACTIONS", 3)
    whole, broken = archives("whole"), archives("broken")
    expected = archived(whole, run)
    with pytest.raises(_Crash):
        archived(replace(broken, store=_Crashing(broken.store, commits)), run)
    here = sum(len(made.stored(broken, stream)) for stream in (expected.dataset, *expected.runs))
    assert here == 0
    again = archived(broken, run)
    assert (again.recorded, again.known) == (expected.recorded, 0)
    for stream in (expected.dataset, *expected.runs):
        ids = [[stored.event.id for stored in made.stored(a, stream)] for a in (whole, broken)]
        assert ids[0] == ids[1]


@pytest.mark.parametrize(
    ("items", "results", "place"),
    [
        ([item(0), item(0)], None, "sections/Europe.jsonl, line 2"),
        ([item(0), {"id": "x", "type": "code"}], None, "sections/Europe.jsonl, line 2, row"),
        ([item(0), item(1, inputs=None)], None, "sections/Europe.jsonl, line 2, question, inputs"),
        ([item(0), item(1, choices=[1])], None, "sections/Europe.jsonl, line 2, question, choices"),
        ([item(0), item(1, type=None)], None, "sections/Europe.jsonl, line 2, item, type"),
        ([item(0)], [result(0), result(1)], "results.jsonl, line 2, item"),
        ([item(0), item(1)], [result(1), "[NaN"], "results.jsonl, line 2"),
    ],
)
def test_one_bad_line_refuses_the_whole_file(
    archive: Archive, tmp_path: Path, items: list[Any], results: list[Any] | None, place: str
) -> None:
    position = archive.store.position()
    path = server_export(tmp_path, items, results)
    with pytest.raises(InvalidInput) as caught:
        archived(archive, path)
    assert caught.value.place == place
    assert archive.store.position() == position
    assert made.left_over(archive) == []


def test_a_value_that_no_part_can_hold_refuses_the_whole_file(
    archive: Archive, tmp_path: Path
) -> None:
    longest = f'{{"id":"q-000","text":"{"x" * (2**23 - 25)}"}}'
    position = archive.store.position()
    with pytest.raises(InvalidInput, match=r"results\.jsonl, line 1: part"):
        archived(archive, server_export(tmp_path, [item(0)], [longest]))
    assert archive.store.position() == position


def test_scores_stand_under_one_scorer(archive: Archive, run: Path) -> None:
    report = archived(archive, run)
    registered = made.stored(archive, report.runs[0])[0]
    config: Any = registered.value("config")
    assert [scorer["method"] for scorer in config["scorers"]] == ["judge"]
    assert registered.event.facts["scorers"] == 1


def test_assets_of_items_are_kept(archive: Archive, run: Path) -> None:
    report = archived(archive, run)
    question: Any = made.stored(archive, report.dataset)[4].value("question")
    (link,) = question["inputs"]["images"]
    assert b"".join(archive.assets.chunks(link.removeprefix("assets/"))) == PNG


def test_what_was_erased_does_not_come_back(archive: Archive, run: Path) -> None:
    report = archived(archive, run)
    erase: made.Members = {"type": "part.erased", "target": 1, "kind": "original"}
    made.record(archive, report.runs[0], erase)
    again = archived(archive, run)
    assert not again.original
    assert again.recorded == 0
    with pytest.raises(NotFound):
        archive.assets.size(f"{report.digest}.zip")


def test_an_item_is_not_erased_while_the_runs_original_holds_it(
    archive: Archive, run: Path
) -> None:
    report = archived(archive, run)
    erase: made.Members = {"type": "part.erased", "target": 2, "kind": "question"}
    with pytest.raises(Refused, match=report.runs[0]):
        made.record(archive, report.dataset, erase)
    original: made.Members = {"type": "part.erased", "target": 1, "kind": "original"}
    made.record(archive, report.runs[0], original)
    made.record(archive, report.dataset, erase)
    assert "question" not in made.stored(archive, report.dataset)[1].parts


def test_likely_secrets_are_told_by_their_place(archive: Archive, tmp_path: Path) -> None:
    members = members_of([item(0)], [result(0, headers={"Authorization": "Bearer " + "aB3" * 10})])
    members["config.yaml"] = LIGHTEVAL.encode()
    report = archived(archive, write_zip(tmp_path / "a.zip", members))
    assert [tuple(secret) for secret in report.secrets] == [
        ("results.jsonl, line 1, response.result.headers.Authorization", "secret-by-name"),
        ("config.yaml, line 5", "api-key"),
    ]
    assert report.secret_count == 2


def test_likely_secrets_can_be_refused_before_anything_is_recorded(
    archive: Archive, tmp_path: Path
) -> None:
    rows = [item(number, token="sk-" + "a1" * 10) for number in range(7)]
    position = archive.store.position()
    with pytest.raises(Refused, match=r"api-key at .*line 1, item.token.*; and 2 more") as caught:
        archived(archive, server_export(tmp_path, rows), on_secrets=OnSecrets.REFUSE)
    assert "a1a1" not in str(caught.value)
    assert archive.store.position() == position
    assert not (archive.folder / "assets").exists(), "not even for a while"


def test_secrets_are_listed_up_to_a_hundred_and_counted(archive: Archive, tmp_path: Path) -> None:
    rows = [item(number, password="correct horse") for number in range(120)]
    report = archived(archive, server_export(tmp_path, rows))
    assert (len(report.secrets), report.secret_count) == (100, 120)


@pytest.mark.parametrize("original", [True, False])
def test_a_file_that_changes_while_it_is_recorded_is_not_archived(
    archive: Archive, run: Path, monkeypatch: pytest.MonkeyPatch, original: bool
) -> None:
    record = Recorder.record

    def meanwhile(recorder: Recorder, stream: str, batch: Sequence[Action]) -> Receipt:
        with run.open("ab") as file:
            file.write(b"more")
        return record(recorder, stream, batch)

    position = archive.store.position()
    monkeypatch.setattr(Recorder, "record", meanwhile)
    with pytest.raises(Refused, match="changed while it was read"):
        archived(archive, run, original=original)
    assert archive.store.position() == position
    assert made.left_over(archive) == []


def test_an_original_that_changes_meanwhile_is_not_archived(archive: Archive, run: Path) -> None:
    position = archive.store.position()
    with open_log(run) as log:
        with run.open("ab") as file:
            file.write(b"more")
        with pytest.raises(Refused, match="changed while it was read"):
            archive.archiver().archive(log)
    assert archive.store.position() == position
