"""The commands against a service: they do and say the same as in a folder."""

import json
from pathlib import Path
from typing import Any

import pytest

from domain.verification.policy import Policy
from interface.verifying import verify_file
from tests.interface.api.conftest import served
from tests.interface.cli.running import DATASET, RUN, Remote, eval752, lines


def test_recording_the_same_file_again_changes_nothing(remote: Remote) -> None:
    actions = [
        {**action, "id": f"0199cccc-0000-7000-8000-{number:012}"}
        for number, action in enumerate([*DATASET, *RUN])
    ]
    first = remote("record", "--seal", "--json", stdin=lines(actions)).document
    again = remote("record", "--seal", "--json", stdin=lines(actions)).document
    assert [tally["recorded"] for tally in first] == [5, 10]
    assert [(tally["recorded"], tally["sealed"]) for tally in again] == [(0, True)] * 2
    assert [t["known"] for t in again] == [4, 7]


@pytest.mark.parametrize(
    "arguments",
    [
        ["runs"], ["datasets"], ["runs", "--json"], ["datasets", "--json"],
        ["show", "RUN"], ["show", "DATASET"], ["show", "RUN", "--json"],
        ["show", "DATASET", "--json"],
        ["show", "RUN", "--item", "q-2"], ["show", "RUN", "--item", "q-2", "--json"],
        ["show", "DATASET", "--item", "0", "--json"],
        ["replay", "RUN"], ["replay", "RUN", "--json"], ["replay", "DATASET", "--json"],
        ["replay", "RUN", "--at", "5", "--json"], ["replay", "RUN", "--events"],
        ["token", "list"], ["token", "list", "--json"], ["project", "list"],
        ["log", "show"], ["log", "show", "--json"],
    ],
)  # fmt: skip
def test_a_command_says_the_same_through_a_service_as_in_the_folder(
    remote: Remote, arguments: list[str]
) -> None:
    names = {row["key"]["stream"].split("/")[0]: row for row in _rows(remote)}
    given = [names.get(a.lower(), {"key": {"stream": a}})["key"]["stream"] for a in arguments]
    through = remote(*given)
    local = eval752(*given, "--data", remote.service.archive.folder)
    assert (through.code, through.out) == (local.code, local.out)
    assert through.code == 0, through


def _rows(remote: Remote) -> list[Any]:
    return [*remote("runs", "--json").document, *remote("datasets", "--json").document]


def test_an_export_is_the_bundle_that_the_service_says(remote: Remote, tmp_path: Path) -> None:
    run = remote("runs", "--json").document[0]["key"]["stream"]
    target = tmp_path / "run.zip"
    told = remote("export", run, "-o", target, "--json").document
    report = verify_file(target, Policy(digest=told["digest"]))
    assert report.verified
    assert told["stream"] == run
    assert told["verifier_key"]
    again = remote("export", run, "-o", target)
    assert (again.code, again.out) == (2, "")
    withheld = remote("export", run, "-o", target, "--force", "--withhold", "answer", "--json")
    assert withheld.document["withheld"]["answer"] == 2


