import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from application import project
from application.ports import Append, Change
from application.project import catch_up, rebuild
from application.read_model import ReadModel, RunQuery, StreamRows
from domain.errors import ArchiveDamaged, Refused, StorageFull
from infrastructure.read_models import open_read_model
from infrastructure.read_models.blocks import Blocks
from infrastructure.read_models.read_model import SqliteReadModel
from infrastructure.read_models.schema import SCHEMA
from tests.contracts.fakes import MemoryEventStore
from tests.histories import assigned, interleaved, random_history, run_of
from tests.infrastructure.read_models.conftest import Dump

SEEDS = range(5)


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infrastructure.read_models.blocks.LEAF", 8)
    monkeypatch.setattr("infrastructure.read_models.blocks.FAN", 2)


def history_of(seed: int) -> list[Append]:
    chance = Random(seed)
    several = (random_history(chance, steps=60), random_history(chance))
    keys = [*dict.fromkeys(append.key for history in several for append in history)]
    return interleaved(chance, *several, assigned(chance, [*keys, keys[0]]))


def stored(history: Sequence[Append]) -> MemoryEventStore:
    store = MemoryEventStore()
    store.commit(history)
    return store


class Killed(Exception):
    pass


class StoppingStore(MemoryEventStore):
    """Gives so many pages in all, and then is killed."""

    def __init__(self, pages: int) -> None:
        super().__init__()
        self.left = pages

    def changes(self, after: int = 0) -> Iterator[Change]:
        for change in super().changes(after):
            if not self.left:
                raise Killed
            self.left -= 1
            yield change


def follow_by_append(read_model: ReadModel, history: Sequence[Append]) -> MemoryEventStore:
    store = MemoryEventStore()
    for append in history:
        store.commit([append])
        catch_up(store, read_model)
    return store


@pytest.mark.parametrize("seed", SEEDS)
def test_page_by_page_at_once_and_rebuilt_are_the_same(
    tmp_path: Path, read_model: ReadModel, dump: Dump, seed: int
) -> None:
    history = history_of(seed)
    store = follow_by_append(read_model, history)
    by_page = dump()
    rebuild(store, read_model)
    assert dump() == by_page
    read_model.close()
    (tmp_path / "read_models.db").unlink()
    catch_up(store, read_model)
    assert dump() == by_page
    assert by_page["blocks"]


