"""A session: lines of actions in, streams out, in bounded memory however many lines there are.

``dataset.registered`` and ``run.registered`` open a stream, and the actions behind go to it. Not
here: reading a file, and what becomes of one batch (``record``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

from application.actions import Action, Receipt, read_action
from application.asset_links import Link, relink_action
from application.record import Recorder
from application.sealing import seal
from domain.errors import InvalidInput
from domain.evaluation.events import TYPES

MAX_ACTIONS: Final = 500
MAX_BYTES: Final = 4 * 2**20
"""So many actions, or bytes of them, are read before they are written."""

_OPENS: Final = {"dataset.registered": "dataset", "run.registered": "run"}
_STREAM_IDS: Final = UUID("883c3055-2f7d-47e1-be1c-a151e5cfd216")


@dataclass(slots=True)
class Tally:
    """What a session did to a stream: events new, known before, scores that no rule could give."""

    stream: str
    version: int = 0
    recorded: int = 0
    known: int = 0
    unscored: int = 0
    sealed: bool = False


class Session:
    """Records lines in windows: all lines of a window are read before one of them is written.

    ``link`` finds the assets that strings ``assets/<path>`` mean; None leaves them as they are.
    """

    def __init__(self, recorder: Recorder, link: Link | None = None) -> None:
        self._recorder, self._link = recorder, link
        self._tallies: dict[str, Tally] = {}
        self._current: dict[str, str] = {}
        self._window = _Window()
        self._warm: set[str] = set()

    @property
    def tallies(self) -> Mapping[str, Tally]:
        """What is recorded so far, by stream in the order of their first actions."""
        return self._tallies

    def take(self, line: bytes, place: str) -> None:
        """Take in the next line; an empty one is nothing.

        Raises:
            InvalidInput, Refused: naming the place; windows before this one stay recorded.
        """
        if not line.strip():
            return
        action = read_action(line, place)
        if self._link and b"assets" in line:
            action = _relinked(action, self._link)
        if action.type in _OPENS:
            self._open(action)
        self._window.add(self._stream_of(action), action, len(line))
        if self._window.is_full:
            self.flush()

    def flush(self) -> None:
        """Record what has been read.

        Raises:
            InvalidInput, Refused: naming the place of the action at fault.
        """
        window, self._window = self._window, _Window()
        used: set[str] = set()
        for stream, actions in window.batches():
            self._count(self._recorder.record(stream, actions))
            used.add(stream)
        for stream in self._warm - used:
            self._recorder.close_stream(stream)
        self._warm = used

    def seal(self) -> None:
        """Seal every stream of this session that is not."""
        self.flush()
        for stream, tally in self._tallies.items():
            if receipt := self._sealed(stream):
                self._count(receipt)
            tally.sealed = True
            self._recorder.close_stream(stream)

    def _sealed(self, stream: str) -> Receipt | None:
        return seal(self._recorder, stream)

    def _open(self, action: Action) -> None:
        kind = _OPENS[action.type]
        if kind == "dataset":
            self._current.pop("run", None)
        elif "dataset" not in action.facts:
            action.facts["dataset"] = self._dataset_at_hand(action)
        self._current[kind] = action.stream or f"{kind}/{self._new_id(kind, action)}"
        self._window.divide()

    def _new_id(self, kind: str, action: Action) -> str:
        if action.id:  # the same id, the same stream: what is recorded again is known
            return str(uuid5(_STREAM_IDS, f"{kind}/{action.id}"))
        return self._recorder.clock.event_id()

    def _dataset_at_hand(self, action: Action) -> str:
        if "dataset" not in self._current:
            expected = 'a member "dataset", or dataset.registered before'
            raise InvalidInput(action.place, expected, "neither")
        return self._current["dataset"].partition("/")[2]

    def _stream_of(self, action: Action) -> str:
        kinds = TYPES[action.type].streams
        stream = action.stream or self._current.get(min(kinds) if len(kinds) == 1 else "last")
        if stream is None:
            begins = " or ".join(f"{kind}.registered" for kind in sorted(kinds))
            expected = f'a member "stream", or {begins} before'
            raise InvalidInput(action.place, expected, "neither")
        self._current["last"] = stream
        return stream

    def _count(self, receipt: Receipt) -> None:
        tally = self._tallies.setdefault(receipt.stream, Tally(receipt.stream))
        tally.version = receipt.version
        tally.recorded += receipt.recorded
        tally.known += receipt.known
        tally.unscored += receipt.unscored


def _relinked(action: Action, link: Link) -> Action:
    try:
        return relink_action(action, link)
    except InvalidInput as problem:
        place = f"{action.place}, {problem.place}"
        raise InvalidInput(place, problem.expected, problem.found) from problem


class _Window:
    """Actions by stream; those behind a division are recorded after all that stand before it."""

    def __init__(self) -> None:
        self._rounds: list[dict[str, list[Action]]] = [{}]
        self._actions = self._bytes = 0

    def add(self, stream: str, action: Action, size: int) -> None:
        self._rounds[-1].setdefault(stream, []).append(action)
        self._actions += 1
        self._bytes += size

    def divide(self) -> None:
        self._rounds.append({})

    @property
    def is_full(self) -> bool:
        return self._actions >= MAX_ACTIONS or self._bytes >= MAX_BYTES

    def batches(self) -> Iterator[tuple[str, list[Action]]]:
        for batches in self._rounds:
            yield from batches.items()
