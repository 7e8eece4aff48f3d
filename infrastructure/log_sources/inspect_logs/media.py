"""Content that an Inspect sample keeps apart or encodes: attachments, and media as data URIs.

References to attachments are replaced by what they refer to, data URIs by the assets that they
hold. Not here: where a sample's attachments stand.
"""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator, Mapping
from typing import Final

from application.log_source import Account
from domain.canonical import Json
from infrastructure.log_sources.asset_spill import AssetSpill

REFERENCE: Final = re.compile(rb"(?:attachment|tc)://([0-9a-f]{32})")
"""How today's logs, and those of 2024, refer to an attachment: by a hash that proves nothing."""

_PREFIXES: Final = ("attachment://", "tc://")
_DATA: Final = re.compile(r"data:([a-z]+/[a-z0-9.+-]+)(?:;[a-z]+=[^;,]*)*;base64,", re.IGNORECASE)
_EXTENSIONS: Final = {
    "image/png": "png", "image/jpeg": "jpg", "image/jpg": "jpg", "image/gif": "gif",
    "image/webp": "webp", "image/svg+xml": "svg", "application/pdf": "pdf", "video/mp4": "mp4",
    "audio/mpeg": "mp3", "audio/mp3": "mp3", "audio/wav": "wav", "audio/x-wav": "wav",
}  # fmt: skip


def references(text: bytes) -> Iterator[str]:
    """The attachments that a JSON text refers to."""
    if any(prefix.encode() in text for prefix in _PREFIXES):
        yield from (found[1].decode() for found in REFERENCE.finditer(text))


class Media:
    """Resolves values of one sample; the names of assets in them gather in ``names``."""

    def __init__(
        self, attachments: Mapping[str, Json], spill: AssetSpill, place: str, account: Account
    ) -> None:
        self._attachments, self._spill = attachments, spill
        self._place, self._account = place, account
        self.names: set[str] = set()

    def resolved(self, value: Json) -> Json:
        """The value with its references and data URIs replaced."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, list):
            return [self.resolved(child) for child in value]
        if isinstance(value, dict):
            return {name: self.resolved(child) for name, child in value.items()}
        return value

    def _text(self, text: str) -> str:
        if text.startswith(_PREFIXES) and REFERENCE.fullmatch(text.encode()):
            text = self._attached(text, text.rpartition("/")[2])
        if text.startswith("data:") and (head := _DATA.match(text)):
            return self._asset(text, head)
        return text

    def _attached(self, text: str, reference: str) -> str:
        held = self._attachments.get(reference)
        if isinstance(held, str):
            return held
        self._account.note("a reference to an attachment that is not there: kept", self._place)
        return text

    def _asset(self, text: str, head: re.Match[str]) -> str:
        try:
            data = b64decode(text[head.end() :], validate=True)
        except NotBase64:
            self._account.note("a data URI that is no base64: kept as text", self._place)
            return text
        name = self._spill.keep(data, _EXTENSIONS.get(head[1].lower(), "bin"))
        self.names.add(name)
        return f"assets/{name}"
