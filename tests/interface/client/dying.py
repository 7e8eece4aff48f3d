"""A process that records until it is killed, and says of each answer that ``answered`` returned."""

import asyncio
import sys
from pathlib import Path

from interface.client import AsyncClient, Client

ITEMS = 100
CONFIG = {
    "provider": "example",
    "model": "example-1",
    "parameters": {},
    "scorers": [{"name": "match", "method": "exact_match", "parameters": {}}],
}


def tell(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def record(url: str, token: str, spool: Path, dataset: str) -> None:
    with Client(url, token, spool=spool) as client, client.run(dataset, CONFIG) as run:
        tell(run.stream)
        for number in range(10**6):
            run.answered(number % ITEMS, {"text": str(number)}, epoch=number // ITEMS + 1)
            tell(number)


async def record_async(url: str, token: str, spool: Path, dataset: str) -> None:
    async with AsyncClient(url, token, spool=spool) as client, client.run(dataset, CONFIG) as run:
        tell(run.stream)
        for number in range(10**6):
            await run.answered(number % ITEMS, {"text": str(number)}, epoch=number // ITEMS + 1)
            tell(number)
            await asyncio.sleep(0)


if __name__ == "__main__":
    kind, url, token, spool, dataset = sys.argv[1:]
    if kind == "sync":
        record(url, token, Path(spool), dataset)
    else:
        asyncio.run(record_async(url, token, Path(spool), dataset))
