"""Routes for bundles: download one that the archive makes, verify or import one that is sent.

Not here: making, checking and taking in (``application``, ``domain.verification``).
"""

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from application.access import Principal
from application.bundle_events import Verified, verified
from application.export import kinds_to_withhold
from application.importing import Change, Imported
from application.journal import Entry, of_bundle
from application.ports import Progress, StreamKey
from application.record import Recorder
from application.unroll import Extent
from domain.bundle.members import Members
from domain.errors import ArchiveDamaged, NotFound, Refused
from domain.verification.policy import Policy
from domain.verification.verify import Examination
from interface.api.access import Archived, Exporter, Importer, Verifier
from interface.api.answers import answer, beside, written
from interface.api.bodies import check_media
from interface.api.descriptions import BUNDLE, FILE, OBJECT, TAKEN, Kind, Uuid
from interface.api.downloads import download
from interface.api.errors import BundleRejected
from interface.api.exports import Question, Ready
from interface.api.service import Service
from interface.bootstrap.bundle_files import BundleFiles, ExportOptions, import_bundle
from interface.documents import imported_document
from interface.policies import Demands, with_demands
from interface.report_text import report_document
from interface.verifying import examined

router = APIRouter(tags=["bundles"])
ZIP = "application/zip"


@router.get("/v1/{kind:kind}/{uuid}/bundle", responses=FILE)
async def bundle(
    kind: Kind,
    uuid: Uuid,
    request: Request,
    service: Archived,
    who: Exporter,
    withhold: Annotated[list[str] | None, Query()] = None,
    compress: bool = False,
) -> Response:
    """The sealed run or dataset as one file; that it leaves is recorded before it does."""
    key = await beside(partial(service.stream, kind, uuid, who))
    ready = await prepared(service, key, withhold or (), deflated=compress)
    return await leaves(request, service, (key, ready, who), f"{kind}-{uuid[:13]}.eval752.zip")


async def prepared(
    service: Service,
    key: StreamKey,
    withhold: Iterable[str],
    *,
    deflated: bool,
    progress: Progress = lambda _: None,
) -> Ready:
    """The bundle in a file; the same one for the same question.

    ``progress`` is called while it is waited for and written, and may raise to have no more of it.
    """
    options = ExportOptions(sorted(kinds_to_withhold(withhold)), deflated)
    work = partial(_prepare, service, key, options, progress)
    return await beside(work, service.lanes.export)


def _prepare(service: Service, key: StreamKey, options: ExportOptions, progress: Progress) -> Ready:
    while True:
        extents = service.archive.exporter().extents(key)
        before = [service.archive.store.version(extent.key) for extent in extents]
        forget_damaged(service, extents, progress)
        try:
            return _written(service, extents, options, progress)
        except ArchiveDamaged as damage:
            if before == [service.archive.store.version(extent.key) for extent in extents]:
                service.damage.note(damage, key.stream)
                raise  # otherwise something was erased while it was read


def forget_damaged(
    service: Service, extents: Sequence[Extent], progress: Progress = lambda _: None
) -> None:
    """Let go of bundles that were made of streams before damage was found in them."""
    if service.damage.of(*(extent.key.stream for extent in extents)):
        service.exports.forget(extents[-1].key, progress)


def _written(
    service: Service, extents: Sequence[Extent], options: ExportOptions, progress: Progress
) -> Ready:
    key, sizes = extents[-1].key, tuple(extent.size for extent in extents)
    seen = service.archive.prover().seen(key, sizes[-1])
    question = Question(key, sizes, frozenset(options.withhold), options.deflated, seen)

    files = BundleFiles(service.archive, lambda _: None)

    def write(path: Path) -> Any:
        return files.export(key, path, options, progress)

    return service.exports.get(question, write, progress)


