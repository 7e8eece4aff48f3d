"""Routes that compare runs: which to choose, each beside the first, and the intervals as a plot.

The comparison is that of the API, made behind the answer where it takes long (``making``), and it
is recorded each time that somebody looks. Not here: the pairs whose scores differ
(``routes_flips``).
"""

import json
from collections.abc import Hashable, Mapping, Sequence
from functools import partial
from hashlib import sha256
from itertools import islice
from typing import Any, Final, NamedTuple

from fastapi import APIRouter, Request
from starlette.responses import Response

from application.access import Principal
from application.comparison import Comparison, Direction, Flip
from application.pairing import START
from application.ports import Progress
from application.rows import SectionRow
from domain.errors import NotFound, Refused
from interface.api.access import Archived
from interface.api.answers import beside
from interface.api.routes_compare import Flips, compared_seen, comparison, flips_of
from interface.api.routes_read import current
from interface.api.service import Service
from interface.comparison_figures import cautions_of, figures
from interface.comparison_remedies import remedied
from interface.web.access import Reader
from interface.web.comparing import (
    MOST,
    REMEDIES,
    Asking,
    Compared,
    Question,
    compared_runs,
    same_dataset,
)
from interface.web.interval_plot import draw_intervals
from interface.web.kept import Kept
from interface.web.making import Making, Versions, Wanted, made, waiting
from interface.web.page_route import PageRoute
from interface.web.rendering import page
from interface.web.routes_plots import POLICY
from interface.web.templating import rendered

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_FEW: Final = 10
_SECTIONS: Final = 100
"""Rows of the table of sections."""


@router.get("/compare")
async def compare(request: Request, service: Archived, who: Reader, question: Asking) -> Response:
    """Each run beside the first; of one run, those that it can be compared with."""
    known = await beside(partial(compared_runs, service, who, question))
    if len(known.rows) < 2:
        return await _choose(request, service, who, known)
    keys = [row.key for row in known.rows]
    wanted = Wanted(who, ("comparison", *keys, question.asked))
    make = partial(_make, request, service, who, question)
    versions = partial(_versions, service, known)
    kept: Kept = request.app.state.kept
    era = kept.era  # of before it is looked for: what is forgotten meanwhile is not kept again
    try:
        with remedied(REMEDIES):
            found = await made(request, service, wanted, Making(make, versions))
    except Refused as problem:  # a dataset, a scorer or a library: the form is there to mend it
        return _page(request, known, _shown(question, known, problem=problem), 409)
    if found is None:
        told = {"title": "Comparison", "about": f"{len(keys)} runs", "question": question}
        return waiting(request, service, wanted, **told, run=None)
    html, svg = json.loads(found)
    await beside(partial(kept.keep, _plot_key(who, _plot_name(svg)), None, svg.encode(), era))
    await compared_seen(service, who, keys)
    return _page(request, known, html)


def _page(request: Request, known: Compared, shown: str, status: int = 200) -> Response:
    damage = request.app.state.service.damage
    damaged = [name for name, row in known.named if damage.of(row.key.stream, row.dataset.stream)]
    told = {"count": len(known.rows), "shown": shown, "damaged": damaged}
    return page(request, "compare.html", status, **told)


def _shown(question: Question, known: Compared, **told: Any) -> str:
    """What is on the page for whoever sees it."""
    nothing = {"problem": None, "found": None}
    return rendered("compared.html", question=question, known=known, **(nothing | told))


def _versions(service: Service, known: Compared) -> Versions:
    """Of the runs and their datasets."""
    keys = dict.fromkeys(key for row in known.rows for key in (row.key, row.dataset))
    return [(key, service.archive.store.version(key)) for key in keys]


async def _make(request: Request, service: Service, who: Principal, question: Question) -> bytes:
    """What a page shows of the comparison, and its plot."""
    go_on = request.app.state.under_way.go_on
    work = partial(_compared, service, who, question, lambda _: go_on())
    return await beside(work, service.lanes.heavy)


def _compared(service: Service, who: Principal, question: Question, progress: Progress) -> bytes:
    at, known = service.archive.clock.now(), compared_runs(service, who, question)
    found = comparison(service, who, question.runs, question.asked, progress)
    more = _more(service, who, question, known, found, progress)
    svg = draw_intervals(found).decode()
    told = {"found": found, "cautions": cautions_of(found), "figures": figures, "at": at}
    told |= {"plot": _plot_name(svg), **more._asdict()}
    return json.dumps([_shown(question, known, **told), svg]).encode()


async def _choose(request: Request, service: Service, who: Principal, known: Compared) -> Response:
    """What one run can be compared with."""
    others = [
        other
        for row in known.rows
        for other in await beside(partial(same_dataset, service, who, row))
    ]
    return page(request, "compare_with.html", rows=known.rows, others=others, most=MOST)


class _More(NamedTuple):
    """What stands below the figures: the sections' means in each run, and the first flips of two.

    ``flips`` is None of more than two runs, each of which has a page of them.
    """

    sections: Sequence[tuple[SectionRow, Sequence[Mapping[str, Any]]]]
    flips: Sequence[Flip] | None


def _more(
    service: Service,
    who: Principal,
    question: Question,
    known: Compared,
    found: Comparison,
    progress: Progress,
) -> _More:
    sections = _sections(service, known, found)
    if len(known.rows) > 2:
        return _More(sections, None)
    flips = Flips(question.runs, question.asked, Direction.ALL, START, _FEW)
    return _More(sections, flips_of(service, who, flips, progress))


def _sections(
    service: Service, known: Compared, found: Comparison
) -> Sequence[tuple[SectionRow, Sequence[Mapping[str, Any]]]]:
    """The sections of the one dataset, with what the scorer gave in each run; none of several."""
    if any(other.matched != "index" for other in found.against):
        return ()
    read_model = current(service)
    sections = read_model.sections(known.rows[0].dataset)
    tallies: list[Any] = [read_model.summary(row.key)["sections"] for row in known.rows]
    return [
        (
            section,
            [
                tally[section.section]["scores"][run.scorer]
                for tally, run in zip(tallies, found.runs, strict=True)
            ],
        )
        for section in islice(sections, _SECTIONS)
    ]


@router.get("/compare/plots/{name}.svg")
async def plot(name: str, request: Request, who: Reader) -> Response:
    """The plot of a comparison that this token was shown, as it was drawn then."""
    kept: Kept = request.app.state.kept
    svg = kept.get(_plot_key(who, name))
    if svg is None:
        remedy = "Load the comparison's page again, which draws it."
        raise NotFound(f"plot {name[:64]!a}", "one that was drawn here", "none", remedy)
    headers = {"Cache-Control": "private, no-store", "Content-Security-Policy": POLICY}
    return Response(svg, 200, headers, media_type="image/svg+xml")


def _plot_name(svg: str) -> str:
    return sha256(svg.encode()).hexdigest()[:32]


def _plot_key(who: Principal, name: str) -> Hashable:
    """An image has an address of its own; it is there for who was shown the page."""
    return who, "intervals", name
