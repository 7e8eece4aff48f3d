import json
from pathlib import Path

import pytest

from interface.hidden_characters import is_hidden
from tests.inspect_logs import log, sample, write_json_log
from tests.interface.cli.running import DATASET, eval752, lines, stream_of


def test_runs_are_listed(made: Path) -> None:
    data = ("--data", made / "archive")
    run = stream_of(made / "archive", "run/")
    said = eval752("runs", *data)
    assert said.out.startswith(f"{run[:12]}  dataset capitals, model example/example-1,")
    (row,) = eval752("runs", "--json", *data).document
    assert row["key"]["stream"] == run
    assert (row["answered"], row["failed"], row["open"], row["mean"]) == (2, 0, 0, 0.5)
    assert row["held"] == "disclosed"


def test_datasets_are_listed(made: Path) -> None:
    data = ("--data", made / "archive")
    titles, row = eval752("datasets", *data).out.splitlines()
    assert titles.split() == [
        "dataset",
        "name",
        "items",
        "sections",
        "registered",
        "frozen",
        "sealed",
    ]
    assert row.startswith(stream_of(made / "archive", "dataset/")[:12])
    assert [row["items"] for row in eval752("datasets", "--json", *data).document] == [2]


def test_an_archive_without_runs_says_how_to_get_one(tmp_path: Path) -> None:
    assert eval752("record", "--data", tmp_path / "new").code == 0
    assert "eval752 record" in eval752("runs", "--data", tmp_path / "new").out
    assert "eval752 record" in eval752("datasets", "--data", tmp_path / "new").out
    assert eval752("runs", "--json", "--data", tmp_path / "new").document == []


def test_a_run_is_shown_with_totals_events_and_config(made: Path) -> None:
    said = eval752("show", "capitals", "--data", made / "archive")
    assert said.code == 0
    for words in (
        "(this archive)",
        "  model         example-1",
        "  trial         1 of this model on this dataset in its archive;",
        "0.5 over 2",
        "run.completed",
        '  |     "method": "exact_match"',
    ):
        assert words in said.out
    document = eval752("show", "capitals", "--json", "--data", made / "archive").document
    assert document["summary"]["all"]["answered"] == 2
    assert document["scorers"] == ["match"]


