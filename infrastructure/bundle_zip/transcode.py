"""Writes a bundle's members again, in the other profile or in the same.

Not here: any change to them; the bundle digest stays.
"""

from pathlib import Path

from infrastructure.bundle_zip.headers import Method
from infrastructure.bundle_zip.reader import ZipMembers
from infrastructure.bundle_zip.writer import BundleWriter


def transcode(source: ZipMembers, target: Path, method: Method, *, overwrite: bool = False) -> None:
    """Copy all members; to ``STORED``, this gives the canonical bytes.

    Raises:
        ContainerRejected: when a member of the source is not of the size and CRC that it states.
        Refused: when the target is taken and ``overwrite`` is not set, or the disk is full.
    """
    with BundleWriter(target, method, overwrite=overwrite) as bundle:
        for name in source.names():
            bundle.copy(name, source.chunks(name))
