"""Who may do what: roles, permissions, and what of an archive a token may see.

Pure rules over what is known of tokens and streams (``docs/api.md``, section 1). Not here: how a
request is tied to a token, and where tokens are kept (``access_book``).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from application.ports import StreamKey

MAIN: Final = "main"
"""The project of every stream that none was given."""


class Role(StrEnum):
    """What a token is for."""

    RECORDER = "recorder"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """What a request needs."""

    RECORD = "record"
    READ = "read"
    EXPORT = "export"
    VERIFY = "verify"
    IMPORT = "import"
    ERASE = "erase"
    MANAGE = "manage"


ALLOWED: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.RECORDER: frozenset(
        {
            Permission.RECORD,
            Permission.READ,
            Permission.EXPORT,
            Permission.VERIFY,
            Permission.IMPORT,
        }
    ),
    Role.AUDITOR: frozenset({Permission.READ, Permission.EXPORT, Permission.VERIFY}),
    Role.ADMINISTRATOR: frozenset(Permission),
}

NEEDS_ERASE: Final = frozenset({"part.erased", "hold.placed", "hold.released"})
"""Actions for which the permission to record is not enough."""


class Place(NamedTuple):
    """Where a stream belongs: a project, and the token that began it; "" for no token."""

    project: str = MAIN
    owner: str = ""


class Principal(NamedTuple):
    """Who asks: a token with its role; no ``project`` means all of them."""

    token: str
    role: Role
    project: str | None

    @property
    def actor(self) -> str:
        """As it stands in events."""
        return f"authenticated:{self.token}"

    def may(self, permission: Permission) -> bool:
        """Whether its role allows this somewhere."""
        return permission in ALLOWED[self.role]

    def sees(self, key: StreamKey, place: Place) -> bool:
        """Whether a stream exists for this token."""
        if self.project is not None and place.project != self.project:
            return False
        is_shared = key.stream.startswith("dataset/")
        return self.role is not Role.RECORDER or is_shared or place.owner == self.token

    def may_append(self, place: Place) -> bool:
        """Whether it may add to a stream that it sees."""
        return self.role is Role.ADMINISTRATOR or place.owner == self.token