def test_what_was_said_of_a_run_is_shown(tmp_path: Path) -> None:
    data = ("--data", tmp_path / "archive")
    told = log([sample("a"), sample("b", value="I")], accuracy=0.75)
    assert eval752("archive", write_json_log(tmp_path / "log.json", told), *data).code == 0
    run = stream_of(tmp_path / "archive", "run/")
    by = "11111111-1111-7111-8111-111111111111"
    more = [
        {"type": "run.superseded", "stream": run, "by": by, "annotation": "WRONG PROMPT"},
        {"type": "run.annotated", "stream": run, "annotation": "Looked at by two."},
    ]
    (tmp_path / "more.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in more))
    assert eval752("record", tmp_path / "more.jsonl", *data).code == 0
    said = eval752("show", run, *data).out
    finding = said.index("  FINDING: ")
    both = "expected accuracy 0.5, as its results give, found accuracy 0.75 stated"
    assert both in " ".join(said[finding:].split())
    superseded, annotated = said.index(f"superseded by {by}, 20"), said.index("run.annotated, 20")
    assert finding < superseded < said.index('| "WRONG PROMPT"') < annotated
    assert '| "Looked at by two."' in said[annotated:]
    document = eval752("show", run, "--json", *data).document["said"]
    assert document["found"]["findings"]["total"] == 1
    assert document["superseded"]["facts"] == {"by": by}
    assert document["total"] == len(document["notes"]) == 3


def test_a_dataset_is_shown(made: Path) -> None:
    data = made / "archive"
    said = eval752("show", stream_of(data, "dataset/"), "--data", data)
    assert "  name          capitals" in said.out
    assert '  | "name": "capitals"' in said.out


@pytest.mark.parametrize("item", ["q-2", "1"])
def test_an_item_is_shown_with_all_that_is_held(made: Path, item: str) -> None:
    said = eval752("show", "capitals", "--item", item, "--data", made / "archive")
    told = said.out.splitlines()
    assert told[0] == "item 1, epoch 1: q-2, answered, 2 attempts"
    for words in (
        "QUESTION",
        "ATTEMPT 1",
        '  | "message": "timeout"',
        "ATTEMPT 2",
        '  | "prompt": "Peru?"',
        '  | "text": "Cusco"',
        "SCORE match by exact_match: recomputed, the same",
        "  item.answered  attempt 2, epoch 1, item 1, latency_ms 30",
    ):
        assert words in told
    document = eval752(
        "show", "capitals", "--item", item, "--json", "--data", made / "archive"
    ).document
    (score,) = document["scores"]
    assert score["basis"] == "recomputed, the same"
    assert score["event"]["facts"] == {"epoch": 1, "item": 1, "scorer": 0}
    assert {part["status"] for part in document["question"]["parts"]} == {"disclosed"}


def test_what_is_withheld_or_erased_is_shown_as_such(data: Path, tmp_path: Path) -> None:
    run = stream_of(data, "run/")
    erased = {"type": "part.erased", "stream": run, "target": 7, "kind": "response"}
    assert eval752("record", "--seal", "--data", data, stdin=lines([erased])).code == 0
    shown = eval752("show", run, "--item", "q-2", "--data", data)
    assert "  (erased)" in shown.out
    assert "Cusco" not in shown.out
    assert "not recomputed: what it follows from is not disclosed" in shown.out
    bundle, other = tmp_path / "b.zip", ("--data", tmp_path / "other")
    options = ("-o", bundle, "--withhold", "request", "--withhold", "item", "--data", data)
    assert eval752("export", run, *options).code == 0
    assert eval752("import", bundle, *other).code == 0
    shown = eval752("show", run, "--item", "1", *other)
    assert "item 1, epoch 1: (withheld), answered, 2 attempts" in shown.out
    assert {"  (erased)", "  (withheld)"} <= set(shown.out.splitlines())


def test_characters_of_content_that_nobody_sees_are_shown_as_escapes(tmp_path: Path) -> None:
    evil = "\x1b]0;owned\x07\n\x9b31mVERIFIED\u202e\u2028\x00\u3164\u2800\u034f"
    row = {"id": evil, "type": evil, "inputs": {"text": evil, evil: evil}, "answer": evil}
    actions = [
        {"type": "dataset.registered", "config": {"name": evil}},
        {"type": "dataset.item_added", "row": row},
        DATASET[3],
    ]
    data = ("--data", tmp_path / "new")
    (tally,) = eval752("record", "--json", *data, stdin=lines(actions)).document
    for arguments in (
        ("datasets",),
        ("show", tally["stream"]),
        ("show", tally["stream"], "--item", "0"),
        ("show", tally["stream"], "--item", evil.replace("\x00", "")),
        ("replay", tally["stream"]),
        ("datasets", "--json"),
    ):
        said = eval752(*arguments, *data)
        assert not any(char != "\n" and is_hidden(char) for char in said.out + said.err)


def test_streams_are_found_by_what_a_person_types(made: Path) -> None:
    data = made / "archive"
    run, dataset = stream_of(data, "run/"), stream_of(data, "dataset/")
    for name, stream in (
        (run, run), (run[4:], run), (run[4:9], run), (run[:9], run), ("capitals", run),
        (dataset, dataset), (dataset[8:], dataset), (dataset[:13], dataset),
    ):  # fmt: skip
        document = eval752("show", name, "--json", "--data", data).document
        assert document["registered"]["stream"] == stream


def test_tables_are_built_anew_and_say_the_same(data: Path) -> None:
    before = eval752("runs", "--json", "--data", data).document
    said = eval752("rebuild", "--data", data)
    assert said.code == 0
    assert said.out.startswith("Read models rebuilt in ")
    assert said.out.endswith(": 1 run, 1 dataset, 17 events\n")
    counts = eval752("rebuild", "--json", "--data", data).document
    assert (counts["runs"], counts["datasets"], counts["events"]) == (1, 1, 17)
    assert eval752("runs", "--json", "--data", data).document == before


def test_damaged_tables_can_be_built_anew(data: Path) -> None:
    eval752("runs", "--data", data)
    (path,) = data.glob("read_models.db")
    path.write_bytes(b"rotten" * 1000)
    for extra in data.glob("read_models.db-*"):
        extra.unlink()
    assert eval752("rebuild", "--data", data).code == 0
    assert eval752("runs", "--data", data).code == 0
