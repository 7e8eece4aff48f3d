"""The token for a service: from a file that nobody else can read, or the environment.

It is no option, as the arguments of a process can be seen. Not here: what it allows.
"""

import os
from pathlib import Path
from typing import Final

from domain.errors import InvalidInput, Refused, UnreadableFile

VARIABLE: Final = "EVAL752_TOKEN"
_MOST: Final = 4096
_OTHERS: Final = 0o077


def read_token(file: str | None) -> str:
    """The token in this file, in ``EVAL752_TOKEN``, or in the user's own file; else "".

    Raises:
        UnreadableFile: when the file cannot be read.
        Refused: when others can read it.
        InvalidInput: when there is no token in it.
    """
    if file is not None:
        return _in_file(Path(file))
    if token := os.environ.get(VARIABLE):
        return _checked(token.strip(), VARIABLE)
    own = default_file()
    return _in_file(own) if own.exists() else ""


def default_file() -> Path:
    """The user's own file."""
    from platformdirs import user_config_path  # noqa: PLC0415 - only where it is asked

    return user_config_path("eval752", appauthor=False) / "token"


def _in_file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(_MOST)
    except OSError as problem:
        found = problem.strerror or str(problem)
        raise UnreadableFile(str(path), "a file with a token", found) from problem
    if os.name == "posix" and mode & _OTHERS:
        remedy = f"Do so with: chmod 600 {path}"
        raise Refused(str(path), "a file of mode 0600", f"mode {mode & 0o777:04o}", remedy)
    return _checked(text.decode("ascii", "replace").strip(), str(path))


def _checked(token: str, place: str) -> str:
    if not token.isprintable() or not token.isascii() or " " in token or not token:
        raise InvalidInput(place, "one token", "something else")
    return token
