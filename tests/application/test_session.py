import json
from collections.abc import Iterable
from typing import Any

import pytest

from application import session as module
from application.record import Recorder
from application.session import Session
from domain.errors import InvalidInput, NotFound, Refused
from interface.bootstrap.archive import Archive
from tests.archives import (
    CHOICE,
    COMPLETED,
    DATASET,
    FROZEN,
    PLANNED,
    STARTED,
    Members,
    added,
    answered,
    key,
    record_dataset,
    registered,
    run_registered,
    stored,
    types,
)

ID = "00000000-0000-4000-8000-00000000000{}".format
REGISTERED: Members = {name: m for name, m in run_registered(CHOICE).items() if name != "dataset"}


def take(session: Session, members: Iterable[Members]) -> None:
    for number, line in enumerate(members, 1):
        session.take(json.dumps(dict(line)).encode(), f"line {number}")


def recorded(archive: Archive, *members: Members, link: Any = None) -> Session:
    session = Session(archive.recorder(), link)
    take(session, members)
    session.flush()
    return session


def test_a_registration_opens_a_stream_and_what_follows_goes_to_it(archive: Archive) -> None:
    session = recorded(
        archive,
        registered(),
        added(0),
        FROZEN,
        REGISTERED,
        PLANNED,
        STARTED,
        answered(0),
        COMPLETED,
    )
    dataset, run = session.tallies
    assert types(archive, dataset) == ["dataset.registered", "dataset.item_added", "dataset.frozen"]
    assert types(archive, run)[::4] == ["run.registered", "item.scored"]
    assert f"dataset/{stored(archive, run)[0].event.facts['dataset']}" == dataset
    assert [tally.recorded for tally in session.tallies.values()] == [3, 6]


def test_a_run_is_on_the_dataset_that_it_names(archive: Archive) -> None:
    record_dataset(archive)
    session = recorded(archive, registered("other"), run_registered(CHOICE))
    run = [*session.tallies][1]
    assert stored(archive, run)[0].event.facts["dataset"] == DATASET[8:]


def test_an_actions_own_stream_goes_before(archive: Archive) -> None:
    recorded(archive, registered(), {**registered(), "stream": DATASET}, added(0))
    assert types(archive, DATASET) == ["dataset.registered", "dataset.item_added"]
    recorded(archive, registered(), {**added(1), "stream": DATASET}, added(2))
    assert len(types(archive, DATASET)) == 3


def test_what_suits_datasets_and_runs_goes_to_the_stream_before_it(archive: Archive) -> None:
    hold: Members = {"type": "hold.placed"}
    session = recorded(archive, registered(), hold, FROZEN, REGISTERED, hold, hold)
    dataset, run = session.tallies
    assert types(archive, dataset).count("hold.placed") == 1
    assert types(archive, run) == ["run.registered", "hold.placed", "hold.placed"]


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ([added(0)], "dataset.registered before"),
        ([registered(), STARTED], "run.registered before"),
        ([REGISTERED], 'a member "dataset"'),
        ([{"type": "hold.placed"}], "dataset.registered or run.registered before"),
    ],
)
def test_an_action_without_a_stream_is_refused(
    archive: Archive, members: list[Members], words: str
) -> None:
    with pytest.raises(InvalidInput, match=words) as caught:
        recorded(archive, *members)
    assert caught.value.place == f"line {len(members)}"


def test_a_new_dataset_ends_the_run_at_hand(archive: Archive) -> None:
    with pytest.raises(InvalidInput, match=r"run\.registered before"):
        recorded(archive, registered(), FROZEN, REGISTERED, registered(), STARTED)


def test_the_same_registration_id_gives_the_same_stream(archive: Archive) -> None:
    members = [{**registered(), "id": ID(1)}, {**added(0), "id": ID(2)}, {**FROZEN, "id": ID(3)}]
    first = recorded(archive, *members)
    second = recorded(archive, *members, {**REGISTERED, "id": ID(1)[:-1] + "9"})
    dataset, run = second.tallies
    assert [*first.tallies] == [dataset]
    assert (second.tallies[dataset].recorded, second.tallies[dataset].known) == (0, 3)
    assert run.partition("/")[2] != dataset.partition("/")[2]


