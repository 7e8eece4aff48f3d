from hypothesis import given
from hypothesis import strategies as st

from domain.bundle.history import History, Place, Places
from domain.errors import Refused
from domain.evaluation.events import read_event
from domain.evaluation.stream import RootMismatch
from scripts.conformance_fixture import run_of, with_more, with_run
from scripts.recording_by_hand import Event, Recording, root, write
from scripts.recordings import SMALL, added, answered, dataset, everything, scored

OFFSETS = st.integers(0, 3) | st.integers(0, 2**50)


def taken(recording: Recording) -> tuple[History, list[Refused]]:
    history, problems = History(), list[Refused]()
    for number, written in enumerate(write(recording)):
        event = read_event(written.line, "here")
        if problem := history.take(event, written.line, Place(number, 10 * number)):
            problems.append(problem)
    return history, problems


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 300), OFFSETS, OFFSETS), max_size=9))
def test_the_place_that_was_remembered_last_is_found(
    puts: list[tuple[int, int, int, int]],
) -> None:
    places, plain = Places(), dict[tuple[int, int], Place]()
    for epoch, item, event, part in puts:
        places.put(epoch, item, Place(event, part))
        plain[epoch, item] = Place(event, part)
    assert all(places.get(*at) == place for at, place in plain.items())
    assert places.get(9, 9) is None


def test_a_history_knows_both_streams_and_where_content_is() -> None:
    history, problems = taken(everything())
    written = write(everything())
    assert not problems
    assert history.events == len(written)
    assert history.run is not None
    assert (history.run.status, history.dataset.state) == ("completed", "sealed")
    assert [head.version for head in history.heads.values()] == [10, 36]
    for name, head in history.heads.items():
        assert head.tree.root().hex() == root([e.line for e in written if e.stream == name])
    rows = [n for n, event in enumerate(written) if event.type == "dataset.item_added"]
    assert [history.item(item) for item in range(4)] == [Place(n, 10 * n) for n in rows]
    assert history.plan.results == 8


def test_items_are_known_by_section() -> None:
    rows = [added(n, section=section) for n, section in enumerate("abcab")]
    history, _ = taken([dataset(*rows)])
    assert [list(items) for items in history.by_section()] == [[0, 3], [1, 4], [2]]
    assert list(taken([dataset()])[0].by_section()) == []


def test_a_revised_score_stands_where_the_last_one_was_given() -> None:
    history, _ = taken(everything())
    written = write(everything())
    (last,) = [n for n, e in enumerate(written) if (e.type, e.version) == ("score.revised", 31)]
    assert history.scores[1].get(1, 0) == Place(last, 10 * last)


def test_what_a_refused_event_does_is_left_undone_and_it_is_a_leaf_all_the_same() -> None:
    twice = with_more(5, answered(0, "A", attempt=2), scored(1, 1, "B"))
    history, problems = taken(twice)
    sound, _ = taken(SMALL)
    assert [problem.place.rpartition(" ")[2] for problem in problems] == ["5", "6"]
    assert history.events == sound.events + 2
    assert history.run is not None
    assert sound.run is not None
    assert list(history.run.results.places()) == list(sound.run.results.places())
    assert history.outcomes.get(1, 0) == sound.outcomes.get(1, 0)
    lines = [event.line for event in write(twice) if event.stream.startswith("run/")]
    assert history.heads[twice[1].name].tree.root().hex() == root(lines)


def test_a_refused_release_of_a_hold_opens_nothing() -> None:
    events = run_of(SMALL)
    released, placed = Event("hold.released"), Event("hold.placed")
    erased = Event("part.erased", {"kind": "request", "target": 4})
    _, problems = taken(with_run([*events[:8], released, placed, erased, events[8]]))
    assert [problem.place.rpartition(" ")[2] for problem in problems] == ["9", "11"]


def test_a_wrong_root_is_told_apart_from_a_wrong_order() -> None:
    sealed = Event("stream.sealed", {"root": "0" * 64})
    _, problems = taken(with_run([*run_of(SMALL)[:8], sealed]))
    assert [type(problem) for problem in problems] == [RootMismatch]


def test_a_section_out_of_order_takes_no_room() -> None:
    far = Event("dataset.item_added", {"item": 0, "section": 4095}, added(0).parts)
    history, problems = taken([dataset(far)])
    assert len(problems) == 2
    assert history.by_section() == []


def test_what_is_said_of_the_run_as_a_whole_is_known_by_where_it_stands() -> None:
    history, _ = taken(everything())
    written = write(everything())
    of_run = [
        (event.version, n)
        for n, event in enumerate(written)
        if event.type in {"run.annotated", "run.superseded"} and "item" not in event.facts
    ]
    assert [(each.version, each.place.event) for each in history.said.last] == of_run
    assert history.said.total == len(of_run)
    assert history.said.superseded == history.said.last[-1]
    assert history.said.before_seal is None
