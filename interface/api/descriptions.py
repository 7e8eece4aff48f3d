"""What requests and answers look like, for OpenAPI: schemas, and examples to begin with.

Not here: problems (``problem_schema``), and any checking: bodies are read by the archive's own
strict reader, never by what is said here.
"""

from typing import Annotated, Any, Final

from fastapi import Path

from interface.api.kinds import NAMES

Json = dict[str, Any]

Kind = Annotated[str, Path(json_schema_extra={"enum": [*NAMES]})]
_UUID: Final = "01990000-0000-7000-8000-0000000000bb"
Uuid = Annotated[str, Path(json_schema_extra={"format": "uuid"}, examples=[_UUID])]

_OBJECT: Final[Json] = {"type": "object"}
_TEXT: Final[Json] = {"type": "string"}
_COUNT: Final[Json] = {"type": "integer", "minimum": 0}
_CONFIG: Final[Json] = {"provider": "p", "model": "m-1", "parameters": {"temperature": 0}}


def _body(media: str, schema: Json, example: Any) -> Json:
    content = {media: {"schema": schema, "example": example}}
    return {"requestBody": {"required": True, "content": content}}


def _returns(status: int, about: str, schema: Json, example: Any) -> dict[int | str, Json]:
    content = {"application/json": {"schema": schema, "example": example}}
    return {status: {"description": about, "content": content}}


def _page_of(about: str, row: Json, rows: list[Json]) -> dict[int | str, Json]:
    members = {"items": {"type": "array", "items": row}, "next": {"type": ["string", "null"]}}
    schema = {"type": "object", "properties": members}
    return _returns(200, about, schema, {"items": rows, "next": None})


BEGIN: Final = _body(
    "application/json",
    {
        "type": "object",
        "required": ["config"],
        "additionalProperties": False,
        "properties": {
            "config": _OBJECT,
            "dataset": {"type": "string", "format": "uuid"},
            "environment": _OBJECT,
            "id": {"type": "string", "format": "uuid"},
            "occurred": _TEXT,
            "plan": _OBJECT,
        },
    },
    {"dataset": _UUID, "config": {**_CONFIG, "scorers": []}, "plan": {}},
)
ACTIONS: Final = _body(
    "application/x-ndjson",
    _TEXT,
    '{"type":"item.answered","item":"q-001","response":{"text":"Paris"},"score":true}\n',
)
TOKEN: Final = _body(
    "application/json",
    {
        "type": "object",
        "required": ["role"],
        "additionalProperties": False,
        "properties": {
            "role": {"type": "string", "enum": ["recorder", "auditor", "administrator"]},
            "project": _TEXT,
            "expires": _TEXT,
            "label": _TEXT,
        },
    },
    {"role": "recorder", "project": "main", "label": "nightly evaluations"},
)
PROJECT: Final = _body(
    "application/json",
    {"type": "object", "required": ["project"], "properties": {"project": _TEXT}},
    {"project": "red-team"},
)
COMPROMISE: Final = _body(
    "application/json",
    {"type": "object", "additionalProperties": False, "properties": {"since": _TEXT}},
    {"since": "2026-11-23T09:00:00.000000Z"},
)
BUNDLE: Final[Json] = {
    "requestBody": {
        "required": True,
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
    }
}
BYTES: Final[Json] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
FORM: Final = _body(
    "multipart/form-data",
    {
        "type": "object",
        "required": ["file"],
        "properties": {"file": {"type": "string", "format": "binary"}},
    },
    {"file": "capitals.eval752.zip"},
)
LOG_FILES: Final = _body(
    "multipart/form-data",
    {
        "type": "object",
        "required": ["file"],
        "properties": {
            "file": {
                "type": "array",
                "items": {"type": "string", "format": "binary"},
                "description": "Named FILE or FOLDER/FILE. The first, or its folder, is archived.",
            },
            "map": {
                "type": "array",
                "items": _TEXT,
                "description": "NAME=COLUMN,… or a TOML file, of CSV or JSONL.",
            },
        },
    },
    {"file": ["results_2026-07-08T16-04-34.json", "samples_gsm8k_2026-07-08T16-04-34.jsonl"]},
)

