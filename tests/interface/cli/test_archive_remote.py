"""``eval752 archive --server``: it does and says the same as in a folder."""

import shutil
from collections.abc import Callable, Iterator
from logging import CRITICAL
from pathlib import Path
from typing import Any

import pytest
import structlog

from tests import log_files
from tests.conftest import shared_folder
from tests.interface.api.conftest import served
from tests.interface.cli.running import Remote, Said, eval752

SECRET = "Bearer abcdefghijklmnopqrstuvwxyz0123456789"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive in a folder, into which everything goes as well."""
    return tmp_path_factory.mktemp("local") / "data"


@pytest.fixture
def both(remote: Remote, data: Path) -> Callable[..., tuple[Said, Said]]:
    """Both ways of a command: through the service, and in the folder."""

    def run(*command: object) -> tuple[Said, Said]:
        return remote(*command), eval752(*command, "--data", data)

    return run


def uploads(remote: Remote) -> list[Path]:
    """What the service holds of what was sent."""
    return [*(remote.service.archive.folder / "spool").iterdir()]


def assets(remote: Remote) -> list[Path]:
    """What the service keeps."""
    return sorted((remote.service.archive.folder / "assets").glob("*/*"))


@pytest.mark.parametrize("kind", log_files.SOURCES)
def test_every_kind_of_source_becomes_the_same_run(
    both: Callable[..., tuple[Said, Said]], remote: Remote, tmp_path: Path, kind: str
) -> None:
    path = log_files.SOURCES[kind](tmp_path)
    through, local = both("archive", path)
    assert through == local
    assert (through.code, through.err) == (0, "")
    through, local = both("archive", path, "--json")
    assert through == local
    (told,) = through.document
    assert (told["recorded"], told["known"] > 0) == (0, True)
    through, local = both("show", told["runs"][0], "--json")
    assert through.document["summary"] == local.document["summary"]
    assert uploads(remote) == []


def test_real_folders_become_the_same_runs(
    both: Callable[..., tuple[Said, Said]], tmp_path: Path
) -> None:
    for folder in sorted(shared_folder("samples/helm/eee").iterdir()):
        through, local = both("archive", folder, "--json")
        assert (through.code, through.out) == (0, local.out)


def test_several_sources_are_archived_one_after_the_other(
    both: Callable[..., tuple[Said, Said]], tmp_path: Path
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    through, local = both(
        "archive", log_files.native(tmp_path), log_files.helm(tmp_path / "a"),
        tmp_path / "none.json", log_files.promptfoo(tmp_path / "b"),
    )  # fmt: skip
    assert through == local
    assert (through.code, through.out.count("sha256")) == (2, 2)
    assert through.err.startswith("error: none.json: expected a readable file")


@pytest.mark.parametrize("name", ["m.toml", 'an "odd" näme; and more.toml'])
def test_a_mapping_file_goes_by_its_content(
    both: Callable[..., tuple[Said, Said]], tmp_path: Path, name: str
) -> None:
    (tmp_path / "a.csv").write_text("q,r,ok\n1+1,2,1\n2+2,5,0\n")
    mapping = 'provider = "p"\n[columns]\nquestion = "q"\nresponse = "q"\nscore = "ok"\n'
    (tmp_path / name).write_text(mapping)
    maps = ("--map", "question=r", "--map", tmp_path / name, "--map", "response=r")
    told = ("--model", "m", "--dataset", "sums")
    through, local = both("archive", tmp_path / "a.csv", *maps, *told)
    assert (through.code, through) == (0, local)
    shown = both("runs", "--json")
    runs = [{(r["dataset_name"], r["provider"], r["model"]) for r in s.document} for s in shown]
    assert all(("sums", "p", "m") in found for found in runs)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--map", "question=nowhere"], "a.csv: expected a column 'nowhere', as the mapping says"),
        (["--map", "bad.toml"], "bad.toml: expected TOML"),
        (["--map", "none.toml"], "--map none.toml: expected a readable file"),
        (["--map", "question"], "--map question: expected a readable file"),
        (["--map", "a=b.toml"], "--map: expected one of id"),
        (["--map", "who=q"], "--map: expected one of id"),
        (["--map", "question=q", "--model", "m"], ""),
        (["--model", "m"], "--model: expected --map with it"),
        ([], "a.csv: expected a known kind of log file, or a mapping of its columns"),
    ],
)
def test_what_is_wrong_is_said_in_the_same_words(
    both: Callable[..., tuple[Said, Said]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    expected: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text("q,r,ok\n1+1,2,1\n")
    Path("bad.toml").write_text("a")
    through, local = both("archive", "a.csv", *options)
    assert _message(through) == _message(local)
    assert _message(through).startswith(f"error: {expected}" if expected else "")
    assert (through.code, through.out) == (local.code, local.out)


def _message(said: Said) -> str:
    """The error, without the id of a request that may stand below it."""
    return said.err.partition("\n")[0]


def _cut(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[:-40])
    return path


def _missing(path: Path) -> Path:
    (path / "stats.json").unlink()
    return path


def _of_two_runs(path: Path) -> Path:
    state = path / "scenario_state.json"
    state.write_text(state.read_text().replace("org/model-1", "org/model-2"))
    return path


def _without_samples(path: Path) -> Path:
    for samples in path.parent.glob("samples_two*"):
        samples.unlink()
    return path


def _bad_line(path: Path) -> Path:
    (samples,) = path.parent.glob("samples_two*")
    samples.write_text(samples.read_text() + "{]\n")
    return path


def _samples(path: Path) -> Path:
    return next(path.glob("samples_one*"))


def _several(path: Path) -> Path:
    (results,) = path.glob("results*")
    shutil.copy(results, path / "again.json")
    return path


@pytest.mark.parametrize(
    ("kind", "spoil"),
    [
        ("native", _cut), ("inspect_eval", _cut), ("inspect_json", _cut), ("promptfoo", _cut),
        ("lm_eval_results", _cut), ("lm_eval_results", _without_samples),
        ("lm_eval_results", _bad_line), ("lm_eval", _samples), ("lm_eval", _several),
        ("helm", _missing), ("helm", _of_two_runs), ("helm_spec", _cut),
    ],
)  # fmt: skip
def test_what_cannot_be_archived_is_refused_in_the_same_words(
    both: Callable[..., tuple[Said, Said]],
    remote: Remote,
    tmp_path: Path,
    kind: str,
    spoil: Callable[[Path], Path],
) -> None:
    position = remote.service.archive.store.position()
    before = assets(remote)
    through, local = both("archive", spoil(log_files.SOURCES[kind](tmp_path)))
    assert (through.code, _message(through)) == (2, _message(local))
    assert remote.service.archive.store.position() == position
    assert assets(remote) == before
    assert uploads(remote) == []


def test_likely_secrets_are_warned_of_or_refused(
    both: Callable[..., tuple[Said, Said]], tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text(f"q,r\n1+1,{SECRET}\n")
    said = ("archive", tmp_path / "a.csv", "--map", "question=q,response=r")
    through, local = both(*said, "--refuse-secrets")
    assert (through.code, _message(through)) == (2, _message(local))
    assert "bearer-token at a.csv, line 2" in through.err
    through, local = both(*said, "--no-original")
    assert through == local
    assert "the file itself is not kept" in through.out
    assert "warning: what looks like a secret (bearer-token)" in through.out


def test_likely_secrets_are_withheld_where_asked(
    both: Callable[..., tuple[Said, Said]], tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text(f"q,r\n1+2,{SECRET}\n")
    said = ("archive", tmp_path / "a.csv", "--map", "question=q,response=r")
    through, local = both(*said, "--withhold-secrets")
    assert (through.code, through) == (0, local)
    assert "withheld from every bundle" in through.out


def test_a_folder_without_a_source_is_not_sent(
    both: Callable[..., tuple[Said, Said]], tmp_path: Path
) -> None:
    (tmp_path / "some.txt").write_text("text")
    for path in (tmp_path, Path("/dev/null")):
        through, local = both("archive", path)
        assert through == local
        assert through.code == 2


def test_a_symbolic_link_is_what_it_leads_to(
    both: Callable[..., tuple[Said, Said]], tmp_path: Path
) -> None:
    run = log_files.helm(tmp_path)
    (run / "stats.json").rename(tmp_path / "elsewhere.json")
    (run / "stats.json").symlink_to(tmp_path / "elsewhere.json")
    (tmp_path / "link").symlink_to(run)
    through, local = both("archive", tmp_path / "link")
    assert through == local
    assert through.code == 0


def test_the_folder_that_one_is_in_has_a_name(
    both: Callable[..., tuple[Said, Said]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(log_files.helm(tmp_path))
    assert both("archive", ".")[0].code == 0
    monkeypatch.chdir(tmp_path / "sums:model=m" / ".git")
    through, local = both("archive", "..", "--json")
    assert through == local


def test_a_file_that_cannot_be_read_is_told_of(
    remote: Remote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = log_files.helm(tmp_path)
    real = Path.open

    def refusing(path: Path, *arguments: Any, **more: Any) -> Any:
        if path == run / "stats.json":
            raise PermissionError(13, "Permission denied")
        return real(path, *arguments, **more)

    monkeypatch.setattr(Path, "open", refusing)
    said = remote("archive", run)
    assert said.code == 2
    assert said.err.startswith("error: stats.json: expected a readable file, found Permission")


def test_a_name_that_no_service_takes_is_refused_before_it_is_sent(
    remote: Remote, tmp_path: Path
) -> None:
    path = log_files.native(tmp_path).rename(tmp_path / "a\r\nb.zip")
    said = remote("archive", path)
    assert said.code == 2
    assert "expected FILE or FOLDER/FILE" in said.err


def test_a_sealed_bundle_is_not_archived(remote: Remote, bundle: Path, tmp_path: Path) -> None:
    said = remote("archive", bundle)
    assert said.code == 2
    assert "Use eval752 import, which verifies it." in said.err


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Remote]:
    """A service that takes little."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(CRITICAL))
    with served(tmp_path / "small", max_upload_size=2000) as real:
        token_file = tmp_path / "token"
        token_file.touch(0o600)
        token_file.write_text(real.root.headers["authorization"].removeprefix("Bearer "))
        yield Remote(real.url, token_file, real.service)
    structlog.reset_defaults()


def test_what_is_too_large_is_told_of(small: Remote, tmp_path: Path) -> None:
    said = small("archive", log_files.lm_eval(tmp_path))
    assert said.code == 2
    assert "expected at most 2000 bytes" in said.err
    assert uploads(small) == []