@pytest.mark.parametrize("seed", SEEDS)
def test_killed_anywhere_it_goes_on_to_the_same_rows(
    read_model: ReadModel, dump: Dump, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(project, "EVENTS_AT_ONCE", 10)
    store = StoppingStore(0)
    store.commit(history_of(seed))
    for pages in range(3, 40, 5):
        store.left = pages
        try:
            catch_up(store, read_model)
        except Killed:
            continue
    store.left = 10**6
    catch_up(store, read_model)
    resumed = dump()
    rebuild(store, read_model)
    assert dump() == resumed


def test_a_rebuild_that_is_killed_leaves_what_was_there(
    read_model: ReadModel, dump: Dump, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project, "EVENTS_AT_ONCE", 10)
    store = StoppingStore(10**6)
    store.commit(history_of(1))
    catch_up(store, read_model)
    before = dump()
    store.left = 20
    with pytest.raises(Killed):
        rebuild(store, read_model)
    assert dump() == before
    assert len(_generations(file)) == 2
    store.left = 10**6
    rebuild(store, read_model)
    assert dump() == before
    assert len(_generations(file)) == 1


def _generations(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as connection:
        names = connection.execute("SELECT name FROM sqlite_schema WHERE name GLOB 'runs_[0-9]*'")
        return {name for (name,) in names}


def test_a_reader_sees_the_old_tables_until_the_new_ones_are_whole(
    tmp_path: Path, read_model: ReadModel
) -> None:
    store = stored(history_of(1))
    catch_up(store, read_model)
    seen: list[object] = []

    class WatchedStore(MemoryEventStore):
        def changes(self, after: int = 0) -> Iterator[Change]:
            for change in store.changes(after):
                seen.append(reader.runs(RunQuery()))
                yield change

        def position(self) -> int:
            return store.position()

    with open_read_model(tmp_path) as reader:
        before = reader.runs(RunQuery())
        rebuild(WatchedStore(), read_model)
        assert seen == [before] * len(seen)
        assert reader.runs(RunQuery()) == before


def test_two_that_catch_up_at_once_do_it_once(
    tmp_path: Path, read_model: ReadModel, dump: Dump, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project, "EVENTS_AT_ONCE", 10)
    store = stored(history_of(2))

    class HelpedStore(MemoryEventStore):
        def changes(self, after: int = 0) -> Iterator[Change]:
            for number, change in enumerate(store.changes(after)):
                if number == 5 and not after:
                    with open_read_model(tmp_path) as other:
                        catch_up(store, other)
                yield change

        def position(self) -> int:
            return store.position()

    catch_up(HelpedStore(), read_model)
    helped = dump()
    rebuild(store, read_model)
    assert dump() == helped


def test_threads_read_while_one_writes(read_model: ReadModel) -> None:
    history = history_of(3)
    store = follow_by_append(read_model, history[:40])
    faults: list[BaseException] = []

    def read() -> None:
        try:
            for _ in range(20):
                for row in read_model.runs(RunQuery()):
                    read_model.summary(row.key)
        except BaseException as fault:  # noqa: BLE001 - told to the test's own thread
            faults.append(fault)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for append in history[40:]:
        store.commit([append])
        catch_up(store, read_model)
    for thread in threads:
        thread.join()
    assert not faults


def test_another_schema_is_built_anew(
    read_model: ReadModel, dump: Dump, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = history_of(1)
    store = stored(history)
    catch_up(store, read_model)
    before = dump()
    monkeypatch.setattr("infrastructure.read_models.generations.SCHEMA", SCHEMA + 1)
    with pytest.raises(ArchiveDamaged, match="eval752 rebuild"):
        read_model.runs(RunQuery())
    catch_up(store, read_model)
    assert dump() == before | {"": [SCHEMA + 1, store.position()]}


def test_nothing_projected_yet_is_told_with_the_way_on(read_model: ReadModel) -> None:
    with pytest.raises(ArchiveDamaged, match="eval752 rebuild"):
        read_model.runs(RunQuery())


def test_a_file_that_is_no_database_is_told_and_built_anew(
    read_model: ReadModel, dump: Dump, file: Path
) -> None:
    store = stored(history_of(1))
    catch_up(store, read_model)
    before = dump()
    read_model.close()
    file.write_bytes(b"not a database at all" * 1000)
    with pytest.raises(ArchiveDamaged, match="eval752 rebuild"):
        catch_up(store, read_model)
    rebuild(store, read_model)
    assert dump() == before


def test_a_torn_page_is_told_and_built_anew(read_model: ReadModel, dump: Dump, file: Path) -> None:
    history = history_of(1)
    store = stored(history)
    catch_up(store, read_model)
    before = dump()
    read_model.close()
    whole = file.read_bytes()
    file.write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))
    with pytest.raises(ArchiveDamaged, match="eval752 rebuild"):
        read_model.summary(run_of(history))
    rebuild(store, read_model)
    assert dump() == before


def test_missing_tables_are_damage(read_model: ReadModel, file: Path) -> None:
    catch_up(stored(history_of(1)), read_model)
    with closing(sqlite3.connect(file)) as connection:
        (name,) = _generations(file)
        connection.execute(f"DROP TABLE {name}")
    with pytest.raises(ArchiveDamaged, match="eval752 rebuild"):
        read_model.runs(RunQuery())


def test_rows_that_leave_a_gap_are_damage(read_model: ReadModel) -> None:
    history = history_of(1)
    catch_up(stored(history), read_model)
    generation = read_model.current()
    assert generation is not None
    rows = StreamRows(run_of(history), 10**6, 10**6)
    with pytest.raises(ArchiveDamaged, match="eval752 rebuild"):
        generation.write(generation.position, generation.position + 1, [rows])


def test_a_full_disk_is_told_and_changes_nothing(
    tmp_path: Path, dump: Dump, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = random_history(Random(1), items=300, steps=10)
    read_model = SqliteReadModel(tmp_path / "read_models.db")
    store = follow_by_append(read_model, history[:3])
    before = dump()
    with read_model._database.writing() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
    store.commit(history[3:])
    with pytest.raises(StorageFull):
        catch_up(store, read_model)
    assert dump() == before
    read_model.close()


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with open_read_model(tmp_path / "nowhere") as read_model, pytest.raises(Refused):
        read_model.runs(RunQuery())


def test_blocks_are_used(read_model: ReadModel, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without this, the tests above could pass on rows alone."""
    history = random_history(Random(1), steps=60)
    catch_up(stored(history), read_model)
    spans: list[int] = []
    add_rows = Blocks._add_rows

    def watched(self: Blocks, found: object, first: int, last: int) -> None:
        spans.append(last + 1 - first)
        add_rows(self, found, first, last)  # type: ignore[arg-type] # passed on as it came

    monkeypatch.setattr(Blocks, "_add_rows", watched)
    read_model.summary(run_of(history))
    assert len(spans) == 1
    assert spans[0] < 8
