"""Work that goes on behind the answer: one at a time for each key, whoever waits for it.

What takes long goes on, and its page says so. A service that stops ends it before it closes: work
that waits for a thread at once, work on a thread as soon as it looks whether to go on. What broke
work off is kept for who asks next. Not here: what is done (``routes_verification``, ``making``),
and what it came to (``known``, ``kept``).
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from contextlib import suppress
from threading import Event
from typing import Any, Final, NamedTuple, TypeVar

from anyio import CancelScope

from domain.errors import Eval752Error
from interface.api.errors import Unavailable
from interface.api.logs import log_fault

PATIENCE: Final = 3.0
"""Seconds after which a page says that it goes on; most is done by then."""

_MOST_PROBLEMS: Final = 100
"""Problems that are remembered for those who did not wait."""

Work = Callable[[], Coroutine[Any, Any, None]]


class State(NamedTuple):
    """Of some work: since when it is under way, "" for not at all; and what broke it off last."""

    since: str = ""
    problem: Eval752Error | None = None


class Stopped(Exception):
    """The service stops: raised within work, wherever it looks whether to go on."""


E = TypeVar("E", bound=BaseException)


def bare(problem: E) -> E:
    """A problem to be kept: without traceback and causes, which hold on to all that was read."""
    problem.__cause__ = problem.__context__ = None
    return problem.with_traceback(None)


class UnderWay:
    """The work of one service; to be used on its event loop."""

    def __init__(self, note: Callable[[Exception], object] = lambda _: None) -> None:
        """Begin with none; ``note`` is told what breaks work off."""
        self._note = note
        self._since: dict[Hashable, tuple[str, asyncio.Task[None]]] = {}
        self._problems: OrderedDict[Hashable, Eval752Error] = OrderedDict()
        self._stopping = Event()
        self._scopes = set[CancelScope]()

    @property
    def keys(self) -> list[Hashable]:
        """Of what is under way."""
        return [*self._since]

    def of(self, key: Hashable) -> State:
        """How it stands."""
        since, _ = self._since.get(key, ("", None))
        return State(since, self._problems.get(key))

    def take_problem(self, key: Hashable) -> Eval752Error | None:
        """What broke it off, which is then forgotten."""
        return self._problems.pop(key, None)

    def go_on(self) -> None:
        """Called by work every now and then, on any thread.

        Raises:
            Stopped: when there is to be an end.
        """
        if self._stopping.is_set():
            raise Stopped

    async def run(self, key: Hashable, work: Work, since: str) -> None:
        """Do the work, unless the key's is under way, and wait for it as long as a page should.

        Raises:
            Eval752Error: what the work raised meanwhile; later, the page tells it.
        """
        if key not in self._since:
            self._problems.pop(key, None)
            self._since[key] = since, asyncio.create_task(self._kept(key, work))
        _, task = self._since[key]
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(task), PATIENCE)
        if key not in self._since and (problem := self.take_problem(key)):
            raise problem

    async def close(self) -> None:
        """Have all work end, and wait until it has."""
        self._stopping.set()
        for scope in self._scopes:
            scope.cancel()
        if tasks := [task for _, task in self._since.values()]:
            await asyncio.wait(tasks)

    async def _kept(self, key: Hashable, work: Work) -> None:
        try:
            await self._done(work)
        except Eval752Error as problem:
            self._note(problem)  # whether or not somebody asks for it
            self._keep(key, problem)
        except Stopped:
            remedy = "Send the request again."
            self._keep(key, Unavailable("the service", "time to end", "that it stops", remedy))
        except Exception as fault:  # noqa: BLE001 - nobody waits for it who would tell
            log_fault(fault)
            remedy = "The service's log tells more."
            found = "a fault of the service"
            self._keep(key, Eval752Error("this work", "its end", found, remedy))
        finally:
            del self._since[key]

    async def _done(self, work: Work) -> None:
        """Do it; a thread that was begun is waited for to its end."""
        self.go_on()
        with CancelScope() as scope:
            self._scopes.add(scope)
            try:
                await work()
            finally:
                self._scopes.discard(scope)
        if scope.cancelled_caught:
            raise Stopped

    def _keep(self, key: Hashable, problem: Eval752Error) -> None:
        self._problems[key] = bare(problem)
        while len(self._problems) > _MOST_PROBLEMS:
            self._problems.popitem(last=False)
