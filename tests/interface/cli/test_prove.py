"""``eval752 prove``: one item in a small file, in a folder as through a service."""

from pathlib import Path

import pytest

from interface.bootstrap.bundle_files import BundleFiles, ExportOptions
from tests.interface.cli.running import Remote, eval752


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "item.zip"


def test_what_is_proved_verifies_by_the_key_that_is_said(data: Path, target: Path) -> None:
    said = eval752("prove", "capitals", "--item", "q-2", "-o", target, "--json", "--data", data)
    assert said.code == 0, said
    assert (said.document["item"], said.document["withheld"]) == ("q-2", {})
    asked = ("--expect-digest", said.document["digest"], "--key", said.document["verifier_key"])
    verified = eval752("verify", *asked, "--require", "inclusion", "--json", target)
    assert verified.code == 0, verified.out
    assert verified.document[0]["about"]["kind"] == "item"


def test_the_recipient_is_told_of(data: Path, target: Path) -> None:
    said = eval752("prove", "capitals", "--item", "1", "-o", target, "--data", data)
    assert said.code == 0, said
    assert "  item 1 of run/" in said.out
    assert "eval752 verify --expect-digest" in said.out
    assert target.stat().st_size < 12_000


def test_a_name_is_made_of_names(
    data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    said = eval752("prove", "capitals", "--item", "q-1", "--json", "--data", data)
    assert said.document["file"].startswith("capitals-")
    assert said.document["file"].endswith("-item.eval752.zip")
    assert (tmp_path / said.document["file"]).is_file()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["capitals", "--item", "q-9"], "item: expected an item of dataset/"),
        (["capitals", "--item", "q-1", "--withhold", "all"], "withhold: expected some of"),
        (["DATASET", "--item", "q-1"], "expected a run, of which to prove an item"),
    ],
)
def test_what_cannot_be_proved_is_refused(
    data: Path, target: Path, arguments: list[str], told: str
) -> None:
    dataset = eval752("datasets", "--json", "--data", data).document[0]["key"]["stream"]
    given = [dataset if each == "DATASET" else each for each in arguments]
    said = eval752("prove", *given, "-o", target, "--data", data)
    assert said.code == 2
    assert told in said.err
    assert not target.exists()


def test_a_taken_name_is_kept_unless_it_is_forced(data: Path, target: Path) -> None:
    target.write_bytes(b"mine")
    asked = ("prove", "capitals", "--item", "q-1", "-o", target, "--data", data)
    assert eval752(*asked).code == 2
    assert target.read_bytes() == b"mine"
    assert eval752(*asked, "--force").code == 0
    assert target.read_bytes() != b"mine"


def test_one_item_is_not_imported_and_not_replayed(
    data: Path, target: Path, tmp_path: Path
) -> None:
    assert eval752("prove", "capitals", "--item", "0", "-o", target, "--data", data).code == 0
    said = eval752("import", target, "--data", tmp_path / "other")
    assert (said.code, said.out) == (1, "")
    assert "expected a whole run or dataset, found one item of a run" in said.err
    said = eval752("replay", target)
    assert said.code == 2
    assert "expected the history of a run or dataset, found one item" in said.err


def test_through_a_service_it_is_the_same_file(
    remote: Remote, target: Path, tmp_path: Path
) -> None:
    run = remote("runs", "--json").document[0]["key"]["stream"]
    asked = ("prove", run, "--item", "q-1", "--withhold", "answer", "--json")
    through = remote(*asked, "-o", target)
    assert through.code == 0, through
    again = tmp_path / "local.zip"
    with remote.service.archive.read_model() as read_model:
        key = read_model.find(run)[0]
        options = ExportOptions(["answer"])
        files = BundleFiles(remote.service.archive, lambda _: None)
        files.export_item(read_model, (key, 0), again, options)
    assert target.read_bytes() == again.read_bytes()
    refused = remote("prove", run, "--item", "q-99", "-o", tmp_path / "none.zip")
    assert refused.code == 2
    assert "an item of dataset/" in refused.err
