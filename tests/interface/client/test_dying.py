"""Recorders that are killed: what ``answered`` returned for is in the spool, and nothing twice."""
# ruff: noqa: SIM117 - a recording is a block of its own, within that of its client

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from domain.errors import Refused
from interface.client import Client
from tests.archives import stored, types
from tests.interface.cli.running import ROWS
from tests.interface.client.clients import QUICK
from tests.interface.client.dying import ITEMS
from tests.interface.client.service import TOKEN, Service, problem

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="killed as POSIX does it")


@pytest.fixture
def dataset(url: str, spool: Path) -> str:
    with Client(url, TOKEN, spool=spool) as client:
        with client.dataset("one") as dataset:
            for number in range(ITEMS):
                dataset.add({**ROWS[0], "id": f"q-{number}"})
        return dataset.stream


def killed_after(answers: int, kind: str, url: str, spool: Path, dataset: str) -> tuple[str, int]:
    """Kill a recorder after so many answers; return its run, and how many it had told of."""
    command = [sys.executable, "-m", "tests.interface.client.dying", kind]
    with subprocess.Popen(
        [*command, url, TOKEN, str(spool), dataset], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        run = process.stdout.readline().strip()
        for _ in range(answers):
            process.stdout.readline()
        process.kill()
        rest = [line for line in process.stdout if line.endswith("\n")]
    return run, answers + len(rest)


def numbers(service: Service, run: str) -> list[int]:
    events = stored(service.archive, run)
    told: list[Any] = [e.value("response") for e in events if e.event.type == "item.answered"]
    return [int(response["text"]) for response in told]


@pytest.mark.parametrize(
    ("kind", "answers"), [("sync", 1), ("sync", 700), ("async", 1), ("async", 700)]
)
@pytest.mark.parametrize("away", [False, True])
def test_nothing_is_lost_and_nothing_doubled_when_a_recorder_is_killed(  # noqa: PLR0917 - fixtures
    kind: str, answers: int, away: bool, serving: tuple[Service, str], spool: Path, dataset: str
) -> None:
    service, url = serving

    def gone(request: Any) -> Any:
        recording = request.url.path.endswith("/events")
        return problem(503, "unavailable", Retry_After="1") if away and recording else None

    service.before = gone
    run, told = killed_after(answers, kind, url, spool, dataset)
    service.before = lambda _: None
    with Client(url, TOKEN, spool=spool, retries=QUICK) as client:
        left = client.flush_spool()
        assert [sent.problem for sent in left] == [None] * len(left)
        assert client.flush_spool() == []
    found = numbers(service, run)
    assert found == [*range(len(found))]  # in order, none missing in between, none twice
    assert told <= len(found) <= told + 1  # the last one may have been on its way out


def test_a_run_whose_recorder_was_killed_goes_on(
    service: Service, url: str, spool: Path, dataset: str
) -> None:
    run, told = killed_after(5, "sync", url, spool, dataset)
    with Client(url, TOKEN, spool=spool, retries=QUICK) as client:
        with client.resume_run(run) as resumed:
            resumed.answered(0, {"text": "0"}, epoch=10_000)
    assert len(numbers(service, run)) > told
    assert types(service.archive, run)[-4:] == [
        "run.resumed", "item.answered", "run.completed", "stream.sealed",
    ]  # fmt: skip


def test_a_spool_in_use_is_left_alone(url: str, spool: Path, dataset: str) -> None:
    config = {"provider": "p", "model": "m", "parameters": {}, "scorers": []}
    with Client(url, TOKEN, spool=spool, retries=QUICK) as client:
        with client.run(dataset, config) as run:
            assert client.flush_spool() == []
            with pytest.raises(Refused, match="one in use"), client.resume_run(run.id):
                pass
