"""Carries out flows: each step where it belongs, to the network, to the clock or to the disk.

The same twice, blocking and to be awaited; not here: which steps there are.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import TypeVar

from domain.errors import Eval752Error
from interface.client.exchange import (
    NOTHING,
    Answer,
    AsyncTransport,
    Flow,
    Pause,
    Request,
    Step,
    Transport,
)

T = TypeVar("T")


def sleep(pause: Pause) -> None:
    """Wait as long as is said."""
    time.sleep(pause.seconds or 0)


async def async_sleep(pause: Pause) -> None:
    """Wait as long as is said, and let others go on."""
    await asyncio.sleep(pause.seconds or 0)


def carry_out(flow: Flow[T], transport: Transport, pause: Callable[[Pause], None] = sleep) -> T:
    """Carry out a flow to its end, and return what it comes to."""
    with closing(flow):
        try:
            step = next(flow)
            while True:
                try:
                    answer = _do(step, transport, pause)
                except Eval752Error as problem:
                    step = flow.throw(problem)
                else:
                    step = flow.send(answer)
        except StopIteration as end:
            result: T = end.value
            return result


async def carry_out_async(
    flow: Flow[T],
    transport: AsyncTransport,
    pause: Callable[[Pause], Awaitable[None]] = async_sleep,
) -> T:
    """The same, to be awaited."""
    with closing(flow):
        try:
            step = next(flow)
            while True:
                try:
                    answer = await _do_async(step, transport, pause)
                except Eval752Error as problem:
                    step = flow.throw(problem)
                else:
                    step = flow.send(answer)
        except StopIteration as end:
            result: T = end.value
            return result


def _do(step: Step, transport: Transport, pause: Callable[[Pause], None]) -> Answer:
    if isinstance(step, Request):
        return transport.send(step)
    if isinstance(step, Pause):
        pause(step)
    else:
        step.do()
    return NOTHING


async def _do_async(
    step: Step, transport: AsyncTransport, pause: Callable[[Pause], Awaitable[None]]
) -> Answer:
    if isinstance(step, Request):
        return await transport.send(step)
    if isinstance(step, Pause):
        await pause(step)
    else:
        await asyncio.to_thread(step.do)
    return NOTHING
