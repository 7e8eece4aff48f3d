"""``eval752 log``: the archive's log, and the audit of anybody's. Not here: what a log is."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from application.auditing import Audit, Unfollowed
from application.auditing import audit as audited
from application.log_ports import Head
from domain.errors import LogDiverged
from domain.transparency.signed_note import VerifierKey
from interface.audit_state import keep_evidence, keep_state, read_state, verifier
from interface.cli.log_places import open_log
from interface.cli.options import Where
from interface.cli.render_recorded import counted
from interface.cli.screen import Line, Screen

FINDINGS: Final = 1


class Followed(NamedTuple):
    """A log to be audited, its key ("" for the one that is kept), and where its state is."""

    source: str
    key: str
    state: str
    token_file: str | None
    full: bool = False


def show(screen: Screen, where: Where) -> None:
    """Show how far the log was signed."""
    with where.open(writable=False) as archive:
        head, waiting, signer = archive.log.head(), archive.log.waiting(), archive.signer
        fault = archive.log.fault()
    key = VerifierKey(signer.origin, signer.public_key)
    told = {"waiting": None if fault else waiting, "fault": str(fault) if fault else None}
    screen.show(
        [*_shown(key, head), _next(waiting, fault)],
        lambda: {"verifier_key": key.encode(), **_document(head), **told},
    )
    screen.exit_code = FINDINGS if fault else 0


def checkpoint(screen: Screen, where: Where) -> None:
    """Sign the head as it is now."""
    with where.open(writable=True) as archive:
        head = archive.log.checkpoint()
    lines = head.note.decode().removesuffix("\n").split("\n")
    screen.show(map(Line, lines), lambda: _document(head))


def rebuild(screen: Screen, where: Where) -> None:
    """Make the tiles anew."""
    with where.open(writable=True) as archive:
        head = archive.log.rebuild()
    screen.show(
        [Line(f"{counted(head.size, 'event')}, root {head.root.hex()}")], lambda: _document(head)
    )


def audit(screen: Screen, followed: Followed) -> None:
    """Check that a log extends what was seen of it, and keep what is seen now."""
    state = Path(followed.state)
    kept = read_state(state, followed.key)
    with open_log(followed.source, followed.token_file) as source, _keeping_what_is_signed(state):
        seen = audited(source, kept.key, kept.note, verifier(), full=followed.full)
    evidence: list[str] = []
    if seen.wrong:
        evidence = [*keep_evidence(state, kept.note, seen.note)]
        screen.exit_code = FINDINGS
    else:
        keep_state(state, kept._replace(note=seen.note))
    screen.show(_audit_lines(seen, evidence), lambda: _audit_document(seen, evidence))


@contextmanager
def _keeping_what_is_signed(state: Path) -> Generator[None]:
    """Keep a signed head whose log is not shown: it may be one that was to be seen by others."""
    try:
        yield
    except Unfollowed as fault:
        for path in keep_evidence(state, fault.note):
            fault.add_note(f"The head that was signed is kept: {path}")
        raise


def _shown(key: VerifierKey, head: Head | None) -> Iterator[Line]:
    yield Line(f"log of {key.name}", "strong")
    yield Line(f"  key      {key.encode()}")
    if head:
        yield Line(f"  signed   {counted(head.size, 'event')}")
        yield Line(f"  root     {head.root.hex()}")
    else:
        yield Line("  signed   nothing yet: eval752 log checkpoint")


def _next(waiting: int, fault: LogDiverged | None) -> Line:
    if fault:
        return Line(f"  NOTHING MORE CAN BE SIGNED: {fault}", "bad")
    return Line(f"  waiting  {counted(waiting, 'event')}")


def _document(head: Head | None) -> dict[str, Any]:
    if head is None:
        return {"size": 0, "root": None, "checkpoint": None}
    return {"size": head.size, "root": head.root.hex(), "checkpoint": head.note.decode()}


def _audit_lines(seen: Audit, evidence: list[str]) -> Iterator[Line]:
    head, before = seen.checkpoint, seen.before
    if seen.wrong:
        yield Line(f"NOT THE SAME LOG: {seen.wrong}", "bad")
        yield from (Line(f"  kept as evidence: {path}") for path in evidence)
        return
    extends = f", which extends the {before.size} seen before" if before else ", seen for the first"
    first = "" if before else " time"
    yield Line(f"{head.origin}: {counted(head.size, 'event')}{extends}{first}", "good")
    more = "" if seen.read == seen.tiles else "; --full reads all"
    told = f"{seen.read:,} of {counted(seen.tiles, 'tile')} of hashes"
    yield Line(f"  read: {told}, which lead to the signed root{more}")


def _audit_document(seen: Audit, evidence: list[str]) -> dict[str, Any]:
    before = seen.before
    return {
        "consistent": not seen.wrong,
        "origin": seen.checkpoint.origin,
        "size": seen.checkpoint.size,
        "root": seen.checkpoint.root.hex(),
        "before": {"size": before.size, "root": before.root.hex()} if before else None,
        "wrong": seen.wrong or None,
        "tiles": seen.tiles,
        "tiles_read": seen.read,
        "evidence": evidence,
    }
