"""What an archive knows of tokens, projects and who began which stream: a fold of its own stream.

A token's text is shown once, when it is issued; its SHA-256 stands in the event. Not here: what a
role allows (``access``), and the writing of entries (``journal``).
"""

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import pairwise
from threading import Lock
from typing import Any, Final, NamedTuple

from application.access import MAIN, Place, Principal, Role
from application.journal import Entry, about
from application.ports import EventStore, StreamKey
from application.stored import StoredEvent, events_of
from domain.errors import InvalidInput, NotFound, Refused
from domain.syntax import is_time, is_word

PREFIX: Final = "eval752"
SECRET_BYTES: Final = 32
_TOKEN: Final = re.compile(rf"{PREFIX}_([0-9a-f]{{32}})_([A-Za-z0-9_-]{{43}})", re.ASCII)
_KEPT: Final = (b'"type":"archive.assigned"', b'"type":"project.added"', b'"type":"token.')


class Token(NamedTuple):
    """A token as it is known: everything but its secret."""

    id: str
    role: Role
    project: str | None
    digest: str
    issued: str
    expires: str | None
    label: str | None
    revoked: str | None = None

    def is_good(self, now: str) -> bool:
        """Whether it can be used at this time."""
        return self.revoked is None and (self.expires is None or now < self.expires)


class TokenRequest(NamedTuple):
    """What a new token is to be; ``project`` None is every project."""

    role: Role
    project: str | None = None
    expires: str | None = None
    label: str | None = None


