"""Routes to content: a dataset or run with its config, one item with all of its parts, an asset.

Events are compared with the log before anybody sees them, and that somebody looks is recorded. Not
here: what there is to see (``application.item_detail``).
"""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Query
from starlette.responses import Response, StreamingResponse

from application.access import Principal
from application.item_detail import ItemDetail, ItemDetails
from application.journal import Entry, about
from application.log_coverage import ReadEvent
from application.ports import StreamKey
from application.said_of_run import said_of_run
from domain.errors import NotFound, TablesDiffer
from domain.syntax import MAX_INTEGER, is_asset_name
from interface.api.access import Archived, Reader
from interface.api.answers import answer, beside, written
from interface.api.covered import covered, told
from interface.api.descriptions import ASSET, OBJECT, Kind, Uuid
from interface.api.routes_read import current
from interface.api.service import Service

router = APIRouter(tags=["content"])

Epoch = Annotated[int, Query(ge=1, le=MAX_INTEGER)]


@router.get("/v1/{kind:kind}/{uuid}", responses=OBJECT)
async def one(kind: Kind, uuid: Uuid, service: Archived, who: Reader) -> Response:
    """One dataset or run, its sections and milestones; of a run, totals and what was said of it."""
    found = await beside(partial(one_of, service, who, kind, uuid))
    coverage = await covered(service, found.read)
    await disclosed(service, who, found.key)
    return await beside(partial(answer, found.shown, headers=told(coverage)))


class One(NamedTuple):
    """A dataset or run as the route shows it, and the events that this rests on."""

    key: StreamKey
    shown: dict[str, Any]
    read: Sequence[ReadEvent]


def one_of(service: Service, who: Principal, kind: str, uuid: str) -> One:
    """One dataset or run that somebody sees."""
    key, read_model = service.stream(kind, uuid, who), current(service)
    details = ItemDetails(service.archive.store, read_model, service.origin)
    registered, *_ = details.events(key, [1])
    row: Any = read_model.dataset(key) if kind == "dataset" else read_model.run(key)
    shown: dict[str, Any] = {
        kind: row,
        "registered": registered,
        "sections": read_model.sections(key if kind == "dataset" else row.dataset),
        "milestones": read_model.milestones(key),
    }
    if kind == "run":
        shown["summary"] = read_model.summary(key)
        shown["said"] = said_of_run(details, read_model, key, registered)
    return One(key, shown, details.read)


@router.get("/v1/datasets/{uuid}/items/{item:path}", responses=OBJECT)
async def item(uuid: Uuid, item: str, service: Archived, who: Reader) -> Response:
    """One item of a dataset, by its outside id or its index, with its parts."""

    def ask() -> Any:
        key = service.stream("dataset", uuid, who)
        details = ItemDetails(service.archive.store, current(service), service.origin)
        index = details.index_of(key, item)
        return key, index, details.item(key, index), details.read

    key, index, found, read = await beside(ask)
    coverage = await covered(service, read)
    await disclosed(service, who, key, item=index)
    return await beside(partial(answer, found, headers=told(coverage)))


@router.get("/v1/runs/{uuid}/items/{item:path}", responses=OBJECT)
async def result(
    uuid: Uuid, item: str, service: Archived, who: Reader, epoch: Epoch = 1
) -> Response:
    """One result: its question, every attempt, its scores, and all of their parts."""
    found = await beside(partial(result_of, service, who, uuid, item, epoch))
    coverage = await covered(service, found.read, found.differing)
    await disclosed(service, who, found.key, item=found.item, epoch=epoch)
    return await beside(partial(answer, found.detail, headers=told(coverage)))


class Result(NamedTuple):
    """A result of a run, the item's index, the events that it rests on, what tables say else."""

    key: StreamKey
    item: int
    detail: ItemDetail
    read: Sequence[ReadEvent]
    differing: Sequence[TablesDiffer]


def result_of(service: Service, who: Principal, uuid: str, item: str, epoch: int) -> Result:
    """One result of a run that somebody sees."""
    key, read_model = service.stream("run", uuid, who), current(service)
    details = ItemDetails(service.archive.store, read_model, service.origin)
    index = details.index_of(read_model.run(key).dataset, item)
    return Result(key, index, details.result(key, index, epoch), details.read, details.differing)


@router.get("/v1/{kind:kind}/{uuid}/assets/{name}", responses=ASSET)
async def asset(kind: Kind, uuid: Uuid, name: str, service: Archived, who: Reader) -> Response:
    """The bytes of an asset that a part of this stream lists."""
    key, size = await beside(partial(asset_of, service, who, kind, uuid, name))
    await disclosed(service, who, key)
    headers = {
        "Content-Length": str(size),
        "Content-Disposition": f'attachment; filename="{name}"',
        "ETag": f'"{name.partition(".")[0]}"',
    }
    chunks = service.archive.assets.chunks(name)
    return StreamingResponse(chunks, 200, headers, "application/octet-stream")


def asset_of(
    service: Service, who: Principal, kind: str, uuid: str, name: str
) -> tuple[StreamKey, int]:
    """The stream that lists an asset, if somebody sees it, and the asset's size in bytes.

    Raises:
        NotFound: when it has no such asset.
    """
    key = service.stream(kind, uuid, who)
    if not is_asset_name(name) or not service.archive.store.asset_holders(key, name):
        raise NotFound(f"asset {name[:80]!a}", f"an asset of this {kind}", "none")
    return key, service.archive.assets.size(name)


async def disclosed(service: Service, who: Principal, key: StreamKey, **place: int) -> None:
    """Record, durably, that content is shown to somebody; it is called before they see it."""
    entry = Entry("archive.disclosed", about(key, **place))
    await written(service.writer.note([entry], who.actor))
