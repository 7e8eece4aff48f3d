"""What the environment says: to which service, and what is to be where it does not record.

Not here: the token's file, which is that of the command line.
"""

import os
from typing import Final, NamedTuple

from interface.cli.credentials import read_token

SERVER: Final = "EVAL752_SERVER"
REQUIRED: Final = "EVAL752_REQUIRED"
TOKEN_FILE: Final = "EVAL752_TOKEN_FILE"  # noqa: S105 - it names a variable, and is no token

_NO: Final = frozenset({"", "0", "false", "no", "off"})


class Settings(NamedTuple):
    """A service and a token for it."""

    server: str
    token: str


def is_on() -> bool:
    """Whether a service is named."""
    return bool(os.environ.get(SERVER))


def is_required() -> bool:
    """Whether an evaluation that is not recorded is to fail."""
    return os.environ.get(REQUIRED, "").strip().lower() not in _NO


def read_settings() -> Settings:
    """The settings.

    Raises:
        UnreadableFile, Refused, InvalidInput: as ``read_token``.
    """
    token = read_token(os.environ.get(TOKEN_FILE) or None)
    return Settings(os.environ[SERVER].rstrip("/"), token)
