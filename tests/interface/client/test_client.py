"""What both clients do, against a real archive: record, read, export."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import InvalidInput, NotFound, Refused
from domain.verification.policy import Policy
from interface.client import Retries, Unauthenticated
from interface.verifying import verify_file
from tests.archives import types as types_of
from tests.interface.api.conftest import served as serve
from tests.interface.cli.running import CONFIG, ROWS
from tests.interface.client.clients import client_of
from tests.interface.client.flaky import FATES, flaky_of
from tests.interface.client.service import TOKEN, served

FOR_EVER = Retries(count=1000, first=0.001, most=0.002)


@pytest.fixture(scope="module", params=["small", "real"])
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An archive that is served, by the small service of these tests or by the real one."""
    folder = tmp_path_factory.mktemp("archive")
    if request.param == "small":
        with served(folder) as (service, url):
            yield service.archive, url, TOKEN
        return
    with serve(folder) as real:
        token = real.root.headers["authorization"].removeprefix("Bearer ")
        yield real.service.archive, real.url, token


@pytest.fixture(params=["sync", "async"])
def client(request: pytest.FixtureRequest, archive: Any, spool: Path) -> Iterator[Any]:
    _, url, token = archive
    with client_of(request.param, url, token, spool) as made:
        yield made


def types(archive: Any, stream: str) -> list[str]:
    return types_of(archive[0], stream)


def recorded(client: Any) -> str:
    """Record a dataset, and a run that is completed; return the run's stream."""
    with client.dataset("capitals", config={"about": "geography"}) as dataset:
        for row in ROWS:
            dataset.add(row)
    with client.run(dataset=dataset, config=CONFIG, plan=True) as run:
        run.answered("q-1", {"text": "Paris"}, request={"p": 1}, latency_ms=412, score=True)
        run.attempt_failed("q-2", {"message": "timeout"})
        run.failed("q-2", {"message": "given up"})
        run.annotated({"text": "a remark"}, item="q-1")
    return str(run.stream)


def test_a_run_that_ends_well_is_completed_and_sealed(client: Any, archive: Any) -> None:
    run = recorded(client)
    assert types(archive, run) == [
        "run.registered", "run.planned", "run.started", "item.answered", "item.scored",
        "item.attempt_failed", "item.failed", "run.annotated", "run.completed", "stream.sealed",
    ]  # fmt: skip


def test_a_dataset_that_ends_well_is_frozen_and_sealed(client: Any, archive: Any) -> None:
    with client.dataset("capitals") as dataset:
        dataset.add(ROWS[0])
    assert types(archive, dataset.stream) == [
        "dataset.registered", "dataset.item_added", "dataset.frozen", "stream.sealed",
    ]  # fmt: skip


def test_what_is_raised_in_a_run_is_recorded_and_the_run_can_go_on(
    client: Any, archive: Any
) -> None:
    with client.dataset("capitals") as dataset:
        dataset.add(ROWS[0])
    with pytest.raises(ZeroDivisionError), client.run(dataset.stream, CONFIG) as run:
        raise ZeroDivisionError("by \ud800")
    assert types(archive, run.stream)[-1] == "run.failed"
    with client.resume_run(run.id) as resumed:
        resumed.answered("q-1", {"text": "Paris"})
    told = types(archive, run.stream)
    assert told[-4:] == ["run.resumed", "item.answered", "run.completed", "stream.sealed"]


def test_a_dataset_in_which_something_is_raised_stays_open(client: Any, archive: Any) -> None:
    with suppress(ZeroDivisionError), client.dataset("capitals") as dataset:
        dataset.add(ROWS[0])
        raise ZeroDivisionError
    assert types(archive, dataset.stream) == ["dataset.registered", "dataset.item_added"]


def test_nothing_waits_after_a_run_and_no_file_stays(client: Any, spool: Path) -> None:
    recorded(client)
    assert [*spool.iterdir()] == []


def test_what_is_flushed_is_in_the_archive(client: Any, archive: Any) -> None:
    with client.dataset("capitals") as dataset:
        dataset.add(ROWS[0])
        receipt = dataset.flush()
        assert (receipt.recorded, receipt.known) == (1, 0)
        assert types(archive, dataset.stream)[-1] == "dataset.item_added"


def test_lists_go_over_all_pages(client: Any) -> None:
    streams = [recorded(client) for _ in range(3)]
    assert [row.key.stream for row in client.runs()][:3] == streams[::-1]
    assert [row.name for row in client.datasets()][:3] == ["capitals"] * 3


