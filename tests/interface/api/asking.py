"""Requests to an app in this process."""

import asyncio
from typing import Any

import httpx
from starlette.types import ASGIApp


def client_of(app: ASGIApp) -> httpx.AsyncClient:
    """A client of the app; what the app raises is answered as by a server."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://here")


def ask(app: ASGIApp, method: str, path: str, **more: Any) -> httpx.Response:
    """One request."""

    async def asking() -> httpx.Response:
        async with client_of(app) as client:
            return await client.request(method, path, **more)

    return asyncio.run(asking())
