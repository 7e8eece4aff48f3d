"""Where --data is mistyped, no command but those that bring something in makes an archive."""

import shutil
from pathlib import Path

import pytest

from scripts.timestamps_by_hand import Authority
from tests.interface.cli.running import eval752


@pytest.mark.parametrize(
    "command",
    [
        "log checkpoint",
        "log rebuild",
        "log show",
        "log timestamp --authority http://127.0.0.1:1/ --roots {root}",
        "project add red-team",
        "token create",
        "token revoke x",
        "seal x",
        "export x",
        "prove x --item 1",
        "rebuild",
    ],
)
@pytest.mark.parametrize("there", [True, False])
def test_a_command_that_needs_an_archive_makes_none(
    tmp_path: Path, command: str, there: bool
) -> None:
    root = tmp_path / "root.pem"
    root.write_text(Authority().root_pem)
    mistyped = tmp_path / "mistyped"
    if there:
        mistyped.mkdir()
    said = eval752(*command.format(root=root).split(), "--data", mistyped)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"error: {mistyped}: expected an archive, found none. Record or")
    assert [*mistyped.glob("*")] == []
    assert mistyped.exists() == there


@pytest.mark.parametrize("command", ["log checkpoint", "record", "log show"])
def test_an_archive_whose_events_are_gone_begins_no_second_time(
    data: Path, tmp_path: Path, command: str
) -> None:
    assert eval752("log", "checkpoint", "--data", data).code == 0
    events = data / "events.sqlite3"
    shutil.copy(events, tmp_path / "kept")
    events.write_bytes(b"")
    said = eval752(*command.split(), "--data", data, stdin="")
    assert (said.code, said.out) == (2, "")
    shutil.copy(tmp_path / "kept", events)
    assert eval752("log", "show", "--data", data).code == 0


def test_what_was_never_signed_may_begin_where_its_making_was_cut_short(tmp_path: Path) -> None:
    line = '{"type":"dataset.registered","config":{"name":"a"}}'
    assert eval752("record", "--data", tmp_path / "a", stdin=line).code == 0
    for name in ("events.sqlite3", "events.sqlite3-wal", "events.sqlite3-shm"):
        (tmp_path / "a" / name).unlink(missing_ok=True)
    assert eval752("record", "--data", tmp_path / "a", stdin=line).code == 0
