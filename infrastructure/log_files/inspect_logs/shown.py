"""Parts of events as values: with their media in them, and with a text for what is not disclosed.

Not here: where the values go.
"""

from base64 import b64encode
from collections.abc import Callable
from typing import Final

from domain.bundle.reading import Content
from domain.canonical import Json, reread
from domain.syntax import is_asset_name

AssetOf = Callable[[str, int], bytes | None]
"""From the name of an asset, and the most bytes that it may have, to its bytes, if it is shown."""

MOST_MEDIA: Final = 16 * 2**20
MOST_MESSAGES: Final = 64 * 2**20

_PREFIX: Final = "assets/"
_TYPES: Final = {
    "png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
    "svg": "image/svg+xml", "pdf": "application/pdf", "mp4": "video/mp4", "mp3": "audio/mpeg",
    "wav": "audio/wav",
}  # fmt: skip


class Shown:
    """What is shown of the events of one sample; ``undisclosed`` gathers digests by status.

    A part that is withheld or erased is a text, ``[withheld: sha256 …]``, wherever its value would
    stand.
    """

    def __init__(self, asset_of: AssetOf) -> None:
        self._asset_of = asset_of
        self.undisclosed: dict[str, Json] = {}

    def value(self, content: Content | None, kind: str, what: str = "") -> Json:
        """The value of a part; None where there is none. ``what`` names it where it is not shown.

        It is not to be changed.
        """
        text = content.text(kind) if content else None
        if content is None or text is None:
            return None
        if kind in content.undisclosed:
            return self._marked(reread(text), what or kind)
        value = content.value(kind)
        return self._with_media(value) if b'"assets/' in text else value

    def messages(self, value: Json) -> list[Json]:
        """Messages, which are an asset of their own where they are large."""
        if isinstance(value, str) and value.startswith(_PREFIX):
            data = self._asset(value, MOST_MESSAGES)
            value = self._with_media(reread(data)) if data else [{"role": "user", "content": value}]
        return value if isinstance(value, list) else []

    def _marked(self, marker: Json, what: str) -> str:
        assert isinstance(marker, dict)
        ((status, digest),) = marker.items()
        told = self.undisclosed.setdefault(status, {})
        assert isinstance(told, dict)
        told[what] = digest
        return f"[{status}: sha256 {digest}]"

    def _with_media(self, value: Json) -> Json:
        if isinstance(value, str):
            return self._media(value) if value.startswith(_PREFIX) else value
        if isinstance(value, list):
            return [self._with_media(child) for child in value]
        if isinstance(value, dict):
            return {name: self._with_media(child) for name, child in value.items()}
        return value

    def _media(self, text: str) -> str:
        extension = text.rpartition(".")[2]
        data = None if extension == "json" else self._asset(text, MOST_MEDIA)
        if data is None:
            return text
        kind = _TYPES.get(extension, "application/octet-stream")
        return f"data:{kind};base64,{b64encode(data).decode()}"

    def _asset(self, text: str, limit: int) -> bytes | None:
        name = text.removeprefix(_PREFIX)
        return self._asset_of(name, limit) if is_asset_name(name) else None
