"""A history in short is bounded, and counts all that it leaves out."""

from collections.abc import Iterator, Sequence

from hypothesis import given
from hypothesis import strategies as st

from application.run_history import FIRST, LAST, MOST_ACTORS, history_of
from domain.canonical import encode

KINDS = ["item.answered", "item.scored", "score.revised", "run.annotated", "run.completed"]


class Events:
    """The one member that a history reads."""

    def __init__(self, lines: Sequence[bytes]) -> None:
        self._data = b"".join(line + b"\n" for line in lines)

    def names(self) -> Sequence[str]:
        return ["events.jsonl"]

    def size(self, name: str) -> int:
        return len(self._data)

    def chunks(self, name: str) -> Iterator[bytes]:
        yield self._data

    def read_at(self, name: str, offset: int, size: int) -> bytes:
        return self._data[offset : offset + size]


PARTS = {
    "item.answered": ["response"],
    "item.scored": ["score"],
    "score.revised": ["score"],
    "run.annotated": ["annotation"],
    "run.completed": [],
}
FACTS: dict[str, dict[str, object]] = {
    "item.answered": {"attempt": 1, "epoch": 1, "item": 0},
    "item.scored": {"epoch": 1, "item": 0, "scorer": 0},
    "score.revised": {"epoch": 1, "item": 0, "scorer": 0},
    "run.annotated": {},
    "run.completed": {},
}


def line(version: int, kind: str, actor: int) -> bytes:
    """An envelope."""
    return encode(
        {
            "actor": f"claimed:a{actor}",
            "at": f"2026-11-23T09:00:00.{version:06}Z",
            "facts": FACTS[kind],  # type: ignore[dict-item]  # mypy does not see that it is JSON
            "format": 1,
            "id": f"01990000-0000-7000-8000-{version:012}",
            "origin": "archive-a",
            "parts": dict.fromkeys(PARTS[kind], "0" * 64),
            "stream": "run/01990000-0000-7000-8000-0000000000bb",
            "type": kind,
            "version": version,
        }
    )


@given(st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 30)), max_size=150))
def test_everything_is_counted_and_little_is_kept(told: list[tuple[str, int]]) -> None:
    lines = [line(number, *each) for number, each in enumerate(told, 1)]
    history = history_of(Events(lines))
    whole = [n for n, (kind, _) in enumerate(told, 1) if kind in {"run.annotated", "run.completed"}]
    assert history.types.total() == len(told)
    assert history.milestones == len(whole)
    assert [event.version for event in history.first] == whole[:FIRST]
    assert [event.version for event in history.last] == whole[FIRST:][-LAST:]
    assert history.left_out == max(0, len(whole) - FIRST - LAST)
    counted = sum(acts.events for acts in history.actors.values())
    assert counted + history.more_actors == len(told)
    assert len(history.actors) <= MOST_ACTORS
    ended = [n for n, (kind, _) in enumerate(told, 1) if kind == "run.completed"]
    assert [event.version for event in history.boundaries.values()] == ended[-1:]
    for actor, acts in history.actors.items():
        own = [n for n, (_, by) in enumerate(told, 1) if actor == f"claimed:a{by}"]
        assert (acts.events, int(acts.first[20:26]), int(acts.last[20:26])) == (
            len(own),
            own[0],
            own[-1],
        )
