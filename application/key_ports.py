"""The port of private keys: where they are kept, and how one takes the place of another.

Not here: any implementation, and which key is in force: events tell (``keys``).
"""

from collections.abc import Sequence
from typing import Protocol

from application.ports import Signer


class KeyFiles(Protocol):
    """The private keys of one archive: the one in place, and perhaps one that is to come."""

    @property
    def origin(self) -> str:
        """The archive's identity."""
        ...

    def held(self) -> Sequence[Signer]:
        """The key in place, and behind it the one to come, if there is one.

        Raises:
            ArchiveDamaged: when what is there is no key.
        """
        ...

    def prepare(self) -> Signer:
        """Make a key to come, durably; one that was to come before is forgotten.

        Raises:
            StorageFull, Refused: when it cannot be kept; what was there is unchanged.
        """
        ...

    def promote(self) -> None:
        """Put the key to come in the place of the other, which is destroyed; in one step, durably.

        Raises:
            Refused: when it cannot be done; what was there is unchanged.
        """
        ...
