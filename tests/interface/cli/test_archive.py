from pathlib import Path

from tests.interface.cli.running import contents, eval752
from tests.native_exports import item, members_of, result, write_zip


def test_what_was_archived_is_counted_and_sealed(tmp_path: Path) -> None:
    members = members_of([item(0), item(1)], [result(0), result(1, score=0)])
    file = write_zip(tmp_path / "run.eval752.zip", members)
    data = ("--data", tmp_path / "archive")
    said = eval752("archive", file, *data)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"{file}\n  sha256   ")
    assert "; the file itself is kept" in said.out
    assert any(line.split() == ["items", "2", "2"] for line in said.out.splitlines())
    before = contents(tmp_path / "archive")
    (again,) = eval752("archive", file, "--json", *data).document
    assert (again["recorded"], again["file"]) == (0, str(file))
    assert contents(tmp_path / "archive") == before
    (run,) = eval752("runs", "--json", *data).document
    assert (run["answered"], run["mean"], run["sealed"] is not None) == (2, 0.5, True)


def test_likely_secrets_are_warned_of_or_refused(tmp_path: Path) -> None:
    secret = "Bearer abcdefghijklmnopqrstuvwxyz0123456789"
    members = members_of([item(0)], [result(0, error=secret, status="error")])
    file = write_zip(tmp_path / "run.eval752.zip", members)
    said = eval752("archive", file, "--refuse-secrets", "--data", tmp_path / "one")
    assert said.code == 2
    assert list(contents(tmp_path / "one")) == ["archive"]
    said = eval752("archive", file, "--no-original", "--data", tmp_path / "two")
    assert said.code == 0
    assert "  warning: what looks like a secret (bearer_token) at " in said.out
    assert "; the file itself is not kept" in said.out
    assert secret not in said.out
