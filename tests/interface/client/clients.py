"""Both clients behind one form, that of the one that blocks, so that one suite tests them."""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from anyio.from_thread import BlockingPortal, start_blocking_portal

from interface.client import AsyncClient, Client, Retries

QUICK = Retries(count=3, first=0.001, most=0.002)


class Awaited:
    """Something async as if it blocked: what it returns is awaited, iterated or entered."""

    def __init__(self, portal: BlockingPortal, target: Any) -> None:
        self._portal, self._target = portal, target

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._target, name)
        if not callable(member):
            return member

        async def awaited(*args: Any, **members: Any) -> Any:
            result = member(*args, **members)
            return await result if inspect.isawaitable(result) else result

        def call(*args: Any, **members: Any) -> Any:
            result = self._portal.call(lambda: awaited(*args, **members))
            if hasattr(result, "__aenter__"):
                return self._entered(result)
            return self._rows(result) if hasattr(result, "__aiter__") else result

        return call

    def _rows(self, iterator: Any) -> Iterator[Any]:
        try:
            while True:
                yield self._portal.call(iterator.__anext__)
        except StopAsyncIteration:
            return
        finally:
            self._portal.call(iterator.aclose)

    @contextmanager
    def _entered(self, manager: Any) -> Iterator[Any]:
        with self._portal.wrap_async_context_manager(manager) as entered:
            yield Awaited(self._portal, entered)


@contextmanager
def client_of(kind: str, url: str, token: str, spool: Path, **more: Any) -> Iterator[Any]:
    """A client of one kind, in the form of the one that blocks."""
    settings = {"spool": spool, "retries": QUICK, "timeout": 10.0, **more}
    if kind == "sync":
        with Client(url, token, **settings) as client:
            yield client
        return
    with start_blocking_portal() as portal:

        async def make() -> AsyncClient:
            return AsyncClient(url, token, **settings)

        client_async = portal.call(make)
        try:
            yield Awaited(portal, client_async)
        finally:
            portal.call(client_async.close)
