"""Both forms of a log, from the file to the entries."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from application.log_source import Account, Entry
from domain.errors import InvalidInput, UnreadableFile
from infrastructure.log_sources import open_log
from tests.inspect_logs import (
    PIXEL,
    Record,
    changed_zip,
    log,
    message,
    sample,
    write_eval_log,
    write_json_log,
)
from tests.native_exports import write_zip

Write = Callable[[Path, Record], Path]


def _zstd(path: Path, told: Record) -> Path:
    return write_eval_log(path, told, zstd=True)


FORMS = {"json": write_json_log, "eval": write_eval_log, "zstd": _zstd}


@pytest.fixture(name="write", params=FORMS)
def form(request: pytest.FixtureRequest) -> Write:
    return FORMS[request.param]


def walk(path: Path) -> tuple[list[Entry], list[Entry], Account]:
    account = Account()
    with open_log(path) as opened:
        return list(opened.dataset(account)), list(opened.run(0, account)), account


def refused(path: Path) -> str:
    with pytest.raises(InvalidInput) as caught:
        walk(path)
    return str(caught.value)


def types(told: list[Entry]) -> list[Any]:
    return [entry.members["type"] for entry in told]


def notes(account: Account) -> dict[str, int]:
    return {note.what: note.times for note in account.notes()}


def annotations(run: list[Entry]) -> Record:
    told: Record = {}
    for entry in run:
        if entry.members["type"] == "run.annotated":
            annotation: Any = entry.members["annotation"]
            told |= annotation
    return told


def test_a_log_is_a_dataset_and_a_run(tmp_path: Path, write: Write) -> None:
    told = log([sample("b"), sample("a", error={"message": "e"}, scores=None)])
    dataset, run, account = walk(write(tmp_path / "no.name", told))
    assert types(dataset) == ["dataset.registered", *["dataset.item_added"] * 2]
    assert types(run) == [
        *("run.registered", "run.started", "item.answered", "item.scored"),
        *("item.attempt_failed", "item.failed", "run.completed", "run.annotated", "run.annotated"),
    ]
    assert account.found == {
        "items": 2, "results": 2, "scores": 1, "failed attempts": 1, "assets": 0,
    }  # fmt: skip


def test_all_forms_give_the_same_entries(tmp_path: Path) -> None:
    told = log([sample(number, epoch) for epoch in (1, 2) for number in (1, 2)], 1.0)
    walks = [walk(write(tmp_path / form, told))[:2] for form, write in FORMS.items()]
    members = [[[entry.members for entry in each] for each in walked] for walked in walks]
    assert members[0] == members[1] == members[2]


def test_items_are_in_the_order_of_the_dataset(tmp_path: Path, write: Write) -> None:
    samples = [sample(number, epoch) for epoch in (1, 2) for number in (3, 1, 2)]
    told = log(samples)
    told["eval"]["dataset"]["sample_ids"] = [1, 2, 7]
    dataset, run, _ = walk(write(tmp_path / "a", told))
    rows: list[Any] = [entry.members["row"] for entry in dataset[1:]]
    assert [row["id"] for row in rows] == ["1", "2", "3"]
    answered = [entry.members for entry in run if entry.members["type"] == "item.answered"]
    assert [(each["item"], each["epoch"]) for each in answered] == [
        (2, 1), (0, 1), (1, 1), (2, 2), (0, 2), (1, 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "ends"),
    [("error", ["run.failed"]), ("cancelled", ["run.canceled"]), ("started", []), ("odd", [])],
)
def test_the_status_ends_the_run(
    tmp_path: Path, write: Write, status: str, ends: list[str]
) -> None:
    error = {"message": "out of money"}
    _, run, _ = walk(write(tmp_path / "a", log([sample(1)], status=status, error=error)))
    assert types(run)[4:-2] == ends
    if status == "error":
        assert run[4].members["error"] == error
        assert run[4].members["occurred"] == "2025-09-15T19:04:45.000000Z"


def test_a_crashed_run_is_archived_as_the_incomplete_one_that_it_is(tmp_path: Path) -> None:
    path = write_eval_log(tmp_path / "a.eval", log([sample(1), sample(2)]))
    changed_zip(path, {"header.json": None, "summaries.json": None, "samples/2_epoch_1.json": None})
    _, run, account = walk(path)
    assert types(run)[-3:] == ["item.scored", "run.annotated", "run.annotated"]
    assert account.found["results"] == 1
    assert annotations(run)["recomputed"]["missing"] == ["2"]


def test_media_become_assets_in_question_and_request(tmp_path: Path, write: Write) -> None:
    content = [{"type": "image", "image": "attachment://" + "a" * 32}]
    user = message("user", content)
    told = log([
        sample(1, input=[user], messages=[user], attachments={"a" * 32: PIXEL}, output={}),
    ])  # fmt: skip
    path = write(tmp_path / "a", told)
    dataset, run, account = walk(path)
    [name] = dataset[1].assets["question"]
    assert dict(run[2].assets) == {"request": [name]}
    assert run[2].members["request"] == {
        "messages": [message("user", [{"type": "image", "image": f"assets/{name}"}])]
    }
    assert account.found["assets"] == 1
    with open_log(path) as opened:
        list(opened.dataset(Account()))
        assert b"".join(opened.asset(name)) == b"\x89PNG\r\n\x1a\n"


def test_media_belong_to_the_part_that_they_stand_in(tmp_path: Path, write: Write) -> None:
    dataset, *_ = walk(write(tmp_path / "a", log([sample(1, metadata={"icon": PIXEL})])))
    assert [*dataset[1].assets] == ["item"]


def test_a_reference_to_nothing_is_kept_and_noted(tmp_path: Path, write: Write) -> None:
    lost = [message("user", "attachment://" + "b" * 32)]
    _, run, account = walk(write(tmp_path / "a", log([sample(1, messages=lost)])))
    assert run[2].members["request"] == {"messages": lost}
    assert "a reference to an attachment that is not there: kept" in notes(account)


def test_transcripts_are_left_in_the_original_and_looked_through(
    tmp_path: Path, write: Write
) -> None:
    path = write(tmp_path / "a", log([sample(1, events=[{"api_key": "sk-live0123456789abc"}])]))
    assert notes(walk(path)[2])["a sample's events: in the original only"] == 1
    with open_log(path) as opened:
        text = dict(opened.unread())
    [place] = [place for place in text if place.endswith(", events")]
    assert b"sk-live" in text[place]


def test_an_item_that_differs_between_epochs_is_noted_and_kept(
    tmp_path: Path, write: Write
) -> None:
    told = log([sample(1), sample(1, 2, input="Another?")])
    dataset, run, account = walk(write(tmp_path / "a", told))
    assert len(dataset) == 2
    response: Any = run[4].members["response"]
    assert response["sample"]["item"]["input"] == "Another?"
    assert any(what.startswith("an item that differs") for what in notes(account))


def test_odd_json_is_mapped_and_counted_once(tmp_path: Path, write: Write) -> None:
    _, run, account = walk(write(tmp_path / "a", log([sample(1, value=float("nan"))])))
    assert notes(account)["NaN or an infinity, kept as text"] == 1
    response: Any = run[2].members["response"]
    assert response["scores"]["match"]["value"] == "NaN"
    assert "item.scored" not in types(run)


def test_a_log_without_samples_is_archived(tmp_path: Path, write: Write) -> None:
    dataset, run, _ = walk(write(tmp_path / "a", log([])))
    assert (types(dataset), len(run)) == (["dataset.registered"], 5)


def test_ids_may_be_any_text(tmp_path: Path, write: Write) -> None:
    ids = ["a/b", "../c", "d\\e", "C:f", " ", "\n", "ü_epoch_2"]
    dataset, *_ = walk(write(tmp_path / "a", log([sample(each) for each in ids])))
    rows: list[Any] = [entry.members["row"] for entry in dataset[1:]]
    assert [row["id"] for row in rows] == ids


def test_a_sample_logged_twice_is_refused_with_both_places(tmp_path: Path) -> None:
    told = refused(write_json_log(tmp_path / "a", log([sample(1), sample(2), sample("1")])))
    assert told.startswith("samples.2: expected the only sample of its id and epoch")
    assert told.endswith("found another one in samples.0")


def test_a_member_named_twice_is_refused(tmp_path: Path) -> None:
    path = write_eval_log(tmp_path / "a.eval", log([sample(1), sample(2)]))
    path.write_bytes(path.read_bytes().replace(b"samples/2_", b"samples/1_"))
    assert "a name that another member has" in refused(path)


def test_a_sample_under_the_name_of_another_is_refused(tmp_path: Path) -> None:
    path = write_eval_log(tmp_path / "a.eval", log([sample(1), sample(2)]))
    changed_zip(path, {"samples/2_epoch_1.json": json.dumps(sample(3)).encode()})
    told = refused(path)
    assert told.startswith("samples/2_epoch_1.json: expected id '2' and epoch 1, found '3'")


def test_samples_without_a_header_are_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.eval", {"samples/1_epoch_1.json": b"{}"})
    assert "expected header.json or _journal/start.json, found samples only" in refused(path)


def test_chunked_samples_are_refused_with_what_helps(tmp_path: Path) -> None:
    path = write_eval_log(tmp_path / "a.eval", log([sample(1)]))
    changed_zip(path, {"samples/2_epoch_1/sample.json": b"{}"})
    assert refused(path).endswith("Write it anew with: inspect log convert")


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_log_is_refused(tmp_path: Path, write: Write, cut: float) -> None:
    path = write(tmp_path / "a", log([sample(number) for number in range(20)]))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * cut)])
    with pytest.raises(UnreadableFile):
        walk(path)


@pytest.mark.parametrize("epoch", [0, 10_001, 1.5, "1", None, True])
def test_an_epoch_that_is_none_is_refused(tmp_path: Path, epoch: Any) -> None:
    told = log([sample(1)])
    told["samples"][0]["epoch"] = epoch
    assert "epoch" in refused(write_json_log(tmp_path / "a", told))


def test_a_sample_of_too_much_text_is_refused(
    tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infrastructure.log_sources.inspect_logs.samples.LIMIT", 5000)
    monkeypatch.setattr("infrastructure.log_sources.inspect_logs.samples.ORDINARY", 0)
    told = log([sample(1, events=["x" * 9000]), sample(2, metadata={"text": "x" * 9000})])
    assert refused(write(tmp_path / "a", told)).partition(":")[0] in {
        "samples.1, metadata",
        "samples/2_epoch_1.json, metadata",
    }


def test_messages_beyond_a_part_are_an_asset(
    tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infrastructure.log_sources.inspect_logs.entries.LARGE", 5000)
    said = [message("user", "?"), message("assistant", "x" * 9000)]
    path = write(tmp_path / "a", log([sample(1, messages=said)]))
    _, run, account = walk(path)
    [name] = run[2].assets["response"]
    response: Any = run[2].members["response"]
    assert response["messages"] == f"assets/{name}"
    assert notes(account)["messages of more than 4 MiB: an asset"] == 1


@pytest.mark.parametrize("text", ["[]", "{}", '{"results": 1}', '{"evalId": 1}', "no json", ""])
def test_other_files_are_not_taken_for_logs(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    assert "none of these" in refused(path)
