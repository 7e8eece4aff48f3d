"""The ports of bundles: where one is written to, and the proofs that are kept.

Not here: any implementation. Each port has one contract suite under ``tests/contracts``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Protocol


class MemberSink(Protocol):
    """The member that is being written."""

    def write(self, data: bytes, /) -> int:
        """Take some more bytes."""
        ...

    def close(self) -> str:
        """Finish the member and return its SHA-256."""
        ...


class BundleSink(Protocol):
    """A bundle that is being written, member by member, in the format's order."""

    def member(self, name: str, size: int | None = None) -> MemberSink:
        """Begin the next member; where its size is stated, the next may begin before it ends."""
        ...

    def copy(self, name: str, chunks: Iterable[bytes]) -> str:
        """Write a whole member and return its SHA-256."""
        ...

    def digests(self) -> Iterator[tuple[str, str]]:
        """Name and SHA-256 of each member so far, in order."""
        ...

    def read_at(self, name: str, offset: int, size: int) -> bytes:
        """Read back from a member that is closed."""
        ...


class Spool(Protocol):
    """Bytes that wait in an anonymous temporary file."""

    def write(self, data: bytes, /) -> int:
        """Add to the end."""
        ...

    def chunks(self) -> Iterator[bytes]:
        """All bytes, in chunks of at most 1 MiB."""
        ...

    def read_at(self, offset: int, size: int) -> bytes:
        """Up to ``size`` bytes from ``offset``."""
        ...


class Proofs(Protocol):
    """Proof members: those of bundles that came from elsewhere, and what ours were proved by.

    The digest is that of the bundle, or the hash of the leaf that is proved.
    """

    def put(self, digest: str, members: Mapping[str, bytes]) -> None:
        """Keep them durably; those of whoever signed first stay."""
        ...

    def replace(self, digest: str, members: Mapping[str, bytes]) -> None:
        """Keep them durably, each in the place of the one of its name, if there is one."""
        ...

    def get(self, digest: str) -> Mapping[str, bytes]:
        """What was kept for this digest; empty for nothing."""
        ...


NewSpool = Callable[[], AbstractContextManager[Spool]]
