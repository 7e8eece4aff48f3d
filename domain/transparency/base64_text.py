"""Base64 (RFC 4648, section 4) in the only way to write it. Not here: what it stands for."""

import binascii
from base64 import b64decode, b64encode

from domain.errors import InvalidInput, shown


def from_base64(place: str, text: str) -> bytes:
    """Read base64; raises ``InvalidInput`` unless the bytes are written so and no other way."""
    try:
        data = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if b64encode(data).decode() != text:
        raise InvalidInput(place, "base64", shown(text[:80]))
    return data
