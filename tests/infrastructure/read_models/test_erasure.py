import sqlite3
import struct
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from application.ports import PartKey
from application.project import catch_up
from application.read_model import DatasetQuery, Held, ReadModel, ResultQuery, RunQuery
from application.rows import FailureKinds
from domain.canonical import Json
from tests.contracts.fakes import MemoryEventStore
from tests.stream_builder import StreamBuilder

ITEMS = 300
NAME, OUTSIDE, SECTION, MODEL = "answers-of-jane", "jane.doe", "ward-of-jane", "jane-1"
SCORE = 0.7234981237
ERROR = "refused-by-jane"
QUESTION: Json = {"inputs": "?"}


class Recording:
    """A dataset whose item 150, by the event of version 152, names a person, and a run on it.

    In the run, version 3 answers this item, version 4 scores the answer, and version 5 gives item 0
    up.
    """

    def __init__(self, names: Sequence[str], score: float | None = None) -> None:
        self.store = MemoryEventStore()
        self.dataset = StreamBuilder(Random(1), "archive-1", "dataset")
        self.run = StreamBuilder(Random(2), "archive-1", "run")
        self.dataset.add("dataset.registered", config={"name": NAME})
        for number, name in enumerate(names):
            item: Json = {"id": name, "type": "text", "section": SECTION if name == OUTSIDE else ""}
            facts = {"item": number, "section": int(name == OUTSIDE)}
            self.dataset.add("dataset.item_added", facts, item=item, question=QUESTION, answer=1)
        self._register(len(names))
        if score is not None:
            place = {"epoch": 1, "item": ITEMS // 2}
            self.run.add("run.started")
            self.run.add("item.answered", {**place, "attempt": 1}, response={"text": "A"})
            self.run.add("item.scored", {**place, "scorer": 0}, score={"value": SCORE})
            self.run.add("item.failed", {"epoch": 1, "item": 0}, error={"kind": ERROR})
        self.commit()

    def commit(self) -> None:
        self.store.commit([*self.dataset.appends(), *self.run.appends()])

    def erase(self, stream: str, *parts: tuple[int, str]) -> None:
        for part in parts:
            (self.dataset if stream == "dataset" else self.run).erase(PartKey(*part))
        self.commit()

    def _register(self, items: int) -> None:
        root = "0" * 64
        scorer: Json = {"method": "external", "name": "s", "parameters": {}}
        config: Json = {"provider": "p", "model": MODEL, "parameters": {}, "scorers": [scorer]}
        named = {"dataset": self.dataset.id, "dataset_origin": "archive-1", "items_root": root}
        counts = {"items": items, "same_config": 0, "scorers": 1, "trial": 1}
        self.run.add("run.registered", named | counts, config=config)


@pytest.fixture
def recording() -> Recording:
    names = [f"{number}-{'x' * (number % 50)}" for number in range(ITEMS)]
    names[ITEMS // 2] = OUTSIDE
    return Recording(names, SCORE)


def in_files(folder: Path, secrets: Sequence[bytes]) -> list[bytes]:
    files = [file.read_bytes() for file in folder.glob("read_models.db*")]
    return [secret for secret in secrets if any(secret in data for data in files)]


DATASET_NAME = ("dataset", 1, "config", (NAME.encode(),))
RUN_CONFIG = ("run", 1, "config", (MODEL.encode(),))
ITEM = ("dataset", 2 + ITEMS // 2, "item", (OUTSIDE.encode(), SECTION.encode()))
SCORED = ("run", 4, "score", (struct.pack(">d", SCORE),))
FAILED = ("run", 5, "error", (ERROR.encode(),))
CASES = [DATASET_NAME, RUN_CONFIG, ITEM, SCORED, FAILED]


@pytest.mark.parametrize("case", CASES)
def test_what_is_erased_leaves_the_files(
    tmp_path: Path,
    read_model: ReadModel,
    recording: Recording,
    case: tuple[str, int, str, tuple[bytes, ...]],
) -> None:
    stream, version, kind, secrets = case
    catch_up(recording.store, read_model)
    assert in_files(tmp_path, secrets) == [*secrets]
    recording.erase(stream, (version, kind))
    catch_up(recording.store, read_model)
    assert in_files(tmp_path, secrets) == []


def test_what_is_erased_is_told_as_erased(read_model: ReadModel, recording: Recording) -> None:
    catch_up(recording.store, read_model)
    for stream, version, kind, _ in CASES:
        recording.erase(stream, (version, kind))
    catch_up(recording.store, read_model)
    (run,), (dataset,) = read_model.runs(RunQuery()), read_model.datasets(DatasetQuery())
    (result,) = read_model.results(run.key, ResultQuery(status="answered"))
    (score,) = result.scores
    assert (dataset.name, dataset.held) == (None, Held.ERASED)
    assert (run.model, run.held, run.mean) == (None, Held.ERASED, None)
    assert (result.outside, result.outside_held) == (None, Held.ERASED)
    assert (score.value, score.held) == (None, Held.ERASED)
    assert read_model.failures(run.key) == FailureKinds([], 0, 0, undisclosed=1)
    assert [section.name for section in read_model.sections(dataset.key)] == ["", None]


def test_an_erased_name_is_no_longer_found(read_model: ReadModel, recording: Recording) -> None:
    catch_up(recording.store, read_model)
    (run,) = read_model.runs(RunQuery())
    query = ResultQuery(text="JANE.D")
    assert len(read_model.results(run.key, query)) == 1
    recording.erase("dataset", (2 + ITEMS // 2, "item"))
    catch_up(recording.store, read_model)
    assert not read_model.results(run.key, query)


def test_a_reader_in_the_way_delays_the_cleaning_of_the_files(
    tmp_path: Path, file: Path, read_model: ReadModel, recording: Recording
) -> None:
    catch_up(recording.store, read_model)
    recording.erase("dataset", (1, "config"))
    with closing(sqlite3.connect(file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM generations").fetchall()
        catch_up(recording.store, read_model)
        assert in_files(tmp_path, [NAME.encode()])
    catch_up(recording.store, read_model)
    assert not in_files(tmp_path, [NAME.encode()])


def test_no_outside_id_hides_others_from_a_search(read_model: ReadModel) -> None:
    recording = Recording(["\0", "100%_sure", "x" * 5000])
    recording.run.add("run.planned", {"epochs": 1, "plan_source": "recorder", "ranges": [[0, 2]]})
    recording.commit()
    catch_up(recording.store, read_model)
    run = recording.run.key
    found = {
        text: [row.item for row in read_model.results(run, ResultQuery(text=text))]
        for text in ("%_S", "0%s", "x" * 900, "x" * 2000, "\0", "!")
    }
    assert found == {"%_S": [1], "0%s": [], "x" * 900: [2], "x" * 2000: [], "\0": [], "!": []}
