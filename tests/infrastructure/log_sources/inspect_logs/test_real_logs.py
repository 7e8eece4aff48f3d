"""Logs of real runs, where they are here: all versions of the format since 2024."""

import json
import re
from pathlib import Path

from application.log_source import Account
from infrastructure.log_sources import open_log
from tests.conftest import shared_folder

NO_LOGS = frozenset({"0cd7323f", "c0672c6a", "4252dfe7"})
"""Cut off, or no JSON."""

DIFFERING = {
    "87beee95": "samples", "8c4a0a5d": "samples", "a73212f2": "samples", "ae044023": "samples",
    "53fbf812": "samples", "9917b907": "samples", "a87dedd7": "samples",
    "9fa20cba": "sample_ids", "ab781a9c": "results.scores.f1.mean",
}  # fmt: skip
"""Logs of which samples were left out, and one whose mean is of other samples."""


def logs() -> list[Path]:
    return sorted(path for path in shared_folder("samples/inspect").rglob("*") if path.is_file())


def key(path: Path) -> str:
    return path.name.partition("__")[0]


def samples_of(path: Path) -> int:
    with open_log(path) as log:
        account = Account()
        list(log.dataset(account))
        list(log.run(0, account))
    return account.found["results"]


def test_figures_follow_but_where_they_were_made_not_to() -> None:
    for path in logs():
        if key(path) in NO_LOGS:
            continue
        with open_log(path) as log:
            account = Account()
            list(log.dataset(account))
            list(log.run(0, account))
        places = [finding.place for finding in account.findings]
        assert bool(places) == (key(path) in DIFFERING), (path.name, places)
        assert not places or any(DIFFERING[key(path)] in place for place in places)


def test_as_many_samples_as_a_plain_parser_counts() -> None:
    for path in logs():
        if path.suffix == ".json":
            told = json.loads(re.sub(rb"\bNaN\b", b"null", path.read_bytes()))
            assert samples_of(path) == len(told.get("samples") or []), path.name
