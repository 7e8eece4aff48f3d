"""The route that verifies a run here: it is exported as a bundle, and the bundle is examined.

So what is shown is what anybody finds who has the bundle and trusts whom this service trusts. Not
here: the checks (``domain.verification``).
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from application.access import Principal
from application.journal import Entry
from application.log_coverage import compare_streams
from application.ports import StreamKey
from application.rows import RunRow
from application.sealing_due import sealing_due
from application.stored import events_of
from application.stored_replay import streams_of
from application.tables_compared import check_tables
from domain.bundle import layout
from domain.canonical import Json, decode
from domain.errors import ArchiveDamaged, StreamDamaged
from domain.verification.checks import Check, Outcome
from interface.api.access import Archived
from interface.api.answers import beside, written
from interface.api.exports import Ready
from interface.api.logs import log_fault
from interface.api.problem_documents import problem_of
from interface.api.routes_bundles import prepared
from interface.api.routes_read import current
from interface.api.service import Service
from interface.verifying import examined
from interface.web.access import Reader, Verifier
from interface.web.forms import read_form
from interface.web.known import Verdict, Verdicts
from interface.web.page_route import PageRoute
from interface.web.rendering import page

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.post("/runs/{uuid}/verification")
async def verify(uuid: str, request: Request, service: Archived, who: Verifier) -> Response:
    """Verify a sealed run by the service's own policy, and show what was found."""
    await read_form(request)
    key = await beside(partial(service.stream, "run", uuid, who))
    state = request.app.state
    work = partial(_verified, service, key, who, state.verdicts, state.under_way.go_on)
    await state.under_way.run(key, work, service.archive.clock.now())
    return RedirectResponse(f"/runs/{uuid}/verification", 303, {"Cache-Control": "no-store"})


@router.get("/runs/{uuid}/verification")
async def verification(uuid: str, request: Request, service: Archived, who: Reader) -> Response:
    """Every check of the last verification of a run, and what is evident from it."""

    def ask() -> tuple[RunRow, Sequence[StreamKey]]:
        row = current(service).run(service.stream("run", uuid, who))
        return row, sealing_due(service.read_model, row)

    row, due = await beside(ask)
    verdict = request.app.state.verdicts.of(row)
    under_way = request.app.state.under_way.of(row.key)
    told: dict[str, Any] = {"run": row, "due": due, "verdict": verdict, "under_way": under_way}
    damage = verdict and verdict.damage and problem_of(verdict.damage, "").document
    return page(request, "verification.html", **told, damage=damage)


async def _verified(
    service: Service,
    key: StreamKey,
    who: Principal,
    verdicts: Verdicts,
    go_on: Callable[[], None],
) -> None:
    version = await beside(partial(service.archive.store.version, key))
    forget = partial(service.exports.forget, key, lambda _: go_on())  # it is verified as it is now
    await beside(forget, service.lanes.export)
    try:
        ready = await prepared(service, key, (), deflated=False, progress=lambda _: go_on())
        try:
            await beside(partial(_read_damaged, service, key, go_on), service.lanes.log)
            examine = partial(_examined, service, ready, version, go_on)
            verdict, summary = await beside(examine, service.lanes.heavy)
        finally:
            ready.discard()
        word = "verified" if verdict.verified else "findings"
        entry = Entry("archive.verified", {"digest": ready.exported.digest, "verdict": word})
        await written(service.writer.note([entry], who.actor))
        verdicts.keep(key, verdict)
        await beside(partial(_check_tables, service, key, ready, summary))
    except StreamDamaged as damage:
        log_fault(damage)
        service.damage.note(damage, key.stream)
    except ArchiveDamaged:
        verdicts.withdraw(key)  # nobody knows of what, so perhaps of this run
        raise


def _read_damaged(service: Service, key: StreamKey, go_on: Callable[[], None]) -> None:
    """Read streams again in which damage was found: to their ends, beyond what a bundle has.

    Raises:
        EvidenceDamaged: when they are not sound now.
    """
    archive = service.archive
    for each in streams_of(archive.store, key):
        if service.damage.of(each.stream):
            for page in archive.store.pages(each):
                go_on()
                for _ in events_of(page):
                    pass
            compare_streams(archive.log, archive.store, [each])
            service.damage.mend(each.stream)


def _examined(
    service: Service, ready: Ready, version: int, go_on: Callable[[], None]
) -> tuple[Verdict, Json]:
    """The verdict on a bundle, and the summary that the verifier came to; None for none."""
    with examined(ready.path, service.policy, go_on) as (examination, members):
        report, summary = examination.report, None
        if members and report.lines[Check.REPLAY].outcome is Outcome.PASSED:
            summary = decode(b"".join(members.chunks(layout.SUMMARY)))
        return Verdict(version, service.archive.clock.now(), report), summary


def _check_tables(service: Service, key: StreamKey, ready: Ready, summary: Json) -> None:
    """Compare what pages show of the run with what was counted from its events.

    Raises:
        TablesDiffer: when it is something else.
    """
    if summary is not None:
        size = ready.exported.manifest.streams[-1].size
        check_tables(service.archive.store, current(service), key, size, summary)