def test_a_file_goes_on_where_it_stopped(archive: Archive) -> None:
    rows = [{**added(n), "id": f"00000000-0000-4000-8000-{n + 9:012}"} for n in range(5)]
    members = [{**registered(), "id": ID(1)}, *rows]
    recorded(archive, *members[:3])
    session = recorded(archive, *members)
    (tally,) = session.tallies.values()
    assert (tally.known, tally.recorded, tally.version) == (3, 3, 6)


def test_nothing_of_a_window_is_recorded_before_all_of_it_is_read(archive: Archive) -> None:
    position = archive.store.position()
    session = Session(archive.recorder())
    take(session, [registered(), added(0), FROZEN, REGISTERED])
    with pytest.raises(InvalidInput):
        session.take(b"{", "line 5")
    assert archive.store.position() == position
    assert not session.tallies


@pytest.mark.parametrize("bound", ["MAX_ACTIONS", "MAX_BYTES"])
def test_a_full_window_is_recorded(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    first = len(json.dumps(registered()))
    monkeypatch.setattr(module, bound, 2 if bound == "MAX_ACTIONS" else first + 1)
    session = Session(archive.recorder())
    take(session, [registered()])
    assert not session.tallies
    take(session, [added(0)])
    (tally,) = session.tallies.values()
    assert tally.recorded == 2


def test_interleaved_streams_are_batched_each(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[int] = []
    record = Recorder.record

    def counting(recorder: Recorder, stream: str, actions: Any) -> Any:
        batches.append(len(actions))
        return record(recorder, stream, actions)

    monkeypatch.setattr(Recorder, "record", counting)
    streams = [DATASET[:-1] + digit for digit in "12"]
    begin = [{**registered(), "stream": stream} for stream in streams]
    rows = [{**added(n), "stream": stream} for n in range(5) for stream in streams]
    recorded(archive, *begin, *rows)
    assert batches == [1, 6, 5]
    for stream in streams:
        items = [e.event.facts["item"] for e in stored(archive, stream)[1:]]
        assert items == [0, 1, 2, 3, 4]


def test_a_run_is_not_registered_before_what_stands_before_it(archive: Archive) -> None:
    stream = {"stream": DATASET}
    begin = [{**registered(), **stream}, run_registered(CHOICE)]
    with pytest.raises(Refused, match="a dataset that is frozen"):
        recorded(archive, *begin, {**FROZEN, **stream})


def test_empty_lines_are_nothing(archive: Archive) -> None:
    session = Session(archive.recorder())
    for line in (b"", b"\n", b" \r\n"):
        session.take(line, "line")
    session.flush()
    assert not session.tallies


def test_all_that_was_recorded_can_be_sealed(archive: Archive) -> None:
    session = Session(archive.recorder())
    take(session, [registered(), added(0), FROZEN, REGISTERED])
    session.seal()
    assert all(tally.sealed for tally in session.tallies.values())
    assert {types(archive, stream)[-1] for stream in session.tallies} == {"stream.sealed"}
    before = archive.store.position()
    session.seal()
    assert archive.store.position() == before


def test_links_to_assets_are_looked_up(archive: Archive) -> None:
    name = archive.assets.put([b"picture"], "png")
    row = added(0, meta={"image": "assets/a.png", "other": "assets/b.png"})
    session = recorded(archive, registered(), row, link={"a.png": name}.get)
    (stream,) = session.tallies
    item = stored(archive, stream)[1].value("item")
    assert isinstance(item, dict)
    assert item["meta"] == {"image": f"assets/{name}", "other": "assets/b.png"}
    (holder,) = archive.store.asset_holders(key(archive, stream), name)
    assert holder == (2, "item")


def test_a_link_that_is_refused_is_refused_by_its_place(archive: Archive) -> None:
    def link(path: str) -> str:
        raise InvalidInput(f"assets/{path}", "another path", "this")

    with pytest.raises(InvalidInput) as caught:
        recorded(archive, registered("assets/x"), link=link)
    assert caught.value.place == "line 1, assets/x"


def test_streams_that_are_done_with_are_let_go(archive: Archive) -> None:
    recorder = archive.recorder()
    session = Session(recorder)
    for digit in "123":
        take(session, [{**registered(), "stream": DATASET[:-1] + digit}])
        session.flush()
    assert len(recorder._states) == 1  # memory has no other witness


def test_what_an_action_names_must_be_there(archive: Archive) -> None:
    with pytest.raises(NotFound, match="line 5, item"):
        recorded(archive, registered(), FROZEN, REGISTERED, STARTED, answered(7))
