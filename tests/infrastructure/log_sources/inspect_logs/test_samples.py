"""A sample that is parsed at once says what it says in pieces."""

from pathlib import Path
from typing import Any

import pytest

from application.log_source import Account, Entry
from domain.errors import Eval752Error
from infrastructure.log_sources import open_log
from infrastructure.log_sources.inspect_logs import samples
from tests.infrastructure.log_sources.inspect_logs.test_real_logs import logs
from tests.inspect_logs import PIXEL, log, message, sample, write_eval_log, write_json_log

REFERENCE = "0123456789abcdef0123456789abcdef"


def told(path: Path) -> tuple[list[Entry], Any, list[str]]:
    """All that a log says, what was noted, and the places of what is left and says anything."""
    account = Account()
    with open_log(path) as opened:
        entries = [*opened.dataset(account), *opened.run(0, account)]
        left = [place for place, text in opened.unread() if text.strip(b' \n[]{}"')]
    return [entry._replace(size=0) for entry in entries], account.notes(), [*dict.fromkeys(left)]


def both(path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    at_once = told(path)
    with monkeypatch.context() as patched:
        patched.setattr(samples, "ORDINARY", 0)
        return at_once, told(path)


@pytest.mark.parametrize("write", [write_eval_log, write_json_log])
@pytest.mark.parametrize(
    "members",
    [
        {},
        {"events": [{"event": "model"}], "store": {"a": 1}, "timelines": []},
        {
            "attachments": {REFERENCE: "a long text"},
            "metadata": {"at": f"attachment://{REFERENCE}"},
        },
        {"messages": [message("user", f"data:image/png;base64,{PIXEL}")]},
        {"metadata": {"odd": [1.0, 1e-7, 2**53 + 1, "é\U0001f600", 0.1]}},
        {"metadata": {"not finite": float("nan")}},
        {"metadata": {"half": "\ud800"}},
        {"unknown": {"kept": True}},
    ],
)
def test_both_ways_tell_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Any, members: dict[str, Any]
) -> None:
    at_once, in_pieces = both(write(tmp_path / "a", log([sample(1, **members)])), monkeypatch)
    assert at_once == in_pieces


def test_both_ways_tell_the_same_of_real_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    for path in logs():
        try:
            at_once, in_pieces = both(path, monkeypatch)
        except Eval752Error:
            continue  # what is refused is looked at elsewhere
        assert at_once == in_pieces, path.name


def test_a_key_twice_is_refused_either_way(tmp_path: Path) -> None:
    path = write_json_log(tmp_path / "a", log([sample(1, metadata={"a": 1, "b": 2})]))
    path.write_bytes(path.read_bytes().replace(b'"b":', b'"a":', 1))
    with pytest.raises(Eval752Error, match="twice"):
        told(path)
