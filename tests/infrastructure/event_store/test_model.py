"""Whatever is done to it, the store shows what the one in memory shows."""

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from application.ports import Append, EventStore, PartKey, StreamKey
from domain.errors import Conflict
from infrastructure.event_store.store import open_store
from tests.contracts.fakes import MemoryEventStore
from tests.contracts.pages import KEY, OTHER, Parts, page, part, plain

KINDS = ("answer", "item", "question", "request")

Batch = list[Parts]

parts = st.integers(0, 5).map(lambda number: part(f"{number}" * 9))
batches = st.lists(st.dictionaries(st.sampled_from(KINDS), parts, max_size=3), min_size=1)
steps = st.tuples(
    st.sampled_from(["append", "erase", "disclose", "come late"]),
    st.sampled_from([KEY, OTHER]),
    st.lists(batches, max_size=3),
    st.lists(st.tuples(st.integers(1, 20), st.sampled_from(KINDS)), max_size=3),
)


@settings(max_examples=20)
@given(st.lists(steps, max_size=12))
def test_the_store_shows_what_a_store_in_memory_shows(
    script: list[tuple[str, StreamKey, list[Batch], list[tuple[int, str]]]],
) -> None:
    with TemporaryDirectory() as folder, closing(open_store(Path(folder), writable=True)) as kept:
        twins = Twins([kept, MemoryEventStore()])
        for action, key, new, some in script:
            {
                "append": twins.append,
                "erase": twins.erase,
                "disclose": twins.disclose,
                "come late": twins.come_late,
            }[action](key, new, [PartKey(*each) for each in some])
        shown, expected = map(everything, twins.stores)
        assert shown == expected


class Twins:
    """Stores to which the same is done, and what was appended to them, whole."""

    def __init__(self, stores: Sequence[EventStore]) -> None:
        self.stores = stores
        self.appended: dict[StreamKey, list[tuple[int, Batch]]] = {KEY: [], OTHER: []}

    def append(self, key: StreamKey, new: list[Batch], some: list[PartKey]) -> None:
        """Append pages, without the parts of some kinds, as of a mirror."""
        after = version = self.stores[1].version(key)
        pages = []
        for batch in new:
            pages.append(page(version + 1, *batch, withheld={part.kind for part in some}))
            self.appended[key].append((version + 1, batch))
            version += len(batch)
        if pages:
            self._both(lambda store: store.commit([Append(key, after, pages, b"appended")]))

    def erase(self, key: StreamKey, new: list[Batch], some: list[PartKey]) -> None:
        """Erase parts that may be there, withheld, erased already, or not named at all."""
        after = self.stores[1].version(key)
        erases = [part for part in some if part.version <= after]
        erasing = Append(key, after, [page(after + 1, {})], b"erased", erases=erases)
        self.appended[key].append((after + 1, [{}]))
        self._both(lambda store: store.commit([erasing]))

    def disclose(self, key: StreamKey, new: list[Batch], some: list[PartKey]) -> None:
        """Give all parts of some pages."""
        fuller = [page(first, *batch) for first, batch in self.appended[key][: len(some)]]
        if fuller:
            self._both(lambda store: store.disclose(key, fuller))

    def come_late(self, key: StreamKey, new: list[Batch], some: list[PartKey]) -> None:
        """Append where others have."""
        after = self.stores[1].version(key) + 1
        late = Append(key, after, [page(after + 1, {})], b"late")
        for store in self.stores:
            try:
                store.commit([late])
            except Conflict:
                continue
            raise AssertionError("no conflict")

    def _both(self, do: Callable[[EventStore], None]) -> None:
        for store in self.stores:
            do(store)


def everything(store: EventStore) -> list[object]:
    changes = [(each.position, each.key, plain(each.page)) for each in store.changes()]
    streams = [
        (store.version(key), store.state(key), [plain(each) for each in store.pages(key)])
        for key in (KEY, OTHER)
    ]
    return [changes, streams, store.position(), store.streams()]
