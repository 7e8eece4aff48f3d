"""Bundle files: what leaves is told first, what fails leaves nothing, what comes in shows."""

from pathlib import Path

import pytest

from application.importing import Change
from application.ports import StreamKey
from domain.errors import Eval752Error, Refused
from domain.verification.policy import Policy
from interface.bootstrap.archive import Archive
from interface.bootstrap.bundle_files import BundleFiles, ExportOptions, import_bundle
from interface.verifying import verify_file
from tests.archives import (
    RUN,
    export,
    key,
    open_fixed,
    open_verified,
    stored,
    types,
)


def _export(
    archive: Archive, target: Path, *, deflated: bool = False, overwrite: bool = False
) -> str:
    options = ExportOptions(deflated=deflated, overwrite=overwrite)
    return BundleFiles(archive).export(key(archive), target, options, lambda _: None).digest


def test_an_export_is_told_before_it_leaves(archive: Archive, tmp_path: Path) -> None:
    digest = _export(archive, tmp_path / "bundle.zip")
    facts = stored(archive, "archive")[-1].event.facts
    assert (facts["digest"], facts["stream"], facts["size"]) == (digest, RUN, 25)
    assert verify_file(tmp_path / "bundle.zip", Policy(digest=digest)).verified


def test_a_file_that_is_there_is_replaced_only_on_demand(archive: Archive, tmp_path: Path) -> None:
    target = tmp_path / "bundle.zip"
    target.write_bytes(b"precious")
    for deflated in (True, False):
        with pytest.raises(Refused, match="overwrite"):
            _export(archive, target, deflated=deflated)
        assert target.read_bytes() == b"precious"
    assert types(archive, "archive") == ["archive.created"]
    assert _export(archive, target, overwrite=True) == _export(
        archive, target, overwrite=True, deflated=True
    )
    assert {*tmp_path.iterdir()} == {archive.folder, target}


@pytest.mark.parametrize("deflated", [False, True])
def test_an_export_that_fails_leaves_nothing(
    archive: Archive, tmp_path: Path, deflated: bool
) -> None:
    next((archive.folder / "assets").rglob("*.png")).write_bytes(b"rotten")
    with pytest.raises(Eval752Error):
        _export(archive, tmp_path / "bundle.zip", deflated=deflated)
    with pytest.raises(Eval752Error):
        _export(archive, tmp_path / "no" / "folder" / "bundle.zip", deflated=deflated)
    assert [*tmp_path.iterdir()] == [archive.folder]
    assert types(archive, "archive") == ["archive.created"]


def test_what_is_taken_in_shows_in_the_read_model_at_once(archive: Archive, tmp_path: Path) -> None:
    export(archive, tmp_path / "less.zip", withhold=["response", "score"])
    export(archive, tmp_path / "full.zip")
    theirs = StreamKey("archive-a", RUN)
    summaries = []
    with open_fixed(tmp_path / "reader", "archive-b") as reader:
        for name, change in (("less.zip", Change.NEW), ("full.zip", Change.FULLER)):
            with open_verified(tmp_path / name) as bundle:
                assert {c for _, c in import_bundle(reader, bundle).changes} == {change}
            with reader.read_model() as read_model:
                summaries.append(read_model.summary(theirs))
    with archive.read_model() as read_model:
        assert read_model.summary(theirs) == summaries[1] != summaries[0]
