"""The log of an archive in a folder here, as commands need it. Not here: that log."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from application.stamp_ports import Authority, Witness
from application.stamping import Stamped
from domain.errors import Eval752Error
from interface.bootstrap.archive import Archive
from interface.shown import HeadShown, LogShown, head_shown, log_shown

T = TypeVar("T")


class LocalLog:
    """``interface.cli.archived.KeptLog`` over an archive that is open."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def show(self) -> LogShown:
        """How far it was signed."""
        return log_shown(self._archive.log, self._archive.signer)

    def checkpoint(self) -> HeadShown:
        """Sign the head as it is now."""
        return head_shown(self._archive.log.checkpoint())

    def rebuild(self) -> HeadShown:
        """Make the tiles anew."""
        return head_shown(self._archive.log.rebuild())

    def timestamp(self, authorities: Sequence[Authority]) -> Sequence[Stamped]:
        """Have each head stamped; what one refuses ends it, and what was kept stays."""
        self._archive.log.checkpoint()
        return _all(self._archive.stamper().stamp_next, authorities)

    def witness(self, witnesses: Sequence[Witness]) -> Sequence[Stamped]:
        """Have each head cosigned."""
        self._archive.log.checkpoint()
        return _all(self._archive.witnesser().stamp_next, witnesses)

    def restamp(self, authorities: Sequence[Authority]) -> Sequence[Stamped]:
        """Have each head that has timestamps stamped again, together with these."""
        return _collected(self._archive.stamper().renew_all(authorities))


def _all(stamp_next: Callable[[T], Stamped | None], asked: Sequence[T]) -> Sequence[Stamped]:
    """What each of them does until nothing is left."""
    return _collected(done for each in asked for done in iter(partial(stamp_next, each), None))


def _collected(coming: Iterator[Stamped]) -> Sequence[Stamped]:
    """All of them; where they end with an error, it tells what is kept already."""
    kept: list[Stamped] = []
    try:
        kept.extend(coming)
    except (Eval752Error, KeyboardInterrupt) as fault:
        for authority in dict.fromkeys(each.authority for each in kept):
            sizes = (str(each.size) for each in kept if each.authority == authority)
            fault.add_note(f"Kept before that, by {authority}: heads {', '.join(sizes)}")
        raise
    return kept
