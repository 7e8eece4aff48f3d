"""The bundle's container: our own ZIP writer and strict reader, in the standard library alone."""

from infrastructure.bundle_zip.headers import Method
from infrastructure.bundle_zip.member_sink import MemberSink
from infrastructure.bundle_zip.reader import ZipMembers, open_bundle
from infrastructure.bundle_zip.transcode import transcode
from infrastructure.bundle_zip.writer import BundleWriter

__all__ = [
    "BundleWriter",
    "MemberSink",
    "Method",
    "ZipMembers",
    "open_bundle",
    "transcode",
]
