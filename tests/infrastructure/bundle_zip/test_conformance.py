"""The bad containers of the conformance folder; what is wrong with each is its name."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from domain.bundle.members import ContainerRejected
from domain.errors import InvalidInput, UnreadableFile
from infrastructure.bundle_zip import BundleWriter, open_bundle
from scripts import conformance_container as made

FILES = sorted(made.FOLDER.glob("*.zip"))
ERRORS = {1: ContainerRejected, 2: UnreadableFile}


def read_all(path: Path) -> None:
    with open_bundle(path) as members:
        for name in members.names():
            for _ in members.chunks(name):
                pass


@pytest.mark.parametrize("path", FILES, ids=[path.name.split(".")[0] for path in FILES])
def test_a_bad_container_is_rejected_for_the_reason_that_it_names(path: Path) -> None:
    told: dict[str, Any] = json.loads(path.with_suffix("").with_suffix(".json").read_bytes())
    with pytest.raises(InvalidInput) as caught:
        read_all(path)
    assert type(caught.value) is ERRORS[told["exit"]]
    assert caught.value.place == (told["place"] or str(path))


def test_the_files_are_those_that_the_script_makes() -> None:
    assert {path.name: path.read_bytes() for path in made.FOLDER.iterdir()} == made.files()


def test_without_what_is_wrong_the_container_is_ours(tmp_path: Path) -> None:
    ours = io.BytesIO()
    with BundleWriter(ours) as bundle:
        for member in (made.README, made.EVENTS, made.PARTS):
            bundle.copy(member.name.decode(), [member.data])
    assert ours.getvalue() == made.SOUND
    (tmp_path / "sound.zip").write_bytes(made.SOUND)
    read_all(tmp_path / "sound.zip")


def test_without_what_is_wrong_the_deflated_container_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "sound.zip").write_bytes(made.deflated())
    read_all(tmp_path / "sound.zip")
