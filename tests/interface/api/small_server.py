"""A small app on the real server, in a process of its own; its arguments are settings, name=value.

``without=httptools`` takes the module away, ``fails=1`` keeps the app from starting,
``files=`` is how many it may open. The first line
on stdout is the address, or the error.
"""
# ruff: noqa: T201 - what it prints is read by the test that started it

import asyncio
import resource
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

ARGUMENTS = dict(argument.split("=", 1) for argument in sys.argv[1:])
if "without" in ARGUMENTS:
    sys.modules[ARGUMENTS.pop("without")] = None  # type: ignore[assignment]  # as if it were not there
FAILS = bool(ARGUMENTS.pop("fails", ""))
if "files" in ARGUMENTS:
    resource.setrlimit(resource.RLIMIT_NOFILE, (int(ARGUMENTS["files"]),) * 2)
    del ARGUMENTS["files"]

from fastapi import FastAPI, Request  # noqa: E402 - what is not there has to go first
from fastapi.params import Body  # noqa: E402

from domain.errors import Eval752Error, Refused  # noqa: E402
from interface.api import logs  # noqa: E402
from interface.api.server import run  # noqa: E402
from interface.api.settings import read_settings  # noqa: E402
from interface.api.surroundings import surround  # noqa: E402

SETTINGS = read_settings({"port": "0", **ARGUMENTS})


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    if FAILS:
        raise Refused("the archive", "nobody else who writes to it", "another process")
    yield
    print("closed", flush=True)


APP = FastAPI(lifespan=lifespan)
surround(APP, SETTINGS)


@APP.get("/client")
async def client(request: Request) -> str:
    assert request.client is not None
    return request.client.host


@APP.post("/length")
async def length(request: Request) -> int:
    return len(await request.body())


@APP.post("/json")
async def json(body: Annotated[dict[str, int], Body()]) -> int:
    return len(body)


@APP.get("/until-it-stops")
async def until_it_stops() -> str:
    print("waiting", flush=True)
    await APP.state.stopping.wait()
    return "answered to the end"


@APP.get("/for-ever")
async def for_ever() -> str:
    print("waiting", flush=True)
    await asyncio.Event().wait()
    raise AssertionError


def main() -> int:
    logs.configure(SETTINGS.log_level)
    try:
        run(
            APP,
            SETTINGS,
            listening=lambda address: print(address, flush=True),
            stopping=APP.state.stopping.set,
        )
    except Eval752Error as problem:
        print(problem, flush=True)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
