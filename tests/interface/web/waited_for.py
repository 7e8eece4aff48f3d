"""What is made behind the answer, waited for and looked at; nothing is expected of it here."""

from collections.abc import Callable
from time import sleep

import httpx

from tests.interface.api.conftest import Served
from tests.interface.web.reading import journal, text_of

SOON = 30


def at_last(client: httpx.Client, path: str) -> httpx.Response:
    """What is there once the page does not say any more that it waits."""
    for _ in range(SOON * 100):
        answer = client.get(path)
        if answer.status_code != 202:
            return answer
        sleep(0.01)
    raise AssertionError(text_of(answer, 202))


def recorded(service: Served, before: int) -> list[str]:
    return [event["type"] for event in journal(service)[before:]]


def wait(until: Callable[[], bool]) -> None:
    for _ in range(SOON * 100):
        if until():
            return
        sleep(0.01)
    raise AssertionError("it did not come about")
