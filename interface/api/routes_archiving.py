"""The route for other tools' log files: one source that is sent, of one file or of several.

Not here: any file's form (``infrastructure.log_sources``), and eval_752's own upload
(``routes_native``).
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from application.access import MAIN, Principal
from application.archive_report import ArchiveReport, LogOptions, OnSecrets
from application.log_source import Declared
from application.ports import StreamKey
from interface.api.access import Archived, Importer
from interface.api.answers import answer, beside
from interface.api.bodies import check_media
from interface.api.descriptions import ARCHIVED, LOG_FILES
from interface.api.form_files import LogFiles
from interface.api.service import Service
from interface.documents import archived_document

router = APIRouter(tags=["log files"])


class Asked(BaseModel):
    """How the files are to be archived."""

    model_config = ConfigDict(frozen=True)

    original: bool = True
    on_secrets: OnSecrets = OnSecrets.WARN
    provider: str = ""
    model: str = ""
    dataset: str = ""

    def options(self, maps: Sequence[str | Path]) -> LogOptions:
        """The same, with the mapping that was sent.

        Raises:
            InvalidInput: when there is none, and something is said of plain files.
        """
        told = self.model_dump()
        declared = Declared(maps, *(told.pop(name) for name in ("provider", "model", "dataset")))
        declared.check()
        return LogOptions(declared=declared, **told)


@router.post("/v1/archivings", openapi_extra=LOG_FILES, responses=ARCHIVED)
async def archive(
    request: Request, service: Archived, who: Importer, asked: Annotated[Asked, Query()]
) -> Response:
    """Archive log files of another tool that belong together, or nothing of them."""
    check_media(request, "multipart/form-data")
    async with service.incoming.form(request, LogFiles) as form:
        report = await archived(service, who, form.path, asked.options(form.maps))
    document = archived_document(form.path.name, report)
    return answer(document, 201 if report.recorded else 200)


async def archived(
    service: Service, who: Principal, path: Path, options: LogOptions
) -> ArchiveReport:
    """Archive a file or folder for somebody, in their project."""
    return await beside(partial(_archive, service, who, path, options), service.lanes.heavy)


def _archive(service: Service, who: Principal, path: Path, options: LogOptions) -> ArchiveReport:
    project = who.project or MAIN

    def begins(keys: Sequence[StreamKey]) -> None:
        entries = [service.book.assign(key, project) for key in keys]
        if entries:
            service.archive.journal(who.actor).write(entries)

    def work(_: object) -> ArchiveReport:
        archiver = service.archive.archiver(who.actor, project, begins)
        return service.archive.archive_log(path, archiver=archiver, **options._asdict())

    return service.writer.call(work, who.actor).result()
