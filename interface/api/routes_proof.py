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
from interface.api.routes_bundles import forget_damaged
from interface.api.routes_read import current
from interface.api.service import Service
from interface.bootstrap.bundle_files import BundleFiles, ExportOptions

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

    def find() -> tuple[StreamKey, int]:
        key, read_model = service.stream("run", uuid, who), current(service)
        details = ItemDetails(service.archive.store, read_model, service.origin)
        return key, details.index_of(read_model.run(key).dataset, item)

    return await item_bundle(request, service, who, await beside(find), kinds)


async def item_bundle(
    request: Request,
    service: Service,
    who: Principal,
    place: tuple[StreamKey, int],
    kinds: frozenset[str] = frozenset(),
) -> Response:
    """The bundle of the item of this index, in a run that somebody sees, without these kinds."""
    key, index = place
    ready = await beside(partial(_prepare, service, key, index, kinds), service.lanes.export)
    return await _leaves(request, service, (key, index, ready), who)


def _prepare(service: Service, key: StreamKey, index: int, kinds: frozenset[str]) -> Ready:
    read_model = current(service)
    extents = service.archive.exporter().extents(key)
    forget_damaged(service, extents)
    run = extents[-1]
    seen = service.archive.prover().seen(key, run.size)
    versions = (service.archive.store.version(key),)
    question = Question(key, versions, kinds, deflated=False, seen=seen, item=index)
    files, options = BundleFiles(service.archive, lambda _: None), ExportOptions(sorted(kinds))

    def write(path: Path) -> Any:
        return files.export_item(read_model, (key, index), path, options)

    return service.exports.get(question, write)


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
