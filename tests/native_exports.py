"""Zips as eval_752 itself writes them, made for the tests: a server's export, a browser's capture.

Not here: any assertion, and zips that no tool writes.
"""

import json
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

Record = dict[str, Any]

CITIES = ("London", "Paris", "Berlin", "Madrid")
PNG = b"\x89PNG\r\n\x1a\n not really"
RUN_CONFIG: Record = {
    "provider_id": "prov_openai",
    "model": "gpt-4o-mini",
    "generation": {"temperature": 0.2, "top_p": 1},
    "seed": 7,
    "status": "completed",
    "started_at": "2025-10-21T10:01:00+02:00",
    "finished_at": "2025-10-21T08:09:30.5Z",
    "variation": {"enabled": False, "per_item": 0, "strategies": []},
}
JUDGE: Record = {"provider_id": "prov_judge", "model": "gpt-4o", "prompt": "Return 0 or 1."}
LIGHTEVAL = """\
metadata:
  model_name: gpt-4o-mini
model_parameters:
  - base_url: https://api.example/v1
    api_key: sk-live0123456789abcdef
"""


def item(number: int, **more: Any) -> Record:
    """An item of the export's own form."""
    return {
        "id": f"q-{number:03}",
        "type": "mcq_single",
        "inputs": {"text": f"Which one is {number}?", "images": [], "audio": [], "video": []},
        "choices": [*CITIES],
        "answer": CITIES[number % 4],
        "checker": None,
        "criteria": None,
        "meta": {"source": "geography", "difficulty": "easy"},
        **more,
    }


def result(number: int, **more: Any) -> Record:
    """The result of an item: answered and scored."""
    return {
        "item_id": f"q-{number:03}",
        "response": CITIES[number % 4],
        "score": 1,
        "latency_ms": 800 + number,
        **more,
    }


def lines(records: Sequence[Any]) -> bytes:
    """Records as JSON lines; a text is taken as it is."""
    told = (each if isinstance(each, str) else json.dumps(each) for each in records)
    return "".join(f"{line}\n" for line in told).encode()


def members_of(
    items: Sequence[Any], results: Sequence[Any] | None = None, **config: Any
) -> dict[str, bytes]:
    """The members of a server's export: one section, with its run where results are given."""
    members = {
        "manifest.json": json.dumps({"version": "1.9.0", "items": len(items)}).encode(),
        "meta.json": json.dumps({"name": "capitals", "description": "Cities"}).encode(),
        "sections/Europe.jsonl": lines(items),
    }
    if results is not None:
        members["run_config.json"] = json.dumps({**RUN_CONFIG, **config}).encode()
        members["results.jsonl"] = lines(results)
    return members


def write_zip(path: Path, members: Mapping[str, bytes], method: int = ZIP_DEFLATED) -> Path:
    """A zip with these members."""
    with ZipFile(path, "w", method) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return path


def server_export(
    folder: Path, items: Sequence[Any], results: Sequence[Any] | None = None, **config: Any
) -> Path:
    """An export as the server streams it: deflated."""
    return write_zip(folder / "capitals.eval752.zip", members_of(items, results, **config))


def browser_capture(folder: Path, items: Sequence[Any]) -> Path:
    """A capture as the browser writes it: stored, and only what is required."""
    members = {"sections/0.jsonl": lines(items)}
    return write_zip(folder / "capture.eval752.zip", members, ZIP_STORED)


def patched(path: Path, signature: bytes, offset: int, form: str, value: int) -> Path:
    """The zip with a field changed in every header of this signature."""
    data = bytearray(path.read_bytes())
    at = data.find(signature)
    while at >= 0:
        struct.pack_into(form, data, at + offset, value)
        at = data.find(signature, at + 4)
    path.write_bytes(data)
    return path
