"""A real browser for the pages: the system's Chromium, driven by Playwright.

Not here: what is expected of the pages.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

FLAGS = [
    *("--disable-background-networking", "--disable-component-update", "--disable-gpu"),
    *("--disable-quic", "--disable-sync", "--no-first-run", "--no-sandbox"),
]


def chromium() -> str:
    """Where Chromium is; skips where it is not."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("there is no Chromium here")
    return found


@contextmanager
def browser() -> Iterator[Browser]:
    """One browser."""
    program = chromium()
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield opened
        opened.close()
