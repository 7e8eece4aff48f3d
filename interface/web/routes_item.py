"""Routes of one result: all that the archive holds of it, and the assets that it refers to.

That somebody looks is recorded before they see anything, by the code of the API. Not here: how
content is laid out (``content``).
"""

import json
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Query, Request
from fastapi import Path as PathParameter
from starlette.responses import Response, StreamingResponse

from application.access import Principal
from application.item_detail import ItemDetails
from application.ports import StreamKey
from application.queries import ResultPlace, ResultQuery
from application.rows import ResultRow, RunRow
from application.sealing_due import sealing_due
from domain.errors import NotFound
from domain.syntax import MAX_INTEGER, is_printed_index
from domain.verification.checks import Check
from interface.api.access import Archived
from interface.api.answers import beside
from interface.api.covered import covered
from interface.api.routes_content import Result, asset_of, disclosed, result_of
from interface.api.routes_proof import item_bundle
from interface.api.routes_read import current
from interface.api.service import Service
from interface.key_policy import policy_document
from interface.shown import shown_key
from interface.web.access import Exporter, Reader
from interface.web.content import IMAGES
from interface.web.page_route import PageRoute
from interface.web.rendering import page

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_PROOF: Final = (Check.TREE, Check.PARTS, Check.INCLUSION)
"""The checks by which an item is proven."""


class Around(NamedTuple):
    """What stands around a result: its run, and the results before and after it by item."""

    run: RunRow
    before: ResultRow | None
    after: ResultRow | None
    due: Sequence[StreamKey]
    """What has to be sealed before the result can be proven."""


@router.get("/runs/{uuid}/items/{item}")
async def result(
    uuid: str,
    item: str,
    request: Request,
    service: Archived,
    who: Reader,
    epoch: Annotated[int, Query(ge=1, le=MAX_INTEGER)] = 1,
) -> Response:
    """One result: its question, every attempt, its scores, and all of their parts."""

    def ask() -> tuple[Result, Around]:
        found = _result(service, who, uuid, item, epoch)
        return found, _around(service, found.key, found.detail.result)

    found, around = await beside(ask)
    coverage = await covered(service, found.read, found.differing)
    policy = await beside(partial(_policy, service))
    await disclosed(service, who, found.key, item=found.item, epoch=epoch)
    told = {"detail": found.detail, **around._asdict(), "checks": _PROOF, "policy": policy}
    told["coverage"] = coverage
    return await beside(partial(page, request, "item.html", **told))


def _policy(service: Service) -> str:
    """The policy that trusts this archive, as the page's check takes it."""
    return json.dumps(policy_document([*map(shown_key, service.archive.signer.known())]))


def _result(service: Service, who: Principal, uuid: str, item: str, epoch: int) -> Result:
    """A result by the item's index, as pages link to it; by its outside id where it is no number.

    The API looks for the outside id first: there, 1 may be the item that is called so.
    """
    if not is_printed_index(item):
        return result_of(service, who, uuid, item, epoch)
    key, index = service.stream("run", uuid, who), int(item)
    details = ItemDetails(service.archive.store, current(service), service.origin)
    return Result(key, index, details.result(key, index, epoch), details.read, details.differing)


def _around(service: Service, key: StreamKey, row: ResultRow) -> Around:
    read_model = current(service)
    place = ResultPlace(None, row.item, row.epoch)

    def beyond(*, descending: bool) -> ResultRow | None:
        query = ResultQuery(after=place, limit=1, descending=descending)
        found: Sequence[Any] = read_model.results(key, query)
        return found[0] if found else None

    run = read_model.run(key)
    due = sealing_due(read_model, run)
    return Around(run, beyond(descending=True), beyond(descending=False), due)


@router.get("/runs/{uuid}/items/{item}/proof")
async def download(
    uuid: str,
    item: Annotated[int, PathParameter(ge=0, le=MAX_INTEGER)],
    request: Request,
    service: Archived,
    who: Exporter,
) -> Response:
    """The item of this index as a bundle of its own, as the API sends it."""
    key = await beside(partial(service.stream, "run", uuid, who))
    return await item_bundle(request, service, who, (key, item))


@router.get("/runs/{uuid}/assets/{name}")
async def asset(uuid: str, name: str, service: Archived, who: Reader) -> Response:
    """An asset of a run or of its dataset: an image to be seen, anything else to be kept.

    Whatever it is, no browser runs anything of it.
    """

    def ask() -> tuple[StreamKey, int]:
        dataset = current(service).run(service.stream("run", uuid, who)).dataset
        try:
            return asset_of(service, who, "run", uuid, name)
        except NotFound:
            return asset_of(service, who, "dataset", dataset.stream.partition("/")[2], name)

    key, size = await beside(ask)
    await disclosed(service, who, key)
    media = IMAGES.get(name.rpartition(".")[2])
    headers = {
        "Content-Length": str(size),
        "Content-Disposition": "inline" if media else f'attachment; filename="{name}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    chunks = service.archive.assets.chunks(name)
    return StreamingResponse(chunks, 200, headers, media or "application/octet-stream")
