from collections.abc import Iterator
from typing import Any, cast
from uuid import UUID

from application import filing
from application.filing import Filing
from application.log_source import Account, Entry, LogFile, SourceFile


class Log:
    """A log file of so many items, in as many files as there are digests."""

    has_run = False

    def __init__(self, items: int, *digests: str, mapping: str = "m", size: int = 0) -> None:
        self._items, self._size, self.mapping = items, size, mapping
        self.files = [SourceFile(f"{d}.json", "application/json", f"{d}.json") for d in digests]

    def dataset(self, account: Account) -> Iterator[Entry]:
        yield Entry({"type": "dataset.registered", "config": {"name": "n"}}, "x")
        for number in range(self._items):
            row: Any = {"id": f"{number}", "type": "code", "inputs": 1, "answer": 1}
            place = f"line {number}"
            yield Entry({"type": "dataset.item_added", "row": row}, place, self._size)


def filed(items: int, *digests: str, **more: Any) -> Filing:
    log = Log(items, *(digests or ("a" * 64,)), **more)
    return Filing(cast("LogFile", log), original=True)


def test_ids_are_uuids_of_version_8_that_ascend() -> None:
    ids = [action.id for _, batch in filed(300).batches(Account()) for action in batch]
    uuids = [UUID(each) for each in ids]
    assert {(each.version, each.variant) for each in uuids} == {(8, UUID(ids[0]).variant)}
    assert ids == sorted(set(ids)) == [str(each) for each in uuids]


def test_streams_follow_from_the_files_and_the_rules() -> None:
    one = filed(1)
    assert (one.dataset, one.run) == (filed(5).dataset, filed(5).run)
    assert one.dataset.partition("/")[2] != one.run.partition("/")[2]
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
    }