async def leaves(
    request: Request, service: Service, leaving: tuple[StreamKey, Ready, Principal], name: str
) -> Response:
    """Record that a bundle leaves, durably, and answer with it."""
    key, ready, who = leaving
    *_, end = ready.exported.manifest.streams
    entry = of_bundle("archive.exported", key, end.size, end.root, ready.exported.digest)
    try:
        await written(service.writer.note([entry], who.actor))
        return download(request, ready, name)
    except BaseException:
        ready.discard()
        raise


@router.post("/v1/verifications", openapi_extra=BUNDLE, responses=OBJECT)
async def verify(
    request: Request,
    service: Archived,
    who: Verifier,
    expect_digest: str | None = None,
    key: Annotated[list[str] | None, Query()] = None,
    require: Annotated[list[str] | None, Query()] = None,
) -> Response:
    """Perform every check of a bundle that is sent, and keep nothing of it.

    The service's own policy applies, and what the request adds to it.
    """
    check_media(request, ZIP, "application/octet-stream")
    demands = Demands(expect_digest, key or [], require or [])
    policy = with_demands(service.policy, demands, ("expect_digest", "key", "require"))
    async with service.incoming.body(request) as body:
        work = partial(_verified, body.path, policy)
        document, verdict = await beside(work, service.lanes.heavy)
    await _note_verdict(service, document, verdict, who)
    return answer(document)


def _verified(path: Path, policy: Policy) -> tuple[dict[str, Any], str]:
    with examined(path, policy) as (examination, _):
        report = examination.report
        return report_document("", report), "verified" if report.verified else "findings"


async def _note_verdict(
    service: Service, document: dict[str, Any], verdict: str, who: Principal
) -> None:
    if digest := document.get("digest"):
        entry = Entry("archive.verified", {"digest": digest, "verdict": verdict})
        await written(service.writer.note([entry], who.actor))


@router.post("/v1/imports", openapi_extra=BUNDLE, responses=TAKEN)
async def take_in(request: Request, service: Archived, who: Importer) -> Response:
    """Verify a bundle that is sent, and keep it as read-only mirrors."""
    check_media(request, ZIP, "application/octet-stream")
    async with service.incoming.body(request) as body:
        return await imported(service, body.path, who)


async def imported(service: Service, path: Path, who: Principal) -> Response:
    """Take in a bundle, or answer with the report that tells why not."""
    return await beside(partial(_import, service, path, who), service.lanes.heavy)


def _import(service: Service, path: Path, who: Principal) -> Response:
    with examined(path, service.policy) as (examination, members):
        taken = _take(service, _sound(examination, members), who)
    is_new = any(change is not Change.SAME for _, change in taken.changes)
    return answer(imported_document(taken), 201 if is_new else 200)


def _sound(examination: Examination, members: Members | None) -> Verified:
    """The bundle, if every check that it must pass has passed."""
    try:
        return verified(members, examination)
    except Refused:
        if examination.report.verified:  # nothing is wrong with it, and yet it is not taken in
            raise
    raise BundleRejected.of(examination.report)


def _take(service: Service, bundle: Verified, who: Principal) -> Imported:
    """Import a bundle, once it is known what was written before."""
    keys = [StreamKey(end.origin, end.stream) for end in bundle.manifest.streams]

    def work(recorder: Recorder) -> Imported:
        _check_place(service, keys, who)
        assign = partial(service.book.assign, project=service.home(who, keys))
        try:
            return import_bundle(service.archive, bundle, who.actor, assign)
        finally:
            recorder.events.forget()  # what fails may have erased something, or told more, before

    try:
        taken = service.writer.call(work, who.actor).result()
    except BaseException:
        service.forget()
        raise
    if any(change in {Change.EXTENDED, Change.FULLER} for _, change in taken.changes):
        service.forget()  # it may have erased something, or told more
    return taken


def _check_place(service: Service, keys: Sequence[StreamKey], who: Principal) -> None:
    try:
        service.check_unseen(keys, who)
    except NotFound:
        expected, found = "streams of this token's project", "one that is elsewhere already"
        remedy = "Ask an administrator of the archive."
        raise Refused("bundle", expected, found, remedy) from None
