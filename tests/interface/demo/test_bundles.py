"""The demo's door to bundle files."""

from pathlib import Path

import pytest

from domain.errors import Refused
from interface.bootstrap.opening import open_archive
from interface.demo import bundles, story
from tests.interface.demo.conftest import Told


def test_a_bundle_without_changes_is_written_as_it_was(told: Told, tmp_path: Path) -> None:
    source, target = told.folder / story.BUNDLE, tmp_path / "x.zip"
    bundles.rewrite(source, target, lambda files: files)
    assert target.read_bytes() == source.read_bytes()


def test_a_forgery_is_not_taken_in(told: Told, tmp_path: Path) -> None:
    with open_archive(tmp_path / "archive", writable=True) as archive:
        with pytest.raises(Refused):
            bundles.take_in(archive, told.folder / "raised-score.eval752.zip")
        assert [key.stream for key in archive.store.streams()] == ["archive"]


def test_the_second_archive_holds_the_streams_under_their_own_origin(told: Told) -> None:
    with (
        open_archive(told.folder / story.ARCHIVE, writable=False) as first,
        open_archive(told.folder / story.SECOND, writable=False) as second,
    ):
        held = {key for key in first.store.streams() if key.stream != "archive"}
        assert held <= set(second.store.streams())
        assert first.signer.origin != second.signer.origin
