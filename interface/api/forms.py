"""Multipart forms (RFC 7578) while they come: each part's bytes go where its taker wants them.

python-multipart finds the parts; nothing of a form is held in memory. Not here: which parts there
may be, and where they are kept (``form_files``).
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import NamedTuple, Protocol

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from domain.errors import InvalidInput


class Sink(Protocol):
    """What takes the bytes of a part."""

    def write(self, data: bytes, /) -> object:
        """Take the next bytes."""
        ...

    def close(self) -> None:
        """Know that there are no more, or that they are not wanted."""
        ...


class Part(NamedTuple):
    """The head of a part: the name of its field, and if it is a file, what that is called.

    Bytes that are no UTF-8 are lone surrogates, which no good name has.
    """

    field: str
    file: str | None


class Taker(Protocol):
    """What takes the parts of a form."""

    def begin(self, part: Part, /) -> Sink:
        """Where a part goes, before any of it is read; raises where it should not be there."""
        ...


class FormReader:
    """Reads a form piece by piece; to be closed in the end, whatever happened.

    Raises:
        InvalidInput: when it is no form, and whatever the taker raises.
    """

    def __init__(self, content_type: str, taker: Taker) -> None:
        self._taker = taker
        self._sink: Sink | None = None
        self._name, self._value, self._head = bytearray(), bytearray(), ""
        self._is_whole = False
        _, options = parse_options_header(content_type)
        with _well_formed():
            self._parser = MultipartParser(
                options.get(b"boundary", b""),
                {
                    "on_header_field": self._on_header_field,
                    "on_header_value": self._on_header_value,
                    "on_header_end": self._on_header_end,
                    "on_headers_finished": self._on_headers_finished,
                    "on_part_data": self._on_part_data,
                    "on_part_end": self.close,
                    "on_end": self._on_end,
                },
            )

    def write(self, data: bytes) -> None:
        """Read the next piece."""
        with _well_formed():
            self._parser.write(data)

    def end(self) -> None:
        """Check that all of the form has come."""
        if not self._is_whole:
            raise _no_form("one that ends early")

    def close(self) -> None:
        """Close what takes the present part."""
        sink, self._sink = self._sink, None
        if sink:
            sink.close()

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header_end(self) -> None:
        if bytes(self._name).lower() == b"content-disposition":
            self._head = self._value.decode("latin-1")  # as headers are; names are decoded below
        self._name.clear()
        self._value.clear()

    def _on_headers_finished(self) -> None:
        _, options = parse_options_header(self._head)
        named = {name: value.decode("utf-8", "surrogateescape") for name, value in options.items()}
        self._head = ""
        if b"name" not in named:
            raise _no_form("a part without a name")
        self._sink = self._taker.begin(Part(named[b"name"], named.get(b"filename")))

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._sink:
            self._sink.write(data[start:end])

    def _on_end(self) -> None:
        self._is_whole = True


@contextmanager
def _well_formed() -> Generator[None]:
    try:
        yield
    except FormParserError:
        raise _no_form("something else") from None


def _no_form(found: str) -> InvalidInput:
    return InvalidInput("form", "a multipart form", found)