_RECEIPT: Final[Json] = {
    "type": "object",
    "properties": {
        "stream": _TEXT,
        "id": {"type": "string", "format": "uuid"},
        "version": _COUNT,
        "recorded": _COUNT,
        "known": _COUNT,
        "unscored": _COUNT,
    },
}
_RECEIVED: Final[Json] = {
    "stream": f"run/{_UUID}",
    "id": _UUID,
    "version": 5,
    "recorded": 2,
    "known": 0,
    "unscored": 0,
}
BEGUN: Final = _returns(201, "What was recorded", _RECEIPT, _RECEIVED)
RECORDED: Final = _returns(200, "What was recorded", _RECEIPT, _RECEIVED)
PAGE: Final = _page_of("A page of a list; the header Link leads to the next one", _OBJECT, [])
OBJECT: Final = _returns(200, "A document", _OBJECT, {})
MADE: Final = _returns(201, "A document", _OBJECT, {})
TAKEN: Final = {**MADE, **OBJECT}
_LIST: Final[Json] = {"type": "array", "items": _OBJECT}
_BECAME: Final[Json] = {
    "type": "object",
    "properties": {
        "file": _TEXT,
        "mapping": _TEXT,
        "digest": _TEXT,
        "dataset": _TEXT,
        "runs": {"type": "array", "items": _TEXT},
        "counts": _LIST,
        "recorded": _COUNT,
        "known": _COUNT,
        "original": {"type": "boolean"},
        "notes": _LIST,
        "compared": _COUNT,
        "findings": _LIST,
        "secrets": _LIST,
        "secret_count": _COUNT,
        "withheld": _COUNT,
    },
}
_BECOME: Final[Json] = {
    "file": "results_2026-07-08T16-04-34.json",
    "mapping": "lm-evaluation-harness-1",
    "digest": "0f" * 32,
    "dataset": f"dataset/{_UUID}",
    "runs": [f"run/{_UUID}"],
    "counts": [{"kind": "items", "found": 2, "archived": 2}],
    "recorded": 12,
    "known": 0,
    "original": True,
    "notes": [{"what": "a score of true or false: 1 or 0", "times": 2, "first": "line 1"}],
    "compared": 3,
    "findings": [],
    "secrets": [],
    "secret_count": 0,
    "withheld": 0,
}
ARCHIVED: Final = {
    **_returns(201, "What became of the files, where any event is new", _BECAME, _BECOME),
    **_returns(200, "The same, where all was here", _BECAME, {**_BECOME, "recorded": 0}),
}
FILE: Final[dict[int | str, Json]] = {
    status: {
        "description": about,
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
    }
    for status, about in ((200, "The whole file"), (206, "The range of it that was asked for"))
}
STREAM: Final[dict[int | str, Json]] = {
    200: {
        "description": "Events until the client or the service ends it",
        "content": {"text/event-stream": {"schema": _TEXT}},
    }
}
ASSET: Final[dict[int | str, Json]] = {
    200: {
        "description": "The bytes",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_HEAD: Final[Json] = {
    "size": _COUNT,
    "root": {"type": ["string", "null"]},
    "checkpoint": {"type": ["string", "null"]},
}
_SIGNED: Final[Json] = {
    "size": 21,
    "root": "0f" * 32,
    "checkpoint": "01990000-0000-7000-8000-0000000000aa\n21\nDw8P…\n\n— 01990000-… q83v…\n",
}
HEAD: Final = _returns(
    200, "The head that is signed", {"type": "object", "properties": _HEAD}, _SIGNED
)
LOG: Final = _returns(
    200,
    "The log's key, its head, and how many events no head covers yet",
    {
        "type": "object",
        "properties": {
            "verifier_key": _TEXT,
            **_HEAD,
            "waiting": {"type": ["integer", "null"]},
            "fault": {"type": ["string", "null"]},
        },
    },
    {"verifier_key": "01990000-…+0a1b2c3d+AQ8P…", **_SIGNED, "waiting": 3, "fault": None},
)
STAMPED: Final = _page_of(
    "Who did so for which head; `next` where there may be more to do",
    {"type": "object", "properties": {"authority": _TEXT, "size": _COUNT}},
    [{"authority": "https://tsa.example/", "size": 21}],
)
TILE: Final = ASSET
CHECKPOINT: Final[dict[int | str, Json]] = {
    200: {"description": "A signed note", "content": {"text/plain": {"schema": _TEXT}}}
}
TEXT: Final[dict[int | str, Json]] = {
    200: {"description": "Prometheus", "content": {"text/plain": {"schema": _TEXT}}}
}
