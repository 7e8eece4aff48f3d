"""A run of Inspect AI while it goes on, as entries: of its samples, the same as of its log's.

What Inspect holds comes in as the JSON text that its log would have. Not here: Inspect itself, and
where entries go.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import chain
from typing import Final

from application.log_source import Account, Entry
from domain.canonical import Json, encode
from infrastructure.log_sources.asset_spill import AssetSpill
from infrastructure.log_sources.inspect_logs.container import HEADER_LIMIT, Key
from infrastructure.log_sources.inspect_logs.entries import entries_of
from infrastructure.log_sources.inspect_logs.header import Header
from infrastructure.log_sources.inspect_logs.items import row_of
from infrastructure.log_sources.inspect_logs.results import tell_own_item, told_of
from infrastructure.log_sources.inspect_logs.samples import Sample, Samples
from infrastructure.log_sources.inspect_logs.scores import Scorers
from infrastructure.log_sources.json_pieces import members
from infrastructure.log_sources.loose_json import Members

OUTSIDE: Final = "a sample that is none of the dataset"
AGAIN: Final = "a sample that ended before, and was run again"
BARE: Final[Members] = {"type": "freeform", "inputs": {}, "answer": None}
"""An item of which nothing but its id is known when the run begins."""

_DIGEST: Final = 32


class LiveRun:
    """One run; ``header`` is what its log begins with, ``left`` how many samples have not ended.

    Raises:
        InvalidInput: when the header does not say which evaluation it is of.
    """

    def __init__(self, header: bytes) -> None:
        self._header = Header(_Held(header), Account())
        self._ids = {outside: n for n, outside in enumerate(dict.fromkeys(self._header.ids))}
        self.left = len(self._ids) * self._header.epochs
        self._rows = bytearray()
        self._ended = defaultdict[int, bytearray](lambda: bytearray(len(self._ids)))
        self._spill = AssetSpill()
        self._scorers = Scorers(revisable=False)
        self._scorers.declare(self._header.eval.get("scorers"))

    @property
    def plan(self) -> Members | None:
        """The results that it sets out to produce; None where no samples are named."""
        return {"epochs": self._header.epochs} if self._ids else None

    def dataset(self, samples: Iterable[bytes] | None) -> Iterator[Entry]:
        """The dataset: items by these samples, in the order of their ids, or by their ids alone.

        Raises:
            InvalidInput: when a sample has another id; what was given is then to be thrown away.
        """
        self._rows.clear()
        config = self._header.dataset_config()
        yield Entry({"type": "dataset.registered", "config": config}, "header")
        texts: Iterator[bytes] | None = None if samples is None else iter(samples)
        for outside in self._ids:
            entry = _bare(outside) if texts is None else self._item(next(texts, b"{}"), outside)
            self._rows += _digest(entry.members["row"])
            yield entry

    def registered(self, about: Members) -> Entry:
        """The run with its config, environment, and what the recorder says about itself."""
        config = self._header.run_config(self._scorers.definitions(self._declared), Account())
        parts = {"config": config, "environment": {**self._header.environment(), **about}}
        return Entry({"type": "run.registered", **parts, **self._header.started()}, "header")

    def is_open(self, outside: str, epoch: int) -> bool:
        """Whether this is a sample of the dataset that has not ended."""
        index = self._ids.get(outside)
        return index is not None and not self._ended[epoch][index]

    def sample(self, text: bytes, outside: str, epoch: int) -> Sequence[Entry]:
        """What became of a sample; as an annotation where it cannot be a result of the run.

        Raises:
            InvalidInput: when it cannot be read.
        """
        account, index = self._new_account(), self._ids.get(outside)
        is_first = self.is_open(outside, epoch)
        if index is not None and is_first:
            self._ended[epoch][index] = 1
            self.left -= 1
        sample = self._read(text, outside, epoch, account)
        at: Members = {} if index is None else {"item": index, "epoch": epoch}
        if index is not None and _digest(row_of(sample, outside)[0]) != self._row(index):
            tell_own_item(sample)
        model = str(self._header.eval["model"])
        _, actions = told_of(sample, self._scorers, at, model, account)
        entries = [*entries_of(actions, sample, self._spill, account)]
        if is_first:
            return entries
        return [_aside(entries, at, OUTSIDE if index is None else AGAIN)]

    def end(self, header: bytes) -> Iterator[Entry]:
        """How it ended, and what it reports, as the header of the whole log says."""
        told = Header(_Held(header), Account())
        if end := told.end():
            yield Entry(end, "header")
        reported: Members = {"reported": told.reported()}
        yield Entry({"type": "run.annotated", "annotation": reported}, "header")

    def asset(self, name: str) -> Iterator[bytes]:
        """The bytes of an asset in the dataset, until the first sample, or in the last sample."""
        return self._spill.chunks(name)

    def close(self) -> None:
        """Let go of assets."""
        self._spill.close()

    @property
    def _declared(self) -> Json:
        return self._header.eval.get("scorers")

    def _new_account(self) -> Account:
        """For a new sample: assets of the last one are of no use any more."""
        self._spill.close()
        self._spill = AssetSpill()
        return Account()

    def _item(self, text: bytes, outside: str) -> Entry:
        sample = self._read(text, outside, 1, Account())
        row, assets = row_of(sample, outside)
        told: Members = {"type": "dataset.item_added", "row": row}
        return Entry(told, sample.place, sample.size, assets)

    def _read(self, text: bytes, outside: str, epoch: int, account: Account) -> Sample:
        return Samples(_Held(b"", Key(outside, epoch), text), self._spill).read(0, account)

    def _row(self, index: int) -> bytes:
        return bytes(self._rows[index * _DIGEST : (index + 1) * _DIGEST])


class _Held:
    """A header, or one sample, as a container of its own (``container.Container``)."""

    suffix = "json"
    media_type = "application/json"
    finished = False

    def __init__(self, header: bytes, key: Key = Key("", 1), sample: bytes = b"") -> None:  # noqa: B008 - a constant
        self._header, self._key, self._sample = header, key, sample

    def header(self) -> Mapping[str, bytes]:
        return dict(members([self._header], lambda _: True, HEADER_LIMIT, "header"))

    def keys(self) -> Sequence[Key]:
        return [self._key]

    def place(self, number: int) -> str:  # noqa: ARG002 - there is one
        return f"sample {self._key.id!r}, epoch {self._key.epoch}"

    def sample(self, number: int) -> Iterator[bytes]:  # noqa: ARG002 - there is one
        return iter([self._sample])

    def left(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        return iter(())

    def raw(self) -> Iterator[bytes]:
        return iter(())

    def close(self) -> None:
        """There is nothing to let go of."""


def _bare(outside: str) -> Entry:
    row: Members = {"id": outside, **BARE}
    return Entry({"type": "dataset.item_added", "row": row}, f"sample {outside!r}")


def _aside(entries: Sequence[Entry], at: Members, why: str) -> Entry:
    """What cannot be events, as one annotation."""
    told: list[Json] = [entry.members for entry in entries]
    listed = chain.from_iterable(chain(*entry.assets.values()) for entry in entries)
    assets = sorted(set(listed))
    annotation: Members = {"why": why, "told": told}
    named = {"annotation": assets} if assets else {}
    return Entry({"type": "run.annotated", **at, "annotation": annotation}, why, 0, named)


def _digest(row: Json) -> bytes:
    return sha256(encode(row)).digest()
