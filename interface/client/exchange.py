"""What a client sends and gets, and the steps of what it does: values without any I/O.

A *flow* is a generator that yields steps and is sent what became of them, so that the sync and the
async client do the same with different I/O. Not here: who carries the steps out (``client``,
``async_client``), and the network (``transport``).
"""

from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

from interface.client.forms import Form

T = TypeVar("T")
Body = bytes | Path | Form

MOST_OF_AN_ANSWER = 64 * 2**20
"""Bytes of an answer that is read as a whole; a bundle or an asset is not."""


class Answer(NamedTuple):
    """What a service answered; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def is_good(self) -> bool:
        """Whether it is what was asked for."""
        return 200 <= self.status < 300


class Sink(Protocol):
    """What takes a body piece by piece."""

    def begin(self, answer: Answer) -> None:
        """Look at status and headers before the first piece."""
        ...

    def write(self, piece: bytes) -> None:
        """Take the next piece."""
        ...


LONG: Final = 3600.0
"""Seconds to wait where the answer comes when a whole file was checked, after others' before."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request to a path of the service.

    ``sink`` takes the body of a good answer. ``again`` says that it can be sent twice and does the
    same as once. ``patience`` are the seconds to wait for a piece of the answer, where not the
    client's own.
    """

    method: str
    path: str
    query: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: Body | None = None
    sink: Sink | None = None
    again: bool = True
    patience: float | None = None


class Pause(NamedTuple):
    """Wait so many seconds (None for as long as it takes), or until something holds."""

    seconds: float | None
    until: Callable[[], bool] | None = None


class Work(NamedTuple):
    """Do something that may take the disk a while."""

    do: Callable[[], None]


Step = Request | Pause | Work
Flow = Generator[Step, Answer, T]
"""A request is answered by its answer, or by ``Unavailable``; other steps by ``NOTHING``."""

NOTHING = Answer(0, {})


class Operation(NamedTuple, Generic[T]):
    """One request, and how its answer is read."""

    request: Request
    read: Callable[[Answer], T]


class Listing(NamedTuple, Generic[T]):
    """The first request of a list, and how one of its rows is read."""

    request: Request
    read: Callable[[object], T]


class Transport(Protocol):
    """Brings requests to one service, with its token; follows no redirect."""

    def send(self, request: Request) -> Answer:
        """The answer, its body in the request's sink if it has one.

        Raises:
            Unavailable: when there is none, or it ends early.
            BadAnswer: when it is longer than any answer of a service.
        """
        ...

    def stream(self, request: Request) -> AbstractContextManager[tuple[Answer, Iterator[bytes]]]:
        """The beginning of an answer, and its body as it comes.

        Raises:
            Unavailable: when there is none, or, within the block, where it ends early.
        """
        ...

    def close(self) -> None:
        """Release the connections."""
        ...


class AsyncTransport(Protocol):
    """The same, to be awaited."""

    async def send(self, request: Request) -> Answer:
        """See ``Transport.send``."""
        ...

    def stream(
        self, request: Request
    ) -> AbstractAsyncContextManager[tuple[Answer, AsyncIterator[bytes]]]:
        """See ``Transport.stream``."""
        ...

    async def close(self) -> None:
        """Release the connections."""
        ...
