"""Pages that may take long: made behind the answer for one who asks, and kept for them for a while.

One is made at a time for each who and what, however many tabs wait. What was made is given as long
as its streams are as they were; to who waited for it also where they have grown meanwhile, but
never once something in them was erased or withheld. Whoever asks has to be checked at each request
before this, and what is given is recorded after. Not here: what is made.
"""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

from fastapi import Request
from starlette.responses import Response

from application.access import Principal
from application.erasing import left_out_since
from application.ports import EventStore, StreamKey
from interface.api.answers import beside
from interface.api.errors import TooManyRequests
from interface.api.service import Service
from interface.web.kept import Kept
from interface.web.rendering import page
from interface.web.under_way import UnderWay

AT_ONCE: Final = 8
"""Pages that may be in the making for one token."""

EVERY: Final = 5
"""Seconds after which a page that waits looks again."""

Versions = Sequence[tuple[StreamKey, int]]


class Wanted(NamedTuple):
    """What somebody is to be shown, and nobody else."""

    who: Principal
    what: Hashable


class Making(NamedTuple):
    """How it is made, and the streams of which it is made, as they are now."""

    make: Callable[[], Awaitable[bytes]]
    versions: Callable[[], Versions]


async def made(request: Request, service: Service, wanted: Wanted, making: Making) -> bytes | None:
    """What was made; None while it goes on, which the page of ``waiting`` tells.

    Raises:
        Eval752Error: what broke it off; it is told once, and then it is made anew.
        TooManyRequests: when too much is in the making for this token.
    """
    kept: Kept = request.app.state.kept
    under_way: UnderWay = request.app.state.under_way
    look = partial(_kept, service.archive.store, kept, wanted, making.versions)
    found = await beside(look)
    if found is None:
        if problem := under_way.take_problem(wanted):
            raise problem
        _check_room(under_way, wanted)
        work = partial(_make, kept, wanted, making)
        await under_way.run(wanted, work, service.archive.clock.now())
        found = await beside(look)
    return found


def waiting(request: Request, service: Service, wanted: Wanted, **told: Any) -> Response:
    """The page that says what is being made, and looks for it again by itself."""
    under_way: UnderWay = request.app.state.under_way
    since = under_way.of(wanted).since or service.archive.clock.now()
    answer = page(request, "waiting.html", 202, since=since, **told)
    answer.headers["Refresh"] = str(EVERY)
    return answer


async def _make(kept: Kept, wanted: Wanted, making: Making) -> None:
    era = kept.era
    versions = await beside(making.versions)
    data = await making.make()
    await beside(partial(kept.keep, wanted, versions, data, era))


def _kept(
    store: EventStore, kept: Kept, wanted: Wanted, versions: Callable[[], Versions]
) -> bytes | None:
    now = versions()

    def stands(then: Versions, given: bool) -> bool:
        if then == now:
            return True
        return not given and not any(left_out_since(store, *each) for each in then)

    return kept.get(wanted, stands)


def _check_room(under_way: UnderWay, wanted: Wanted) -> None:
    keys = under_way.keys
    own = [key for key in keys if isinstance(key, Wanted) and key.who == wanted.who]
    if wanted not in keys and len(own) >= AT_ONCE:
        expected = f"at most {AT_ONCE} that are being made for one token"
        raise TooManyRequests("reports and comparisons", expected, "more").after(EVERY)
