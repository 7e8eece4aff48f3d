"""The two routes that eval_752's own documentation names, so that its users' scripts work.

Not here: what its bundles hold (``infrastructure.log_sources``).
"""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from application.access import Principal
from application.archive_report import ArchiveReport, LogOptions
from application.log_source import SealedBundle
from application.ports import StreamKey
from domain.errors import InvalidInput
from interface.api.access import Archived, Exporter, Importer
from interface.api.answers import answer, beside
from interface.api.bodies import check_media
from interface.api.descriptions import FILE, FORM, TAKEN, Uuid
from interface.api.form_files import OneFile
from interface.api.routes_archiving import archived
from interface.api.routes_bundles import imported, leaves, prepared
from interface.api.routes_read import current
from interface.api.service import Service

router = APIRouter(tags=["eval_752"])


@router.get("/datasets/{uuid}/export", responses=FILE)
async def export(
    uuid: Uuid,
    request: Request,
    service: Archived,
    who: Exporter,
    run_id: str | None = None,
    section_ids: Annotated[list[str] | None, Query()] = None,
) -> Response:
    """The bundle of a dataset, or of a run on it."""
    key = await beside(partial(_asked, service, who, uuid, run_id, section_ids))
    ready = await prepared(service, key, (), deflated=False)
    return await leaves(request, service, (key, ready, who), f"{uuid}.eval752.zip")


def _asked(
    service: Service, who: Principal, uuid: str, run: str | None, sections: list[str] | None
) -> StreamKey:
    dataset = service.stream("dataset", uuid, who)
    known = [str(row.section) for row in current(service).sections(dataset)]
    if sections is not None and sorted(set(sections)) != sorted(known):
        remedy = "A sealed bundle holds all sections; leave section_ids out."
        raise InvalidInput("section_ids", f"all of {', '.join(known)}", "others", remedy)
    if run is None:
        return dataset
    key = service.stream("run", run, who)
    if current(service).run(key).dataset != dataset:
        raise InvalidInput("run_id", "a run of this dataset", "one of another dataset")
    return key


@router.post("/datasets/upload", openapi_extra=FORM, responses=TAKEN)
async def upload(request: Request, service: Archived, who: Importer) -> Response:
    """Take in a ``.eval752.zip`` of a multipart form: a sealed one, or one of eval_752's own."""
    check_media(request, "multipart/form-data")
    async with service.incoming.form(request, OneFile) as form:
        try:
            report = await archived(service, who, form.path, LogOptions())
        except SealedBundle:
            return await imported(service, form.path, who)
    return answer(_document(report), 201 if report.recorded else 200)


def _document(report: ArchiveReport) -> dict[str, Any]:
    counts = [count._asdict() for count in report.counts]
    notes = [note._asdict() for note in report.notes]
    runs = [run.partition("/")[2] for run in report.runs]
    ids = {"dataset_id": report.dataset.partition("/")[2], "run_id": "".join(runs[:1])}
    findings = [finding._asdict() for finding in report.findings]
    rest = {"notes": notes, "findings": findings, "secrets": report.secret_count}
    return {**ids, "run_ids": runs, "counts": counts, **rest}
