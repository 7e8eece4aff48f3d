"""One evaluation on its way into a service: everything goes through the spool of its run.

Whatever the network does, the order is dataset, registration, plan, start, results, end. Its
methods block, and one is called at a time. Not here: Inspect (``hook``), and its event loop.
"""

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from application.log_source import Entry
from domain.canonical import Json
from domain.errors import InvalidInput
from infrastructure.log_sources.inspect_logs.live import LiveRun
from interface.client import actions, operations
from interface.client.carrying import carry_out
from interface.client.exchange import Transport
from interface.client.recording import Recording
from interface.client.retrying import USUAL, Retries, persistent
from interface.client.spool_file import SpoolFile
from interface.client.spooling import SpoolFolder
from interface.client.transport import HttpTransport
from interface.inspect_hook.checking import check
from interface.inspect_hook.kept_actions import KeptActions
from interface.inspect_hook.settings import Settings

_TIMEOUT: Final = 30.0
_FIRST_ANSWER: Final = 5.0
_ONCE: Final = Retries(count=0)

TAKEN_OVER: Final = "taken over from an earlier evaluation, when this one ended"


class _Recording(Recording):
    """A recording that goes on in its spool when nothing more is sent."""

    def __init__(self, spool: SpoolFile, transport: Transport) -> None:
        super().__init__(spool, transport, USUAL)
        self._outbox.goes_on = True

    @staticmethod
    def _last(problem: BaseException | None) -> Sequence[actions.Made]:  # noqa: ARG004 - Inspect tells the end
        return ()

    @property
    def problem(self) -> Exception | None:
        """Why nothing is sent, for good or for now."""
        return self._outbox.problem or self._outbox.away

    def settle(self) -> None:
        """Wait until all that was put is durable in the archive, or why it is not.

        Raises:
            Exception: this.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._outbox.is_drained() or self.problem is not None)
            if problem := self.problem:
                raise problem


class SpooledRun:
    """A run of Inspect, of which ``header`` is what its log begins with."""

    def __init__(self, settings: Settings, header: bytes) -> None:
        self._live, self._settings = LiveRun(header), settings
        self._transport = HttpTransport(settings.server, settings.token, _TIMEOUT)
        self.stream = f"run/{actions.new_id()}"
        self._spool = SpoolFolder(None, settings.server).open(self.stream)
        self._recording = _Recording(self._spool, self._transport)
        self.results = 0

    @property
    def problem(self) -> Exception | None:
        """Why nothing is sent any more, or for long."""
        return self._recording.problem

    @property
    def spool(self) -> Path:
        """Where what is not sent waits."""
        return self._spool.path

    def check_reachable(self) -> None:
        """Ask the service once, so that it is known early when it cannot be reached.

        Raises:
            Eval752Error: why it cannot.
        """
        request = replace(operations.archive().request, patience=_FIRST_ANSWER)
        carry_out(persistent(request, _ONCE), self._transport)

    def begin(self, samples: Iterable[bytes] | None) -> bool:
        """Record the dataset, the registration with the plan, and the start.

        Items are those of the samples; where these are not given, do not fit to the ids that the
        header names, or hold what cannot be recorded, ids alone. Return whether items are whole.
        """
        whole = samples is not None
        try:
            kept = self._kept(samples)
        except InvalidInput:
            whole, kept = False, self._kept(None)
        with closing(kept):
            for action, assets in kept.actions():
                self._keep(assets)
                self._recording.put(action)
            self._register(kept.dataset, by="samples" if whole else "ids")
        return whole

    def settle(self) -> None:
        """Wait until what was recorded is durable; raises why it is not."""
        self._recording.settle()

    @property
    def left(self) -> int:
        """How many samples of the plan have not ended."""
        return self._live.left

    def is_open(self, outside: str, epoch: int) -> bool:
        """Whether the run still waits for this sample."""
        return self._live.is_open(outside, epoch)

    def take(self, text: bytes, outside: str, epoch: int, *, taken_over: bool = False) -> None:
        """Record what became of a sample, from the JSON text of it.

        Raises:
            Eval752Error: why it is not recorded; the run goes on without it.
        """
        entries = [*self._live.sample(text, outside, epoch)]
        if taken_over:
            entries.append(_remark(entries[-1], TAKEN_OVER))
        try:
            for entry in entries:
                check(entry)
        except InvalidInput as problem:
            self._put(_remark(entries[0], f"not recorded: {problem}"))
            raise
        for entry in entries:
            self._put(entry)
        self.results += 1

    def end(self, header: bytes | None, ended: actions.Made) -> None:
        """Record the end, as the whole log tells it or else as is said, and send the rest.

        Raises:
            Exception: why not all is in the archive; the rest stays in the spool.
        """
        try:
            for entry in self._live.end(header) if header else ():
                self._put(entry)
            if header is None:
                self._recording.put(ended)
            self._recording.put(actions.sealed())
        finally:
            self.close()

    def close(self) -> None:
        """Send the rest, and let all go.

        Raises:
            Exception: why it was not sent; it stays in the spool.
        """
        self._live.close()
        try:
            self._recording.close()
        finally:
            self._transport.close()

    def _kept(self, samples: Iterable[bytes] | None) -> KeptActions:
        """The dataset, ready to be recorded."""
        kept = KeptActions(self._settings.token)
        try:
            for entry in self._live.dataset(samples):
                check(entry)
                kept.add(entry)
        except BaseException:
            kept.close()
            raise
        return kept

    def _register(self, dataset: str, *, by: str) -> None:
        about: dict[str, Any] = {"eval752": {"version": version("eval752"), "items": by}}
        told = {**self._live.registered(about).members, "dataset": dataset}
        plan = {"plan": self._live.plan} if self._live.plan else {}
        uuid = self.stream.partition("/")[2]
        self._recording.put({**told, **plan, "id": uuid})
        self._recording.put(actions.started())

    def _put(self, entry: Entry) -> None:
        self._keep(sorted({name for names in entry.assets.values() for name in names}))
        self._recording.put({**entry.members, "id": actions.new_id()})

    def _keep(self, assets: Iterable[str]) -> None:
        for name in assets:
            data = b"".join(self._live.asset(name))
            self._recording.keep_asset(data, name.rpartition(".")[2])


def _remark(entry: Entry, why: str) -> Entry:
    """An annotation of the result that an entry is of."""
    at: dict[str, Json] = {n: entry.members[n] for n in ("item", "epoch") if n in entry.members}
    return Entry({"type": "run.annotated", **at, "annotation": {"why": why}}, entry.place)
