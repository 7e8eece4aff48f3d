from pathlib import Path

from tests.conftest import shared_folder
from tests.inspect_logs import log, write_eval_log
from tests.interface.cli.running import contents, eval752
from tests.native_exports import item, members_of, result, write_zip
from tests.promptfoo_results import results, rows, written


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
    assert "  warning: what looks like a secret (bearer-token) at " in said.out
    assert "; the file itself is not kept" in said.out
    assert secret not in said.out


def test_likely_secrets_are_withheld_on_demand(tmp_path: Path) -> None:
    secret = "Bearer abcdefghijklmnopqrstuvwxyz0123456789"
    members = members_of([item(0)], [result(0, error=secret, status="error")])
    file, data = write_zip(tmp_path / "run.zip", members), ("--data", tmp_path / "data")
    said = eval752("archive", file, "--withhold-secrets", *data)
    assert (said.code, "  3 parts withheld from every bundle\n" in said.out) == (0, True)
    (again,) = eval752("archive", file, "--withhold-secrets", "--json", *data).document
    (run,) = again["runs"]
    bundle = tmp_path / "bundle.zip"
    exported = eval752("export", run, "-o", bundle, "--json", *data).document
    assert exported["withheld_parts"] == {"error": 2}
    assert secret.encode() not in bundle.read_bytes()
    assert eval752("verify", bundle).code == 0
    assert secret not in eval752("show", run, "--item", "0", *data).out
    said = eval752("archive", file, "--withhold-secrets", "--refuse-secrets", *data)
    assert (said.code, "both" in said.err) == (2, True)


def test_runs_and_findings_of_a_file_are_listed(tmp_path: Path) -> None:
    document = results(rows())
    document["results"]["stats"]["successes"] = 4
    said = eval752("archive", written(tmp_path / "a.json", document), "--data", tmp_path / "data")
    assert (said.code, said.out.count("  run/"), said.out.count("FINDING")) == (0, 2, 1)
    assert " statements of the file compared with its results" in said.out
    (again,) = eval752(
        "archive", tmp_path / "a.json", "--json", "--data", tmp_path / "data"
    ).document
    assert len(again["runs"]) == 2
    assert again["findings"][0]["found"] == "successes 4 stated"


def test_a_plain_file_is_read_by_its_mapping(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("q,r,ok\n1+1,2,1\n")
    (tmp_path / "m.toml").write_text('provider = "p"\n[columns]\nquestion = "q"\nresponse = "r"\n')
    data = ("--data", tmp_path / "data")
    maps = ("--map", tmp_path / "m.toml", "--map", "score=ok", "--model", "m", "--dataset", "sums")
    said = eval752("archive", tmp_path / "a.csv", *maps, *data)
    assert (said.code, said.err) == (0, "")
    (run,) = eval752("runs", "--json", *data).document
    assert (run["provider"], run["model"], run["mean"]) == ("p", "m", 1)
    other = eval752("archive", tmp_path / "a.csv", "--map", "question=q,response=r", *data)
    assert other.code == 0
    assert len(eval752("runs", "--json", *data).document) == 2, "another mapping is another run"


def test_a_plain_file_without_a_mapping_is_refused_with_its_columns(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("q,r\n1+1,2\n")
    said = eval752("archive", tmp_path / "a.csv", "--data", tmp_path / "data")
    assert said.code == 2
    assert "the columns 'q', 'r'. Say --map id=…" in said.err
    said = eval752("archive", tmp_path / "a.csv", "--model", "m", "--data", tmp_path / "data")
    assert said.code == 2
    assert said.err.startswith("error: --model: expected --map with it")


def test_a_log_without_samples_is_archived_and_told(tmp_path: Path) -> None:
    file = write_eval_log(tmp_path / "empty.eval", log([]))
    said = eval752("archive", file, "--data", tmp_path / "data")
    assert (said.code, said.err) == (0, "")
    assert "  run/" in said.out


def test_real_files_are_archived_or_refused_and_never_a_bug(tmp_path: Path) -> None:
    folder = shared_folder("samples")
    files = [path for path in folder.rglob("*") if path.is_file() and path.parent != folder]
    codes = [eval752("archive", file, "--data", tmp_path / "data").code for file in files]
    told = {file.name: code for file, code in zip(files, codes, strict=True) if code not in {0, 2}}
    assert told == {}
    assert codes.count(0) > 60
