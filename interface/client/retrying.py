"""When something is tried again: exponential back-off with jitter, as a flow.

After a network error, 429, 502, 503 or 504, which all are ``Unavailable``; never after anything
else. Not here: a run's actions, which wait in a spool for as long as the run goes on (``sending``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import SystemRandom
from typing import Final

from interface.client.errors import Unavailable, check
from interface.client.exchange import Answer, Flow, Pause, Request

_CHANCE = SystemRandom()


@dataclass(frozen=True, slots=True)
class Retries:
    """How often something is tried again, and the seconds to wait: ``first``, doubled up to most.

    With the values given here a service may be away for about a minute and a half.
    """

    count: int = 9
    first: float = 0.2
    most: float = 30.0

    def waits(self) -> Iterator[float]:
        """Seconds without end, each by chance between half of it and the whole."""
        longest = self.first
        while True:
            yield _CHANCE.uniform(longest / 2, longest)
            longest = min(2 * longest, self.most)

    def wait(self, problem: Unavailable, planned: float) -> float:
        """As long as planned, or as the service asks for."""
        return max(planned, min(problem.after, self.most))


USUAL: Final = Retries()


def persistent(request: Request, retries: Retries) -> Flow[Answer]:
    """A request's good answer.

    Raises:
        Unavailable: when there was none, however often it was tried.
        Eval752Error: of the kind that another answer tells of.
    """
    failures = 0
    for planned in retries.waits():
        try:
            answer = yield request
            check(answer, request)
        except Unavailable as problem:
            failures += 1
            if failures > retries.count or not request.again:
                raise
            yield Pause(retries.wait(problem, planned))
        else:
            return answer
    raise AssertionError("waits have no end")
