"""What a page of events says, as rows of the read models.

Stateless: it does not depend on the pages before it. Envelopes were checked when they were recorded
or imported; here they are only read. Parts are found by their digests. Not here: how rows are put
together, such as a revision with the score that it revises.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from application.ports import Page, StreamKey
from application.projected_rows import Registered, StreamRows
from application.rows import Held
from application.spans import add_event
from application.stored import read_stored
from domain.bundle.parts import digest_of, value_of
from domain.errors import RESTORE, ArchiveDamaged
from domain.evaluation import results
from domain.evaluation.failures import error_kind
from domain.evaluation.items import section_name

_Event = Mapping[str, Any]


def add_page(page: Page, rows: StreamRows) -> None:
    """Add to ``rows`` what a page says.

    Raises:
        ArchiveDamaged: when it holds what could not have been recorded; EvidenceDamaged when an
            event is the cause.
    """
    parts = _Parts({digest_of(line): line for line in page.parts}, page.withheld)
    is_run = rows.key.stream.startswith("run/")
    try:
        for event in json.loads((b"[%b]" % b",".join(page.lines)).decode()):
            _TAKE[event["type"]](rows, event, parts)
            if is_run:
                add_event(rows.spans, event)
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError) as problem:
        for at, line in enumerate(page.lines):
            read_stored(line, rows.key.stream, page.first + at)  # tells which it is
        place = f"{rows.key.stream} of {rows.key.origin}, page from version {page.first}"
        raise ArchiveDamaged(place, "recorded events", repr(problem), RESTORE) from problem
    rows.last = page.first + len(page.lines) - 1


class _Parts(NamedTuple):
    """The parts of a page by digest; those that are named and not here are undisclosed."""

    lines: Mapping[str, bytes]
    withheld: frozenset[str]

    def value(self, event: _Event, kind: str) -> tuple[Any, Held]:
        """The value of a part, or None and why."""
        if kind in self.withheld:
            return None, Held.WITHHELD
        line = self.lines.get(event["parts"][kind])
        if line is None:
            return None, Held.MISSING
        return json.loads(value_of(line).decode()), Held.DISCLOSED


def _register_dataset(rows: StreamRows, event: _Event, parts: _Parts) -> None:
    config, held = parts.value(event, "config")
    rows.registered = Registered(held, name=config["name"] if config else None)
    _milestone(rows, event, parts)


def _register_run(rows: StreamRows, event: _Event, parts: _Parts) -> None:
    config, held = parts.value(event, "config")
    facts = event["facts"]
    rows.registered = Registered(
        held,
        provider=config["provider"] if config else None,
        model=config["model"] if config else None,
        dataset=StreamKey(facts["dataset_origin"], f"dataset/{facts['dataset']}"),
        items=facts["items"],
        scorers=facts["scorers"],
        trial=facts["trial"],
        same_config=facts["same_config"],
    )
    _milestone(rows, event, parts)


def _milestone(rows: StreamRows, event: _Event, _: _Parts) -> None:
    occurred = event["facts"].get("occurred")
    rows.milestones.append((event["version"], event["type"], event["at"], occurred))


def _add_item(rows: StreamRows, event: _Event, parts: _Parts) -> None:
    item, held = parts.value(event, "item")
    names = (item["id"], section_name(item)) if item else (None, None)
    facts = event["facts"]
    rows.items.append((event["version"], facts["item"], facts["section"], *names, int(held)))


def _plan(rows: StreamRows, event: _Event, parts: _Parts) -> None:
    facts = event["facts"]
    rows.plans.extend((event["version"], facts["epochs"], *pair) for pair in facts["ranges"])
    _milestone(rows, event, parts)


def _attempt(outcome: int) -> "_Take":
    def take(rows: StreamRows, event: _Event, _: _Parts) -> None:
        get = event["facts"].get
        told = (get("latency_ms"), get("tokens_in"), get("tokens_out"))
        place = (event["version"], get("item"), get("epoch"), get("attempt"))
        rows.attempts.append((*place, outcome, *told))

    return take


def _fail(rows: StreamRows, event: _Event, parts: _Parts) -> None:
    _attempt(results.FAILED)(rows, event, parts)
    error, held = parts.value(event, "error")
    kind = error_kind(error) if held is Held.DISCLOSED else None
    facts = event["facts"]
    rows.failures.append((event["version"], facts["item"], facts["epoch"], kind, int(held)))


def _score(rows: StreamRows, event: _Event, parts: _Parts) -> None:
    score, held = parts.value(event, "score")
    facts = event["facts"]
    value = _number(score["value"]) if score else None
    place = (event["version"], facts["item"], facts["epoch"], facts["scorer"])
    rows.scores.append((*place, value, int(held)))
    if event["type"] == "score.revised":
        rows.revisions.append(place)


def _number(value: int | float) -> int | float:
    """Integers beyond 64 bits fit no column; as canonical JSON they are doubles anyway."""
    return value if -(2**53) < value < 2**53 else float(value)


def _annotate(rows: StreamRows, event: _Event, _: _Parts) -> None:
    get = event["facts"].get
    rows.annotations.append((event["version"], get("item"), get("epoch")))


def _supersede(rows: StreamRows, event: _Event, parts: _Parts) -> None:
    rows.superseded_by = event["facts"]["by"]
    _annotate(rows, event, parts)
    _milestone(rows, event, parts)


def _leave_out(held: Held) -> "_Take":
    def take(rows: StreamRows, event: _Event, _: _Parts) -> None:
        facts = event["facts"]
        rows.left_out.append((event["version"], facts["target"], facts["kind"], int(held)))

    return take


def _assign(rows: StreamRows, event: _Event, _: _Parts) -> None:
    facts = event["facts"]
    kind, _, actor = event["actor"].partition(":")
    owner = actor if kind == "authenticated" else ""
    stream = (facts["source"], facts["stream"])
    rows.assignments.append((event["version"], *stream, facts["project"], owner))


def _pass(*_: object) -> None:
    """What else is in the archive's own stream has no rows."""


_Take = Callable[[StreamRows, _Event, _Parts], None]
_TAKE: Mapping[str, _Take] = {
    "dataset.registered": _register_dataset,
    "dataset.item_added": _add_item,
    "dataset.frozen": _milestone,
    "run.registered": _register_run,
    "run.planned": _plan,
    "run.started": _milestone,
    "run.resumed": _milestone,
    "run.completed": _milestone,
    "run.failed": _milestone,
    "run.canceled": _milestone,
    "item.attempt_failed": _attempt(results.OPEN),
    "item.answered": _attempt(results.ANSWERED),
    "item.failed": _fail,
    "item.scored": _score,
    "score.revised": _score,
    "run.annotated": _annotate,
    "run.superseded": _supersede,
    "part.erased": _leave_out(Held.ERASED),
    "part.withheld": _leave_out(Held.WITHHELD),
    "hold.placed": _milestone,
    "hold.released": _milestone,
    "stream.sealed": _milestone,
    "archive.created": _pass,
    "archive.exported": _pass,
    "archive.imported": _pass,
    "archive.verified": _pass,
    "archive.disclosed": _pass,
    "archive.assigned": _assign,
    "project.added": _pass,
    "token.issued": _pass,
    "token.revoked": _pass,
    "key.rotated": _pass,
    "key.compromised": _pass,
}
