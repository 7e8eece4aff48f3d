"""A rehearsal: recording into nothing, to learn whether all of it can be recorded.

Only states, item ids and packed results are kept, in memory. So what a rehearsal takes, every
check included, the archive takes as well. Not here: what the archive itself knows already.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from application.ports import Append, Assets, EventStore, ItemKey, StreamKey
from application.record import Recorder


def rehearsal(recorder: Recorder) -> Recorder:
    """A recorder of the same archive whose batches are checked and then forgotten."""
    store = cast("EventStore", _States())  # recording asks for no more than it has
    assets = cast("Assets", _AnyAssets())
    return Recorder(store, assets, recorder.clock, recorder.origin, recorder.actor)


class _States:
    """What a recorder asks of the event store."""

    def __init__(self) -> None:
        self._states: dict[StreamKey, bytes] = {}
        self._chunks: dict[tuple[StreamKey, int, int], bytes] = {}
        self._items: dict[tuple[StreamKey, str], ItemKey] = {}

    def commit(self, appends: Sequence[Append]) -> None:
        for append in appends:
            self._states[append.key] = append.state
            for (epoch, number), data in append.chunks.items():
                self._chunks[append.key, epoch, number] = data
            for item in append.items:
                self._items[append.key, str(item.outside)] = item

    def state(self, key: StreamKey) -> bytes | None:
        return self._states.get(key)

    def chunk(self, key: StreamKey, epoch: int, number: int) -> bytes | None:
        return self._chunks.get((key, epoch, number))

    def streams(self) -> Sequence[StreamKey]:
        return [*self._states]

    def known_ids(self, _ids: Sequence[str]) -> Mapping[str, tuple[StreamKey, int]]:
        return {}

    def items_by_outside(self, key: StreamKey, outside: Iterable[str]) -> Mapping[str, ItemKey]:
        return {name: self._items[key, name] for name in outside if (key, name) in self._items}

    def count_trial(self, _model: str, _config: str, _run: str) -> tuple[int, int]:
        return 1, 0


class _AnyAssets:
    """Assets that will have been put by the time it matters."""

    def size(self, _name: str) -> int:
        return 0
