"""A small service that keeps the contract of docs/api.md, with a real archive behind it.

For tests that break connections and processes, so it runs in a thread on a port of its own. Not
here: tokens' roles, filters, and whatever else no client depends on.
"""

import json
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from application.actions import Receipt, action_of, read_action
from application.finding import all_datasets, all_runs
from application.item_detail import ItemDetails
from application.ports import StreamKey
from application.queries import ItemQuery
from application.said_of_run import said_of_run
from application.sealing import seal
from domain.errors import Conflict, Eval752Error, InvalidInput, NotFound, Refused
from interface.bootstrap.archive import Archive
from interface.bootstrap.bundle_files import BundleFiles, ExportOptions
from interface.bootstrap.opening import open_archive
from interface.documents import document

TOKEN = "eval752_" + "0" * 32 + "_" + "A" * 43
KINDS = {InvalidInput: (400, "invalid-input"), NotFound: (404, "not-found")}
KINDS |= {Conflict: (409, "conflict"), Refused: (409, "refused")}


class Service:
    """An archive that is served; ``asked`` are the requests so far, ``before`` sees each first."""

    def __init__(self, archive: Archive, folder: Path) -> None:
        self.archive, self.folder = archive, folder
        self.recorder = archive.recorder()
        self.lock = Lock()
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.before: Callable[[Request], Response | None] = lambda _: None
        self.live: list[bytes] = []
        self.tokens: dict[str, dict[str, Any]] = {}
        self.projects = ["main"]

    def key(self, request: Request) -> StreamKey:
        kind = request.path_params["kind"].removesuffix("s")
        return StreamKey(self.archive.signer.origin, f"{kind}/{request.path_params['id']}")

    def record(self, stream: str, lines: list[bytes]) -> Receipt:
        actions = [read_action(line, f"line {n}") for n, line in enumerate(lines, 1)]
        return self.recorder.record(stream, actions)


def told(receipt: Receipt, status: int = 200) -> Response:
    return JSONResponse({**receipt._asdict(), "id": receipt.stream.partition("/")[2]}, status)


async def begin(service: Service, request: Request) -> Response:
    members = await request.json()
    kind = request.path_params["kind"].removesuffix("s")
    new, plan = members["id"], members.pop("plan", None)
    actions = [action_of({"type": f"{kind}.registered", **members}, "body")]
    if plan is not None:
        planned = f"{new[:-1]}{'0' if new[-1] != '0' else '1'}"
        actions.append(action_of({"type": "run.planned", "id": planned, **plan}, "body, plan"))
    return told(service.recorder.record(f"{kind}/{new}", actions), 201)


async def append(service: Service, request: Request) -> Response:
    key = service.key(request)
    if not service.archive.store.version(key):
        raise NotFound(key.stream, "a stream", "none")
    return told(service.record(key.stream, (await request.body()).splitlines()))


async def seal_stream(service: Service, request: Request) -> Response:
    key = service.key(request)
    receipt = seal(service.recorder, key.stream)
    version = service.archive.store.version(key)
    return told(receipt or Receipt(key.stream, version, 0, 1, 0))


async def listed(service: Service, request: Request) -> Response:
    """Pages of one row, so that there are pages."""
    kind = request.path_params["kind"]
    with service.archive.read_model() as read_model:
        rows: list[Any] = [*all_datasets(read_model)]
        rows = [*all_runs(read_model)] if kind == "runs" else rows
    at = int(request.query_params.get("cursor", 0))
    following = str(at + 1) if at + 1 < len(rows) else None
    return JSONResponse({"items": document(rows[at : at + 1]), "next": following})


async def one(service: Service, request: Request) -> Response:
    key = service.key(request)
    with service.archive.read_model() as read_model:
        is_run = key.stream.startswith("run/")
        row: Any = read_model.run(key) if is_run else read_model.dataset(key)
        details = ItemDetails(service.archive.store, read_model, service.archive.signer.origin)
        (registered,) = details.events(key, [1])
        shown = {
            "run" if is_run else "dataset": row,
            "registered": registered,
            "sections": read_model.sections(row.dataset if is_run else key),
            "milestones": read_model.milestones(key),
        }
        if is_run:
            shown["summary"] = read_model.summary(key)
            shown["said"] = said_of_run(details, read_model, key, registered)
    return JSONResponse(document(shown))


async def item(service: Service, request: Request) -> Response:
    key = service.key(request)
    with service.archive.read_model() as read_model:
        details = ItemDetails(service.archive.store, read_model, service.archive.signer.origin)
        dataset = read_model.run(key).dataset if key.stream.startswith("run/") else key
        index = details.index_of(dataset, request.path_params["item"])
        if dataset == key:
            return JSONResponse(document(details.item(key, index)))
        epoch = int(request.query_params.get("epoch", 1))
        return JSONResponse(document(details.result(key, index, epoch)))


async def items(service: Service, request: Request) -> Response:
    with service.archive.read_model() as read_model:
        rows = read_model.items(service.key(request), ItemQuery())
    return JSONResponse({"items": document(rows), "next": None})


async def summary(service: Service, request: Request) -> Response:
    at = request.query_params.get("at")
    with service.archive.read_model() as read_model:
        key = service.key(request)
        totals = read_model.summary_at(key, int(at)) if at else read_model.summary(key)
    return JSONResponse(totals)


