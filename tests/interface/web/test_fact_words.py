"""Facts in words: what each type of event that stands alone in a history says, and nothing lost."""

from typing import Any

import pytest

from interface.web.fact_words import facts_told

ROOT = "5" * 64
RUN = "00000000-0000-7000-8000-00000000002a"
SAID: list[tuple[str, dict[str, Any], str]] = [
    ("part.erased", {"kind": "response", "target": 1234}, "the response of event 1,234"),
    ("part.withheld", {"kind": "question", "target": 4}, "the question of event 4"),
    (
        "run.planned",
        {"epochs": 1, "plan_source": "recorder", "ranges": [[0, 7]]},
        "8 items, each once, as the recorder declared",
    ),
    (
        "run.planned",
        {"epochs": 3, "plan_source": "recorder", "ranges": [[0, 0], [4, 5]]},
        "3 items, each 3 times, as the recorder declared",
    ),
    ("stream.sealed", {"root": ROOT, "size": 24}, f"over the 24 events before, root {ROOT[:16]}…"),
    ("run.superseded", {"by": RUN}, f"by run/{RUN}"),
    (
        "run.registered",
        {"dataset": RUN, "dataset_origin": "a", "items": 1, "items_root": ROOT,
         "same_config": 0, "scorers": 2, "trial": 3, "archived_from": "helm"},
        "1 item, 2 scorers, trial 3, 0 before with the same config,"
        " from another tool's file, read as helm",
    ),
    (
        "run.started",
        {"occurred": "2026-11-23T09:00:01.000000Z"},
        "claimed to have happened at 2026-11-23 09:00:01 UTC",
    ),
    (
        "item.answered",
        {"attempt": 2, "epoch": 1, "item": 5, "latency_ms": 1412, "tokens_in": 1, "tokens_out": 7},
        "attempt 2, epoch 1, 1,412 ms, 1 token in, 7 tokens out",
    ),
    ("run.completed", {}, ""),
    ("a.type", {"of": "others", "root": ROOT}, f"of others, root {ROOT[:16]}…"),
]  # fmt: skip


@pytest.mark.parametrize(("event_type", "facts", "told"), SAID)
def test_facts_are_told_in_words_where_they_are_known(
    event_type: str, facts: dict[str, Any], told: str
) -> None:
    assert facts_told(event_type, facts) == told


def test_facts_are_not_changed() -> None:
    facts = {"kind": "response", "target": 4}
    facts_told("part.erased", facts)
    assert facts == {"kind": "response", "target": 4}
