"""The network: HTTP by httpx, and nothing else here knows of it.

The token goes to the one address that was given: redirects are not followed, and whatever a path
or a cursor holds, the host stays. Not here: what is asked, and what is tried again.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx

from domain.errors import InvalidInput
from interface.client.bodies import Collected, headers_of, sent_pieces
from interface.client.errors import Unavailable
from interface.client.exchange import NOTHING, Answer, Body, Request
from interface.client.forms import Form


class HttpTransport:
    """``interface.client.exchange.Transport``; ``via`` stands in for the network in tests."""

    def __init__(
        self, url: str, token: str, timeout: float, via: httpx.BaseTransport | None = None
    ) -> None:
        self._http = httpx.Client(transport=via, **_settings(url, token, timeout))

    def send(self, request: Request) -> Answer:
        """The answer, its body in the request's sink if it has one."""
        collected = Collected(request)
        with self.stream(request) as (answer, pieces):
            collected.begin(answer)
            for piece in pieces:
                collected.write(piece)
        return collected.answer()

    @contextmanager
    def stream(self, request: Request) -> Generator[tuple[Answer, Iterator[bytes]]]:
        """The beginning of an answer, and its body as it comes."""
        asked = _asked(request)
        content = _content(request.body, asked["headers"])
        with _reachable(self._http.base_url):
            made = self._http.build_request(content=content, **asked)
            response = self._http.send(made, stream=True)
            try:
                yield _head(response), response.iter_bytes()
            finally:
                response.close()

    def close(self) -> None:
        """Release the connections."""
        self._http.close()


class AsyncHttpTransport:
    """The same, to be awaited."""

    def __init__(
        self, url: str, token: str, timeout: float, via: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._http = httpx.AsyncClient(transport=via, **_settings(url, token, timeout))

    async def send(self, request: Request) -> Answer:
        """The answer, its body in the request's sink if it has one."""
        collected = Collected(request)
        async with self.stream(request) as (answer, pieces):
            collected.begin(answer)
            async for piece in pieces:
                collected.write(piece)
        return collected.answer()

    @asynccontextmanager
    async def stream(self, request: Request) -> AsyncGenerator[tuple[Answer, AsyncIterator[bytes]]]:
        """The beginning of an answer, and its body as it comes."""
        asked = await asyncio.to_thread(_asked, request)  # it may have to read long files
        content = _content(request.body, asked["headers"])
        sent = content if content is None or isinstance(content, bytes) else _awaited(content)
        with _reachable(self._http.base_url):
            made = self._http.build_request(content=sent, **asked)
            response = await self._http.send(made, stream=True)
            try:
                yield _head(response), response.aiter_bytes()
            finally:
                await response.aclose()

    async def close(self) -> None:
        """Release the connections."""
        await self._http.aclose()


def _settings(url: str, token: str, timeout: float) -> dict[str, Any]:
    """What both clients of httpx are made with.

    Raises:
        InvalidInput: when the address is none.
    """
    expected = "http:// or https:// and a host, and perhaps a path"
    try:
        address = httpx.URL(url)
    except (httpx.InvalidURL, TypeError) as problem:
        raise InvalidInput("server", expected, ascii(url)[:200]) from problem
    plain = not (address.query or address.fragment or address.userinfo)
    if address.scheme not in {"http", "https"} or not address.host or not plain:
        raise InvalidInput("server", expected, ascii(url)[:200])
    agent = f"eval752/{version('eval752')}"
    bearer = {"Authorization": f"Bearer {token}"} if token else {}
    return {
        "base_url": address,
        "headers": {"Accept": "application/json", "User-Agent": agent, **bearer},
        "timeout": timeout,
        "follow_redirects": False,
    }


def _asked(request: Request) -> dict[str, Any]:
    timeout = request.patience or httpx.USE_CLIENT_DEFAULT
    headers = dict(headers_of(request))
    url = request.path.removeprefix("/")  # below the path of the address, if it has one
    params = [*request.query]
    return {
        "method": request.method,
        "url": url,
        "params": params,
        "headers": headers,
        "timeout": timeout,
    }


def _content(body: Body | None, headers: Mapping[str, str]) -> bytes | Iterator[bytes] | None:
    if isinstance(body, Path | Form):
        return sent_pieces(body, int(headers["Content-Length"]))
    return body


def _head(response: httpx.Response) -> Answer:
    headers: Mapping[str, str] = {name.lower(): value for name, value in response.headers.items()}
    return NOTHING._replace(status=response.status_code, headers=headers)


@contextmanager
def _reachable(url: httpx.URL) -> Generator[None]:
    """Say in our words why there is no answer, or only a part of one."""
    try:
        yield
    except (httpx.TransportError, httpx.DecodingError) as problem:
        found = str(problem) or type(problem).__name__
        remedy = "See whether the service runs and this is its address."
        raise Unavailable(str(url), "an answer of the service", found, remedy) from problem


async def _awaited(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece
