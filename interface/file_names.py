"""Names of files that are sent: what a client gives a file, and a service takes for one. Pure.

Not here: where the files are.
"""

import re
from typing import Final

from domain.errors import InvalidInput

_LONGEST: Final = 255
"""Bytes of a name that a disk takes."""

_PART: Final = r"(?!\.{1,2}(?:/|\Z))[^/\\\x00-\x1f\x7f-\x9f\ud800-\udfff]+"
_NAME: Final = re.compile(rf"(?:{_PART}/)?{_PART}")


def check_name(name: str, place: str) -> str:
    """The name, if it is ``FILE`` or ``FOLDER/FILE``.

    Raises:
        InvalidInput: when it leads elsewhere, is too long, or has a control character, a backslash
            or what is no UTF-8 in it.
    """
    if not _NAME.fullmatch(name) or max(len(p.encode()) for p in name.split("/")) > _LONGEST:
        expected = f"FILE or FOLDER/FILE, each of at most {_LONGEST} bytes"
        raise InvalidInput(place, expected, ascii(name[:200]), "Give it another name.")
    return name
