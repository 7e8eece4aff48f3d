import json
import os
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED

import pytest

from application.log_source import Account, Entry, LogFile
from domain.errors import InvalidInput, Refused, UnreadableFile
from infrastructure.log_sources import open_log
from tests.native_exports import (
    LIGHTEVAL,
    PNG,
    browser_capture,
    item,
    lines,
    members_of,
    result,
    server_export,
    write_zip,
)


def walk(log: LogFile) -> tuple[list[Entry], list[Entry], Account]:
    account = Account()
    dataset = list(log.dataset(account))
    return dataset, list(log.run(0, account)) if log.runs else [], account


def entries(path: Path) -> tuple[list[Entry], list[Entry], Account]:
    with open_log(path) as log:
        return walk(log)


def refused(path: Path) -> str:
    with pytest.raises(InvalidInput) as caught:
        entries(path)
    return str(caught.value)


def types(told: list[Entry]) -> list[Any]:
    return [entry.members["type"] for entry in told]


def test_an_export_without_results_is_a_dataset(tmp_path: Path) -> None:
    dataset, run, account = entries(server_export(tmp_path, [item(1), item(2)]))
    assert types(dataset) == ["dataset.registered", *["dataset.item_added"] * 2]
    assert (run, account.found["items"]) == ([], 2)


def test_a_browsers_capture_needs_no_more_than_sections(tmp_path: Path) -> None:
    dataset, _, account = entries(browser_capture(tmp_path, [item(1)]))
    assert dataset[0].members["config"] == {"name": "capture"}
    assert account.notes() == []


def test_an_export_with_results_is_a_run_as_well(tmp_path: Path) -> None:
    path = server_export(
        tmp_path, [item(1), item(2)], [result(2), result(1, response=None, error="x")]
    )
    _, run, account = entries(path)
    assert types(run) == [
        *("run.registered", "run.started", "item.answered", "item.scored"),
        *("item.attempt_failed", "item.failed", "run.completed"),
    ]
    assert [entry.members.get("item") for entry in run[2:6]] == [1, 1, 0, 0]
    assert account.found["results"] == 2


def test_no_plan_is_declared(tmp_path: Path) -> None:
    _, run, _ = entries(server_export(tmp_path, [item(1)], [result(1)]))
    assert "run.planned" not in types(run)


def test_every_walk_tells_the_same(tmp_path: Path) -> None:
    items = [item(1), item(2, extra="x")]
    members = members_of(items, [result(1, score="NaN"), result(2, attempts=[{"error": "e"}])])
    members["assets/a.png"] = PNG
    with open_log(write_zip(tmp_path / "a.zip", members)) as log:
        assert walk(log) == walk(log)


def test_unknown_fields_of_an_item_are_kept(tmp_path: Path) -> None:
    row = item(1, version="2.3", tags=["x", {"y": None}])
    dataset, _, _ = entries(server_export(tmp_path, [row]))
    assert dataset[1].members["row"] == {**row, "section": "Europe"}


@pytest.mark.parametrize("named", [{"section": "Asia"}, {"meta": {"section": "Asia"}}])
def test_an_item_that_names_its_section_keeps_it(tmp_path: Path, named: dict[str, Any]) -> None:
    dataset, _, _ = entries(server_export(tmp_path, [item(1, **named)]))
    assert dataset[1].members["row"] == item(1, **named)


def test_sections_come_in_the_order_of_the_zip(tmp_path: Path) -> None:
    members = {f"sections/{name}.jsonl": lines([item(ord(name))]) for name in "cab"}
    dataset, _, _ = entries(write_zip(tmp_path / "a.zip", members))
    assert [entry.place[9] for entry in dataset[1:]] == ["c", "a", "b"]


def test_blank_lines_and_a_missing_end_are_no_matter(tmp_path: Path) -> None:
    text = b"\n\r\n" + lines([item(1)]).replace(b"\n", b"\r\n") + json.dumps(item(2)).encode()
    dataset, _, _ = entries(write_zip(tmp_path / "a.zip", {"sections/a.jsonl": text}))
    assert [entry.place for entry in dataset[1:]] == [
        "sections/a.jsonl, line 3",
        "sections/a.jsonl, line 4",
    ]


