"""Services that are away, processes that are killed: evaluations go on, or fail if they must."""
# ruff: noqa: SIM117 - a recording is a block of its own, within that of its client

import json
import os
import socket
import subprocess
from typing import IO

import pytest

from interface.client import Client
from interface.client.spool_file import spools_in
from tests.interface.client.clients import QUICK
from tests.interface.client.service import running
from tests.interface.inspect_hook.conftest import Place

pytest.importorskip("ijson", reason="Inspect AI is not installed")

WHOLE = ["run.registered", "run.planned", "run.started", *["item.answered", "item.scored"] * 6]
AWAY = "http://127.0.0.1:9"
"""Where nobody listens."""


def out(process: "subprocess.Popen[str]") -> IO[str]:
    assert process.stdout is not None
    return process.stdout


def until_waiting(process: "subprocess.Popen[str]") -> None:
    for line in out(process):
        if line.strip() == "waiting":
            return
    raise AssertionError(process.communicate()[1][-3000:])


def go_on(process: "subprocess.Popen[str]") -> tuple[list[dict[str, str]], str]:
    """Let it go on to its end; what it says of its logs, and beside."""
    told, said = process.communicate("\n")
    assert process.returncode == 0, said[-3000:]
    return json.loads(told.splitlines()[-1]), said


def fresh(place: Place, before: list[str]) -> str:
    """The one run that is new."""
    (run,) = set(place.runs) - set(before)
    return run


def sent(place: Place, url: str | None = None) -> None:
    """Send what is left, as ``eval752 spool send`` does."""
    with Client(url or place.service.url, place.token, spool=place.spools, retries=QUICK) as client:
        assert [each.problem for each in client.flush_spool()] == [None]
    assert spools_in(place.spools) == []


def test_a_service_that_comes_back_while_the_evaluation_goes_on_has_all_of_it(place: Place) -> None:
    before = place.runs
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with place.start("waiting", EVAL752_SERVER=f"http://127.0.0.1:{port}") as process:
        until_waiting(process)
        assert place.runs == before
        with running(place.service.app, port):
            [log], _ = go_on(process)
    assert log["status"] == "success"
    ended = [*WHOLE, "run.completed", "run.annotated", "stream.sealed"]
    assert place.types(fresh(place, before)) == ended
    assert spools_in(place.spools) == []


def test_a_service_that_stays_away_breaks_nothing_and_all_can_be_sent_later(place: Place) -> None:
    before = place.runs
    with place.start("plain", EVAL752_SERVER=AWAY) as process:
        [log], said = go_on(process)
    assert log["status"] == "success"
    assert "not all is in the archive" in said
    assert "eval752 spool send" in said
    [spool] = spools_in(place.spools)
    told = spool.read_text().replace(AWAY, place.service.url)
    spool.write_text(told)
    sent(place)
    spool.write_text(told)
    sent(place)  # once more: all of it is known
    ended = [*WHOLE, "run.completed", "run.annotated", "stream.sealed"]
    assert place.types(fresh(place, before)) == ended


def test_a_token_that_counts_no_more_breaks_nothing_and_loses_nothing(place: Place) -> None:
    before = place.runs
    with place.start("plain", EVAL752_TOKEN=f"eval752_{'0' * 32}_{'A' * 43}") as process:
        [log], said = go_on(process)
    assert log["status"] == "success"
    assert "not all is in the archive" in said
    sent(place)
    assert place.types(fresh(place, before))[-1] == "stream.sealed"


@pytest.mark.skipif(os.name != "posix", reason="killed as POSIX does it")
def test_a_process_that_is_killed_leaves_an_incomplete_run_that_goes_on(place: Place) -> None:
    before = place.runs
    with place.start("waiting", EVAL752_SERVER=place.service.url) as process:
        until_waiting(process)
        process.kill()
    if spools_in(place.spools):
        sent(place)
    run = fresh(place, before)
    assert place.types(run) == WHOLE[: 3 + 2 * 3]
    summary = place.service.root.get(f"/v1/runs/{run[4:]}/summary").json()
    assert summary["status"] == "running"
    with Client(place.service.url, place.token, spool=place.spools, retries=QUICK) as client:
        with client.resume_run(run) as resumed:
            resumed.failed("4", {"message": "the process was killed"})
    told = place.types(run)
    assert told[9:] == ["run.resumed", "item.failed", "run.completed", "stream.sealed"]


def test_what_has_to_be_recorded_and_is_not_fails_before_a_model_is_asked(place: Place) -> None:
    before = place.runs
    with place.start("plain", EVAL752_SERVER=AWAY, EVAL752_REQUIRED="1") as process:
        told, said = process.communicate()
    assert process.returncode != 0
    assert "NotRecorded: eval752: sums with echo/model is not recorded" in said
    assert told.count("[") == 0  # no logs are told of: the evaluation has raised
    assert place.runs == before
    [spool] = spools_in(place.spools)
    spool.write_text(spool.read_text().replace(AWAY, place.service.url))
    sent(place)
    told_later = place.types(fresh(place, before))
    assert told_later == [*WHOLE[:3], "run.failed", "run.annotated", "stream.sealed"]


def test_what_has_to_be_recorded_and_is_does_not_fail(place: Place) -> None:
    before = place.runs
    with place.start("plain", EVAL752_REQUIRED="1") as process:
        [log], _ = go_on(process)
    assert log["status"] == "success"
    assert place.types(fresh(place, before))[-1] == "stream.sealed"


def test_without_a_server_nothing_is_recorded(place: Place) -> None:
    before = place.runs
    with place.start("plain", EVAL752_SERVER="") as process:
        [log], said = go_on(process)
    assert log["status"] == "success"
    assert "eval752: " not in said
    assert place.runs == before
