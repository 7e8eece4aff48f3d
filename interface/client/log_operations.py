"""What an administrator has a service do to its log, route by route; see ``operations``.

A service asks the authorities and witnesses of its settings: none can be named. Not here: audits
(``application.auditing``).
"""

from functools import partial

from application.stamping import Stamped
from interface.client.answers import reads, value_of
from interface.client.exchange import LONG, Listing, Operation, Request
from interface.shown import HeadShown, LogShown


def read_log() -> Operation[LogShown]:
    """The log's key, the head that was signed last, and how many events wait for the next."""
    return Operation(Request("GET", "/v1/log"), reads(LogShown))


def sign_checkpoint() -> Operation[HeadShown]:
    """Let the service take all events into its log, and sign the head."""
    request = Request("POST", "/v1/log/checkpoints", patience=LONG)
    return Operation(request, reads(HeadShown))


def rebuild_log() -> Operation[HeadShown]:
    """Let the service make the tiles of its log anew."""
    request = Request("POST", "/v1/log/rebuilds", again=False, patience=LONG)
    return Operation(request, reads(HeadShown))


def timestamp_log() -> Listing[Stamped]:
    """Let the service sign the head, and its authorities stamp all that they have not seen."""
    return _stamping("timestamps")


def witness_log() -> Listing[Stamped]:
    """Let the service sign the head, and show its witnesses all that they have not seen."""
    return _stamping("cosignatures")


def restamp_log() -> Listing[Stamped]:
    """Let the service renew the timestamps of all heads; again, it renews the renewals."""
    return _stamping("renewals", again=False)


def _stamping(what: str, *, again: bool = True) -> Listing[Stamped]:
    request = Request("POST", f"/v1/log/{what}", again=again, patience=LONG)
    return Listing(request, partial(value_of, Stamped))