def test_an_id_that_is_a_number_is_its_digits(tmp_path: Path) -> None:
    path = server_export(tmp_path, [item(1, id=17)], [result(1, item_id=17)])
    dataset, run, account = entries(path)
    row: Any = dataset[1].members["row"]
    assert row["id"] == "17"
    assert run[2].members["item"] == 0
    assert [note.what for note in account.notes()] == ["an item's id that is a number: its digits"]


@pytest.mark.parametrize("wrong", [None, True, 1.5, ["q"]])
def test_an_item_without_an_id_is_refused(tmp_path: Path, wrong: Any) -> None:
    told = refused(server_export(tmp_path, [item(1), item(2, id=wrong)]))
    assert told.startswith("sections/Europe.jsonl, line 2, id: expected a string")


def test_an_id_that_two_items_have_is_refused_with_both_places(tmp_path: Path) -> None:
    members = members_of([item(1), item(2)])
    members["sections/Asia.jsonl"] = lines([item(3), item(2)])
    told = refused(write_zip(tmp_path / "a.zip", members))
    assert told.startswith("sections/Asia.jsonl, line 2: ")
    assert told.endswith("'q-002' here and in sections/Europe.jsonl, line 2")


def test_a_line_that_is_no_object_is_refused(tmp_path: Path) -> None:
    assert "sections/Europe.jsonl, line 2: expected an object" in refused(
        server_export(tmp_path, [item(1), "[1]"])
    )


def test_a_line_that_is_no_json_is_refused(tmp_path: Path) -> None:
    told = refused(server_export(tmp_path, [item(1)], [result(1), "{"]))
    assert told.startswith("results.jsonl, line 2: expected JSON")


def test_a_key_twice_is_refused(tmp_path: Path) -> None:
    told = refused(server_export(tmp_path, [item(1)], ['{"id": "q-001", "id": "q-002"}']))
    assert "results.jsonl, line 1: expected unique keys" in told


def test_loose_json_is_mapped_and_counted(tmp_path: Path) -> None:
    row = json.dumps(item(1))[:-1] + ', "weight": NaN, "seed": 12345678901234567890123}'
    dataset, _, account = entries(server_export(tmp_path, [row, item(2)]))
    told: Any = dataset[1].members["row"]
    assert (told["weight"], told["seed"]) == ("NaN", "12345678901234567890123")
    assert [(note.times, note.first) for note in account.notes()] == [
        (1, "sections/Europe.jsonl, line 1")
    ] * 2


def test_a_result_of_an_unknown_item_is_refused(tmp_path: Path) -> None:
    told = refused(server_export(tmp_path, [item(1)], [result(1), result(2)]))
    assert told.startswith("results.jsonl, line 2, item: ")
    assert "'q-002'" in told


def test_a_second_result_of_an_item_is_refused_with_both_places(tmp_path: Path) -> None:
    told = refused(server_export(tmp_path, [item(1), item(2)], [result(1), result(2), result(1)]))
    assert told.startswith("results.jsonl, line 3: ")
    assert told.endswith("another one in line 1")


def test_results_of_several_epochs_are_told_apart(tmp_path: Path) -> None:
    path = server_export(tmp_path, [item(1)], [result(1, epoch=2), result(1)])
    _, run, _ = entries(path)
    assert [entry.members.get("epoch") for entry in run[2:6]] == [2, 2, 1, 1]


@pytest.fixture(name="with_image")
def export_with_image(tmp_path: Path) -> Path:
    inputs = {"text": "assets/no.png", "images": ["assets/d.PNG", {"path": "assets/d.PNG"}, "no"]}
    members = members_of([item(1, inputs=inputs), item(2)])
    members |= {"assets/d.PNG": PNG, "assets/idle.bin": b"1", "config.yaml": LIGHTEVAL.encode()}
    return write_zip(tmp_path / "a.zip", members, ZIP_STORED)


