"""The client that blocks: asks a service, records into it. Each method is an operation.

Usable by any number of threads. Not here: the methods that both clients have alike (``methods``),
requests and answers (``operations``), and what can be awaited (``async_client``).
"""
# ruff: noqa: PLR0913 - a client has one argument for each setting

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

from application.archive_report import ArchiveReport, LogOptions
from interface.client import actions, operations
from interface.client.addresses import Streamed, stream_of
from interface.client.archiving import archiving
from interface.client.carrying import carry_out, sleep
from interface.client.downloading import (
    Downloaded,
    asset_request,
    bundle_request,
    downloading,
    item_request,
)
from interface.client.errors import Unavailable
from interface.client.exchange import Listing, Operation, Pause, Request, Transport
from interface.client.forms import Sending, silent
from interface.client.listing import first_page, page
from interface.client.live import Following, LiveEvent, ended
from interface.client.methods import Methods
from interface.client.operations import Plan
from interface.client.recording import DatasetRecording, Recording, RunRecording
from interface.client.retrying import USUAL, Retries, persistent
from interface.client.spooling import Sent, SpoolFolder, sending_rest
from interface.client.transport import HttpTransport

R = TypeVar("R", bound=Recording)
T = TypeVar("T")


class Client(Methods):
    """A service at ``url``, asked with a token; ``spool`` is the folder where actions wait.

    ``timeout`` are seconds for a connection, and for each piece of an answer.
    """

    def __init__(
        self,
        url: str,
        token: str = "",
        *,
        spool: Path | None = None,
        timeout: float = 30.0,
        retries: Retries = USUAL,
        transport: Transport | None = None,
    ) -> None:
        self._transport = transport or HttpTransport(url, token, timeout)
        self._spools = SpoolFolder(spool, url.rstrip("/"))
        self._retries = retries

    def perform(self, operation: Operation[T]) -> T:
        """Carry out an operation, and read its answer."""
        answer = carry_out(persistent(operation.request, self._retries), self._transport)
        return operation.read(answer)

    def rows(self, listing: Listing[T]) -> Iterator[T]:
        """The rows of a list, page after page."""
        following: Request | None = first_page(listing)
        while following:
            rows, following = carry_out(page(following, self._retries), self._transport)
            yield from map(listing.read, rows)

    def download(
        self,
        stream: str,
        target: Path,
        *,
        withhold: Sequence[str] = (),
        compress: bool = False,
        overwrite: bool = False,
    ) -> Downloaded:
        """Bring the bundle of a sealed run or dataset into a file; see ``downloading``."""
        request = bundle_request(stream, withhold, compress=compress)
        flow = downloading(request, target, self._retries, overwrite=overwrite)
        return carry_out(flow, self._transport)

    def download_item(
        self,
        run: str,
        item: str | int,
        target: Path,
        *,
        withhold: Sequence[str] = (),
        overwrite: bool = False,
    ) -> Downloaded:
        """Bring the bundle of one item of a sealed run into a file, by its own id or its index."""
        request = item_request(run, item, withhold)
        flow = downloading(request, target, self._retries, overwrite=overwrite)
        return carry_out(flow, self._transport)

    def download_asset(self, stream: str, name: str, target: Path) -> Downloaded:
        """Bring an asset into a file."""
        request, digest = asset_request(stream, name), name.partition(".")[0]
        flow = downloading(request, target, self._retries, sha256_hex=digest)
        return carry_out(flow, self._transport)

    def archive_log(
        self,
        path: Path,
        options: LogOptions = LogOptions(),  # noqa: B008 - a value that nobody can change
        sending: Sending = silent,
    ) -> ArchiveReport:
        """Have another tool's log file archived, with the files that belong to it, or a folder.

        ``sending`` is told how many bytes are sent, of how many. What is here already stays so.
        """
        flow = archiving(path, options, self._retries, sending)
        return carry_out(flow, self._transport)

    def events(self, run: str | None = None, *, after: str = "") -> Iterator[LiveEvent]:
        """Live events without end, of all runs or of one; after a position, none is missed."""
        following = Following(run, after, self._retries)
        while True:
            try:
                with self._transport.stream(following.request()) as (answer, pieces):
                    following.begin(answer)
                    for piece in pieces:
                        yield from following.events(piece)
                raise ended()
            except Unavailable as problem:
                sleep(Pause(following.missed(problem)))

    @contextmanager
    def dataset(
        self, name: str, *, config: Mapping[str, Any] | None = None
    ) -> Generator[DatasetRecording]:
        """Record a dataset; at the end of the block it is frozen and sealed."""
        begin = operations.begin_dataset({"name": name, **(config or {})}, actions.new_id())
        with self._recording(DatasetRecording, self.perform(begin).stream) as dataset:
            yield dataset

    @contextmanager
    def run(
        self,
        dataset: str | Streamed,
        config: Mapping[str, Any],
        *,
        plan: Plan = True,
        environment: Any = None,
    ) -> Generator[RunRecording]:
        """Record a run on a dataset; at the end of the block it is completed and sealed.

        Where the block ends early, the run has failed with what was raised, and can be resumed.
        """
        on, new = stream_of("dataset", dataset), actions.new_id()
        begin = operations.begin_run(on, config, new, plan=plan, environment=environment)
        stream = self.perform(begin).stream
        with self._recording(RunRecording, stream, actions.started()) as run:
            yield run

    @contextmanager
    def resume_run(self, run: str) -> Generator[RunRecording]:
        """Go on with a run that failed or was left: first with what waits in its spool."""
        stream = stream_of("run", run)
        for sent in self._send_left(stream):
            if sent.problem:
                raise sent.problem
        begin = actions.going_on(self.perform(operations.summary(stream)))
        with self._recording(RunRecording, stream, begin) as resumed:
            yield resumed

    def flush_spool(self) -> Sequence[Sent]:
        """Send what earlier recordings left in the spools for this service."""
        return [*self._send_left()]

    def close(self) -> None:
        """Release the connections."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _send_left(self, stream: str | None = None) -> Iterator[Sent]:
        for spool in self._spools.left(stream):
            yield carry_out(sending_rest(spool, self._retries), self._transport)

    @contextmanager
    def _recording(self, kind: type[R], stream: str, *first: actions.Made) -> Generator[R]:
        recording = kind(self._spools.open(stream), self._transport, self._retries)
        try:
            for action in first:
                recording.put(action)
            yield recording
        except BaseException as problem:
            recording.close(problem)
            raise
        recording.close()
