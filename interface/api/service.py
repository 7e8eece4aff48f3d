"""An archive that is open for many: one thread writes, one follows, and everybody reads.

What a token may not see does not exist: streams are looked up here, for somebody. Not here: HTTP.
"""

import shutil
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from secrets import token_bytes
from typing import NamedTuple

from application.access import MAIN, Principal, Role
from application.access_book import SECRET_BYTES, AccessBook, TokenRequest
from application.following import Follower
from application.journal import Entry
from application.key_changes import KeyChanges
from application.log_keeping import LogKeeper
from application.ports import Clock, StreamKey
from application.read_model import ReadModel
from application.writer import Writer
from domain.errors import NotFound, Refused
from domain.syntax import is_asset_name, is_uuid
from domain.verification.policy import Policy
from interface.api.errors import Unauthenticated
from interface.api.exports import Exports
from interface.api.found_damage import FoundDamage
from interface.api.incoming import Incoming
from interface.api.lanes import Lanes, lanes
from interface.api.live import Live
from interface.api.logs import log_fault
from interface.bootstrap.archive import Archive
from interface.bootstrap.opening import open_archive
from interface.policies import own_policy, read_policy_file

SERVICE = "claimed:service"


@dataclass(frozen=True, slots=True)
class Service:
    """All that the routes need."""

    archive: Archive
    read_model: ReadModel
    book: AccessBook
    writer: Writer
    follower: Follower
    live: Live
    keeper: LogKeeper
    exports: Exports
    incoming: Incoming
    policy: Policy
    """What the service requires of bundles that it verifies or takes in."""
    damage: FoundDamage
    uploads: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    """Assets that were put, with the tokens of those who did."""
    lanes: Lanes = field(default_factory=lanes)
    forgetters: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]])
    """What else lets go of what was made before something was erased; called on any thread."""

    @property
    def origin(self) -> str:
        """The archive's identity."""
        return self.archive.signer.origin

    def own(self, kind: str, uuid: str) -> StreamKey:
        """A stream of the archive's own."""
        return StreamKey(self.origin, f"{kind}/{uuid}")

    def stream(self, kind: str, uuid: str, who: Principal) -> StreamKey:
        """The dataset or run of this id, the archive's own or a mirror, that somebody may see.

        Raises:
            NotFound: when there is none.
        """
        if is_uuid(uuid):
            for key in self._of_name(f"{kind}/{uuid}", who):
                if who.sees(key, self.book.place(key)):
                    return key
        raise _unseen(kind, uuid)

    def place_to_append(self, kind: str, uuid: str, who: Principal) -> StreamKey:
        """A stream of the archive's own to which somebody may append.

        Raises:
            NotFound: when they do not see one.
            Refused: when they see it, and somebody else began it.
        """
        key = self.stream(kind, uuid, who)
        if key.origin != self.origin:
            raise Refused(key.stream, "a stream of this archive", "a mirror, which is read-only")
        if not who.may_append(self.book.place(key)):
            raise Refused(key.stream, "a stream that this token began", "somebody else's")
        return key

    def check_unseen(self, keys: Iterable[StreamKey], who: Principal) -> None:
        """Check that none of these streams is there for others alone.

        Raises:
            NotFound: naming one that is.
        """
        for key in keys:
            if self.archive.store.version(key) and not who.sees(key, self.book.place(key)):
                raise _unseen(*key.stream.split("/"))

    def home(self, who: Principal, beside: Iterable[StreamKey] = ()) -> str:
        """The project of what somebody begins.

        Who has all projects begins it in that of the streams ``beside`` which it belongs.
        """
        there = (self.book.place(key).project for key in beside if self.archive.store.version(key))
        return who.project or next(there, MAIN)

    def linked(self, key: StreamKey, who: Principal, place: str, name: str) -> str | None:
        """The asset that an action at this place may refer to by its name.

        To know the digest of bytes is not to have them: they were put, or the stream has them.

        Raises:
            Refused: when it is the name of an asset, and neither is so.
        """
        if not is_asset_name(name):
            return None
        if (who.token, name) not in self.uploads and not self.archive.store.asset_holders(
            key, name
        ):
            remedy = "Put it, once more after a restart, and send the batch again."
            raise Refused(f"{place}, assets/{name}", "an asset that this token put", "none", remedy)
        return name

    def forget(self) -> None:
        """Let go of all that was made of streams: something was erased, or more is told now."""
        for forget in (*self.forgetters, self.exports.forget, *self.forgetters):
            forget()  # twice, as something may be made of an export that is not forgotten yet

    def issue(self, wanted: TokenRequest, actor: str) -> tuple[str, str]:
        """Make a token, durably; return its id and its text, which is nowhere else."""
        token = self.archive.clock.event_id()
        now = self.archive.clock.now()
        text, entry = self.book.issue(wanted, token, token_bytes(SECRET_BYTES), now)
        self.writer.note([entry], actor).result()
        return token, text

    def key_changes(self, actor: str) -> KeyChanges:
        """Replaces the archive's key, by events that the writer writes for somebody."""
        return self.archive.key_changes(lambda entry: self._noted(entry, actor))

    def first_token(self) -> str | None:
        """The text of an administrator's token, if the archive has no token yet."""
        if self.book.tokens:
            return None
        return self.issue(TokenRequest(Role.ADMINISTRATOR, label="first start"), SERVICE)[1]

    def _noted(self, entry: Entry, actor: str) -> None:
        self.writer.note([entry], actor).result()

    def _of_name(self, stream: str, who: Principal) -> Iterator[StreamKey]:
        """The archive's own stream, and then mirrors: there may be one of another's in each."""
        own = StreamKey(self.origin, stream)
        if self.book.knows(own) or self.archive.store.version(own):
            yield own
        self.follower.wait()
        found = self.read_model.find(stream, who.project)
        yield from (key for key in found if key.stream == stream and key != own)


