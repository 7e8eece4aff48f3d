"""Bodies: the digest and length that go with what is sent, and the bounds of what comes.

Not here: a bundle that comes in pieces (``downloading``).
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

from domain.errors import UnreadableFile
from interface.client.errors import BadAnswer
from interface.client.exchange import MOST_OF_AN_ANSWER, Answer, Body, Request
from interface.client.forms import Form

_PIECE: Final = 2**18


def content_digest(digest: bytes) -> str:
    """A SHA-256 as a header has it (RFC 9530)."""
    return f"sha-256=:{b64encode(digest).decode()}:"


def headers_of(request: Request) -> Mapping[str, str]:
    """A request's headers, with digest and length of its body."""
    body = request.body
    if body is None:
        return request.headers
    digest, size = sha256(), 0
    for piece in pieces_of(body):
        digest.update(piece)
        size += len(piece)
    told = {"Content-Digest": content_digest(digest.digest()), "Content-Length": str(size)}
    return {**request.headers, **told}


def pieces_of(body: Body) -> Iterator[bytes]:
    """The bytes of a body; of files, as they are read.

    Raises:
        UnreadableFile: when one cannot be read.
    """
    if isinstance(body, Form):
        for each in body.pieces:
            yield from pieces_of(each)
    elif isinstance(body, Path):
        yield from _read(body)
    else:
        yield body


def sent_pieces(body: Body, whole: int) -> Iterator[bytes]:
    """The same for the network, ``whole`` bytes of it; who sends a form is told how far it is."""
    sent = 0
    for piece in pieces_of(body):
        yield piece
        sent += len(piece)
        if isinstance(body, Form):
            body.sending(sent, whole)


def _read(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece
    except OSError as error:
        found = error.strerror or str(error)
        raise UnreadableFile(path.name, "a readable file", found) from error


class Collected:
    """The body of an answer as a whole, or for a good answer in the sink of its request."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._answer = Answer(0, {})
        self._pieces: list[bytes] = []
        self._size = 0
        self._sink = request.sink

    def begin(self, answer: Answer) -> None:
        """Take status and headers."""
        self._answer = answer
        self._sink = self._request.sink if answer.is_good else None
        if self._sink:
            self._sink.begin(answer)

    def write(self, piece: bytes) -> None:
        """Take a piece of the body.

        Raises:
            BadAnswer: when it is longer than any answer of a service.
        """
        if self._sink:
            self._sink.write(piece)
            return
        self._size += len(piece)
        if self._size > MOST_OF_AN_ANSWER:
            expected = f"an answer of at most {MOST_OF_AN_ANSWER} bytes"
            raise BadAnswer(self._request.path, expected, "a longer one")
        self._pieces.append(piece)

    def answer(self) -> Answer:
        """The whole answer."""
        return self._answer._replace(body=b"".join(self._pieces))