def test_references_to_assets_become_their_digests(with_image: Path) -> None:
    with open_log(with_image) as log:
        dataset, _, account = walk(log)
        row: Any = dataset[1].members["row"]
        (name,) = dataset[1].assets["question"]
        assert row["inputs"] == {
            "text": "assets/no.png",
            "images": [f"assets/{name}", {"path": f"assets/{name}"}, "no"],
        }
        assert name.endswith(".png")
        assert b"".join(log.asset(name)) == PNG
    assert dataset[2].assets == {}
    assert account.found["assets"] == 2


def test_what_stays_in_the_original_only_is_noted(with_image: Path) -> None:
    _, _, account = entries(with_image)
    assert [(note.what, note.first) for note in account.notes()] == [
        ("an asset that no item refers to: in the original only", "assets/idle.bin"),
        ("a member that is not read: in the original only", "config.yaml"),
    ]


def test_what_is_not_read_can_be_looked_through(with_image: Path) -> None:
    with open_log(with_image) as log:
        told = [(place, line.decode()) for place, line in log.unread()]
    assert [line for _, line in told] == LIGHTEVAL.splitlines()
    assert told[-1][0] == "config.yaml, line 5"


def test_an_asset_that_is_missing_is_refused_with_item_and_path(tmp_path: Path) -> None:
    row = item(1, inputs={"text": "t", "audio": ["assets/a.wav"]})
    told = refused(server_export(tmp_path, [row]))
    place = "sections/Europe.jsonl, line 1, item 'q-001', inputs.audio.0"
    assert told == f"{place}: expected assets/a.wav among the members, found no such member"


@pytest.mark.parametrize(
    ("name", "ext"), [("a", "bin"), ("a.tar.gz", "gz"), ("a.jpeg2000x", "bin"), ("a.b/c", "bin")]
)
def test_an_asset_has_an_extension_that_the_format_allows(
    tmp_path: Path, name: str, ext: str
) -> None:
    members = members_of([item(1, inputs={"text": "t", "images": [f"assets/{name}"]})])
    members[f"assets/{name}"] = PNG
    dataset, _, _ = entries(write_zip(tmp_path / "a.zip", members))
    assert dataset[1].assets["question"][0].endswith(f".{ext}")


def test_a_run_config_without_results_is_kept_with_the_dataset(tmp_path: Path) -> None:
    members = members_of([item(1)]) | {"run_config.json": b'{"model": "m"}'}
    dataset, _, _ = entries(write_zip(tmp_path / "a.zip", members))
    config: Any = dataset[0].members["config"]
    assert config["run_config"] == {"model": "m"}


def test_results_without_a_run_config_are_a_run_all_the_same(tmp_path: Path) -> None:
    members = members_of([item(1)], [result(1)])
    del members["run_config.json"]
    _, run, account = entries(write_zip(tmp_path / "a.zip", members))
    assert types(run)[0] == "run.registered"
    assert len(account.notes()) == 2


def test_an_environment_that_is_told_is_the_runs(tmp_path: Path) -> None:
    members = members_of([item(1)], [result(1)])
    members["manifest.json"] = b'{"environment": {"python": "3.12"}}'
    _, run, _ = entries(write_zip(tmp_path / "a.zip", members))
    assert run[0].members["environment"] == {"python": "3.12"}


def test_a_sealed_bundle_is_refused_with_the_way_on(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", members_of([item(1)]) | {"events.jsonl": b""})
    with pytest.raises(Refused, match="Use eval752 import"), open_log(path):
        pass


def test_a_zip_without_sections_is_of_another_kind(tmp_path: Path) -> None:
    with (
        pytest.raises(UnreadableFile, match="none of these"),
        open_log(write_zip(tmp_path / "a.zip", {"results.jsonl": b""})),
    ):
        pass


def test_the_kind_is_told_by_the_bytes(tmp_path: Path) -> None:
    path = server_export(tmp_path, [item(1)])
    assert len(entries(path.rename(tmp_path / "log.txt"))[0]) == 2
    (tmp_path / "b.eval752.zip").write_bytes(b"{}")
    for other in (tmp_path / "b.eval752.zip", tmp_path):
        with pytest.raises(UnreadableFile, match="none of these"), open_log(other):
            pass


def test_a_file_that_is_not_there_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="a readable file"), open_log(tmp_path / "none.zip"):
        pass


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnreadableFile), open_log(tmp_path / "pipe"):
        pass
