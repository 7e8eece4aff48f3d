"""Whatever is wrong with what comes in: the message names the place, and nothing is written."""

import json
from pathlib import Path

import pytest

from tests.interface.cli.running import DATASET, RUN, contents, eval752, lines, stream_of

ANSWER = {"type": "item.answered", "response": {"text": "Paris"}}


def refused(data: Path, *arguments: object, stdin: str | bytes = "") -> str:
    """What a refused command says on stderr; the archive is as it was."""
    before = contents(data)
    said = eval752(*arguments, "--data", data, stdin=stdin)
    assert (said.code, said.out) == (2, ""), said
    assert "Traceback" not in said.err
    assert contents(data) == before
    return said.err


@pytest.mark.parametrize(
    ("line", "place", "found"),
    [
        ('{"type":"dataset.registered","config":{"name":NaN}}', "line 2", "NaN"),
        ('{"type":"dataset.registered","config":{"name":1e999}}', "line 2", "1e999"),
        ('{"type":"dataset.registered","config":{"a":1,"a":2}}', "line 2", "'a' twice"),
        (r'{"type":"dataset.registered","config":{"name":"\ud800"}}', "line 2", "U+D800"),
        ('{"type":"dataset.registered"}', "line 2", "none in dataset.registered"),
        ('{"type":"dataset.registered","config":{}}', "line 2, config, name", "null"),
        ('{"type":"dataset.registered","confg":{}}', "line 2", "confg"),
        ('{"type":"archive.created"}', "line 2, type", "'archive.created'"),
        ('{"type":"item.failed","item":"q-1"}', "line 2", "none in item.failed"),
        ('{"type":"item.answered","item":"q-1","response":{}}', "line 2", "neither"),
        ("[]", "line 2", "[]"),
        ("{", "line 2", ""),
    ],
)
def test_a_malformed_action_is_refused_by_its_place(
    data: Path, line: str, place: str, found: str
) -> None:
    told = refused(data, "record", stdin=f"\n{line}\n")
    assert told.startswith(f"error: stdin, {place}: expected ")
    assert found in told
    assert told.endswith("Nothing was recorded.\n")


def test_a_line_before_a_malformed_one_is_not_recorded_either(data: Path) -> None:
    told = refused(data, "record", stdin=lines(DATASET) + '{"type":')
    assert f"stdin, line {len(DATASET) + 1}" in told


@pytest.mark.parametrize(
    ("action", "place", "expected", "found"),
    [
        (
            {"type": "item.scored", "item": "q-9", "scorer": 0, "score": {"value": 1}},
            "line 1, item", "an item of the dataset", "'q-9'",
        ),
        (
            {"type": "item.scored", "item": "q-1", "scorer": "mach", "score": {"value": 1}},
            "line 1, scorer", "one of match", "mach",
        ),
        (
            {**ANSWER, "item": "q-1"},
            "line 1: run/", "what may follow in a run that is sealed", "item.answered",
        ),
        (
            {"type": "part.erased", "target": 1, "kind": "response"},
            "line 1", "version 1", "found response",
        ),
        ({"type": "run.planned", "ranges": [[0, 1]], "epochs": 0}, "line 1", "epochs", "0"),
    ],
)  # fmt: skip
def test_an_action_that_may_not_stand_there_is_refused_by_its_place(
    data: Path, action: dict[str, object], place: str, expected: str, found: str
) -> None:
    action["stream"] = stream_of(data, "run/")
    told = refused(data, "record", stdin=lines([action]))
    for words in (place, expected, found):
        assert words in told


def test_an_item_without_an_answer_is_refused(data: Path) -> None:
    row = {"id": "q-1", "type": "freeform", "inputs": {"text": "?"}}
    actions = [DATASET[0] | {"id": ""}, {"type": "dataset.item_added", "row": row}]
    told = refused(data, "record", stdin=lines(actions))
    assert "stdin, line 2, row: expected an item with id, type, inputs and answer" in told
    assert "found no answer" in told


def test_a_score_for_an_open_result_is_refused(data: Path) -> None:
    scored = {"type": "item.scored", "item": "q-1", "scorer": 0, "score": {"value": 1}}
    actions = [{**RUN[0], "id": "", "dataset": stream_of(data, "dataset/")[8:]}, RUN[2], scored]
    told = refused(data, "record", stdin=lines(actions))
    assert "stdin, line 3: run/" in told
    assert "a result that is answered, found one that is open" in told


def test_an_outside_id_that_stands_twice_is_refused(data: Path) -> None:
    actions = [{**DATASET[0], "id": ""}, DATASET[1], DATASET[1]]
    told = refused(data, "record", stdin=lines(actions))
    assert "stdin, line 3: expected an id that no other item has, found q-1" in told


def test_a_known_event_id_that_stands_for_something_else_is_refused(data: Path) -> None:
    other = {**DATASET[0], "config": {"name": "another"}}
    told = refused(data, "record", stdin=lines([other]))
    assert f"stdin, line 1, id {other['id']}: expected what it stands for: version 1" in told


