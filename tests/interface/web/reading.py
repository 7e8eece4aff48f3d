"""Reading pages and what they leave behind. Not here: what is expected of them."""

import re
from html import unescape
from typing import Any

import httpx

from application.history_page import history_page
from tests.interface.api.conftest import Served


def text_of(answer: httpx.Response, status: int = 200) -> str:
    """The text of a page, each run of space as one."""
    assert answer.status_code == status, answer.text[:2000]
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.text)))


def journal(service: Served) -> list[dict[str, Any]]:
    """The events of the archive's own stream."""
    key = service.service.archive.journal().key
    return [each.event for each in history_page(service.service.archive.store, key, 0, 10_000)]
