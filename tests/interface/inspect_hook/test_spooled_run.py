"""A run that goes into a service, told by small samples: what cannot be recorded, and the spool."""

import json
from pathlib import Path
from typing import Any

import pytest

from domain.errors import Eval752Error, InvalidInput
from interface.client import actions
from interface.client.errors import Unauthenticated, Unavailable
from interface.client.spool_file import spools_in
from interface.inspect_hook.settings import Settings, is_on, is_required, read_settings
from interface.inspect_hook.spooled_run import SpooledRun
from tests.inspect_logs import PIXEL, Record, log, message, sample
from tests.interface.inspect_hook.conftest import Place, of


@pytest.fixture(autouse=True)
def _own_spools(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(place.folder / "state"))


def text(told: Record) -> bytes:
    return json.dumps(told).encode()


def begun(place: Place, samples: list[Record], items: list[Record] | None = None) -> SpooledRun:
    told = log(samples)
    del told["samples"], told["results"]
    run = SpooledRun(Settings(place.service.url, place.token), text({**told, "status": "started"}))
    run.begin(map(text, samples if items is None else items))
    return run


def ended(run: SpooledRun) -> str:
    run.end(None, actions.canceled())
    return run.stream


def annotations(place: Place, run: str) -> list[Any]:
    events = place.events(run)
    return [each.value("annotation") for each in events if each.event.type == "run.annotated"]


def test_the_plan_is_durable_once_it_is_settled(place: Place) -> None:
    run = begun(place, [sample("a")])
    run.settle()
    assert place.types(run.stream) == ["run.registered", "run.planned", "run.started"]
    assert place.types(ended(run))[-2:] == ["run.canceled", "stream.sealed"]


def test_a_sample_that_cannot_be_recorded_is_told_of_and_holds_up_no_other(place: Place) -> None:
    samples = [sample("a"), sample("b")]
    run = begun(place, samples)
    large = "x" * (9 * 2**20)
    with pytest.raises(InvalidInput):
        run.take(text({**samples[0], "output": {"completion": large}}), "a", 1)
    run.take(text(samples[1]), "b", 1)
    stream = ended(run)
    (told,) = annotations(place, stream)
    assert told["why"].startswith("not recorded: ")
    assert "item.answered" in place.types(stream)
    assert run.results == 1


def test_a_sample_that_is_not_understood_holds_up_no_other(place: Place) -> None:
    run = begun(place, [sample("a"), sample("b")])
    with pytest.raises(InvalidInput):
        run.take(b'{"id": "z"}', "a", 1)
    run.take(text(sample("b")), "b", 1)
    assert "item.answered" in place.types(ended(run))


def test_items_that_do_not_fit_to_the_ids_are_ids(place: Place) -> None:
    run = begun(place, [sample("a")], [sample("z")])
    environment = of(place.events(ended(run))[0].value("environment"))
    assert environment["eval752"]["items"] == "ids"


def test_where_no_samples_are_named_there_is_no_plan_and_all_of_them_are_annotations(
    place: Place,
) -> None:
    run = begun(place, [])
    run.take(text(sample("new")), "new", 1)
    stream = ended(run)
    told = ["run.registered", "run.started", "run.annotated", "run.canceled", "stream.sealed"]
    assert place.types(stream) == told
    assert annotations(place, stream)[0]["why"] == "a sample that is none of the dataset"


def test_media_are_assets_of_the_service(place: Place) -> None:
    content = [{"type": "image", "image": PIXEL}]
    shown = sample("a", input=[message("user", content)], messages=[message("user", content)])
    run = begun(place, [shown])
    run.take(text(shown), "a", 1)
    events = {each.event.type: each for each in place.events(ended(run))}
    name = of(events["item.answered"].value("request"))["messages"][0]["content"][0]["image"]
    assert place.service.service.archive.assets.size(name.removeprefix("assets/")) > 0
    assert spools_in(place.spools) == []


def test_nothing_is_lost_when_the_token_does_not_count(place: Place) -> None:
    told = log([sample("a")])
    del told["samples"]
    run = SpooledRun(Settings(place.service.url, "eval752_nobody"), text(told))
    run.begin([text(sample("a"))])
    with pytest.raises(Unauthenticated):
        run.settle()
    run.take(text(sample("a")), "a", 1)
    with pytest.raises(Unauthenticated):
        ended(run)
    assert b"item.answered" in run.spool.read_bytes()
    run.spool.unlink()


def test_it_is_known_at_once_that_a_service_is_not_there(place: Place) -> None:
    told = log([sample("a")])
    del told["samples"]
    run = SpooledRun(Settings("http://127.0.0.1:9", "eval752_nobody"), text(told))
    with pytest.raises(Unavailable):
        run.check_reachable()
    run.close()


@pytest.mark.parametrize(
    ("value", "required"),
    [("1", True), ("true", True), ("", False), ("0", False), ("No", False), ("off", False)],
)
def test_recording_is_required_where_the_environment_says_so(
    value: str, required: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVAL752_REQUIRED", value)
    assert is_required() is required
    monkeypatch.delenv("EVAL752_REQUIRED")
    assert not is_required()


def test_it_is_on_where_a_server_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("EVAL752_SERVER", raising=False)
    assert not is_on()
    monkeypatch.setenv("EVAL752_SERVER", "http://127.0.0.1:7520/")
    monkeypatch.setenv("EVAL752_TOKEN", "eval752_one")
    monkeypatch.delenv("EVAL752_TOKEN_FILE", raising=False)
    assert is_on()
    assert read_settings() == ("http://127.0.0.1:7520", "eval752_one")
    path = tmp_path / "token"
    path.touch(0o644)
    path.chmod(0o644)
    monkeypatch.setenv("EVAL752_TOKEN_FILE", str(path))
    with pytest.raises(Eval752Error, match="mode 0644"):
        read_settings()
