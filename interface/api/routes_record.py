"""Routes that record: begin a dataset or run, append actions, seal, put assets.

Not here: what may be recorded (``application``), and how it shares a commit (``writer``).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Final, TypeVar
from uuid import UUID, uuid5

from fastapi import APIRouter, Request
from starlette.responses import Response

from application.access import NEEDS_ERASE, Permission, Principal
from application.actions import Action, Receipt, action_of, read_action
from application.asset_links import relink_action
from application.ports import StreamKey
from application.sealing import seal
from domain.canonical import Json
from domain.errors import InvalidInput, shown
from domain.syntax import is_uuid
from interface.api.access import Archived, Recorder
from interface.api.answers import answer, beside, receipt_document, written
from interface.api.bodies import MOST_LINE, SHORT, check_media, read_lines, read_members
from interface.api.descriptions import ACTIONS, BEGIN, BEGUN, BYTES, MADE, RECORDED, Kind, Uuid
from interface.api.errors import Forbidden
from interface.api.service import Service

router = APIRouter(tags=["record"])

_KEYS: Final = UUID("2b0b3c6a-6f0c-4a53-9a62-0d6c5f6d7c11")
_MOST_KEY: Final = 255
_FEW: Final = 50
"""So many lines of few bytes are read without giving others their turn."""

T = TypeVar("T")
_MEMBERS: Final[Mapping[str, frozenset[str]]] = {
    "dataset": frozenset({"config", "id", "occurred"}),
    "run": frozenset({"config", "dataset", "environment", "id", "occurred", "plan"}),
}
"""What the document of a new stream may have."""


@router.post("/v1/{kind:kind}", status_code=201, openapi_extra=BEGIN, responses=BEGUN)
async def begin(kind: Kind, request: Request, service: Archived, who: Recorder) -> Response:
    """Begin a dataset or a run."""
    check_media(request, "application/json")
    members = await read_members(request, _MEMBERS[kind], MOST_LINE)
    if "id" in members and not is_uuid(members["id"]):
        raise InvalidInput("body, id", "a lower-case UUID", "another value")
    ids = _ids(request, who)
    uuid = str(members.pop("id", "") or next(ids, "") or service.archive.clock.event_id())
    key = service.own(kind, uuid)
    actions = [*_identified(_registration(kind, members), ids)]
    receipt = await written(
        await beside(partial(_begun, service, who, key, actions), service.lanes.record)
    )
    return answer(receipt_document(receipt), 201, {"Location": f"/v1/{kind}s/{uuid}"})


@router.post("/v1/{kind:kind}/{uuid}/events", openapi_extra=ACTIONS, responses=RECORDED)
async def append(
    kind: Kind, uuid: Uuid, request: Request, service: Archived, who: Recorder
) -> Response:
    """Record a batch of actions, one a line, wholly or not at all."""
    check_media(request, "application/x-ndjson", "application/jsonl", "application/ndjson")
    lines = await read_lines(request)
    is_known = service.book.knows(service.own(kind, uuid))
    placed = partial(service.place_to_append, kind, uuid, who)
    key = await _at_once(service, is_known, placed)
    is_quick = len(lines) <= _FEW and sum(map(len, lines)) <= SHORT
    batch = partial(_batch, service, key, lines, who, _ids(request, who))
    actions = await _at_once(service, is_quick, batch)
    receipt = await written(service.writer.record(key.stream, actions, who.actor))
    if any(action.type in {"part.erased", "part.withheld"} for action in actions):
        await beside(service.forget, service.lanes.export)
    return answer(receipt_document(receipt))


@router.post("/v1/{kind:kind}/{uuid}/seal", responses=RECORDED)
async def seal_stream(kind: Kind, uuid: Uuid, service: Archived, who: Recorder) -> Response:
    """Seal what is recorded so far; a dataset that is open is frozen first."""
    lane = service.lanes.record
    key = await beside(partial(service.place_to_append, kind, uuid, who), lane)
    receipt = await written(
        service.writer.call(lambda recorder: seal(recorder, key.stream, who.actor), who.actor)
    )
    version = await beside(partial(service.archive.store.version, key), lane)
    return answer(receipt_document(receipt or Receipt(key.stream, version, 0, 1, 0)))


@router.put("/v1/assets", status_code=201, openapi_extra=BYTES, responses=MADE)
async def put_asset(request: Request, service: Archived, who: Recorder, ext: str) -> Response:
    """Keep the bytes of an asset; parts then refer to it as ``assets/<name>``."""
    if not (ext.isascii() and ext.isalnum() and ext == ext.lower() and len(ext) <= 8):
        raise InvalidInput("ext", "1 to 8 of a-z 0-9", ascii(ext[:80]))
    async with service.incoming.body(request) as body:
        put = partial(service.archive.assets.put, body.chunks(), ext)
        name = await beside(put, service.lanes.heavy)
    service.uploads.add((who.token, name))
    return answer({"name": name, "size": body.size}, 201)


async def _at_once(service: Service, is_quick: bool, work: Callable[[], T]) -> T:
    """Do quick work here: to hand it to a thread costs more than most of it."""
    return work() if is_quick else await beside(work, service.lanes.record)


def _begun(
    service: Service, who: Principal, key: StreamKey, actions: Sequence[Action]
) -> "Future[Receipt]":
    """Begin a stream; a run belongs where its dataset does, of those that somebody may see."""
    first, near = actions[0], list[StreamKey]()
    if first.type == "run.registered":
        near = [service.stream("dataset", str(first.facts.get("dataset", "")), who)]
        first.facts["dataset_origin"] = near[0].origin
    beginning = [service.book.assign(key, service.home(who, near))]
    check = partial(service.check_unseen, [key], who)
    return service.writer.record(key.stream, actions, who.actor, beginning, check)


def _batch(
    service: Service, key: StreamKey, lines: Sequence[bytes], who: Principal, ids: Iterator[str]
) -> Sequence[Action]:
    return [*_identified(_actions(lines, who, partial(service.linked, key, who)), ids)]


def _registration(kind: str, members: Mapping[str, Json]) -> Iterator[Action]:
    """The actions that begin a stream."""
    rest = {name: value for name, value in members.items() if name != "plan"}
    yield action_of({"type": f"{kind}.registered", **rest}, "body")
    plan = members.get("plan")
    if plan is not None:
        if not isinstance(plan, dict):
            raise InvalidInput("body, plan", "an object", shown(plan))
        yield action_of({"type": "run.planned", **plan}, "body, plan")


def _actions(
    lines: Sequence[bytes], who: Principal, link: Callable[[str, str], str | None]
) -> Iterator[Action]:
    """Read lines of actions, and find the assets that they name."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        action = read_action(line, f"line {number}")
        if action.type in NEEDS_ERASE and not who.may(Permission.ERASE):
            expected, found = "an action of this role", f"{action.type}, by the role {who.role}"
            raise Forbidden(action.place, expected, found)
        if b'"assets/' in line:
            action = relink_action(action, partial(link, action.place))
        yield action


def _ids(request: Request, who: Principal) -> Iterator[str]:
    """Ids that follow from the request's ``Idempotency-Key``; none without one."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return
    if not 1 <= len(key) <= _MOST_KEY:
        raise InvalidInput("Idempotency-Key", f"1 to {_MOST_KEY} characters", str(len(key)))
    number = 0
    while True:
        yield str(uuid5(_KEYS, f"{who.token} {request.url.path} {key} {number}"))
        number += 1


def _identified(actions: Iterator[Action], ids: Iterator[str]) -> Iterator[Action]:
    """The actions, those without an id with the next one, if there is one."""
    for action in actions:
        action.id = action.id or next(ids, "")
        yield action
