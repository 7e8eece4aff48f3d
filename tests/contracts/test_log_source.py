"""What every reader of other tools' log files does."""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from application.actions import action_of
from application.log_source import Account, Declared, Entry, LogFile
from infrastructure.log_sources import open_log
from tests import helm_runs, lm_eval_files, promptfoo_results
from tests.inspect_logs import (
    PIXEL,
    message,
    sample,
    write_eval_log,
    write_json_log,
)
from tests.inspect_logs import log as inspect_log
from tests.native_exports import PNG, item, members_of, result, write_zip


def _native(folder: Path) -> Path:
    items = [item(0), item(1, inputs={"text": "?", "images": ["assets/d.png"]})]
    results = [result(0), result(1, response=None, score=None, error="timeout")]
    members = members_of(items, results) | {"assets/d.png": PNG, "config.yaml": b"a: 1"}
    return write_zip(folder / "a.eval752.zip", members)


def _lm_eval(folder: Path) -> Path:
    lines = [lm_eval_files.generated(1), lm_eval_files.generated(2, 0)]
    return lm_eval_files.evaluation(folder, {"sums": lines})


def _helm(folder: Path) -> Path:
    return helm_runs.run(folder, [1, 0]) / "run_spec.json"


def _promptfoo(folder: Path) -> Path:
    rows = [promptfoo_results.row(0, 0), promptfoo_results.row(0, 1, "Lima")]
    return promptfoo_results.in_lines(folder / "output.jsonl", rows)


def _plain(folder: Path) -> Path:
    (folder / "a.csv").write_text("q,a,r,s\n1+1,2,2,1\n1+2,3,4,0\n")
    return folder / "a.csv"


def _inspect(folder: Path, write: Callable[[Path, Any], Path] = write_eval_log) -> Path:
    image = [message("user", [{"type": "image", "image": PIXEL}])]
    failed = sample(2, error={"message": "timeout"}, scores=None)
    return write(folder / "a.log", inspect_log([sample(1, input=image), failed]))


WRITERS: dict[str, Callable[[Path], Path]] = {
    "eval752_native": _native,
    "inspect_eval": _inspect,
    "inspect_json": partial(_inspect, write=write_json_log),
    "lm_eval": _lm_eval,
    "helm": _helm,
    "promptfoo": _promptfoo,
    "plain": _plain,
}
PLAIN = Declared(["question=q,answer=a,response=r,score=s"])


@pytest.fixture(name="path", params=WRITERS)
def file_with_a_run(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return WRITERS[request.param](tmp_path)


@pytest.fixture(name="log")
def open_file(path: Path) -> Iterator[LogFile]:
    with open_log(path, PLAIN if path.suffix == ".csv" else None) as log:
        yield log


def walk(log: LogFile, account: Account) -> list[Entry]:
    dataset = list(log.dataset(account))
    return [*dataset, *(entry for number in range(log.runs) for entry in log.run(number, account))]


def test_a_walk_can_be_repeated(log: LogFile) -> None:
    first, second = Account(), Account()
    assert walk(log, first) == walk(log, second)
    assert (first.found, first.notes()) == (second.found, second.notes())


def test_every_entry_is_an_action_with_its_place(log: LogFile) -> None:
    for entry in walk(log, Account()):
        members = {"dataset": "0" * 8 + "-0000-0000-0000-" + "0" * 12, **entry.members}
        named = members if entry.members["type"] == "run.registered" else entry.members
        assert action_of(named, entry.place).place == entry.place != ""


def test_dataset_and_run_begin_with_their_registration(log: LogFile) -> None:
    types = [entry.members["type"] for entry in walk(log, Account())]
    begin = types.index("run.registered")
    assert types[0] == "dataset.registered"
    assert {"dataset.item_added"} == set(types[1:begin])
    assert {"dataset.frozen", "stream.sealed"}.isdisjoint(types)
    assert log.runs


def test_items_and_scorers_are_numbers(log: LogFile) -> None:
    of_results = [e for e in walk(log, Account()) if str(e.members["type"]).startswith("item.")]
    for entry in of_results:
        assert type(entry.members["item"]) is int
        assert type(entry.members.get("scorer", 0)) is int


def test_files_and_assets_have_the_digests_that_name_them(log: LogFile) -> None:
    names = [file.asset for file in log.files]
    for entry in walk(log, Account()):
        names += [name for kind in entry.assets.values() for name in kind]
    for name in names:
        chunks = list(log.asset(name))
        assert sha256(b"".join(chunks)).hexdigest() == name.partition(".")[0]
        assert max(map(len, chunks)) <= 2**20


def test_a_file_is_named_without_its_folders(log: LogFile, path: Path) -> None:
    assert log.files[0].name == path.name


def test_kinds_are_counted(log: LogFile) -> None:
    account = Account()
    entries = walk(log, account)
    types = Counter(entry.members["type"] for entry in entries)
    assets = {name for entry in entries for names in entry.assets.values() for name in names}
    assert account.found["items"] == types["dataset.item_added"] == 2
    assert account.found["results"] == types["item.answered"] + types["item.failed"] == 2
    assert account.found["scores"] == types["item.scored"] > 0
    assert account.found["assets"] == len(assets)
