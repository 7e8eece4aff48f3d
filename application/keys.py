"""The keys that an archive signs with, of which the events of its own stream put one in force.

What makes this safe against a crash at any point is the order: a new private key is durable before
the event that puts it in force, and the old one is destroyed behind it, once it is needed no more.
So the events always say which of the keys at hand signs, and that one is there. A key of which no
event tells signs nothing. Not here: what brings about a change (``key_changes``).
"""

from collections.abc import Callable, Sequence
from threading import RLock
from typing import Final, NamedTuple

from application.key_ports import KeyFiles
from application.ports import EventStore, Signer, StreamKey
from application.stored import StoredEvents
from application.stream_state import StreamState, no_chunks, read_state
from domain.errors import ArchiveDamaged
from domain.evaluation.archive_keys import ArchiveKey, ArchiveKeys
from domain.transparency.signed_note import NoteSignature, VerifierKey, parse

STREAM: Final = "archive"
"""The archive's own stream."""


class Signed(NamedTuple):
    """Signatures over some messages, and whose they are."""

    key: VerifierKey
    signatures: Sequence[bytes]


class _Signing(NamedTuple):
    """Who signs; and at a hand-over who signed before, and signs one more head."""

    now: Signer
    before: Signer | None = None


class Keys:
    """The keys of one archive; usable by any number of threads.

    Nothing is signed while a key is being replaced, and what is signed at once is signed by one.
    """

    def __init__(self, files: KeyFiles, store: EventStore) -> None:
        self._files, self._store = files, store
        self._lock = RLock()
        self._signing: _Signing | None = None

    @property
    def origin(self) -> str:
        """The archive's identity."""
        return self._files.origin

    @property
    def key(self) -> VerifierKey:
        """The one in force."""
        known = self.known()
        return VerifierKey.parse(known[-1].key) if known else _key_of(self._files.held()[0])

    @property
    def public_key(self) -> bytes:
        """The Ed25519 public key of the one in force, 32 bytes."""
        return self.key.public_key

    @property
    def is_handing_over(self) -> bool:
        """Whether a key was rotated, and no head is signed by both yet."""
        with self._lock:
            return self._current().before is not None

    def known(self) -> Sequence[ArchiveKey]:
        """All keys that events tell of, the one in force last; none before the first event."""
        subject = archive_state(self._store, StreamKey(self.origin, STREAM)).subject
        return subject.keys if isinstance(subject, ArchiveKeys) else ()

    def counts(self, note: bytes) -> bool:
        """Whether a key of this archive signed a note that is not compromised."""
        known = self.known()
        if not any(key.compromised for key in known):
            return True
        good = {(self.origin, bytes.fromhex(key.id)) for key in known if not key.compromised}
        return any((line.name, line.key_id) in good for line in parse(note).signatures)

    def sign(self, *messages: bytes) -> Signed:
        """Sign these messages with the key in force.

        Raises:
            ArchiveDamaged: when it is not here.
        """
        with self._lock:
            signer = self._current().now
            return Signed(_key_of(signer), [signer.sign(message) for message in messages])

    def sign_head(self, text: str) -> Sequence[NoteSignature]:
        """Sign a head of the log with the key in force; at a hand-over, first with the one before.

        Raises:
            ArchiveDamaged: when it is not here.
        """
        with self._lock:
            now, before = self._current()
            signers = [before, now] if before else [now]
            return [
                NoteSignature(self.origin, _key_of(each).key_id, each.sign(text.encode()))
                for each in signers
            ]

    def end_hand_over(self) -> None:
        """Destroy the key that was rotated; its last head must be durable. Again, it does nothing.

        Raises:
            Refused: when the file system does not let us; it stays a hand-over then.
        """
        with self._lock:
            now, before = self._current()
            if before:
                self._files.promote()
                self._signing = _Signing(now)

    def replace(self, tell: Callable[[VerifierKey], None]) -> None:
        """Make a new key; ``tell`` has the event written that puts it in force.

        Raises:
            StorageFull, Refused: and what ``tell`` raises; the events say what is in force then.
        """
        with self._lock:
            self.end_hand_over()
            known = {key.id for key in self.known()}
            while (new := _key_of(self._files.prepare())).key_id.hex() in known:
                pass  # one in four thousand million, and two keys of one id could not be told apart
            self._signing = None
            try:
                tell(new)
            finally:  # it may have been written, whatever was raised
                self.follow()

    def follow(self) -> None:
        """Take from the events which key signs, and destroy one that is compromised.

        Raises:
            ArchiveDamaged: when the key in force is not here.
        """
        with self._lock:
            self._signing = None
            in_place, *coming = self._files.held()
            known, text = self.known(), _key_of(in_place).encode()
            if not known or known[-1].key == text:
                self._signing = _Signing(in_place)
            elif coming and known[-1].key == _key_of(coming[0]).encode():
                broken = any(each.compromised for each in known if each.key == text)
                if broken:
                    self._files.promote()  # or it raises, and nothing at all is signed
                self._signing = _Signing(coming[0], None if broken else in_place)
            else:
                raise self._lost(known[-1])

    def _current(self) -> _Signing:
        if self._signing is None:
            self.follow()
        assert self._signing is not None  # else it would have raised
        return self._signing

    def _lost(self, key: ArchiveKey) -> ArchiveDamaged:
        expected = f"the key {key.id}, which is in force by the archive's events"
        remedy = (
            "Put back the newest database of events; or if that is lost, the folder identity of the"
            " same backup. Without its key the archive has to begin anew."
        )
        return ArchiveDamaged(f"identity of {self.origin}", expected, "another one", remedy)


def archive_state(store: EventStore, key: StreamKey) -> StreamState:
    """The state of an archive's own stream.

    Where none was replaced yet, a state may say nothing of keys: the first event does then.
    """
    state = read_state(key.stream, store.state(key), no_chunks)
    if state.head.version and isinstance(state.subject, ArchiveKeys) and not state.subject.keys:
        state.subject.apply(StoredEvents(store).at(key, 1).event)
    return state


def _key_of(signer: Signer) -> VerifierKey:
    return VerifierKey(signer.origin, signer.public_key)
