from collections.abc import Iterator
from typing import Any, cast
from uuid import UUID

import pytest

from application import filing
from application.filed_findings import MAX_FINDINGS
from application.filing import Filing
from application.log_source import Account, Entry, LogFile, SourceFile


class Log:
    """A log file of so many items, in as many files as there are digests."""

    def __init__(
        self, items: int, *digests: str, mapping: str = "m", size: int = 0, runs: int = 0
    ) -> None:
        self._items, self._size, self.mapping, self.runs = items, size, mapping, runs
        self.files = [SourceFile(f"{d}.json", "application/json", f"{d}.json") for d in digests]

    def dataset(self, account: Account) -> Iterator[Entry]:
        yield Entry({"type": "dataset.registered", "config": {"name": "n"}}, "x")
        for number in range(self._items):
            row: Any = {"id": f"{number}", "type": "code", "inputs": 1, "answer": 1}
            place = f"line {number}"
            yield Entry({"type": "dataset.item_added", "row": row}, place, self._size)

    def run(self, number: int, account: Account) -> Iterator[Entry]:
        yield Entry({"type": "run.registered", "config": {}}, "x")
        account.compare("x", "items", number, 1)


def filed(items: int, *digests: str, **more: Any) -> Filing:
    log = Log(items, *(digests or ("a" * 64,)), **more)
    return Filing(cast("LogFile", log), original=True)


def test_ids_are_uuids_of_version_8_that_ascend() -> None:
    ids = [action.id for _, batch in filed(300).batches(Account()) for action in batch]
    uuids = [UUID(each) for each in ids]
    assert {(each.version, each.variant) for each in uuids} == {(8, UUID(ids[0]).variant)}
    assert ids == sorted(set(ids)) == [str(each) for each in uuids]


def test_streams_follow_from_the_files_and_the_rules() -> None:
    one = filed(1, runs=2)
    more = filed(5, runs=3)
    assert (one.dataset, one.runs) == (more.dataset, more.runs[:2])
    streams = [one.dataset, *one.runs]
    assert [stream.partition("/")[0] for stream in streams] == ["dataset", "run", "run"]
    assert len({stream.partition("/")[2] for stream in streams}) == 3
    others = [filed(1, "b" * 64), filed(1, "a" * 64, "b" * 64), filed(1, mapping="n")]
    assert len({one.dataset, *(other.dataset for other in others)}) == 4


def test_batches_are_of_so_many_actions() -> None:
    sizes = [len(batch) for _, batch in filed(2 * filing.MAX_ACTIONS).batches(Account())]
    assert sizes == [filing.MAX_ACTIONS, filing.MAX_ACTIONS, 3]


def test_batches_are_of_so_many_bytes_or_one_action() -> None:
    half, whole = (
        [len(batch) for _, batch in filed(3, size=size).batches(Account())]
        for size in (filing.MAX_BYTES // 2, filing.MAX_BYTES + 1)
    )
    assert half == [3, 3]
    assert whole == [1, 1, 1, 1, 2]


def test_all_files_are_kept_as_the_original() -> None:
    (_, batch), *_ = filed(1, "b" * 64, "a" * 64).batches(Account())
    assert batch[0].assets == {"original": [f"{'b' * 64}.json", f"{'a' * 64}.json"]}
    assert batch[0].parts["original"] == {
        "media_type": "application/json",
        "name": f"{'b' * 64}.json",
        "files": {f"{digit * 64}.json": f"{digit * 64}.json" for digit in "ba"},
    }


def test_files_of_the_same_bytes_are_kept_once() -> None:
    (_, batch), *_ = filed(1, "b" * 64, "b" * 64).batches(Account())
    assert batch[0].assets == {"original": [f"{'b' * 64}.json"]}


def test_every_run_is_filed_with_the_original_and_the_one_dataset() -> None:
    filing = filed(1, runs=2)
    _, *runs = filing.batches(Account())
    assert [stream for stream, _ in runs] == filing.runs
    assert [batch[-1].type for _, batch in runs] == ["stream.sealed"] * 2
    for _, batch in runs:
        assert batch[0].facts["dataset"] == filing.dataset.removeprefix("dataset/")
        assert batch[0].assets == {"original": [f"{'a' * 64}.json"]}


def test_a_finding_stays_with_the_run_that_it_is_about() -> None:
    account = Account()
    _, *runs = filed(1, runs=3).batches(account)
    told = [
        [action.parts for action in batch if action.parts.get("annotation")] for _, batch in runs
    ]
    finding = account.findings[0]._asdict()
    assert told[0] == [{"annotation": {"findings": [finding], "findings_total": 1}}]
    assert finding == {
        "place": "x",
        "expected": "items 1, as its results give",
        "found": "items 0 stated",
    }
    assert [len(each) for each in told] == [1, 0, 1]
    assert account.compared == 3


def test_findings_are_listed_up_to_a_thousand_and_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def many(_: Log, number: int, account: Account) -> Iterator[Entry]:
        yield Entry({"type": "run.registered", "config": {}}, "x")
        for at in range(MAX_FINDINGS + 1):
            account.compare("x", f"{at}", 1, 2)

    monkeypatch.setattr(Log, "run", many)
    _, (_, batch) = filed(1, runs=1).batches(Account())
    annotation: Any = batch[1].parts["annotation"]
    assert (len(annotation["findings"]), annotation["findings_total"]) == (1000, 1001)
