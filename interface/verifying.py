"""Verifies files: opens the container, runs the verifier. Loads no store and no web framework.

Not here: the checks (``domain.verification``), and how a report is shown (``interface.cli``).
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from domain.bundle import layout
from domain.bundle.manifest import Manifest, read_manifest
from domain.bundle.members import ContainerRejected, Members
from domain.errors import InvalidInput
from domain.verification.policy import Policy
from domain.verification.report import Report
from domain.verification.verify import Examination, examine, rejected
from infrastructure.bundle_zip.reader import open_bundle
from infrastructure.signing.timestamps import find_timestamp_verifier, read_response
from infrastructure.signing.verify import find_verifier

_TAIL: Final = 2**16


def verify_file(path: Path, policy: Policy) -> Report:
    """Verify one bundle.

    Raises:
        UnreadableFile: when it is no bundle at all, or cannot be read.
    """
    with examined(path, policy) as (examination, _):
        return examination.report


def is_unsealed_export(path: Path) -> bool:
    """Whether a file looks like eval_752's own export, which is no bundle and can be archived.

    A guess by the names at its end, for a hint: nothing of it is parsed.
    """
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        tail = file.read(_TAIL)
    return layout.SECTIONS.encode() in tail and layout.EVENTS.encode() not in tail


class Described(NamedTuple):
    """What a bundle says of itself; ``key`` is the verifier key that came with it, "" for none."""

    digest: str
    manifest: Manifest
    key: str


def described(path: Path) -> Described:
    """Read what a bundle says of itself, without any check of it but its form.

    Raises:
        UnreadableFile, ContainerRejected: when it is no bundle.
        InvalidInput: when its manifest is none.
    """
    with open_bundle(path) as members:
        manifest = read_manifest(b"".join(members.chunks(layout.MANIFEST)))
        digest = sha256(b"".join(members.chunks(layout.SUMS))).hexdigest()
        keys = layout.KEYS in members.names()
        key = b"".join(members.chunks(layout.KEYS)).decode("ascii", "replace") if keys else ""
        return Described(digest, manifest, key.strip())


def claimed_time(timestamp: bytes) -> datetime | None:
    """When a timestamp says that it was given; None where that cannot be read here.

    Nothing is checked: it is for showing a timestamp that was checked when it came.
    """
    if not find_timestamp_verifier():
        return None
    try:
        return read_response(timestamp).tst_info.gen_time
    except InvalidInput:
        return None


def open_members(path: Path) -> AbstractContextManager[Members]:
    """Open a bundle without any check of it but its container's form.

    Raises:
        UnreadableFile, ContainerRejected: when it is no bundle.
    """
    return open_bundle(path)


@contextmanager
def examined(
    path: Path, policy: Policy, go_on: Callable[[], None] | None = None
) -> Generator[tuple[Examination, Members | None]]:
    """Verify one bundle, and keep its members open for who goes on with them.

    ``go_on`` is called whenever something is read, and may raise to have no more of it.

    Raises:
        UnreadableFile: when it is no bundle at all, or cannot be read.
    """
    try:
        members = open_bundle(path)
    except ContainerRejected as problem:
        yield Examination(rejected(problem)), None
        return
    with members:
        read = _Watched(members, go_on) if go_on else members
        yield examine(read, policy, find_verifier(), find_timestamp_verifier()), read


class _Watched:
    """The members of a bundle, for who may have to stop reading them."""

    def __init__(self, members: Members, go_on: Callable[[], None]) -> None:
        self._members, self._go_on = members, go_on
        self.names, self.size = members.names, members.size

    def chunks(self, name: str) -> Iterator[bytes]:
        for chunk in self._members.chunks(name):
            self._go_on()
            yield chunk

    def read_at(self, name: str, offset: int, size: int) -> bytes:
        self._go_on()
        return self._members.read_at(name, offset, size)