class AccessBook:
    """Tokens, projects and places; usable by any number of threads."""

    def __init__(self, store: EventStore, key: StreamKey) -> None:
        self._store, self._key = store, key
        self._lock = Lock()
        self._version = 0
        self._tokens: dict[str, Token] = {}
        self._projects: dict[str, None] = {MAIN: None}
        self._places: dict[StreamKey, Place] = {}
        self.catch_up()

    def catch_up(self) -> None:
        """Take in what was written since the last time."""
        with self._lock:
            for page in self._store.pages(self._key, self._version):
                if any(kept in line for line in page.lines for kept in _KEPT):
                    for stored in events_of(page):
                        if stored.event.version > self._version:
                            self._take(stored)
                self._version = page.first + len(page.lines) - 1

    @property
    def tokens(self) -> Sequence[Token]:
        """All tokens, in the order in which they were issued."""
        return [*self._tokens.values()]

    @property
    def projects(self) -> Sequence[str]:
        """All projects, in the order in which they were added."""
        return [*self._projects]

    def knows(self, key: StreamKey) -> bool:
        """Whether a stream was assigned; it is then there."""
        return key in self._places

    def place(self, key: StreamKey) -> Place:
        """Where a stream belongs."""
        if key not in self._places:
            self.catch_up()  # it may be durable, and not taken in yet
        return self._places.get(key, _NOWHERE)

    def is_void(self, token: str, now: str) -> bool:
        """Whether a token was issued and counts no more."""
        known = self._tokens.get(token)
        return known is not None and not known.is_good(now)

    def principal(self, text: str, now: str) -> Principal | None:
        """Who a token's text stands for; None for a text that is no good token."""
        parts = _TOKEN.fullmatch(text)
        token = self._tokens.get(_uuid(parts[1])) if parts else None
        if parts is None or token is None:
            return None
        same = hmac.compare_digest(_digest(parts[2]), token.digest)
        return (
            Principal(token.id, token.role, token.project) if same and token.is_good(now) else None
        )

    def issue(self, wanted: TokenRequest, token: str, secret: bytes, now: str) -> tuple[str, Entry]:
        """The text of a new token, and the entry that makes it known.

        Args:
            wanted: what it is to be.
            token: its id, a new UUID.
            secret: 32 random bytes.
            now: the archive's time, after which it has to expire.

        Raises:
            InvalidInput: when what is wanted cannot be.
        """
        self._check(wanted)
        _check_expiry(wanted.expires, now)
        told = urlsafe_b64encode(secret).decode().rstrip("=")
        facts: dict[str, Any] = {"digest": _digest(told), "role": wanted.role.value, "token": token}
        facts |= {"project": wanted.project} if wanted.project is not None else {}
        facts |= {"expires": wanted.expires} if wanted.expires is not None else {}
        parts = {"annotation": wanted.label} if wanted.label is not None else {}
        text = f"{PREFIX}_{token.replace('-', '')}_{told}"
        return text, Entry("token.issued", facts, parts=parts)

    def revoke(self, token: str) -> Entry:
        """The entry that makes a token useless.

        Raises:
            NotFound: when there is no such token.
            Refused: when it is revoked already.
        """
        known = self._tokens.get(token)
        if known is None:
            raise NotFound("token", "the id of a token", ascii(token[:80]))
        if known.revoked:
            raise Refused(f"token {token}", "one in use", f"one revoked at {known.revoked}")
        return Entry("token.revoked", {"token": token})

    def add_project(self, project: str) -> Entry:
        """The entry that makes a project.

        Raises:
            InvalidInput: when it is no word.
            Refused: when it is there.
        """
        if not is_word(project):
            raise InvalidInput(
                "project", "1 to 32 of a-z 0-9 _ -, a letter first", ascii(project[:80])
            )
        if project in self._projects:
            raise Refused(f"project {project}", "a new one", "one that is there")
        return Entry("project.added", {"project": project})

    def assign(self, key: StreamKey, project: str) -> Entry:
        """The entry that gives a stream to a project, and to who writes it."""
        return Entry("archive.assigned", about(key, project=project))

    def _check(self, wanted: TokenRequest) -> None:
        if wanted.project is not None and wanted.project not in self._projects:
            found, known = ascii(wanted.project[:80]), ", ".join(self._projects)
            raise InvalidInput("project", f"one of {known}", found, "Add it first.")
        if wanted.role is Role.RECORDER and wanted.project is None:
            raise InvalidInput("project", "a project for a recorder to record in", "none")
        if wanted.role is Role.ADMINISTRATOR and wanted.project is not None:
            raise InvalidInput("project", "none: an administrator has all", wanted.project)

    def _take(self, stored: StoredEvent) -> None:
        take = _TAKE.get(stored.event.type)
        if take:
            take(self, stored)

    def _issued(self, stored: StoredEvent) -> None:
        facts, label = stored.event.facts, stored.value("annotation")
        token = facts["token"]
        self._tokens[token] = Token(
            id=token,
            role=Role(facts["role"]),
            project=facts.get("project"),
            digest=facts["digest"],
            issued=stored.event.at,
            expires=facts.get("expires"),
            label=label if isinstance(label, str) else None,
        )

    def _revoked(self, stored: StoredEvent) -> None:
        token = stored.event.facts["token"]
        self._tokens[token] = self._tokens[token]._replace(revoked=stored.event.at)

    def _added(self, stored: StoredEvent) -> None:
        self._projects[stored.event.facts["project"]] = None

    def _assigned(self, stored: StoredEvent) -> None:
        facts = stored.event.facts
        owner = stored.event.actor.removeprefix("authenticated:")
        key = StreamKey(facts["source"], facts["stream"])
        self._places[key] = Place(facts["project"], owner)


_NOWHERE: Final = Place()
_TAKE: Final[Mapping[str, Any]] = {
    "token.issued": AccessBook._issued,
    "token.revoked": AccessBook._revoked,
    "project.added": AccessBook._added,
    "archive.assigned": AccessBook._assigned,
}


def _check_expiry(expires: str | None, now: str) -> None:
    if expires is not None and not is_time(expires):
        raise InvalidInput("expires", "a UTC time of 27 characters", ascii(expires[:80]))
    if expires is not None and expires <= now:
        found = f"{expires}, which is past: the token could never be used"
        raise InvalidInput("expires", f"a time after now, {now}", found)


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _uuid(digits: str) -> str:
    bounds = (0, 8, 12, 16, 20, 32)
    return "-".join(digits[start:end] for start, end in pairwise(bounds))
