"""What can be asked of a service, route by route (``docs/api.md``): requests, and how to read them.

Pure: both clients carry these out, and each of their methods is one of these. Not here: what takes
more than one request, or looks at files (``downloading``, ``archiving``, ``sending``, ``live``),
nor the log (``log_operations``).
"""
# ruff: noqa: PLR0913 - an operation has one argument for each parameter of its route

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from application.actions import Receipt
from application.comparison import Comparison, Flip
from application.item_detail import EventDetail, ItemDetail
from application.project import Rebuilt
from application.rows import DatasetRow, ItemRow, ResultRow, RunRow
from domain.canonical import Json, encode
from interface.client.addresses import path_of, query_of, segment, stream_of
from interface.client.answers import HistoryEvent, document, read_run_shown, reads, value_of
from interface.client.exchange import LONG, Answer, Listing, Operation, Request
from interface.shown import DatasetShown, RunShown, TokenShown

NDJSON = {"Content-Type": "application/x-ndjson"}
JSON = {"Content-Type": "application/json"}
_ZIP = {"Content-Type": "application/zip"}
_BINARY = {"Content-Type": "application/octet-stream"}
Plan = bool | Mapping[str, Any]


def archive() -> Operation[Mapping[str, Any]]:
    """Origin, verifier key, position and version of the program."""
    return Operation(Request("GET", "/v1/archive"), document)


def datasets() -> Listing[DatasetRow]:
    """The datasets, the newest first."""
    return Listing(Request("GET", "/v1/datasets"), partial(value_of, DatasetRow))


def runs(
    *,
    dataset: str | None = None,
    status: str | None = None,
    provider: str | None = None,
    model: str | None = None,
    text: str | None = None,
    sort: str | None = None,
) -> Listing[RunRow]:
    """The runs, the newest first; or those that are like this, sorted so."""
    asked = {"dataset": dataset, "status": status, "provider": provider, "model": model}
    query = query_of({**asked, "text": text, "sort": sort})
    return Listing(Request("GET", "/v1/runs", query), partial(value_of, RunRow))


def read_dataset(dataset: str) -> Operation[DatasetShown]:
    """A dataset with its sections, milestones and config."""
    return Operation(Request("GET", path_of(dataset, "dataset")), reads(DatasetShown))


def read_run(run: str) -> Operation[RunShown]:
    """A run with its summary, sections, milestones and config."""
    return Operation(Request("GET", path_of(run, "run")), read_run_shown)


def summary(run: str, at: int | str | None = None) -> Operation[Mapping[str, Json]]:
    """A run's summary now, or after a version, or at a time."""
    query = query_of({"at": at})
    return Operation(Request("GET", f"{path_of(run, 'run')}/summary", query), document)


def history(stream: str, after: int = 0) -> Listing[HistoryEvent]:
    """The events of a run or dataset in order, without content."""
    query = query_of({"after": after or None})
    return Listing(
        Request("GET", f"{path_of(stream)}/history", query), partial(value_of, HistoryEvent)
    )


def items(dataset: str, *, text: str | None = None) -> Listing[ItemRow]:
    """The items of a dataset, by index."""
    path = f"{path_of(dataset, 'dataset')}/items"
    return Listing(Request("GET", path, query_of({"text": text})), partial(value_of, ItemRow))


def item(dataset: str, item: str | int) -> Operation[EventDetail]:
    """One item of a dataset, with content."""
    path = f"{path_of(dataset, 'dataset')}/items/{segment(item)}"
    return Operation(Request("GET", path), reads(EventDetail))


def results(
    run: str,
    *,
    status: str | None = None,
    section: int | None = None,
    scorer: int | None = None,
    low: float | None = None,
    high: float | None = None,
    text: str | None = None,
    at: int | None = None,
    sort: str | None = None,
) -> Listing[ResultRow]:
    """The results of a run, by item and epoch; or those that are like this, sorted so."""
    asked = {"status": status, "section": section, "scorer": scorer, "low": low, "high": high}
    query = query_of({**asked, "text": text, "at": at, "sort": sort})
    path = f"{path_of(run, 'run')}/items"
    return Listing(Request("GET", path, query), partial(value_of, ResultRow))


def result(run: str, item: str | int, epoch: int = 1) -> Operation[ItemDetail]:
    """One result with its question, attempts, scores and their parts."""
    path = f"{path_of(run, 'run')}/items/{segment(item)}"
    return Operation(Request("GET", path, query_of({"epoch": epoch})), reads(ItemDetail))


def compare(
    runs: Sequence[str], *, scorer: str | None = None, by_id: bool = False
) -> Operation[Comparison]:
    """Put each run after the first beside it; ``by_id`` where their datasets are different ones."""
    query = _compared(runs, scorer, by_id=by_id)
    return Operation(Request("GET", "/v1/compare", query, patience=LONG), reads(Comparison))


def flips(
    runs: Sequence[str],
    *,
    scorer: str | None = None,
    by_id: bool = False,
    direction: str | None = None,
) -> Listing[Flip]:
    """The results of two runs whose scores differ: all, or those to ``right`` or to ``wrong``."""
    query = [*_compared(runs, scorer, by_id=by_id), *query_of({"direction": direction})]
    request = Request("GET", "/v1/compare/flips", query, patience=LONG)
    return Listing(request, partial(value_of, Flip))


def begin_dataset(
    config: Mapping[str, Any], new: str, more: Mapping[str, Any] | None = None
) -> Operation[Receipt]:
    """Begin a dataset whose id is ``new``; ``more`` are members beside its config."""
    return begin_stream(f"dataset/{new}", {"config": dict(config), **(more or {})})


