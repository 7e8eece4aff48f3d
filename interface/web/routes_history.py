"""Routes of a run's history: who did what when, the run as it stood, and what changed between.

Totals and results are the read model's, so that it costs about the same in a run of any size;
events that are named are compared with the log. Nothing of it is content. Not here: what folds into
one entry (``application.spans``), and single events.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Final, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from application.history_page import history_page, version_at
from application.log_coverage import ReadEvent
from application.queries import ChangeQuery, ResultPlace, ResultQuery
from application.replaying import read_moment
from application.rows import RunRow
from domain.errors import InvalidInput
from domain.syntax import MAX_INTEGER
from interface.api.access import Archived
from interface.api.answers import beside
from interface.api.covered import covered
from interface.api.paging import cursor_of, values_of
from interface.api.routes_read import current
from interface.api.service import Service
from interface.web.access import Reader
from interface.web.differences import differences
from interface.web.page_route import PageRoute
from interface.web.rendering import page
from interface.web.routes_run import scorer_names
from interface.web.timeline import Streams, timeline

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_SPANS: Final = 30
_RESULTS: Final = 25
_CHANGES: Final = 50
_LEFT_OUT: Final = 50
_TEXT: Final = 40
"""Characters of a version or a time."""

Moment = Annotated[str, Query(max_length=_TEXT)]
Cursor = Annotated[str, Query(max_length=200)]


class Asked(NamedTuple):
    """Which state of a run is asked for, and since when changes are.

    ``to`` and ``since`` are a version or a time each, "" for the last version and for no changes;
    either may be the earlier one. ``time`` goes before ``to``. ``items`` and ``changes`` are where
    these lists go on.
    """

    path: str
    to: str
    time: str
    since: str
    after: int
    items: str
    changes: str

    def link(self, **other: str | int) -> str:
        """The page with something else asked for, each list from its beginning."""
        asked = {"to": self.to, "from": self.since, "after": self.after or "", **other}
        return f"{self.path}?{urlencode({k: v for k, v in asked.items() if v})}"


def asked_of(
    uuid: str,
    to: Moment = "",
    time: Moment = "",
    since: Annotated[str, Query(alias="from", max_length=_TEXT)] = "",
    after: Annotated[int, Query(ge=0, le=MAX_INTEGER)] = 0,
    items: Cursor = "",
    changes: Cursor = "",
) -> Asked:
    """What an address asks for."""
    return Asked(f"/runs/{uuid}/history", to, time, since, after, items, changes)


Wanted = Annotated[Asked, Depends(asked_of)]


@router.get("/runs/{uuid}/history")
async def history(
    uuid: str, request: Request, service: Archived, who: Reader, asked: Wanted
) -> Response:
    """The timeline, the run as it stood after a version, and what changed since another."""

    def ask() -> dict[str, Any]:
        row = current(service).run(service.stream("run", uuid, who))
        streams = Streams(service.archive.store, service.read_model, row.key, row.dataset)
        told = timeline(streams, asked.after, _SPANS)
        return {**_stood(service, row, asked), "timeline": told}

    position = service.live.position
    told = await beside(ask)
    told["coverage"] = await covered(service, [told["read"], *told["timeline"].read])
    status = 400 if told["problem"] else 200
    return page(request, "history.html", status, position=position, **told)


@router.get("/runs/{uuid}/history/state")
async def state(
    uuid: str, request: Request, service: Archived, who: Reader, asked: Wanted
) -> Response:
    """The part of the page that another version changes, for its script."""

    def ask() -> dict[str, Any]:
        return _stood(service, current(service).run(service.stream("run", uuid, who)), asked)

    told = await beside(ask)
    await covered(service, [told["read"]])
    return page(request, "history_state.html", 400 if told["problem"] else 200, **told)


def _stood(service: Service, row: RunRow, asked: Asked) -> dict[str, Any]:
    """The run as it stood, and what changed since; with a problem, as it stands."""
    problem = ""
    version, since = row.version, None
    try:
        version, since = _versions(service, row, asked)
    except InvalidInput as wrong:
        problem = f"{wrong.place}: expected {wrong.expected}, found {wrong.found}. {wrong.remedy}"
    asked = asked._replace(to=str(version), since=str(since or ""))
    scorers = scorer_names(service, row)
    return {
        "run": row,
        "asked": asked,
        "problem": problem,
        "version": version,
        "since": since,
        "scorers": scorers,
        "sections": {s.section: s.name for s in service.read_model.sections(row.dataset)},
        **_state(service, row, version, asked),
        **_changed(service, row, (version, since), asked, scorers),
    }


def _versions(service: Service, row: RunRow, asked: Asked) -> tuple[int, int | None]:
    """The version that is asked for, and the one to compare it with, if any."""
    version = _version(service, row, asked.time, "At a time") if asked.time else None
    version = version or _version(service, row, asked.to, "After event") or row.version
    return version, _version(service, row, asked.since, "Compare with event")


def _version(service: Service, row: RunRow, text: str, place: str) -> int | None:
    """What a version or a time in the field at ``place`` means; None for an empty text.

    Raises:
        InvalidInput: when it is neither, or the run has no such version.
    """
    if not text:
        return None
    found = version_at(service.archive.store, row.key, read_moment(text, place), place)
    return min(found, row.version)  # the store may have gone on since the row was read


def _state(service: Service, row: RunRow, version: int, asked: Asked) -> dict[str, Any]:
    """Totals and results after a version, and the event that it is."""
    read_model = service.read_model
    mark = f"items of {row.key} at {version}"
    query = ResultQuery(version=version, limit=_RESULTS + 1)
    if asked.items:
        query = query._replace(after=ResultPlace(None, *values_of(asked.items, mark, int, int)))
    results, last = _page(read_model.results(row.key, query), _RESULTS)
    (event,) = history_page(service.archive.store, row.key, version - 1, 1)
    return {
        "summary": read_model.summary_at(row.key, version),
        "event": event.event,
        "read": ReadEvent(row.key, version, event.leaf),
        "results": results,
        "more_results": last and cursor_of(mark, last.item, last.epoch),
    }


def _changed(
    service: Service,
    row: RunRow,
    versions: tuple[int, int | None],
    asked: Asked,
    scorers: Sequence[str],
) -> dict[str, Any]:
    """What changed between two versions, in their order; nothing where only one is asked for."""
    version, other = versions
    if other is None:
        return {"between": None}
    since, version = min(version, other), max(version, other)
    read_model = service.read_model
    mark = f"changes of {row.key} from {since} to {version}"
    query = ChangeQuery(since, version, limit=_CHANGES + 1)
    if asked.changes:
        item, epoch = values_of(asked.changes, mark, int, int)
        query = query._replace(after=(item, epoch))
    changes, last = _page(read_model.changes(row.key, query), _CHANGES)
    before, after = (read_model.summary_at(row.key, each) for each in (since, version))
    return {
        "between": (since, version),
        "differences": differences(before, after, scorers),
        "changes": changes,
        "more_changes": last and cursor_of(mark, last.after.item, last.after.epoch),
        "left_out": read_model.left_out_between(row.key, since, version, _LEFT_OUT + 1),
        "most_left_out": _LEFT_OUT,
    }


def _page(rows: Sequence[Any], most: int) -> tuple[Sequence[Any], Any]:
    """As many rows as a page has, and the last of them if others follow."""
    return rows[:most], rows[most - 1] if len(rows) > most else None