def test_an_export_has_the_same_name_as_in_the_folder(
    remote: Remote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = remote("runs", "--json").document[0]["key"]["stream"]
    name = remote("export", run, "--json").document["file"]
    assert name == f"capitals-{run[4:17]}.eval752.zip"
    assert Path(name).exists()


def test_a_bundle_is_imported_into_a_service(remote: Remote, bundle: Path) -> None:
    said = remote("import", bundle, "--json")
    assert said.code == 0, said
    assert {stream["change"] for stream in said.document[0]["streams"]} == {"new"}
    again = remote("import", bundle, "--json").document
    assert {stream["change"] for stream in again[0]["streams"]} == {"already here"}


def test_the_policy_of_a_service_decides_what_is_imported_into_it(
    bundle: Path, tmp_path: Path
) -> None:
    (tmp_path / "p.toml").write_text("require = ['time']")
    with served(tmp_path / "data", policy=tmp_path / "p.toml") as strict:
        token = strict.root.headers["authorization"].removeprefix("Bearer ")
        place = {"EVAL752_SERVER": strict.url, "EVAL752_TOKEN": token}
        said = eval752("import", bundle, **place)
    assert (said.code, said.out) == (2, "")
    assert "found findings in policy. The archive's own policy requires it" in said.err


def test_what_is_refused_is_told_by_its_place_in_the_file(remote: Remote) -> None:
    row = {"type": "dataset.item_added", "row": {**DATASET[1]["row"], "id": "x"}}
    said = remote("record", stdin=lines([{**DATASET[0], "id": ""}, row, row]))
    assert said.code == 2
    assert "stdin, line 3: expected an id that no other item has, found x" in said.err


def test_sealing_what_is_sealed_says_so(remote: Remote) -> None:
    run = remote("runs", "--json").document[0]["key"]["stream"]
    assert "nothing to do" in remote("seal", run).out


def test_a_name_or_the_beginning_of_an_id_is_enough(remote: Remote) -> None:
    (told,) = remote("record", "--json", stdin=lines([{**DATASET[0], "id": ""}])).document
    assert remote("show", told["stream"][:-2], "--json").document["dataset"]["name"] == "capitals"
    assert remote("show", "nothing").err.startswith("error: 'nothing': expected ")


def test_assets_of_a_folder_are_put_into_the_service(remote: Remote, tmp_path: Path) -> None:
    (tmp_path / "map.png").write_bytes(b"a map")
    row = {**DATASET[1]["row"], "inputs": {"text": "?", "images": ["assets/map.png"]}}
    actions = [{**DATASET[0], "id": ""}, {"type": "dataset.item_added", "row": row}]
    (told,) = remote("record", "--assets", tmp_path, "--json", stdin=lines(actions)).document
    shown = remote("show", told["stream"], "--item", "q-1").out
    assert "assets/" in shown
    assert "map.png" not in shown


def test_tokens_are_made_listed_and_revoked(remote: Remote, tmp_path: Path) -> None:
    assert remote("project", "add", "vision").code == 0
    made = remote("token", "create", "--role", "auditor", "--project", "vision", "--json").document
    other = tmp_path / "token"
    other.touch(0o600)
    other.write_text(made["token"])
    place = ("--server", remote.url, "--token-file", other)
    assert eval752("runs", "--json", *place).document == []
    assert eval752("token", "list", *place).code == 2
    assert remote("token", "revoke", made["id"]).code == 0
    assert "token" in eval752("runs", *place).err
    shown = remote("token", "list", "--json").document
    assert all("token" not in token for token in shown)
    assert [token["revoked"] is not None for token in shown if token["id"] == made["id"]] == [True]


def test_tokens_and_projects_are_made_in_a_folder_too(data: Path) -> None:
    said = eval752("token", "create", "--role", "administrator", "--data", data, "--json")
    assert said.document["token"].startswith("eval752_")
    assert eval752("project", "add", "vision", "--data", data).code == 0
    assert eval752("project", "list", "--data", data).out.split() == ["main", "vision"]
    assert eval752("token", "revoke", said.document["id"], "--data", data).code == 0
    assert eval752("token", "revoke", said.document["id"], "--data", data).code == 2
    refused = eval752("token", "create", "--role", "king", "--data", data)
    assert "expected one of recorder, auditor, administrator" in refused.err


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        (["export", "capitals", "--withhold", "prompts"], "--withhold"),
        (["prove", "capitals", "--item", "0", "--withhold", "prompts"], "--withhold"),
        (["token", "create", "--role", "king"], "--role"),
        (["token", "create", "--role", "auditor", "--project", "nowhere"], "--project"),
        (["token", "create", "--role", "administrator", "--project", "main"], "--project"),
        (["token", "create", "--role", "auditor", "--expires", "soon"], "--expires"),
    ],
)
def test_an_option_is_named_as_in_a_folder(
    remote: Remote, arguments: list[str], place: str
) -> None:
    said = remote(*arguments)
    assert said.code == 2
    assert said.err.startswith(f"error: {place}: expected ")


