"""Answers in JSON, and work that is done beside the event loop. Not here: errors, and pages."""

from asyncio import wrap_future
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any, TypeVar

import orjson
from anyio import CapacityLimiter, to_thread
from starlette.responses import Response

from application.actions import Receipt
from interface.documents import document

T = TypeVar("T")


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A document as JSON; named tuples are objects."""
    return Response(orjson.dumps(document(value)), status, headers, media_type="application/json")


def receipt_document(receipt: Receipt) -> dict[str, Any]:
    """A receipt with the stream's id."""
    return {**document(receipt), "id": receipt.stream.partition("/")[2]}


async def beside(work: Callable[[], T], lane: CapacityLimiter | None = None) -> T:
    """Do work that waits for the disk, and let others go on meanwhile; without a lane, reading."""
    return await to_thread.run_sync(work, limiter=lane)


async def written(future: "Future[T]") -> T:
    """What the writer makes of it; it goes on even if nobody waits any more."""
    return await wrap_future(future)