@pytest.mark.parametrize("command", ["import", "verify", "replay"])
def test_a_truncated_bundle_is_refused(
    command: str, data: Path, bundle: Path, tmp_path: Path
) -> None:
    cut = tmp_path / "cut.zip"
    cut.write_bytes(bundle.read_bytes()[:-100])
    options = () if command == "verify" else ("--data", data)
    before = contents(data)
    said = eval752(command, cut, *options)
    assert (said.code, said.out) == (2, "")
    assert said.err == f"error: {cut}: expected a bundle, found a ZIP file that ends early\n"
    assert contents(data) == before


@pytest.mark.parametrize("command", ["import", "verify", "replay", "archive"])
def test_a_file_of_another_kind_is_refused(command: str, data: Path, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no bundle\n")
    options = () if command == "verify" else ("--data", data)
    before = contents(data)
    said = eval752(command, text, *options)
    assert (said.code, said.out) == (2, "")
    assert "notes.txt: expected " in said.err
    assert contents(data) == before


def test_a_bundle_given_to_record_is_refused(data: Path, bundle: Path) -> None:
    assert f"{bundle}, line 1: expected UTF-8" in refused(data, "record", bundle)


@pytest.mark.parametrize("command", ["record", "import", "archive"])
def test_a_file_that_is_not_there_is_refused(command: str, data: Path, tmp_path: Path) -> None:
    assert "nowhere" in refused(data, command, tmp_path / "nowhere")


def test_a_path_that_climbs_is_refused(data: Path, tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "secret.txt").write_text("not to be archived")
    row = {"id": "x", "type": "t", "inputs": {"images": ["assets/../secret.txt"]}, "answer": ""}
    actions = [{**DATASET[0], "id": ""}, {"type": "dataset.item_added", "row": row}]
    told = refused(data, "record", "-", "--assets", tmp_path / "assets", stdin=lines(actions))
    assert "stdin, line 2, assets/../secret.txt: expected a path inside " in told


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        (["show", "nothing"], "'nothing'"),
        (["show", "capitals", "--item", "q-9"], "item"),
        (["show", "capitals", "--epoch", "0", "--item", "q-1"], "--epoch"),
        (["export", "capitals", "--withhold", "prompts"], "--withhold"),
        (["export", "capitals", "--withhold", "prompts", "--as", "csv"], "--withhold"),
        (["prove", "capitals", "--item", "0", "--withhold", "prompts"], "--withhold"),
        (["token", "create", "--role", "king"], "--role"),
        (["token", "create", "--role", "auditor", "--project", "nowhere"], "--project"),
        (["token", "create", "--role", "administrator", "--project", "main"], "--project"),
        (["token", "create", "--role", "auditor", "--expires", "soon"], "--expires"),
        (["replay", "capitals", "--at", "yesterday"], "--at"),
        (["replay", "capitals", "--limit", "-1"], "--limit"),
        (["seal", "nothing"], "'nothing'"),
        (["record", "--assets", "/nowhere"], "/nowhere"),
        (["record", "--actor", "A Person"], "--actor"),
    ],
)
def test_bad_usage_is_refused_by_its_place(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], place: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert refused(data, *arguments).startswith(f"error: {place}: expected ")
    assert [path.name for path in tmp_path.iterdir()] == ["archive"]


def test_an_error_with_json_is_an_object_on_stdout_and_a_message_on_stderr(data: Path) -> None:
    said = eval752("record", "--json", "--data", data, stdin='{"type":1}')
    assert said.code == 2
    assert said.document == {
        "error": {
            "kind": "InvalidInput",
            "place": "stdin, line 1",
            "expected": 'an object with a member "type"',
            "found": json.loads(said.out)["error"]["found"],
            "notes": ["Nothing was recorded."],
        }
    }
    assert said.err.startswith("error: stdin, line 1: expected an object")


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["runs", "--json", "--nope"], "No such option: --nope"),
        (["show", "--json"], "Missing argument 'RUN|DATASET'."),
        (["nope", "--json"], "No such command 'nope'."),
        (["token", "create", "--nope", "--json"], "No such option: --nope"),
    ],
)
def test_bad_usage_with_json_is_an_object_on_stdout_too(arguments: list[str], found: str) -> None:
    said = eval752(*arguments)
    assert said.code == 2
    error = said.document["error"]
    assert (error["kind"], error["place"]) == ("InvalidInput", "the command line")
    assert error["found"].startswith(found)
    assert said.err.startswith("Usage: eval752 ")
    assert eval752(*(each for each in arguments if each != "--json")).out == ""


def test_an_archive_that_is_not_there_is_not_made_by_reading(tmp_path: Path) -> None:
    said = eval752("runs", "--data", tmp_path / "none")
    assert (said.code, said.out) == (2, "")
    assert "expected an archive, found none. Record or import a run first." in said.err
    assert not (tmp_path / "none").exists()


def test_a_second_writer_is_refused(data: Path) -> None:
    from interface.bootstrap.opening import open_archive  # noqa: PLC0415 - needed here alone

    with open_archive(data, writable=True):
        said = eval752("seal", "capitals", "--data", data)
    assert said.code == 2
    assert "expected no other writer, found process" in said.err
