"""What the pages are shown with: an ordinary run, one still being recorded, and a hostile one.

Not here: what is expected of the pages.
"""

import struct
import zlib
from typing import Any, NamedTuple

import httpx

from tests.archives import CHOICE, Members, added, answered
from tests.interface.api.conftest import Served, append, begin_run, new_dataset, ok

HOSTILE = (
    "<script>window.hacked = 1</script><img src=x onerror='window.hacked=2'>"
    "\"'><svg/onload=window.hacked=3>{{7*7}}{% raw %}\u202egnp.exe\u0000 javascript:window.hacked=4"
)
"""Markup, template syntax, a mark of direction and a control, for every field that takes a text."""

JUDGE: Members = {"name": f"judge {HOSTILE[:100]}", "method": "judge", "parameters": {}}


class Shown(NamedTuple):
    """The ids of the runs."""

    ordinary: str
    running: str
    hostile: str
    image: str
    """The name of an asset of the hostile run."""


def fill(service: Served) -> Shown:
    """Record the runs."""
    client = service.as_role("recorder")
    image = ok(client.put("/v1/assets", params={"ext": "png"}, content=png()), 201)["name"]
    dataset = new_dataset(client, 12)
    ordinary = begin_run(client, dataset, environment={"host": "bench-1", "python": "3.12"})
    answers = [_answer(number) for number in range(11)]
    given_up: Members = {"type": "item.failed", "item": "q-11", "error": {"kind": "timeout"}}
    ok(append(client, f"runs/{ordinary}", *answers, given_up, {"type": "run.completed"}))
    ok(client.post(f"/v1/runs/{ordinary}/seal"))
    running = begin_run(client, dataset)
    ok(append(client, f"runs/{running}", answered(0)))
    return Shown(ordinary, running, _hostile(service, client, image), image)


def _answer(number: int) -> Members:
    wrong = {"text": "The answer is none of these."} if number % 4 == 1 else {}
    return {**answered(number, **wrong), "tokens_in": 40 + number, "tokens_out": 7}


def _hostile(service: Served, client: httpx.Client, image: str) -> str:
    """A run in which every text that takes one is hostile; an error is erased."""
    link = f"assets/{image}"
    config = {"name": HOSTILE, "description": HOSTILE}
    dataset: str = ok(client.post("/v1/datasets", json={"config": config}), 201)["id"]
    messages = [{"role": HOSTILE, "content": [HOSTILE, {"type": "image", "image": link}]}]
    meta = {"section": HOSTILE, HOSTILE: HOSTILE}
    asked: dict[str, Any] = {"inputs": messages, "choices": [HOSTILE, "B"], "meta": meta}
    row = added(0, HOSTILE, id=HOSTILE, **asked)
    ok(append(client, f"datasets/{dataset}", row, added(1), {"type": "dataset.frozen"}))
    ok(client.post(f"/v1/datasets/{dataset}/seal"))
    told: dict[str, Any] = {"provider": HOSTILE, "model": HOSTILE, HOSTILE: HOSTILE}
    scorers = [dict(CHOICE), dict(JUDGE)]
    document = {"dataset": dataset, "config": {**told, "scorers": scorers}, "plan": {}}
    environment = {HOSTILE: HOSTILE}
    began = client.post("/v1/runs", json={**document, "environment": environment})
    run: str = ok(began, 201)["id"]
    tried: Members = {"type": "item.attempt_failed", "item": HOSTILE, "error": {"message": HOSTILE}}
    request: dict[str, Any] = {"prompt": HOSTILE, HOSTILE: link}
    response = {"text": HOSTILE, "raw": HOSTILE}
    more: dict[str, Any] = {
        "item": HOSTILE,
        "request": request,
        "response": response,
        "score": True,
    }
    answer = answered(0, **more)
    value: dict[str, Any] = {"value": 0.25, "extracted": HOSTILE}
    judged: dict[str, Any] = {"type": "item.scored", "item": HOSTILE, "scorer": 1, "score": value}
    judged |= {"rationale": HOSTILE}
    given_up: Members = {"type": "item.failed", "item": "q-1", "error": {"kind": HOSTILE}}
    note: Members = {"type": "run.annotated", "item": HOSTILE, "annotation": HOSTILE}
    ok(append(client, f"runs/{run}", {"type": "run.started"}, tried, answer))
    ok(append(client, f"runs/{run}", judged, given_up, note))
    erase: Members = {"type": "part.erased", "target": 4, "kind": "error"}
    ok(append(service.root, f"runs/{run}", erase))
    return run


def png(width: int = 60, height: int = 40) -> bytes:
    """An image of one colour."""
    line = b"\0" + b"\x2f\x6d\xb5" * width
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(line * height)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    crc = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)
