"""What both clients do with log files, against a real service."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.errors import InvalidInput, Refused, UnreadableFile
from interface.bootstrap.opening import open_archive
from interface.client import Declared, Forbidden, LogOptions, OnSecrets, Retries
from tests import log_files
from tests.interface.api.conftest import Served, served
from tests.interface.client.clients import client_of
from tests.interface.client.flaky import flaky_of

Sent = list[tuple[int, int]]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("real") / "data") as service:
        yield service


def token_of(client: httpx.Client) -> str:
    return client.headers["authorization"].removeprefix("Bearer ")


@pytest.fixture(params=["sync", "async"])
def client(request: pytest.FixtureRequest, real: Served, spool: Path) -> Iterator[Any]:
    with client_of(request.param, real.url, token_of(real.root), spool) as made:
        yield made


@pytest.mark.parametrize("kind", log_files.SOURCES)
def test_a_source_becomes_what_it_does_in_a_folder(client: Any, tmp_path: Path, kind: str) -> None:
    path = log_files.SOURCES[kind](tmp_path)
    with open_archive(tmp_path / "data", writable=True) as archive:
        local = archive.archive_log(path, **LogOptions()._asdict())
    through = client.archive_log(path)
    assert through._replace(recorded=0, known=0) == local._replace(recorded=0, known=0)
    assert through.recorded + through.known == local.recorded
    assert client.archive_log(path) == local._replace(recorded=0, known=local.recorded)
    assert client.read_run(through.runs[0]).run.sealed


def test_options_are_those_of_a_folder(client: Any, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("q,r\n1+1,Bearer abcdefghijklmnopqrstuvwxyz0123456789\n")
    (tmp_path / "m.toml").write_text('[columns]\nquestion = "r"\n')
    declared = Declared([tmp_path / "m.toml", "question=q,response=r"], "p", "m & n", "ä=1")
    with pytest.raises(Refused, match=r"bearer-token at a\.csv, line 2"):
        client.archive_log(tmp_path / "a.csv", LogOptions(True, OnSecrets.REFUSE, declared))
    report = client.archive_log(tmp_path / "a.csv", LogOptions(original=False, declared=declared))
    assert (report.original, report.secret_count) == (False, 1)
    row = client.read_run(report.runs[0]).run
    assert (row.provider, row.model, row.dataset_name) == ("p", "m & n", "ä=1")


def test_it_is_told_how_far_it_is(client: Any, tmp_path: Path) -> None:
    path = log_files.lm_eval(tmp_path)
    sent: Sent = []
    client.archive_log(path, LogOptions(), lambda *told: sent.append(told))
    size = sum(each.stat().st_size for each in path.iterdir() if each.suffix != ".txt")
    assert all(before[0] <= after[0] for before, after in pairwise(sent))
    (whole,) = {whole for _, whole in sent}
    assert sent[-1] == (whole, whole)
    assert size < whole < size + 2000


def test_what_is_no_source_is_refused_before_anything_is_sent(client: Any, tmp_path: Path) -> None:
    sent: Sent = []
    run = log_files.helm(tmp_path)
    (run / "stats.json").unlink()
    for path in (tmp_path, run, tmp_path / "none"):
        with pytest.raises(UnreadableFile):
            client.archive_log(path, LogOptions(), lambda *told: sent.append(told))
    assert sent == []


def test_what_the_service_finds_wrong_is_raised(client: Any, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("q,r\n1+1\n")
    declared = Declared(["question=q,response=r"])
    with pytest.raises(InvalidInput) as caught:
        client.archive_log(tmp_path / "a.csv", LogOptions(declared=declared))
    assert caught.value.place == "a.csv, line 2"
    assert any(note.startswith("request ") for note in caught.value.__notes__)
    with pytest.raises(InvalidInput, match="model: expected map with it"):
        client.archive_log(tmp_path / "a.csv", LogOptions(declared=Declared((), model="m")))


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_an_auditor_may_not(real: Served, spool: Path, tmp_path: Path, kind: str) -> None:
    token = token_of(real.as_role("auditor"))
    path = log_files.native(tmp_path)
    with client_of(kind, real.url, token, spool) as client, pytest.raises(Forbidden):
        client.archive_log(path)


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_connection_that_breaks_doubles_nothing(
    real: Served, spool: Path, tmp_path: Path, kind: str
) -> None:
    path, token = log_files.native(tmp_path), token_of(real.root)
    network = flaky_of(kind, real.url, ["busy", "within", "before", "after"], token)
    retries = Retries(count=4, first=0.001, most=0.002)
    with client_of(kind, real.url, token, spool, transport=network, retries=retries) as client:
        report = client.archive_log(path)
        assert (report.recorded, report.known) == (0, 13), "it was recorded the time before"
