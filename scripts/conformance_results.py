"""Bad bundles whose content is well-formed: plans that were not carried out, and scores that lie.

Views, seals and signatures go along with it.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from scripts.bundle_by_hand import Members
from scripts.conformance_fixture import Bad, event_at, run_of, whole, with_event, with_run
from scripts.recording_by_hand import Event, Recording
from scripts.recordings import (
    SMALL,
    answered,
    dataset,
    planned,
    registered,
    run,
    scored,
    sealed,
)


def completeness() -> Iterator[Bad]:
    """Planned results that are not there; views and seals say so too."""
    events = run_of(SMALL)
    tried = Event("item.attempt_failed", {"attempt": 1, "epoch": 1, "item": 1}, {"error": "503"})
    twice, many = planned(1, epochs=2), planned(1, epochs=10_000)
    rows: list[tuple[str, Recording, str, str]] = [
        ("item-dropped", with_run([*events[:5], *events[7:]]), "item 1, epoch 1", "it was wrong"),
        ("item-only-tried", with_run([*events[:5], tried, *events[7:]]), "item 1", "and given up"),
        ("epoch-dropped", with_event(2, twice), "item 0, epoch 2", "two were planned"),
        ("epochs-dropped", with_event(2, many), "item 0, epoch 2", "10,000 were planned"),
        ("nothing-answered", with_run([*events[:3], *events[7:]]), "item 0, epoch 1", "none"),
        ("canceled", with_run([*events[:5], Event("run.canceled"), sealed()]), "item 1", "half"),
    ]
    for what, recording, place, why in rows:
        yield Bad(what, place, why, whole(recording))


def rescoring() -> Iterator[Bad]:
    """Scores that are not those of the response; all else follows from them."""
    lies = {
        "wrong-answer-scored-1": (7, scored(1, 1, "B"), "B is wrong"),
        "right-answer-scored-0": (5, scored(0, 0, "B"), "B is right"),
        "partial-credit-where-none-is": (7, scored(1, 0.5, "B"), "right or wrong"),
        "another-answer-extracted": (7, scored(1, 0, "C"), "there is no C"),
        "nothing-extracted": (7, scored(1, 0, None), "B was understood"),
        "beyond-1": (5, scored(0, 100, "B"), "a score is from 0 to 1"),
        "below-0": (7, scored(1, -1, "B"), "a score is from 0 to 1"),
        "by-an-ulp": (5, scored(0, 0.9999999999999999, "B"), "exactly 1"),
    }
    for what, (version, event, why) in lies.items():
        item = event.facts["item"]
        place = f"item {item}, epoch 1, scorer 0"
        yield Bad(what, place, why, whole(with_event(version, event)))
    for what, scorer, answer, text, score, why in _methods():
        yield Bad(what, "item 0, epoch 1, scorer 0", why, _scored_by(scorer, answer, text, score))
    silent = with_event(4, replace(event_at(4), parts={"response": {"text": None}}))
    yield Bad("silence-scored-1", "item 0", "nothing was said", whole(silent))


def _methods() -> Iterator[tuple[str, Any, Any, str, tuple[float, Any], str]]:
    def by(method: str, **parameters: Any) -> dict[str, Any]:
        return {"method": method, "name": "s", "parameters": parameters}

    yield "exact-match", by("exact_match"), "Paris", "Pari", (1, "pari"), "not the same"
    f1 = 0.6666666666666667
    yield "f1-rounded-otherwise", by("set_f1"), "a, b", "a", (f1, ["a"]), "0.6666666666666666"
    yield "number-too-far", by("numeric", tolerance=0.01), 3.14, "3.16", (1, "3.16"), "by 0.02"
    pattern = by("regex", pattern="^(a|aa)+$")
    yield "pattern-not-found", pattern, None, "a" * 60 + "b", (1, "a"), "in linear time"


def _scored_by(scorer: Any, answer: Any, text: str, score: tuple[float, Any]) -> Members:
    item = {"id": "q-001", "type": "open"}
    row = Event(
        "dataset.item_added",
        parts={"answer": answer, "item": item, "question": {"inputs": "?"}},
    )
    events = Event("run.started"), answered(0, text), scored(0, *score)
    return whole([dataset(row), run(registered(scorer), planned(0), *events)])
