"""Multipart forms (RFC 7578) to be sent: texts and files, which are read when they go.

The boundary is made of chance, so that no file can have it. Not here: reading the
files (``bodies``), and the network.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

from interface.file_names import check_name

Sending = Callable[[int, int], None]
"""Told how many bytes of a form were sent, of how many."""


def silent(_sent: int, _whole: int) -> None:
    """Nobody is told."""


class Part(NamedTuple):
    """The value of a field; a file, if it has a name."""

    field: str
    value: bytes | Path
    name: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A form as the pieces that are its body, one behind the other."""

    boundary: str
    pieces: Sequence[bytes | Path]
    sending: Sending = silent

    @property
    def media_type(self) -> str:
        """What it is, as a header says it."""
        return f"multipart/form-data; boundary={self.boundary}"


def form_of(parts: Iterable[Part], sending: Sending = silent) -> Form:
    """The form that has these parts.

    Raises:
        InvalidInput: when no service takes a file of such a name.
    """
    boundary = f"eval752-{token_hex(16)}"
    pieces: list[bytes | Path] = []
    for part in parts:
        pieces += [f"--{boundary}\r\n{_head(part)}\r\n\r\n".encode(), part.value, b"\r\n"]
    return Form(boundary, [*pieces, f"--{boundary}--\r\n".encode()], sending)


def _head(part: Part) -> str:
    head = f'Content-Disposition: form-data; name="{part.field}"'
    if not part.name:
        return head
    name = check_name(part.name, part.name).replace('"', r"\"")
    return f'{head}; filename="{name}"\r\nContent-Type: application/octet-stream'
