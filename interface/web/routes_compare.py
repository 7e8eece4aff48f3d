"""Routes that compare runs: which to choose, each beside the first, and the intervals as a plot.

The comparison is that of the API, and it is recorded that somebody looks. Not here: the pairs whose
scores differ (``routes_flips``).
"""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any, Final, NamedTuple

from fastapi import APIRouter, Request
from starlette.responses import Response

from application.access import Principal
from application.comparison import Comparison, Direction, Flip
from application.pairing import START
from application.rows import SectionRow
from domain.errors import NotFound, Refused
from interface.api.access import Archived
from interface.api.answers import beside
from interface.api.routes_compare import Flips, compared, flips_of
from interface.api.routes_read import current
from interface.api.service import Service
from interface.comparison_figures import cautions_of, figures
from interface.web.access import Reader
from interface.web.comparing import MOST, Asking, Compared, Question, compared_runs, same_dataset
from interface.web.interval_plot import draw_intervals
from interface.web.page_route import PageRoute
from interface.web.rendering import page
from interface.web.routes_plots import POLICY

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
    told: dict[str, Any] = {"question": question, "known": known, "problem": None, "found": None}
    try:
        found = await compared(service, who, question.runs, question.asked)
    except Refused as problem:  # a dataset, a scorer or a library: the form is there to mend it
        return page(request, "compare.html", 409, **told | {"problem": problem})
    more = await beside(partial(_more, service, who, question, known, found))
    plot = request.app.state.kept_plots.keep(who.token, draw_intervals(found))
    told |= {"found": found, "cautions": cautions_of(found), "figures": figures, "plot": plot}
    return page(request, "compare.html", **told, **more._asdict())


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
    service: Service, who: Principal, question: Question, known: Compared, found: Comparison
) -> _More:
    sections = _sections(service, known, found)
    if len(known.rows) > 2:
        return _More(sections, None)
    flips = Flips(question.runs, question.asked, Direction.ALL, START, _FEW)
    return _More(sections, flips_of(service, who, flips))


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
    svg = request.app.state.kept_plots.get(who.token, name)
    if svg is None:
        remedy = "Load the comparison's page again, which draws it."
        raise NotFound(f"plot {name[:64]!a}", "one that was drawn here", "none", remedy)
    headers = {"Cache-Control": "private, no-store", "Content-Security-Policy": POLICY}
    return Response(svg, 200, headers, media_type="image/svg+xml")
