"""Lines of actions recorded into a service: the same windows and streams as in a folder here.

Each action gets an id where it has none, so that a batch can be sent again when the network has
dropped it. Not here: which action goes to which stream (``application.session``).
"""

import re
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, cast

from application.actions import Action, Receipt
from application.asset_links import Link
from application.record import Recorder
from application.session import Session
from domain.errors import Eval752Error
from interface.client import Client
from interface.client.actions import new_id
from interface.client.operations import begin_dataset, begin_run

_PLACE: Final = re.compile(r"(?:line ([1-9][0-9]*)|body)\b(.*)", re.DOTALL)
"""Of a batch that was refused: the line at fault, and where in it."""


class RemoteSession(Session):
    """A session that records into a service."""

    def __init__(self, client: Client, link: Link | None) -> None:
        recorder: Any = _RemoteRecorder(client)  # it has what a session needs of a recorder
        super().__init__(cast("Recorder", recorder), link)
        self._client = client

    def _sealed(self, stream: str) -> Receipt | None:
        receipt = self._client.seal(stream)
        return receipt if receipt.recorded else None


class _RemoteRecorder:
    """Takes batches as a recorder does."""

    def __init__(self, client: Client) -> None:
        self._client = client

    @property
    def clock(self) -> "_RemoteRecorder":
        """What gives ids to streams."""
        return self

    def event_id(self) -> str:
        """A new id."""
        return new_id()

    def record(self, stream: str, actions: Sequence[Action]) -> Receipt:
        """Send a batch; what begins a stream goes before it."""
        first, *rest = actions
        if not first.type.endswith(".registered"):
            return self._append(stream, actions)
        begun = self._begin(stream, first)
        if not rest:
            return begun
        more = self._append(stream, rest)
        counts = [a + b for a, b in zip(begun[2:], more[2:], strict=True)]
        return Receipt(stream, more.version, *counts)

    def close_stream(self, stream: str) -> None:
        """Nothing of it is at hand."""

    def _begin(self, stream: str, action: Action) -> Receipt:
        members: dict[str, Any] = {**action.facts, **action.parts}
        new = stream.partition("/")[2]
        if action.type == "dataset.registered":
            operation = begin_dataset(members.pop("config"), new, members)
        else:
            config, dataset = members.pop("config"), members.pop("dataset")
            operation = begin_run(dataset, config, new, plan=False, more=members)
        with _placed([action]):
            return self._client.perform(operation)

    def _append(self, stream: str, actions: Sequence[Action]) -> Receipt:
        lines = [self._members(action) for action in actions]
        with _placed(actions):
            return self._client.append(stream, lines)

    def _members(self, action: Action) -> Mapping[str, Any]:
        scored = {"score": True} if action.score else {}
        known = {"type": action.type, "id": action.id or new_id()}
        return {**action.facts, **action.parts, **scored, **known}


@contextmanager
def _placed(actions: Sequence[Action]) -> Generator[None]:
    """Say of what was refused where it stands in the file, not in the batch."""
    try:
        yield
    except Eval752Error as problem:
        found = _PLACE.match(problem.place)
        if found is None:
            raise
        place = actions[int(found[1] or 1) - 1].place + found[2]
        raise type(problem)(place, problem.expected, problem.found, problem.remedy) from problem
