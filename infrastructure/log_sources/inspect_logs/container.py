"""What the two forms of an Inspect log have in common: a header, and samples by number.

Not here: the forms themselves (``eval_zip``, ``json_log``), and what header and samples mean.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from application.log_source import Account
from domain.canonical import Json
from infrastructure.log_sources.loose_json import read_noted

HEADER_LIMIT: Final = 32 * 2**20


class Key(NamedTuple):
    """Which sample it is: its id as text, and its epoch."""

    id: str
    epoch: int


class Container(Protocol):
    """An Inspect log of either form; samples are numbered from 0 in the order of the file."""

    @property
    def suffix(self) -> str:
        """How such a file is called: ``eval`` or ``json``."""
        ...

    @property
    def media_type(self) -> str:
        """Its media type."""
        ...

    @property
    def finished(self) -> bool:
        """Whether there is the header that is written when a run ends."""
        ...

    def header(self) -> Mapping[str, bytes]:
        """The members of the header, each as JSON text."""
        ...

    def keys(self) -> Sequence[Key]:
        """The id and epoch of each sample."""
        ...

    def place(self, number: int) -> str:
        """Where a sample stands, for people."""
        ...

    def sample(self, number: int) -> Iterator[bytes]:
        """The JSON text of a sample, in chunks."""
        ...

    def left(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """What is kept in the original only, besides parts of samples: place and text."""
        ...

    def raw(self) -> Iterator[bytes]:
        """The bytes of the file itself, in chunks of at most 1 MiB."""
        ...

    def close(self) -> None:
        """Let the file go."""
        ...


def read_noting(data: bytes, place: str, account: Account) -> Json:
    """A JSON value; what had to be mapped is noted.

    Raises:
        InvalidInput: for what no rule maps.
    """
    return read_noted(data.strip(), place, account)
