"""A witness that is asked over HTTP (C2SP tlog-witness, ``add-checkpoint``).

A cosignature is checked before it is given on. Not here: which heads it is shown, and when.
"""

import re
from base64 import b64encode
from collections.abc import Sequence
from typing import Final

from application.stamp_ports import BACKUP, SeenAnother
from domain.errors import InvalidInput, LogDiverged, Refused
from domain.transparency import signed_note
from domain.transparency.cosignature import cosigners
from domain.transparency.signed_note import COSIGNATURE, VerifierKey, lines_of
from infrastructure.outgoing import Reply, post
from infrastructure.signing.verify import verify_ed25519

_MOST_BYTES: Final = 64 * 2**10
_BODY: Final = "application/octet-stream"
_SIZE_TYPE: Final = "text/x.tlog.size"
_SIZE: Final = re.compile(rb"(0|[1-9][0-9]{0,18})\n")


class HttpWitness:
    """``application.stamp_ports.Witness``, by its address and by its verifier key (type 04)."""

    def __init__(self, url: str, key: str) -> None:
        self._url = f"{url.rstrip('/')}/add-checkpoint"
        self._key = VerifierKey.parse(key, COSIGNATURE)

    @property
    def name(self) -> str:
        """Its verifier key."""
        return self._key.encode()

    def cosign(self, old: int, proof: Sequence[bytes], checkpoint: bytes) -> bytes:
        """Show a checkpoint; return the line of the cosignature, its LF included."""
        hashes = "".join(f"{b64encode(each).decode()}\n" for each in proof)
        body = f"old {old}\n{hashes}\n".encode() + checkpoint
        reply = post(self._url, body, _BODY, _MOST_BYTES)
        if reply.status == 422:  # "the checkpoint is not consistent with" what it has seen
            raise self._another_history(old)
        if reply.status == 409:
            raise self._another(reply, old, has_grown=bool(proof))
        if reply.status != 200:
            raise self._wrong("200, and a cosignature", str(reply.status))
        return self._line(checkpoint, reply.body)

    def _another(self, reply: Reply, old: int, *, has_grown: bool) -> Refused:
        size = _SIZE.fullmatch(reply.body)
        same = reply.media_type == _SIZE_TYPE and size is not None and int(size[1]) == old
        if same and old and not has_grown:  # as large as what it has seen, and with another root
            return self._another_history(old)
        if reply.media_type != _SIZE_TYPE or size is None or same:
            return self._wrong("another size that it has seen", "409 for the one that it was told")
        return SeenAnother(self._url, old, int(size[1]))

    def _another_history(self, old: int) -> LogDiverged:
        expected = f"a log that extends the head of {old} events that it has seen"
        return LogDiverged(self._place, expected, "another history", BACKUP)

    def _line(self, checkpoint: bytes, lines: bytes) -> bytes:
        try:
            note = signed_note.parse(checkpoint + lines)
        except InvalidInput as problem:
            raise self._wrong("signature lines", problem.found) from problem
        if not cosigners(note, [self._key], verify_ed25519):
            raise self._wrong(f"a cosignature by {self._key.encode()}", "none that is valid")
        return lines_of(note, self._key)[-1].encode().encode()

    def _wrong(self, expected: str, found: str) -> Refused:
        return Refused(self._place, expected, found)

    @property
    def _place(self) -> str:
        return f"witness {self._url}"