def begin_run(
    dataset: str,
    config: Mapping[str, Any],
    new: str,
    *,
    plan: Plan = True,
    environment: Any = None,
    more: Mapping[str, Any] | None = None,
) -> Operation[Receipt]:
    """Begin a run whose id is ``new``, on a dataset that is frozen; ``more`` as above."""
    about: dict[str, Any] = {"dataset": dataset.removeprefix("dataset/"), "config": config}
    if plan is not False:
        about["plan"] = {} if plan is True else plan
    if environment is not None:
        about["environment"] = environment
    return begin_stream(f"run/{new}", {**about, **(more or {})})


def begin_stream(stream: str, about: Mapping[str, Any]) -> Operation[Receipt]:
    """Begin this dataset or run; again, it changes nothing."""
    path, _, new = path_of(stream).rpartition("/")
    headers = {**JSON, "Idempotency-Key": new}
    body = encode({**about, "id": new})
    return Operation(Request("POST", path, (), headers, body), reads(Receipt))


def append(stream: str, actions: Iterable[Mapping[str, Any]]) -> Operation[Receipt]:
    """Record a batch of actions, wholly or not at all; it is tried again only with ids in all."""
    batch = [*actions]
    again = all(action.get("id") for action in batch)
    return append_lines(stream, [encode(dict(action)) for action in batch], again=again)


def append_lines(stream: str, lines: Sequence[bytes], *, again: bool = True) -> Operation[Receipt]:
    """The same of lines that are encoded."""
    body = b"".join(line + b"\n" for line in lines)
    path = f"{path_of(stream)}/events"
    return Operation(Request("POST", path, (), NDJSON, body, again=again), reads(Receipt))


def seal(stream: str) -> Operation[Receipt]:
    """Seal what is recorded so far; a dataset that is open is frozen first."""
    return Operation(Request("POST", f"{path_of(stream)}/seal"), reads(Receipt))


def put_asset(data: bytes | Path, ext: str) -> Operation[str]:
    """Keep the bytes of an asset, and tell its name, for strings ``assets/<name>`` in parts."""
    request = Request("PUT", "/v1/assets", query_of({"ext": ext}), _BINARY, data)
    return Operation(request, reads(str, "name"))


def verify(
    bundle: bytes | Path,
    *,
    expect_digest: str | None = None,
    key: Sequence[str] = (),
    require: Sequence[str] = (),
) -> Operation[Mapping[str, Any]]:
    """Let the service verify a bundle, and tell its report; a finding is no error."""
    query = [*query_of({"expect_digest": expect_digest})]
    query += [("key", each) for each in key] + [("require", each) for each in require]
    request = Request("POST", "/v1/verifications", query, _ZIP, bundle, patience=LONG)
    return Operation(request, document)


def import_bundle(bundle: bytes | Path) -> Operation[Mapping[str, Any]]:
    """Let the service verify a bundle and keep it as read-only mirrors.

    Where it has findings, ``Findings`` is raised, with its report.
    """
    return Operation(Request("POST", "/v1/imports", (), _ZIP, bundle, patience=LONG), document)


def tokens() -> Listing[TokenShown]:
    """The tokens of the archive, without their texts."""
    return Listing(Request("GET", "/v1/tokens"), partial(value_of, TokenShown))


def issue_token(
    role: str, *, project: str | None = None, expires: str | None = None, label: str | None = None
) -> Operation[TokenShown]:
    """Make a token. Its text is in the answer and nowhere else, so this is not tried again."""
    wanted = {"role": role, "project": project, "expires": expires, "label": label}
    body = encode({name: value for name, value in wanted.items() if value is not None})
    return Operation(Request("POST", "/v1/tokens", (), JSON, body, again=False), reads(TokenShown))


def revoke_token(token: str) -> Operation[None]:
    """Make a token useless, at once."""
    return Operation(Request("DELETE", f"/v1/tokens/{segment(token)}"), _nothing)


def projects() -> Listing[str]:
    """The projects of the archive."""
    return Listing(Request("GET", "/v1/projects"), _project)


def add_project(project: str) -> Operation[None]:
    """Make a project."""
    body = encode({"project": project})
    return Operation(Request("POST", "/v1/projects", (), JSON, body, again=False), _nothing)


def rebuild() -> Operation[Rebuilt]:
    """Let the service build its read models from nothing."""
    request = Request("POST", "/v1/rebuilds", again=False, patience=LONG)
    return Operation(request, reads(Rebuilt))


def check_ready() -> Operation[None]:
    """Ask whether the service can record and read; ``Unavailable`` where it cannot."""
    return Operation(Request("GET", "/readyz", again=False), _nothing)


def _compared(runs: Sequence[str], scorer: str | None, *, by_id: bool) -> Sequence[tuple[str, str]]:
    """The parameters that say what is compared."""
    ids = [path_of(stream_of("run", run), "run").rpartition("/")[2] for run in runs]
    told = query_of({"scorer": scorer, "by_id": "true" if by_id else None})
    return [*(("run", uuid) for uuid in ids), *told]


def _as_it_is(row: object) -> Mapping[str, Any]:
    return value_of(Mapping[str, Any], row)  # type: ignore[type-abstract]  # it is only looked at


def _nothing(_answer: Answer) -> None:
    return None


def _project(row: object) -> str:
    return value_of(str, _as_it_is(row).get("project"))
