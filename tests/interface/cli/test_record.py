from pathlib import Path

import pytest

from application.session import Session
from domain.errors import StorageFull
from tests.interface.cli.running import (
    DATASET,
    RUN,
    contents,
    eval752,
    lines,
    stream_of,
    subprocess752,
)


def test_what_was_recorded_is_told_stream_by_stream(tmp_path: Path) -> None:
    said = eval752("record", "--data", tmp_path / "new", stdin=lines([*DATASET, *RUN]))
    assert said.code == 0
    first, second = said.out.splitlines()
    assert first.startswith("dataset/")
    assert first.endswith("  4 events recorded")
    assert second.startswith("run/")
    assert second.endswith("  9 events recorded")  # with two scores


def test_a_file_recorded_again_goes_on_where_it_stopped(tmp_path: Path) -> None:
    ids = [f"00000000-0000-4000-8000-{number:012}" for number in range(20)]
    actions = [a | {"id": i} for a, i in zip([*DATASET, *RUN], ids, strict=False)]
    file = tmp_path / "actions.jsonl"
    options = ("--json", "--data", tmp_path / "new")
    file.write_text(lines(actions[:8]))
    assert eval752("record", file, *options).code == 0
    file.write_text(lines(actions))
    dataset, run = eval752("record", file, *options).document
    assert (dataset["recorded"], dataset["known"]) == (0, 4)
    assert (run["recorded"], run["known"]) == (4, 4)
    again = eval752("record", file, *options).document
    assert [tally["recorded"] for tally in again] == [0, 0]
    assert contents(tmp_path / "new") == {"archive": 1, dataset["stream"]: 4, run["stream"]: 9}


def test_sealing_at_the_end_is_told(tmp_path: Path) -> None:
    options = ("--seal", "--data", tmp_path / "new")
    said = eval752("record", *options, stdin=lines(DATASET))
    assert said.out.endswith("  5 events recorded, sealed at version 5\n")
    again = lines([action | {"stream": said.out.split()[0]} for action in [DATASET[0]]])
    said = eval752("record", *options, stdin=again)
    assert said.out.endswith("  0 events recorded, 1 known before, sealed at version 5\n")


def test_answers_that_nothing_can_score_are_a_warning(tmp_path: Path) -> None:
    scorer = {"name": "match", "method": "numeric", "parameters": {}}
    registered = RUN[0] | {"config": RUN[0]["config"] | {"scorers": [scorer]}}
    actions = lines([*DATASET, registered, *RUN[1:4]])
    said = eval752("record", "--data", tmp_path / "new", stdin=actions)
    assert "  warning: 1 score not computed: no rule applies" in said.out
    assert said.code == 0


def test_what_stays_before_an_error_is_told(tmp_path: Path) -> None:
    row = {"type": "t", "inputs": {"text": "?"}, "answer": ""}
    many = [{"type": "dataset.item_added", "row": {**row, "id": f"{n}"}} for n in range(700)]
    said = eval752("record", "--data", tmp_path / "new", stdin=lines([DATASET[0], *many]) + "{")
    assert said.code == 2
    _, kept = said.err.splitlines()
    assert kept.startswith("Recorded before, and kept: dataset/")
    assert kept.endswith("  500 events recorded")


@pytest.mark.parametrize("text", ["", "\n\n"])
def test_nothing_to_record_is_no_error(tmp_path: Path, text: str) -> None:
    said = eval752("record", "-", "--json", "--data", tmp_path / "new", stdin=text)
    assert (said.code, said.document) == (0, [])


def test_a_line_that_is_too_long_is_refused_before_it_is_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("interface.cli.commands.record.MAX_LINE", 100)
    said = eval752("record", "--data", tmp_path / "new", stdin="\n" + "x" * 101)
    assert "stdin, line 2: expected a line of at most 100 bytes" in said.err


def test_files_that_values_name_are_kept_once_and_named_by_their_digest(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "a.PNG").write_bytes(b"picture")
    row = {
        "id": "x", "type": "t", "answer": "", "choices": ["assets/none.png", "assets/" + "x" * 999],
        "inputs": {"images": ["assets/sub/a.PNG", "assets/sub/a.PNG"], "text": "see assets/sub"},
    }  # fmt: skip
    actions = [DATASET[0], {"type": "dataset.item_added", "row": row}]
    data = tmp_path / "new"
    said = eval752(
        "record", "-", "--assets", folder, "--seal", "--data", data, stdin=lines(actions)
    )
    assert said.code == 0, said
    bundle = tmp_path / "b.zip"
    assert eval752("export", "capitals", "-o", bundle, "--data", data).code == 0
    report = eval752("verify", "--json", bundle).document[0]
    assert report["verified"]
    assert report["checks"][7]["detail"] == "1 assets"
    item = eval752("show", "capitals", "--item", "x", "--json", "--data", data).document
    question = next(part["value"] for part in item["parts"] if part["kind"] == "question")
    first, second = question["inputs"]["images"]
    assert first == second
    assert first.endswith(".png")
    assert question["choices"] == row["choices"]
    assert question["inputs"]["text"] == "see assets/sub"


def test_an_interruption_leaves_what_is_told_and_nothing_half(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(data)

    def interrupted(_session: Session, _line: bytes, _place: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Session, "take", interrupted)
    said = eval752("record", "--data", data, stdin="{}")
    assert (said.code, said.err) == (130, "interrupted\nPerhaps nothing was recorded.\n")
    assert contents(data) == before


def test_a_full_disk_is_told(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StorageFull("events.sqlite3", "room", "none", "Make room.")

    monkeypatch.setattr("infrastructure.event_store.store.SqliteEventStore.commit", full)
    action = {"type": "run.annotated", "annotation": 1, "stream": stream_of(data, "run/")}
    said = eval752("record", "--data", data, stdin=lines([action]))
    assert said.code == 2
    assert "error: events.sqlite3: expected room, found none. Make room." in said.err


def test_the_environment_names_archive_and_actor(tmp_path: Path) -> None:
    variables = {"EVAL752_DATA": str(tmp_path / "new"), "EVAL752_ACTOR": "ci-7"}
    assert eval752("record", stdin=lines(DATASET), **variables).code == 0
    events = eval752("replay", "capitals", "--json", **variables).document["events"]
    assert {event["actor"] for event in events} == {"claimed:ci-7"}


def test_a_process_of_its_own_reads_from_a_pipe(tmp_path: Path) -> None:
    said = subprocess752("record", "-", "--json", "--data", tmp_path / "new", stdin=lines(DATASET))
    assert said.code == 0
    assert [tally["recorded"] for tally in said.document] == [4]
    assert said.err == ""
