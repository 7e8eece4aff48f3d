"""Both clients compare runs, and tell what the service tells, as values."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from application.comparison import Comparison, Flip
from domain.errors import InvalidInput, NotFound, Refused
from interface.documents import document
from tests.interface.api.conftest import served
from tests.interface.cli.running import CONFIG, ROWS
from tests.interface.client.clients import client_of

pytest.importorskip("scipy", reason="SciPy has no wheel here")


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with served(tmp_path_factory.mktemp("archive")) as real:
        yield real


@pytest.fixture(params=["sync", "async"])
def client(request: pytest.FixtureRequest, real: Any, spool: Path) -> Iterator[Any]:
    token = real.root.headers["authorization"].removeprefix("Bearer ")
    with client_of(request.param, real.url, token, spool) as made:
        yield made


@pytest.fixture
def runs(client: Any) -> list[str]:
    """Two runs on a dataset, of which the second answers the second item right."""
    with client.dataset("capitals") as dataset:
        for row in ROWS:
            dataset.add(row)
    made: list[str] = []
    for text in ("Cusco", "Lima"):
        with client.run(dataset=dataset, config=CONFIG, plan=True) as run:
            run.answered("q-1", {"text": "Paris"}, score=True)
            run.answered("q-2", {"text": text}, score=True)
        made.append(run.stream)
    return made


def test_a_comparison_is_the_value_that_the_service_tells(
    client: Any, real: Any, runs: list[str]
) -> None:
    found = client.compare(runs, scorer="match")
    assert isinstance(found, Comparison)
    (against,) = found.against
    assert (against.paired.higher, against.paired.difference) == (1, 0.5)
    assert against.p_holm == 1.0
    ids = [run.removeprefix("run/") for run in runs]
    told = real.root.get("/v1/compare", params={"run": ids}).json()
    assert document(found) == told
    assert client.compare(ids, by_id=True) == found


def test_flips_are_listed_by_direction(client: Any, runs: list[str]) -> None:
    (flip,) = client.flips(runs)
    assert flip == Flip(1, 1, 0, "", "q-2", 0, 1, 1)
    assert [*client.flips(runs, direction="right")] == [flip]
    assert [*client.flips(runs, direction="wrong", by_id=True)] == []


def test_what_cannot_be_compared_is_raised_as_the_error_of_its_kind(
    client: Any, runs: list[str]
) -> None:
    with pytest.raises(Refused, match="scorer"):
        client.compare(runs, scorer="x")
    with pytest.raises(InvalidInput):
        client.compare(runs[:1])
    with pytest.raises(InvalidInput, match="run/ID"):
        client.compare([runs[0], "dataset/00000000-0000-7000-8000-0000000000d5"])
    with pytest.raises(NotFound):
        client.compare([runs[0], "00000000-0000-7000-8000-00000000002a"])
