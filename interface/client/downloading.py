"""Brings a bundle or an asset into a file: whole, of the digest that was stated, or not at all.

A download that is cut goes on where it was, if the service still has the same; the file takes its
name at the end. Not here: whether a bundle is any good, which only a verifier says.
"""

import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from domain.errors import InvalidInput
from domain.syntax import is_asset_name
from infrastructure.files import writing
from infrastructure.new_file import new_file
from interface.client.addresses import path_of, segment
from interface.client.bodies import content_digest
from interface.client.errors import BadAnswer, Unavailable, check
from interface.client.exchange import Answer, Flow, Pause, Request
from interface.client.retrying import Retries

_RANGE: Final = re.compile(r"bytes ([0-9]{1,15})-([0-9]{1,15})/([0-9]{1,15})", re.ASCII)
_LENGTH: Final = re.compile(r"[0-9]{1,15}", re.ASCII)


class Downloaded(NamedTuple):
    """A file that came; ``tag`` is the service's ``ETag``, which tells one file from another."""

    path: Path
    size: int
    tag: str

    @property
    def digest(self) -> str:
        """Of a bundle, its digest as the service says; verify the file to know."""
        return self.tag.strip('"').partition("-")[0]


class _Draft:
    """A file in the making, and what the service has said of the whole."""

    def __init__(self, file: BinaryIO, path: str, digest: str) -> None:
        self._file, self._path, self._known = file, path, digest
        self._hash = sha256()
        self.size = 0
        self.whole: int | None = None
        self.tag = self._digest = ""

    @property
    def is_whole(self) -> bool:
        """Whether all has come."""
        return self.size == self.whole

    def headers(self) -> dict[str, str]:
        """What asks for the rest, where there is a beginning."""
        plain = {"Accept-Encoding": "identity", "Accept": "*/*"}
        if self.size and self.tag and not self.tag.startswith("W/"):
            return {**plain, "Range": f"bytes={self.size}-", "If-Range": self.tag}
        return plain

    def begin(self, answer: Answer) -> None:
        """Go on, or begin anew if this is another version, or the whole."""
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise self._bad("bytes as they are", answer.headers["content-encoding"])
        if answer.status == 206:
            self._go_on(answer.headers.get("content-range", ""), answer.headers.get("etag", ""))
            return
        length = answer.headers.get("content-length", "")
        if not _LENGTH.fullmatch(length):
            raise self._bad("a Content-Length", repr(length))
        self.tag = answer.headers.get("etag", "")
        self._digest = answer.headers.get("content-digest", "")
        self._begin_anew(int(length))

    def write(self, piece: bytes) -> None:
        """Take a piece.

        Raises:
            BadAnswer: when there is more than was said.
            Refused: when the disk does not take it.
        """
        self.size += len(piece)
        if self.whole is None or self.size > self.whole:
            raise self._bad(f"{self.whole} bytes", "more")
        self._hash.update(piece)
        with writing(self._path):
            self._file.write(piece)

    def check(self) -> None:
        """Compare all that came with what was stated.

        Raises:
            BadAnswer: when it has another digest, or none was stated.
        """
        found = content_digest(self._hash.digest())
        stated = self._known or self._digest.strip()
        if stated != found:
            raise self._bad(f"bytes of the digest {stated or 'that is stated'}", found)

    def _begin_anew(self, length: int) -> None:
        self._hash, self.size, self.whole = sha256(), 0, length
        self._file.seek(0)
        self._file.truncate()

    def _go_on(self, said: str, tag: str) -> None:
        parts = _RANGE.fullmatch(said)
        numbers = [int(number) for number in parts.groups()] if parts else []
        expected = [self.size, (self.whole or 0) - 1, self.whole]
        if numbers != expected or tag != self.tag:
            raise self._bad(f"the range {expected} of {self.tag}", f"{said!r} of {tag!r}")

    def _bad(self, expected: str, found: str) -> BadAnswer:
        return BadAnswer(self._path, expected, found, "Nothing was kept.")


def bundle_request(stream: str, withhold: Sequence[str] = (), *, compress: bool = False) -> Request:
    """What asks for the bundle of a run or dataset."""
    query = [("withhold", kind) for kind in withhold]
    query += [("compress", "true")] if compress else []
    return Request("GET", f"{path_of(stream)}/bundle", query)


def item_request(run: str, item: str | int, withhold: Sequence[str] = ()) -> Request:
    """What asks for the bundle of one item of a run, by its own id or its index."""
    query = [("withhold", kind) for kind in withhold]
    return Request("GET", f"{path_of(run)}/items/{segment(str(item))}/proof", query)


def asset_request(stream: str, name: str) -> Request:
    """What asks for an asset that a part of a stream lists.

    Raises:
        InvalidInput: when it is no name of an asset.
    """
    if not is_asset_name(name):
        raise InvalidInput("asset", "<sha256>.<ext>", ascii(name[:80]))
    return Request("GET", f"{path_of(stream)}/assets/{name}")


def downloading(
    request: Request,
    target: Path,
    retries: Retries,
    *,
    sha256_hex: str = "",
    overwrite: bool = False,
) -> Flow[Downloaded]:
    """Download what is asked for; its digest is known, or the answer's ``Content-Digest``.

    Raises:
        Refused: when the name is taken, or the disk does not take it.
        Unavailable: when nothing more came, however often it was tried.
        BadAnswer: when it is not what was stated.
    """
    with new_file(target, overwrite=overwrite) as file:
        digest = content_digest(bytes.fromhex(sha256_hex)) if sha256_hex else ""
        draft = _Draft(file, request.path, digest)
        while not draft.is_whole:
            yield from _more(request, draft, retries)
        draft.check()
    return Downloaded(target, draft.size, draft.tag)


def _more(request: Request, draft: _Draft, retries: Retries) -> Flow[None]:
    """Get more of it, after as many failures as are allowed between two pieces."""
    failures, planned, before = 0, retries.waits(), draft.size
    while draft.size == before and not draft.is_whole:
        asked = Request(request.method, request.path, request.query, draft.headers(), sink=draft)
        try:
            answer = yield asked
            check(answer, request)
            if not draft.is_whole:
                raise Unavailable(request.path, f"{draft.whole} bytes", f"{draft.size}")
        except Unavailable as problem:
            failures += 1
            if draft.size == before and failures > retries.count:
                raise
            yield Pause(retries.wait(problem, next(planned)))
