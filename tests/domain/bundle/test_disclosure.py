from hypothesis import given
from hypothesis import strategies as st

from domain.bundle.disclosure import Disclosure, Status, erasures
from domain.evaluation.events import Event, write_event
from tests.events import DIGEST, RUN, any_event, event

KINDS = st.sampled_from(["request", "response", "score"])
PLACES = st.tuples(st.sampled_from([RUN, "dataset/x"]), st.integers(1, 3), KINDS)


@given(st.frozensets(KINDS), st.frozensets(PLACES), PLACES)
def test_each_part_is_exactly_one_of_three(
    withheld: frozenset[str],
    erased: frozenset[tuple[str, int, str]],
    place: tuple[str, int, str],
) -> None:
    stream, version, kind = place
    disclosure = Disclosure(withheld, erased)
    named = event("item.answered", {}, {kind: DIGEST}, stream=stream, version=version)
    ((found_kind, digest, status),) = disclosure.of(named)
    assert (found_kind, digest) == (kind, DIGEST)
    if place in erased:
        assert status is Status.ERASED
    elif kind in withheld:
        assert status is Status.WITHHELD
    else:
        assert status is Status.DISCLOSED
    told = disclosure.undisclosed(stream, version)
    assert told.get(kind, Status.DISCLOSED) is status


def test_parts_come_by_kind() -> None:
    parts = {"response": "2" * 64, "request": "1" * 64}
    found = Disclosure(frozenset()).of(event("item.answered", {}, parts))
    assert [kind for kind, *_ in found] == ["request", "response"]


def erased(target: int, kind: str) -> Event:
    return event("part.erased", {"kind": kind, "target": target}, version=9)


@given(st.lists(any_event(), max_size=4), st.lists(st.tuples(st.integers(1, 9), KINDS), max_size=4))
def test_only_erasures_erase(others: list[Event], targets: list[tuple[int, str]]) -> None:
    plain = [each for each in others if each.type != "part.erased"]
    lines = [write_event(each) for each in [*plain, *(erased(*target) for target in targets)]]
    assert list(erasures(lines)) == [(RUN, *target) for target in targets]


def test_a_line_that_is_no_event_erases_nothing() -> None:
    sound = write_event(erased(1, "request"))
    broken = [
        b'{"type":"part.erased"}',
        b'"type":"part.erased"',
        sound[:-1],
        sound.replace(b'"target":1', b'"target":0'),
        sound.replace(b'"target":1', b'"target":1.0'),
        sound.replace(b"request", b"opinion"),
        b"",
    ]
    assert list(erasures([*broken, sound])) == [(RUN, 1, "request")]


def test_a_type_that_stands_in_another_place_erases_nothing() -> None:
    line = write_event(event("run.started")).replace(
        b'"facts":{}', b'"facts":{"type":"part.erased"}'
    )
    assert list(erasures([line])) == []