def test_one_run_is_read_with_its_totals_and_names(client: Any) -> None:
    shown = client.read_run(recorded(client))
    assert (shown.run.answered, shown.run.failed, shown.run.status) == (1, 1, "completed")
    assert [*shown.scorers] == ["match"]
    assert shown.registered.value("config") == CONFIG
    dataset = client.read_dataset(shown.run.dataset.stream)
    assert dataset.dataset.items == 2


def test_one_item_is_read_with_its_content(client: Any) -> None:
    run = recorded(client)
    result = client.result(run, "q-1")
    assert result.attempts[0].value("response") == {"text": "Paris"}
    assert result.scores[0].basis == "recomputed, the same"
    assert client.item(client.read_run(run).run.dataset.stream, "q-2").value("answer") == "Lima"


def test_a_summary_is_of_now_or_of_a_version(client: Any) -> None:
    run = recorded(client)
    assert client.summary(run)["all"]["answered"] == 1
    assert client.summary(run, at=3)["all"]["answered"] == 0


def test_a_history_comes_in_order(client: Any) -> None:
    events = [row.event for row in client.history(recorded(client))]
    assert [event["version"] for event in events] == [*range(1, 11)]
    assert events[0]["type"] == "run.registered"


def test_a_bundle_is_downloaded_and_verifies(client: Any, tmp_path: Path) -> None:
    target = tmp_path / "run.eval752.zip"
    downloaded = client.download(recorded(client), target)
    report = verify_file(target, Policy())
    assert report.verified
    assert downloaded.digest == report.digest
    with pytest.raises(Refused, match="a new name"):
        client.download("run/00000000-0000-7000-8000-00000000002a", target)


def test_a_problem_becomes_the_error_of_its_kind(client: Any) -> None:
    with pytest.raises(NotFound) as caught:
        client.read_run("run/00000000-0000-7000-8000-00000000002a")
    assert caught.value.place
    assert caught.value.__notes__[0].startswith("request ")


def test_what_is_no_stream_is_not_asked_for(spool: Path) -> None:
    with (
        client_of("sync", "http://127.0.0.1:9", TOKEN, spool) as client,
        pytest.raises(InvalidInput, match="run/ID"),
    ):
        client.read_run("../../secrets")


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_without_a_good_token_nothing_is_told(kind: str, archive: Any, spool: Path) -> None:
    with (
        client_of(kind, archive[1], "eval752_other", spool) as stranger,
        pytest.raises(Unauthenticated),
    ):
        [*stranger.runs()]


def test_tokens_and_projects_are_managed(client: Any) -> None:
    project = f"vision-{len([*client.projects()])}"
    client.add_project(project)
    assert [*client.projects()][-1] == project
    new = client.issue_token("recorder", project=project, label="nightly")
    assert new.token.startswith("eval752_")
    client.revoke_token(new.id)
    known = [*client.tokens()][-1]
    assert (known.label, known.token, known.role) == ("nightly", None, "recorder")
    assert known.revoked


def test_an_asset_is_put_under_its_digest(client: Any, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"picture")
    name = client.put_asset(tmp_path / "a.png", "png")
    assert name == client.put_asset(b"picture", "png")
    assert name.endswith(".png")


@pytest.mark.parametrize("kind", ["sync", "async"])
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fates=st.lists(st.sampled_from(FATES), max_size=8))
def test_what_the_network_drops_is_neither_lost_nor_doubled(
    kind: str, archive: Any, spool: Path, fates: list[str]
) -> None:
    held, url, token = archive
    more = {"transport": flaky_of(kind, url, fates, token), "retries": FOR_EVER}
    with client_of(kind, url, token, spool, **more) as client:
        with client.dataset("capitals") as dataset:
            for row in ROWS:
                dataset.add(row)
        with client.run(dataset.stream, CONFIG, plan={"epochs": 5}) as run:
            for epoch in range(1, 6):
                run.answered("q-1", {"text": "Paris"}, epoch=epoch, score=True)
                run.failed("q-2", {"message": "no"}, epoch=epoch)
    assert types_of(held, dataset.stream)[1:-2] == ["dataset.item_added"] * 2
    told = types_of(held, run.stream)
    assert told[3:] == [
        *("item.answered", "item.scored", "item.failed") * 5, "run.completed", "stream.sealed",
    ]  # fmt: skip


def test_the_items_of_a_dataset_are_listed(client: Any) -> None:
    with client.dataset("capitals") as dataset:
        for row in ROWS:
            dataset.add(row)
    assert [row.outside for row in client.items(dataset.stream)] == ["q-1", "q-2"]