def _unseen(kind: str, uuid: str) -> NotFound:
    return NotFound(f"{kind} {uuid[:80]!a}", f"a {kind} that this token may see", "none")


OPEN = Principal("open", Role.ADMINISTRATOR, None)
"""Who asks where access control is off."""


class Room(NamedTuple):
    """Bytes that files may take: bundles that are kept, and what comes in."""

    exports: int
    incoming: int


@contextmanager
def open_service(
    folder: Path, room: Room, checkpoint_interval: float, policy_file: Path | None
) -> Generator[Service]:
    """Open an archive for many; its log is signed every so many seconds, if it has grown.

    The policy is the one in this file, or else the archive's own.

    Raises:
        UnreadableFile, InvalidInput: when the policy is none.
        Refused: when another process writes to it.
        ArchiveDamaged: when it does not hold what it should.
    """
    policy = read_policy_file(policy_file) if policy_file else own_policy(folder)
    with ExitStack() as opened:
        archive = opened.enter_context(open_archive(folder, writable=True, actor=SERVICE))
        read_model = opened.enter_context(archive.tables())
        incoming = opened.enter_context(_incoming(folder / "spool", room.incoming))
        exports = opened.enter_context(closing(Exports(folder / "exports", room.exports)))
        live, forgetters = Live(), list[Callable[[], None]]()
        damage = FoundDamage(archive.clock.now, forgetters)

        def told(fault: Exception) -> None:
            log_fault(fault)
            damage.note(fault)

        follower = opened.enter_context(
            closing(Follower(archive.store, read_model, live.moved, damage.note))
        )
        keeper = opened.enter_context(closing(LogKeeper(archive.log, checkpoint_interval, told)))
        journal = archive.journal()
        book = AccessBook(archive.store, journal.key)

        def committed() -> None:
            book.catch_up()
            follower.notice()
            keeper.notice()

        check_actor = partial(_check_actor, book, archive.clock)
        writer = opened.enter_context(
            closing(Writer(archive.recorder(), journal, committed, check_actor))
        )
        kept = keeper, exports, incoming, policy, damage
        yield Service(
            archive, read_model, book, writer, follower, live, *kept, forgetters=forgetters
        )


@contextmanager
def _incoming(spool: Path, room: int) -> Generator[Incoming]:
    """What comes in, in a folder that is empty at first and gone in the end."""
    shutil.rmtree(spool, ignore_errors=True)  # of a process that is no more
    spool.mkdir(mode=0o700)
    try:
        yield Incoming(spool, room)
    finally:
        shutil.rmtree(spool, ignore_errors=True)


def _check_actor(book: AccessBook, clock: Clock, actor: str) -> None:
    """Check that the token of who acts still counts when it is written."""
    if book.is_void(actor.removeprefix("authenticated:"), clock.now()):
        found = "one that was revoked or expired meanwhile"
        raise Unauthenticated("Authorization", "a token that counts", found)
