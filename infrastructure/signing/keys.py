"""The archive's identity: its origin, and its Ed25519 key, in a file that only its owner may read.

A second file holds the key that is to take the place of the first. Not here: which key is in force
(``application.keys``), what is signed (``domain.transparency``), and checking signatures
(``verify``).
"""

import os
import secrets
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from domain.canonical import Json, decode, encode
from domain.errors import ArchiveDamaged, InvalidInput, Refused, shown
from domain.syntax import is_digest, is_origin
from infrastructure.files import make_folder, sync_folder, writing

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FILE = "identity.json"
COMING = "next.json"


def open_identity(folder: Path, origin: str | None = None) -> "Identity":
    """Read the identity in ``folder``, or make it there, under ``origin`` or a random one.

    Raises:
        InvalidInput: when ``origin`` is none (format, 4.2).
        Refused: when there is one of another origin, or others may read the key.
        ArchiveDamaged: when the file is no identity.
    """
    if origin is not None and not is_origin(origin):
        raise InvalidInput("origin", "1 to 128 of a-z 0-9 . - /", shown(origin[:140]))
    path = folder / FILE
    if not path.exists():
        with writing(path):
            _make(path, origin or f"archive-{secrets.token_hex(16)}")
    _check_mode(path)
    identity = _read(path)
    if origin not in (None, identity.origin):
        remedy = "An archive keeps its origin for ever; another one needs another folder."
        raise Refused(str(path), f"origin {origin}", identity.origin, remedy)
    return identity


class KeyFiles:
    """``application.key_ports.KeyFiles`` in a folder, where :func:`open_identity` has it."""

    def __init__(self, folder: Path, origin: str | None = None) -> None:
        self._in_place, self._coming = folder / FILE, folder / COMING
        self._origin = open_identity(folder, origin).origin

    @property
    def origin(self) -> str:
        """The archive's identity."""
        return self._origin

    def held(self) -> "Sequence[Identity]":
        """The key in place, and behind it the one to come, if there is one."""
        coming = [self._own(self._coming)] if self._coming.exists() else []
        return [self._own(self._in_place), *coming]

    def prepare(self) -> "Identity":
        """Make a key to come, durably; one that was to come before is forgotten."""
        for unfinished in self._coming.parent.glob(".*"):  # by a crash: nobody else writes here
            unfinished.unlink()
        with writing(self._coming), _new_key(self._coming, self._origin) as unfinished:
            unfinished.replace(self._coming)
            sync_folder(self._coming.parent)
        return self._own(self._coming)

    def promote(self) -> None:
        """Put the key to come in the place of the other, of which no file is left then."""
        with writing(self._in_place):
            self._coming.replace(self._in_place)
            sync_folder(self._in_place.parent)

    def _own(self, path: Path) -> "Identity":
        _check_mode(path)
        identity = _read(path)
        if identity.origin != self._origin:
            raise _damaged(path, f"one of {identity.origin}")
        return identity


class Identity:
    """See :class:`application.ports.Signer`."""

    def __init__(self, origin: str, seed: bytes) -> None:
        self._origin = origin
        self._seed = seed

    def __repr__(self) -> str:
        """Show the origin and never the key."""
        return f"Identity({self._origin!r})"

    @property
    def origin(self) -> str:
        """The archive's identity."""
        return self._origin

    @property
    def public_key(self) -> bytes:
        """The Ed25519 public key, 32 bytes."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """The Ed25519 signature, 64 bytes."""
        return self._key.sign(message)

    @cached_property
    def _key(self) -> "Ed25519PrivateKey":
        from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415 - lazily

        return ed25519.Ed25519PrivateKey.from_private_bytes(self._seed)


def _make(path: Path, origin: str) -> None:
    """Write the file whole or not at all; whoever comes second finds the first one's."""
    make_folder(path.parent, 0o700)
    with _new_key(path, origin) as unfinished:
        _link(unfinished, path)


@contextmanager
def _new_key(path: Path, origin: str) -> Generator[Path]:
    """A file beside ``path`` with a new key, durably; it is gone with the block if still there."""
    document: Json = {"ed25519_seed": secrets.token_hex(32), "origin": origin}
    unfinished = path.with_name(f".{secrets.token_hex(8)}")
    file = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(file, "wb") as stream:  # noqa: PTH123 - an open file has no path
            stream.write(encode(document) + b"\n")
            stream.flush()
            os.fsync(file)
        yield unfinished
    finally:
        unfinished.unlink(missing_ok=True)


def _link(unfinished: Path, path: Path) -> None:
    try:
        os.link(unfinished, path)
    except FileExistsError:
        return
    sync_folder(path.parent)


def _check_mode(path: Path) -> None:
    mode = path.stat().st_mode & 0o777
    if os.name != "nt" and mode & 0o077:
        remedy = f"If nobody has read it: chmod 600 {path}"
        raise Refused(str(path), "a key that only its owner may read", f"mode {mode:03o}", remedy)


def _read(path: Path) -> Identity:
    try:
        document = decode(path.read_bytes(), str(path))
    except InvalidInput as error:
        raise _damaged(path, error.found) from error
    match document:
        case {"ed25519_seed": str(seed), "origin": str(origin)} if is_digest(seed) and is_origin(
            origin
        ):
            return Identity(origin, bytes.fromhex(seed))
        case _:
            raise _damaged(path, "another document")


def _damaged(path: Path, found: str) -> ArchiveDamaged:
    remedy = "Restore this file from a backup; without it the archive has to begin anew."
    return ArchiveDamaged(str(path), "an origin and a key", found, remedy)
