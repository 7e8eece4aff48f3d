"""The route to one item of a run as a small bundle, with the proof that the log has it.

Not here: what is in it (``application.item_export``), and whole bundles (``routes_bundles``).
"""

from functools import partial
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from application.access import Principal
from application.export import kinds_to_withhold
from application.item_detail import ItemDetails
from application.journal import Entry, about
from application.ports import StreamKey
from interface.api.access import Archived, Exporter
from interface.api.answers import beside, written
from interface.api.descriptions import FILE, Uuid
from interface.api.downloads import download
from interface.api.exports import Question, Ready
from interface.api.routes_read import current
from interface.api.service import Service
from interface.bootstrap import ExportOptions

router = APIRouter(tags=["bundles"])


@router.get("/v1/runs/{uuid}/items/{item:path}/proof", responses=FILE)
async def proof(
    uuid: Uuid,
    item: str,
    request: Request,
    service: Archived,
    who: Exporter,
    withhold: Annotated[list[str] | None, Query()] = None,
) -> Response:
    """One item of a sealed run, by its own id or its index, as a bundle that verifies by itself."""
    kinds = kinds_to_withhold(withhold or ())
    key = await beside(partial(service.stream, "run", uuid, who))
    work = partial(_prepare, service, key, item, kinds)
    index, ready = await beside(work, service.lanes.export)
    return await _leaves(request, service, (key, index, ready), who)


def _prepare(
    service: Service, key: StreamKey, item: str, kinds: frozenset[str]
) -> tuple[int, Ready]:
    read_model = current(service)
    details = ItemDetails(service.archive.store, read_model, service.origin)
    index = details.index_of(read_model.run(key).dataset, item)
    versions = (service.archive.store.version(key),)
    question = Question(key, versions, kinds, deflated=False, item=index)

    def write(path: Path) -> Any:
        options = ExportOptions(sorted(kinds))
        return service.archive.export_item(read_model, (key, index), path, options, lambda _: None)

    return index, service.exports.get(question, write)


async def _leaves(
    request: Request, service: Service, leaving: tuple[StreamKey, int, Ready], who: Principal
) -> Response:
    """Record that the item leaves, durably, and answer with it."""
    key, index, ready = leaving
    entry = Entry("archive.disclosed", about(key, item=index))
    try:
        await written(service.writer.note([entry], who.actor))
        name = f"{key.stream.replace('/', '-')[:17]}-item-{index}.eval752.zip"
        return download(request, ready, name)
    except BaseException:
        ready.discard()
        raise
