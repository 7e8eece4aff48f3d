"""Events for tests: plain ones, and any that the tables of types allow. Not here: any assertion."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from domain.evaluation.events import FORMAT, KINDS, TYPES, Event, EventType

UUID = "01990000-0000-7000-8000-0000000000bb"
RUN, DATASET = f"run/{UUID}", f"dataset/{UUID}"
DIGEST = "0123456789abcdef" * 4
TIME = "2026-11-23T09:00:00.000000Z"

UUIDS = st.uuids().map(str)
DIGESTS = st.binary(min_size=32, max_size=32).map(bytes.hex)
TIMES = st.datetimes().map(lambda time: f"{time:%Y-%m-%dT%H:%M:%S.%fZ}".zfill(27))
ORIGINS = st.from_regex(r"[a-z0-9][a-z0-9./-]{0,127}", fullmatch=True)
INDEXES = st.integers(0, 3) | st.integers(0, 2**53 - 1)
ORDINALS = INDEXES.map(lambda number: max(1, number))
STREAMS = st.one_of(UUIDS.map("run/{}".format), UUIDS.map("dataset/{}".format), st.just("archive"))


@st.composite
def ranges(draw: st.DrawFn) -> list[list[int]]:
    """Ranges as a plan has them: ascending, apart."""
    steps = draw(st.lists(st.tuples(st.integers(2, 9), st.integers(0, 9)), min_size=1, max_size=5))
    at, found = -2, list[list[int]]()
    for gap, length in steps:
        found.append([at + gap, at + gap + length])
        at += gap + length
    return found


FACTS: Mapping[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("item", "items", "latency_ms", "same_config", "scorer"), INDEXES),
    **dict.fromkeys(("size", "tokens_in", "tokens_out"), INDEXES),
    **dict.fromkeys(("target", "trial"), ORDINALS),
    **dict.fromkeys(("epoch", "epochs"), st.integers(1, 10_000)),
    **dict.fromkeys(("by", "dataset", "token"), UUIDS),
    **dict.fromkeys(
        ("archived_from", "plan_source", "project", "role", "verdict"),
        st.from_regex(r"[a-z][a-z0-9_-]{0,31}", fullmatch=True),
    ),
    **dict.fromkeys(("expires", "occurred", "since"), TIMES),
    **dict.fromkeys(("digest", "items_root", "root"), DIGESTS),
    **dict.fromkeys(("dataset_origin", "source"), ORIGINS),
    "attempt": st.integers(1, 2**16 - 1),
    "section": st.integers(0, 4095),
    "key": st.from_regex(r"[!-~]{1,256}", fullmatch=True),
    "kind": st.sampled_from(KINDS),
    "old": st.from_regex(r"[0-9a-f]{8}", fullmatch=True),
    "ranges": ranges(),
    "scorers": st.integers(0, 40),
    "stream": STREAMS,
}


def event(
    event_type: str,
    facts: Mapping[str, Any] | None = None,
    parts: Mapping[str, str] | None = None,
    **more: Any,
) -> Event:
    """An event of a run, or of a dataset, as its type has it; ``more`` are other members."""
    kind = "dataset" if event_type.startswith("dataset.") else "run"
    plain = Event(
        actor="claimed:local",
        at=TIME,
        facts=facts or {},
        format=FORMAT,
        id=UUID,
        origin="archive-7f3a",
        parts=parts or {},
        stream=f"{kind}/{UUID}",
        type=event_type,
        version=1,
    )
    return plain._replace(**more)


@st.composite
def any_event(draw: st.DrawFn) -> Event:
    """Any event that the tables allow, by itself."""
    event_type = draw(st.sampled_from(sorted(TYPES)))
    spec = TYPES[event_type]
    stream = draw(STREAMS.filter(lambda name: name.partition("/")[0] in spec.streams))
    return Event(
        actor=draw(st.from_regex(r"(claimed|authenticated):[a-z0-9._-]{1,64}", fullmatch=True)),
        at=draw(TIMES),
        facts=draw(_facts(spec)),
        format=FORMAT,
        id=draw(UUIDS),
        origin=draw(ORIGINS),
        parts=draw(_parts(spec)),
        stream=stream,
        type=event_type,
        version=draw(ORDINALS),
    )


def _facts(spec: EventType) -> st.SearchStrategy[dict[str, Any]]:
    required = {name: FACTS[name] for name in spec.required_facts}
    optional = {name: FACTS[name] for name in spec.facts.keys() - spec.required_facts}
    return st.fixed_dictionaries(required, optional=optional)


def _parts(spec: EventType) -> st.SearchStrategy[dict[str, str]]:
    required = dict.fromkeys(sorted(spec.required_parts), DIGESTS)
    optional = dict.fromkeys(sorted(spec.parts - spec.required_parts), DIGESTS)
    return st.fixed_dictionaries(required, optional=optional)