def test_tables_are_built_anew_and_say_the_same(remote: Remote) -> None:
    before = remote("runs", "--json").document
    said = remote("rebuild", "--json")
    assert said.code == 0
    assert said.document["runs"] == len(before)
    assert said.document["events"] > 0
    assert remote("runs", "--json").document == before
    assert remote("rebuild").out.startswith("Read models rebuilt in ")


def test_a_folder_and_a_service_together_are_refused(remote: Remote, data: Path) -> None:
    said = remote("runs", "--data", data)
    assert said.code == 2
    assert said.err.startswith("error: --server: expected a folder or a service")


def test_a_token_that_others_can_read_is_refused(remote: Remote, tmp_path: Path) -> None:
    other = tmp_path / "token"
    other.write_bytes(remote.token_file.read_bytes())
    other.chmod(0o640)
    said = eval752("runs", "--server", remote.url, "--token-file", other)
    assert said.code == 2
    assert "expected a file of mode 0600, found mode 0640" in said.err
    assert "chmod 600" in said.err


def test_the_environment_names_service_and_token(remote: Remote) -> None:
    variables = {"EVAL752_SERVER": remote.url, "EVAL752_TOKEN": remote.token_file.read_text()}
    assert eval752("runs", "--json", **variables).code == 0
    assert eval752("runs", "--json", **{**variables, "EVAL752_TOKEN": "other"}).code == 2


def test_a_service_that_is_not_there_is_told_of(
    remote: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("interface.client.retrying.Retries.count", 0)
    said = eval752("runs", "--server", "http://127.0.0.1:9", "--token-file", remote.token_file)
    assert said.code == 2
    assert "127.0.0.1:9: expected an answer of the service" in said.err


def test_what_recorders_left_is_sent(remote: Remote, tmp_path: Path) -> None:
    from interface.client.spool_file import Head, SpoolFile, spool_path  # noqa: PLC0415

    dataset = remote("record", "--json", stdin=lines([{**DATASET[0], "id": ""}])).document
    stream = dataset[0]["stream"]
    spool = SpoolFile(spool_path(tmp_path, stream), Head(remote.url, stream))
    action = {**DATASET[1], "id": "0199dddd-0000-7000-8000-000000000001"}
    spool.append(json.dumps(action).encode())
    spool.append(json.dumps({**action, "id": "0199dddd-0000-7000-8000-000000000002"}).encode())
    spool.close()
    said = remote("spool", "send", "--spool", tmp_path, "--json")
    assert said.code == 2
    assert [(sent["recorded"], sent["left"]) for sent in said.document] == [(1, 1)]
    assert "an id that no other item has" in said.err


def test_nothing_to_send_is_no_fault(remote: Remote, tmp_path: Path) -> None:
    assert remote("spool", "send", "--spool", tmp_path).out == "Nothing waits for this service.\n"
    assert eval752("spool", "send", "--spool", tmp_path).code == 2


def test_a_table_from_a_service_is_the_one_from_its_folder(remote: Remote, tmp_path: Path) -> None:
    (run, *_) = remote("runs", "--json").document
    said = remote("export", run["key"]["stream"], "--as", "jsonl", "-o", tmp_path / "a.jsonl")
    assert said.code == 0, said
    ids = [json.loads(line)["id"] for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    assert ids == ["q-1", "q-2", "q-3"][: len(ids)]
    assert ids


def test_a_log_from_a_service_is_that_of_whoever_has_the_bundle(
    remote: Remote, tmp_path: Path
) -> None:
    run = remote("runs", "--json").document[0]["key"]["stream"]
    bundle, logs = tmp_path / "run.zip", [tmp_path / "remote.eval", tmp_path / "local.eval"]
    withheld = ("--withhold", "answer")
    said = remote("export", run, "--as", "inspect", "-o", logs[0], *withheld)
    assert said.code == 0, said
    remote("export", run, "-o", bundle)
    data = ("--data", tmp_path / "data")
    eval752("import", bundle, *data)
    eval752("export", run, "--as", "inspect", "-o", logs[1], *withheld, *data)
    assert logs[0].read_bytes() == logs[1].read_bytes()
