"""The demo's door to bundle files: into an archive, and changed on the way.

Not here: what is changed (``tampering``), and any check (``interface.verifying``).
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from application.bundle_events import verified
from application.importing import Imported
from domain.verification.policy import Policy
from infrastructure.bundle_zip import BundleWriter, open_bundle
from interface.bootstrap.archive import Archive
from interface.verifying import examined

Files = Mapping[str, bytes]
"""A bundle's members in their order: name to bytes. Only for small bundles."""


def take_in(archive: Archive, source: Path) -> Imported:
    """Verify a bundle and mirror its streams.

    Raises:
        Refused: when there is a finding.
    """
    with examined(source, Policy()) as (examination, members):
        return archive.importer().take(verified(members, examination))


def member(source: Path, name: str) -> bytes:
    """One member's bytes."""
    with open_bundle(source) as members:
        return b"".join(members.chunks(name))


def rewrite(source: Path, target: Path, change: Callable[[Files], Files]) -> None:
    """Write a copy with other members, in a container that is beyond reproach."""
    with open_bundle(source) as members:
        files = {name: b"".join(members.chunks(name)) for name in members.names()}
    with BundleWriter(target) as bundle:
        for name, data in change(files).items():
            bundle.copy(name, [data])
