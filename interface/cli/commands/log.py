"""``eval752 log``: the archive's log, and the audit of anybody's. Not here: what a log is."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from application.auditing import Audit, Unfollowed
from application.auditing import audit as audited
from interface.audit_state import keep_evidence, keep_state, read_state, verifier
from interface.cli.log_places import open_log
from interface.cli.options import Where
from interface.cli.render_recorded import counted
from interface.cli.screen import Line, Screen
from interface.shown import LogShown

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
    with where.archive(writable=False) as archive:
        shown = archive.log.show()
    screen.show(_shown(shown), shown._asdict)
    screen.exit_code = FINDINGS if shown.fault else 0


def checkpoint(screen: Screen, where: Where) -> None:
    """Sign the head as it is now."""
    with where.archive(writable=True) as archive:
        head = archive.log.checkpoint()
    lines = (head.checkpoint or "").removesuffix("\n").split("\n")
    screen.show(map(Line, lines), head._asdict)


def rebuild(screen: Screen, where: Where) -> None:
    """Make the tiles anew."""
    with where.archive(writable=True) as archive:
        head = archive.log.rebuild()
    screen.show([Line(f"{counted(head.size, 'event')}, root {head.root}")], head._asdict)


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


def _shown(log: LogShown) -> Iterator[Line]:
    yield Line(f"log of {log.verifier_key.partition('+')[0]}", "strong")
    yield Line(f"  key      {log.verifier_key}")
    if log.size:
        yield Line(f"  signed   {counted(log.size, 'event')}")
        yield Line(f"  root     {log.root}")
    else:
        yield Line("  signed   nothing yet: eval752 log checkpoint")
    if log.fault:
        yield Line(f"  NOTHING MORE CAN BE SIGNED: {log.fault}", "bad")
    else:
        yield Line(f"  waiting  {counted(log.waiting or 0, 'event')}")


def _audit_lines(seen: Audit, evidence: list[str]) -> Iterator[Line]:
    head, before = seen.checkpoint, seen.before
    others = f"signed in its name by the key {', '.join(seen.others)}" if seen.others else ""
    ask = "ask for the archive's key over another channel than this, and name it with --key"
    if seen.wrong:
        yield Line(f"NOT THE SAME LOG: {seen.wrong}", "bad")
        if others:
            yield Line(f"  it is {others}; if that is its next one, or the one you meant, {ask}")
        yield from (Line(f"  kept as evidence: {path}") for path in evidence)
        return
    extends = f", which extends the {before.size} seen before" if before else ", seen for the first"
    first = "" if before else " time"
    yield Line(f"{head.origin}: {counted(head.size, 'event')}{extends}{first}", "good")
    more = "" if seen.read == seen.tiles else "; --full reads all"
    told = f"{seen.read:,} of {counted(seen.tiles, 'tile')} of hashes"
    yield Line(f"  read: {told}, which lead to the signed root{more}")
    if others:
        yield Line(f"  also {others}; from now on it may be that one alone: {ask}")


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
        "other_keys": [*seen.others],
        "evidence": evidence,
    }
