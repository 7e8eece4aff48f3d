import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from domain.errors import StorageFull
from tests.interface.cli.running import DATASET, contents, eval752, lines, stream_of


def test_what_the_recipient_has_to_know_is_said(data: Path, bundle: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.zip"
    said = eval752("export", "capitals", "-o", target, "--data", data)
    assert said.code == 0
    report = eval752("verify", "--json", bundle).document[0]
    assert f"  bundle digest  {report['digest']}" in said.out
    assert "Tell the recipient this digest over another channel" in said.out
    assert f"  verifier key   {report['about']['origin']}+" in said.out


def test_the_same_run_gives_the_same_bytes(data: Path, bundle: Path, tmp_path: Path) -> None:
    target = tmp_path / "again.zip"
    assert eval752("export", "capitals", "-o", target, "--data", data).code == 0
    assert target.read_bytes() == bundle.read_bytes()


def test_a_name_is_made_of_the_dataset_and_the_run(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = eval752("export", "capitals", "--json", "--data", data)
    assert said.document["file"] == f"capitals-{stream_of(data, 'run/')[4:17]}.eval752.zip"
    assert (tmp_path / said.document["file"]).is_file()


def test_a_name_that_is_withheld_is_not_the_files(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = eval752("export", "capitals", "--withhold", "config", "--json", "--data", data)
    assert said.document["file"] == f"run-{stream_of(data, 'run/')[4:17]}.eval752.zip"


def test_a_name_that_no_file_should_have_is_tamed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    data = tmp_path / "new"
    actions = [{**DATASET[0], "config": {"name": "../Ünter \x1b[1m/etc"}}, *DATASET[1:]]
    (stream,) = eval752("record", "--seal", "--json", "--data", data, stdin=lines(actions)).document
    said = eval752("export", stream["stream"], "--json", "--data", data)
    assert said.document["file"] == f"nter-1m-etc-{stream['stream'][8:21]}.eval752.zip"


def test_a_taken_name_is_kept_unless_it_is_forced(data: Path, tmp_path: Path) -> None:
    target = tmp_path / "taken.zip"
    target.write_bytes(b"mine")
    before = contents(data)
    for options in ((), ("--compress",)):
        said = eval752("export", "capitals", "-o", target, *options, "--data", data)
        assert said.code == 2
        assert f"error: {target}: expected a new name, found a file" in said.err
        assert target.read_bytes() == b"mine"
    assert contents(data) == before
    assert eval752("export", "capitals", "-o", target, "--force", "--data", data).code == 0
    assert eval752("verify", target, "-q").code == 0


def test_a_compressed_bundle_is_smaller_and_has_the_same_digest(
    data: Path, bundle: Path, tmp_path: Path
) -> None:
    target = tmp_path / "small.zip"
    said = eval752("export", "capitals", "-o", target, "--compress", "--json", "--data", data)
    assert target.stat().st_size < bundle.stat().st_size
    stored, deflated = eval752("verify", "--json", bundle, target).document
    assert stored["digest"] == deflated["digest"] == said.document["digest"]
    assert deflated["verified"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive", "small.zip"]


def test_withheld_kinds_are_counted(data: Path, tmp_path: Path) -> None:
    target = tmp_path / "shared.zip"
    options = ("--withhold", "question", "--withhold", "answer")
    said = eval752("export", "capitals", "-o", target, *options, "--data", data)
    assert "  withheld: 2 answers, 0 originals, 2 questions, 2 requests" in said.out
    assert eval752("verify", target, "-q").code == 0
    assert b"Peru?" not in target.read_bytes()


def test_that_a_bundle_leaves_is_recorded_before_it_has_its_name(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(data)["archive"]
    target = tmp_path / "out.zip"

    def full(*_: object) -> None:
        raise StorageFull("events.sqlite3", "room", "none")

    with monkeypatch.context() as patched:
        patched.setattr("application.journal.Journal.write", full)
        assert eval752("export", "capitals", "-o", target, "--data", data).code == 2
    assert not target.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["archive"]
    assert eval752("export", "capitals", "-o", target, "--data", data).code == 0
    assert contents(data)["archive"] == before + 1


def test_an_unsealed_run_is_refused_with_the_way_to_seal_it(tmp_path: Path) -> None:
    data = tmp_path / "new"
    (tally,) = eval752("record", "--json", "--data", data, stdin=lines(DATASET)).document
    said = eval752("export", tally["stream"], "-o", tmp_path / "x.zip", "--data", data)
    assert said.code == 2
    assert f"Seal it: eval752 seal {tally['stream']}" in said.err
    assert not (tmp_path / "x.zip").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes anywhere")
def test_a_folder_that_takes_no_file_is_told(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    said = eval752("export", "capitals", "-o", folder / "x.zip", "--data", data)
    assert said.code == 2
    assert "expected a place to write" in said.err


def names(rows: Iterable[dict[str, str]]) -> list[str]:
    return [row["change"] for row in rows]


def test_an_import_says_what_changed(data: Path, bundle: Path, tmp_path: Path) -> None:
    other = ("--data", tmp_path / "other")
    shared = tmp_path / "shared.zip"
    options = ("--withhold", "question", "-o", shared, "--data", data)
    assert eval752("export", "capitals", *options).code == 0
    expected = [
        (shared, ["new", "new"]),
        (shared, ["already here", "already here"]),
        (bundle, ["more content", "more content"]),
        (bundle, ["already here", "already here"]),
    ]
    for file, changes in expected:
        (imported,) = eval752("import", file, "--json", *other).document
        assert names(imported["streams"]) == changes
    back = tmp_path / "back.zip"
    assert eval752("export", "capitals", "-o", back, *other).code == 0
    assert back.read_bytes() == bundle.read_bytes()
    runs = eval752("runs", "--json", *other).document
    assert [run["mirror"] for run in runs] == [True]
    shown = eval752("show", "capitals", "--item", "q-2", *other)
    assert "Peru?" in shown.out


def test_the_key_that_is_told_is_that_of_whoever_signed_the_bundle(
    data: Path, bundle: Path, tmp_path: Path
) -> None:
    theirs, again = tmp_path / "other", tmp_path / "again.eval752.zip"
    eval752("import", bundle, "--data", theirs)
    told = eval752("export", "capitals", "-o", again, "--json", "--data", theirs).document
    first = tmp_path / "first.eval752.zip"
    ours = eval752("export", "capitals", "-o", first, "--json", "--data", data).document
    assert told["verifier_key"] == ours["verifier_key"]
    assert eval752("verify", again, "--key", told["verifier_key"]).code == 0


def test_a_longer_bundle_extends_a_mirror(data: Path, bundle: Path, tmp_path: Path) -> None:
    other = ("--data", tmp_path / "other")
    assert eval752("import", bundle, *other).code == 0
    run = stream_of(data, "run/")
    revised = {
        "type": "score.revised", "item": "q-2", "scorer": "match", "stream": run,
        "score": {"value": 1}, "rationale": "a synonym",
    }  # fmt: skip
    assert eval752("record", "--seal", "--data", data, stdin=lines([revised])).code == 0
    longer = tmp_path / "longer.zip"
    assert eval752("export", "capitals", "-o", longer, "--data", data).code == 0
    said = eval752("import", longer, *other)
    assert f"  {run} of " in said.out
    assert "extended, 12 events" in said.out
    assert eval752("runs", "--json", *other).document[0]["mean"] == 1.0


def test_the_archives_own_policy_decides_what_is_imported(bundle: Path, tmp_path: Path) -> None:
    data = tmp_path / "theirs"
    assert eval752("project", "list", "--data", data).code == 2  # it is not there yet
    data.mkdir(mode=0o700)
    policy = data / "policy.toml"
    policy.write_text("require = ['time']")
    said = eval752("import", bundle, "--data", data)
    assert said.code == 1
    assert f"{bundle} was not imported: the archive's own policy.toml requires" in said.err
    assert "at        check 12, time" in said.out
    assert contents(data).keys() == {"archive"}
    policy.write_text("wants = ['time']")
    said = eval752("import", bundle, "--data", data)
    assert said.code == 2
    assert f"{policy}: wants: expected one of origins" in said.err
    policy.write_text("require = ['tree']")
    assert eval752("import", bundle, "--data", data).code == 0


def test_a_bundle_with_a_finding_is_shown_and_not_imported(bundle: Path, tmp_path: Path) -> None:
    folder = Path(__file__).parents[2] / "conformance" / "invalid" / "container"
    bad, data = folder / "climbing-name.eval752.zip", tmp_path / "other"
    said = eval752("import", bad, bundle, "--data", data)
    assert said.code == 1
    assert "NOT VERIFIED" in said.out
    assert f"{bad} was not imported" in said.err
    assert sorted(contents(data).values()) == [2, 5, 10]
    refused, taken = eval752("import", "--json", bad, bundle, "--data", data).document
    assert (refused["imported"], taken["imported"]) == (False, True)
    assert refused["report"]["verified"] is False


def test_a_mirror_cannot_be_sealed(bundle: Path, tmp_path: Path) -> None:
    other = ("--data", tmp_path / "other")
    assert eval752("import", bundle, *other).code == 0
    said = eval752("seal", "capitals", *other)
    assert said.code == 2
    assert "found a mirror of archive-" in said.err


def test_a_stream_is_sealed_once_for_what_it_holds(tmp_path: Path) -> None:
    data = ("--data", tmp_path / "new")
    (tally,) = eval752("record", "--json", *data, stdin=lines(DATASET[:3])).document
    said = eval752("seal", tally["stream"], *data)
    assert (said.code, said.out) == (0, f"{tally['stream']}  sealed at version 5\n")
    said = eval752("seal", "capitals", *data)
    assert said.code == 0
    assert said.out == f"{tally['stream']}  nothing to do: it was sealed at version 5\n"
    assert eval752("seal", "capitals", "--json", *data).document == {
        "stream": tally["stream"],
        "version": 5,
        "new": False,
    }