async def history(service: Service, request: Request) -> Response:
    after = int(request.query_params.get("cursor", request.query_params.get("after", 0)))
    pages = service.archive.store.pages(service.key(request), after)
    events = [json.loads(line) for page in pages for line in page.lines]
    rows = [{"event": e, "leaf": "0" * 64} for e in events if e["version"] > after]
    following = str(rows[1]["event"]["version"]) if len(rows) > 2 else None
    return JSONResponse({"items": rows[:2], "next": following})


async def bundle(service: Service, request: Request) -> Response:
    query = request.query_params
    path = service.folder / "served.eval752.zip"
    options = ExportOptions(query.getlist("withhold"), "compress" in query, overwrite=True)
    files = BundleFiles(service.archive)
    exported = files.export(service.key(request), path, options, lambda _: None)
    whole = sha256(path.read_bytes())
    digest = b64encode(whole.digest()).decode()
    headers = {
        "ETag": f'"{exported.digest}-{whole.hexdigest()[:32]}"',
        "Content-Digest": f"sha-256=:{digest}:",
    }
    return FileResponse(path, 200, headers, "application/zip")


async def events(service: Service, request: Request) -> Response:
    """The events behind the last that was seen; a connection ends after two."""
    seen = int(request.headers.get("last-event-id", 0))

    async def lines() -> AsyncIterator[bytes]:
        yield b": connected\n\n"
        for number, data in [*enumerate(service.live, 1)][seen : seen + 2]:
            yield b"id: %d\ndata: %b\n\n" % (number, data)

    return StreamingResponse(lines(), 200, None, "text/event-stream")


async def put_asset(service: Service, request: Request) -> Response:
    body = await request.body()
    name = service.archive.assets.put([body], request.query_params["ext"])
    return JSONResponse({"name": name, "size": len(body)}, 201)


async def manage(service: Service, request: Request) -> Response:
    """Tokens and projects."""
    if request.url.path == "/v1/projects":
        if request.method == "POST":
            service.projects.append((await request.json())["project"])
        return JSONResponse({"items": [{"project": name} for name in service.projects]})
    if request.method == "DELETE":
        service.tokens[request.path_params["id"]]["revoked"] = "2026-11-23T09:00:00.000000Z"
        return Response(status_code=204)
    if request.method == "POST":
        token = {"id": service.archive.clock.event_id(), **(await request.json())}
        service.tokens[token["id"]] = token
        return JSONResponse({**token, "token": TOKEN}, 201)
    return JSONResponse({"items": [*service.tokens.values()]})


ROUTES: dict[str, Callable[..., Any]] = {
    "POST /v1/{kind}": begin,
    "POST /v1/{kind}/{id}/events": append,
    "POST /v1/{kind}/{id}/seal": seal_stream,
    "GET /v1/{kind}/{id}/summary": summary,
    "GET /v1/{kind}/{id}/history": history,
    "GET /v1/{kind}/{id}/bundle": bundle,
    "GET /v1/{kind}/{id}/items/{item}": item,
    "GET /v1/{kind}/{id}/items": items,
    "GET /v1/{kind}/{id}": one,
    "GET /v1/{kind}": listed,
}
FIRST: dict[str, Callable[..., Any]] = {
    "GET /v1/events": events,
    "PUT /v1/assets": put_asset,
    "GET /v1/tokens": manage,
    "POST /v1/tokens": manage,
    "DELETE /v1/tokens/{id}": manage,
    "GET /v1/projects": manage,
    "POST /v1/projects": manage,
}


def app_of(service: Service) -> Starlette:
    routes = {**FIRST, **ROUTES}
    return Starlette(routes=[_route(service, where, to) for where, to in routes.items()])


def _route(service: Service, where: str, handler: Callable[..., Any]) -> Route:
    method, path = where.split(" ")

    async def handle(request: Request) -> Response:
        service.asked.append((request.method, request.url.path, dict(request.headers)))
        if (early := service.before(request)) is not None:
            return early
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return problem(401, "unauthenticated", "Authorization", "a token", "another")
        body = await request.body()  # before the lock: who waits for it must not hold others up
        assert body is not None
        with service.lock:
            try:
                answer: Response = await handler(service, request)
            except Eval752Error as fault:
                status, kind = next(KINDS[k] for k in type(fault).__mro__ if k in KINDS)
                return problem(status, kind, fault.place, fault.expected, fault.found)
        return answer

    return Route(path, handle, methods=[method])


def problem(
    status: int, kind: str, place: str = "", expected: str = "", found: str = "", **headers: str
) -> Response:
    told = {"place": place, "expected": expected, "found": found}
    members: dict[str, Any] = {"type": f"urn:eval752:problem:{kind}", "instance": "request-7"}
    if place.startswith("line "):
        members["line"] = int(place.removeprefix("line ").partition(",")[0].partition(":")[0])
    body = json.dumps({**members, **told})
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(body, status, named, "application/problem+json")


@contextmanager
def served(folder: Path) -> Iterator[tuple[Service, str]]:
    """Serve a new archive on a port of its own; give the service and its address."""
    with open_archive(folder / "archive", writable=True) as archive:
        service = Service(archive, folder)
        with running(app_of(service)) as url:
            yield service, url


@contextmanager
def running(app: Any, port: int = 0) -> Iterator[str]:
    """Run an app in a thread, and give its address."""
    config = uvicorn.Config(app, "127.0.0.1", port, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    (socket,) = server.servers[0].sockets
    try:
        yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
