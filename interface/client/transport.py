"""The network: HTTP by httpx, and nothing else here knows of it.

The token goes to the one address that was given: redirects are not followed, and whatever a path
or a cursor holds, the host stays. Not here: what is asked, and what is tried again.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import httpx

from domain.errors import InvalidInput
from interface.client.bodies import Collected, headers_of
from interface.client.errors import Unavailable
from interface.client.exchange import NOTHING, Answer, Request

_PIECE: Final = 2**18


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
            with _reachable(self._http.base_url):
                for piece in pieces:
                    collected.write(piece)
        return collected.answer()

    @contextmanager
    def stream(self, request: Request) -> Generator[tuple[Answer, Iterator[bytes]]]:
        """The beginning of an answer, and its body as it comes."""
        content = _pieces(request.body) if isinstance(request.body, Path) else request.body
        with _reachable(self._http.base_url):
            made = self._http.build_request(content=content, **_asked(request))
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
            with _reachable(self._http.base_url):
                async for piece in pieces:
                    collected.write(piece)
        return collected.answer()

    @asynccontextmanager
    async def stream(self, request: Request) -> AsyncGenerator[tuple[Answer, AsyncIterator[bytes]]]:
        """The beginning of an answer, and its body as it comes."""
        content = _async_pieces(request.body) if isinstance(request.body, Path) else request.body
        with _reachable(self._http.base_url):
            made = self._http.build_request(content=content, **_asked(request))
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


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


async def _async_pieces(path: Path) -> AsyncIterator[bytes]:
    for piece in _pieces(path):
        yield piece
