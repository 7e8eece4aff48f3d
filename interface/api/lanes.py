"""How much of each kind of work is done at once: each kind has threads that no other takes.

Whatever takes long (verifying, importing, archiving, exporting) waits for its own kind, and never
keeps a recorder or a reader waiting for a thread. Not here: the work.
"""

from typing import Final, NamedTuple

from anyio import CapacityLimiter

_RECORD: Final = 16
_HEAVY: Final = 4
_EXPORT: Final = 2
_LIVE: Final = 4
_LOG: Final = 8
_STAMP: Final = 1


class Lanes(NamedTuple):
    """Threads for each kind of work; reading has those that the framework keeps."""

    record: CapacityLimiter
    heavy: CapacityLimiter
    """Verifying, importing, archiving, keeping assets."""
    export: CapacityLimiter
    """One bundle is written at a time; who waits for it waits here."""
    live: CapacityLimiter
    log: CapacityLimiter
    """Tiles and heads of the log, which is changed by one at a time."""
    stamp: CapacityLimiter
    """Renewing timestamps: whoever gives them is waited for."""


def lanes() -> Lanes:
    """New ones, for one event loop."""
    return Lanes(*map(CapacityLimiter, (_RECORD, _HEAVY, _EXPORT, _LIVE, _LOG, _STAMP)))
