"""A read model follows its store: by its place in it, built anew, published, refreshed."""

import pytest

from application.project import catch_up, rebuild, refresh
from application.read_model import (
    ReadModel,
    ResultQuery,
    RunQuery,
)
from domain.errors import Conflict
from tests.contracts.fakes import MemoryEventStore
from tests.contracts.read_models import SEEDS, history_of, projected
from tests.histories import run_of, withholding
from tests.reference import summary_of


def test_rows_behind_another_position_are_refused(read_model: ReadModel) -> None:
    projected(read_model, history_of(1))
    generation = read_model.current()
    assert generation is not None
    with pytest.raises(Conflict):
        generation.write(generation.position + 1, generation.position + 2, [])


def test_catching_up_twice_is_catching_up_once(read_model: ReadModel) -> None:
    store = MemoryEventStore()
    store.commit(history_of(1))
    catch_up(store, read_model)
    before = read_model.runs(RunQuery())
    catch_up(store, read_model)
    assert read_model.runs(RunQuery()) == before


def test_a_read_model_of_a_store_that_is_no_more_is_built_anew(read_model: ReadModel) -> None:
    projected(read_model, history_of(1))
    store = MemoryEventStore()
    store.commit(history_of(2)[:3])
    catch_up(store, read_model)
    generation = read_model.current()
    assert generation is not None
    assert generation.position == store.position()


def test_a_generation_that_is_not_published_is_not_read(read_model: ReadModel) -> None:
    run = projected(read_model, history_of(1))
    before = read_model.run(run)
    read_model.begin()
    assert read_model.run(run) == before
    abandoned = read_model.begin()
    read_model.begin()
    with pytest.raises(Conflict):
        read_model.publish(abandoned)
    assert read_model.run(run) == before


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_disclosed_later_shows_after_a_refresh(read_model: ReadModel, seed: int) -> None:
    history = history_of(seed)
    store = MemoryEventStore()
    store.commit(withholding(history, {"score", "item"}))
    catch_up(store, read_model)
    for key in store.streams():
        fuller = [page for append in history if append.key == key for page in append.pages]
        store.disclose(key, fuller)
        refresh(store, read_model, key)
    run = run_of(history)
    refreshed = (read_model.summary(run), read_model.results(run, ResultQuery()))
    rebuild(store, read_model)
    assert refreshed == (read_model.summary(run), read_model.results(run, ResultQuery()))
    assert read_model.summary(run) == summary_of(history)
