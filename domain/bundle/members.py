"""What a bundle's readers see: named members whose bytes can be read, whatever holds them.

Not here: zip. A container that is not exactly what the format allows is rejected before any
member is read.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

from domain.errors import InvalidInput


class ContainerRejected(InvalidInput):
    """Not a container that the format allows (section 11): nothing in it is read any further."""


class Members(Protocol):
    """The members of one bundle, in container order."""

    def names(self) -> Sequence[str]:
        """All names, in the order in which they stand."""
        ...

    def size(self, name: str) -> int:
        """Uncompressed bytes of a member."""
        ...

    def chunks(self, name: str) -> Iterator[bytes]:
        """The member's bytes from the first to the last, in chunks of at most 1 MiB.

        Raises:
            ContainerRejected: when the data do not match the stated CRC or size.
        """
        ...

    def read_at(self, name: str, offset: int, size: int) -> bytes:
        """Up to ``size`` bytes from ``offset``; fewer only at the member's end."""
        ...


def read_whole(members: Members, name: str, limit: int) -> bytes:
    """All bytes of a member that is small.

    Raises:
        InvalidInput: when it is larger than ``limit``; nothing of it is read then.
    """
    if members.size(name) > limit:
        raise InvalidInput(name, f"at most {limit} bytes", str(members.size(name)))
    return b"".join(members.chunks(name))
