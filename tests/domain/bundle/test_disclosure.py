from hypothesis import given
from hypothesis import strategies as st

from domain.bundle.disclosure import MARKING, Disclosure, Mark, Status, erasures, marks
from domain.evaluation.events import Event, write_event
from tests.events import DIGEST, RUN, any_event, event

KINDS = st.sampled_from(["request", "response", "score"])
PLACES = st.tuples(st.sampled_from([RUN, "dataset/x"]), st.integers(1, 3), KINDS)
MARKED = [*MARKING.values()]
MARKS = st.tuples(PLACES, st.sampled_from(MARKED)).map(lambda both: Mark(*both[0], both[1]))


@given(st.frozensets(KINDS), st.frozensets(MARKS), PLACES)
def test_each_part_is_exactly_one_of_four(
    withheld: frozenset[str], marked: frozenset[Mark], place: tuple[str, int, str]
) -> None:
    stream, version, kind = place
    disclosure = Disclosure(withheld, marked)
    named = event("item.answered", {}, {kind: DIGEST}, stream=stream, version=version)
    ((found_kind, digest, status),) = disclosure.of(named)
    assert (found_kind, digest) == (kind, DIGEST)
    if Mark(*place, Status.ERASED) in marked:
        assert status is Status.ERASED
    elif kind in withheld:
        assert status is Status.WITHHELD
    elif Mark(*place, Status.PART_WITHHELD) in marked:
        assert status is Status.PART_WITHHELD
    else:
        assert status is Status.DISCLOSED
    told = disclosure.undisclosed(stream, version)
    assert told.get(kind, Status.DISCLOSED) is status


def test_whoever_withholds_a_part_is_told_so() -> None:
    for status in MARKED:
        disclosure = Disclosure(frozenset({"score"}), [Mark(RUN, 1, "score", status)])
        assert disclosure.withholds_parts is (status is Status.PART_WITHHELD)


def test_what_an_event_withholds_is_marked_as_withheld_in_views() -> None:
    assert Status.PART_WITHHELD.marker == Status.WITHHELD.marker == "withheld"
    assert Status.ERASED.marker == "erased"


def test_parts_come_by_kind() -> None:
    parts = {"response": "2" * 64, "request": "1" * 64}
    found = Disclosure(frozenset()).of(event("item.answered", {}, parts))
    assert [kind for kind, *_ in found] == ["request", "response"]


def erased(target: int, kind: str, event_type: str = "part.erased") -> Event:
    return event(event_type, {"kind": kind, "target": target}, version=9)


@given(
    st.lists(any_event(), max_size=4),
    st.lists(st.tuples(st.integers(1, 9), KINDS, st.sampled_from([*MARKING])), max_size=4),
)
def test_only_these_types_say_what_becomes_of_parts(
    others: list[Event], targets: list[tuple[int, str, str]]
) -> None:
    plain = [each for each in others if each.type not in MARKING]
    lines = [write_event(each) for each in [*plain, *(erased(*target) for target in targets)]]
    expected = [Mark(RUN, at, kind, MARKING[event_type]) for at, kind, event_type in targets]
    assert list(marks(lines)) == expected
    assert list(erasures(lines)) == [m[:3] for m in expected if m.status is Status.ERASED]


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
