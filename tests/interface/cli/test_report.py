"""``eval752 report``: of a run, of a bundle, through a service; whole or not at all."""

import hashlib
import re
from pathlib import Path

import pytest

from tests.interface.cli.running import Remote, contents, eval752, stream_of

CONFORMANCE = Path(__file__).parents[2] / "conformance"


def test_a_run_and_its_bundle_give_the_same_report(
    data: Path, bundle: Path, tmp_path: Path
) -> None:
    one, other = tmp_path / "one.html", tmp_path / "other.html"
    said = eval752("report", "capitals", "-o", one, "--data", data)
    assert said.code == 0, said
    assert said.out.startswith(f"{one}: VERIFIED\n  bundle digest  ")
    assert eval752("report", bundle, "-o", other).code == 0
    assert one.read_bytes() == other.read_bytes()
    assert re.search("<h1>example-1 <span>on capitals</span></h1>", one.read_text())


def test_a_name_is_made_of_what_is_reported(
    data: Path, bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = stream_of(data, "run/")[4:17]
    document = eval752("report", "capitals", "--json", "--data", data).document
    assert document["file"] == f"capitals-{run}.report.html"
    assert document["verified"] is True
    assert document["digest"] in Path(document["file"]).read_text()
    assert eval752("report", bundle, "--json").document["file"] == "run.report.html"
    said = eval752("report", "capitals", "--withhold", "config", "--json", "--data", data)
    assert said.document["file"] == f"run-{run}.report.html"
    assert "example-1" not in Path(said.document["file"]).read_text()


def test_findings_are_reported_and_end_with_1(tmp_path: Path) -> None:
    bad, target = CONFORMANCE / "invalid/container/climbing-name.eval752.zip", tmp_path / "r.html"
    said = eval752("report", bad, "-o", target)
    assert said.code == 1
    assert "NOT VERIFIED, failed: 1 container" in said.out
    assert "bundle digest  none" in said.out
    assert "Not verified: there are findings" in target.read_text()


def test_it_is_verified_by_the_policy_that_is_named_or_the_archives_own(
    data: Path, bundle: Path, tmp_path: Path
) -> None:
    key = eval752("key", "show", "--json", "--data", data).document[0]["key"]
    target, policy = tmp_path / "r.html", tmp_path / "policy.toml"
    said = eval752("report", "capitals", "-o", target, "--key", key, "--data", data)
    assert said.code == 0
    assert "It was signed by a key that whoever made this report trusts." in target.read_text()
    (data / "policy.toml").write_text('require = ["witness"]\n')
    said = eval752("report", "capitals", "-o", target, "--force", "--data", data)
    assert said.code == 1, said
    assert "failed: 18 policy" in said.out
    policy.write_text('require = ["replay"]\n')
    options = ("--policy", policy, "--force", "--data", data)
    assert eval752("report", "capitals", "-o", target, *options).code == 0
    assert eval752("report", bundle, "-o", target, "--force", "--require", "time").code == 1


def test_a_taken_name_is_kept_and_nothing_is_recorded(data: Path, tmp_path: Path) -> None:
    target, before = tmp_path / "r.html", contents(data)
    target.write_text("mine")
    said = eval752("report", "capitals", "-o", target, "--data", data)
    assert said.code == 2
    assert "expected a new name, found a file" in said.err
    assert target.read_text() == "mine"
    assert contents(data) == before
    assert eval752("report", "capitals", "-o", target, "--force", "--data", data).code == 0
    assert contents(data)["archive"] == before["archive"] + 1


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["nothing-like-it"], "nothing-like-it"),
        (["capitals", "--withhold", "everything"], "--withhold"),
        (["{bundle}", "--withhold", "question"], "--withhold: expected a run"),
        (["{dataset}"], "expected a bundle of a run, found a dataset"),
        (["{junk}"], "expected a bundle"),
    ],
)
def test_what_cannot_be_reported_leaves_no_file(
    data: Path, bundle: Path, tmp_path: Path, asked: list[str], told: str
) -> None:
    junk, target = tmp_path / "junk.zip", tmp_path / "r.html"
    junk.write_bytes(b"junk")
    dataset = stream_of(data, "dataset/")
    filled = [each.format(bundle=bundle, dataset=dataset, junk=junk) for each in asked]
    said = eval752("report", *filled, "-o", target, "--data", data)
    assert said.code == 2
    assert told in said.err
    assert not target.exists()


def test_through_a_service_it_is_the_same_as_of_the_bundle(remote: Remote, tmp_path: Path) -> None:
    target, bundle, other = (tmp_path / name for name in ("r.html", "b.zip", "o.html"))
    assert remote("report", "capitals", "-o", target).code == 0
    assert remote("export", "capitals", "-o", bundle).code == 0
    assert eval752("report", bundle, "-o", other).code == 0
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (target, other)]
    assert digests[0] == digests[1]
