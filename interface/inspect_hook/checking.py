"""Whether an entry can be recorded, asked before it waits behind others in a spool.

One action that a service refuses would hold up all behind it. Not here: what may follow what, which
follows from how a run is told.
"""

from typing import Final

from application.actions import action_of
from application.log_source import Entry
from domain.bundle.parts import check_shape, write_part
from domain.errors import InvalidInput

MOST_BYTES: Final = 15 * 2**20
"""Of all parts of an action: a line of a batch has at most 16 MiB."""

_SALT: Final = "0" * 32


def check(entry: Entry) -> None:
    """Let an entry pass that can be recorded.

    Raises:
        InvalidInput: naming the member that cannot, and why.
    """
    action = action_of(entry.members, entry.place)
    size = 0
    for kind, value in action.parts.items():
        check_shape(kind, value, entry.place)
        size += len(write_part(value, _SALT))
    if size > MOST_BYTES:
        raise InvalidInput(entry.place, f"at most {MOST_BYTES:,} bytes", f"{size:,}")
