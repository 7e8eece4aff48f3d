"""Plots of pages that were made last, each for the token that was shown the page.

An image has an address of its own, and a comparison is not made twice for it: the page keeps what
it drew. In memory, for this process. Not here: what is drawn (``interval_plot``).
"""

from collections import OrderedDict
from hashlib import sha256
from threading import Lock
from typing import Final

_MOST: Final = 200


class KeptPlots:
    """The plots that were kept last; usable by any number of threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[tuple[str, str], bytes] = OrderedDict()

    def keep(self, token: str, svg: bytes) -> str:
        """Keep a plot for a token; return its name."""
        name = sha256(svg).hexdigest()[:32]
        with self._lock:
            self._kept[token, name] = svg
            self._kept.move_to_end((token, name))
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return name

    def get(self, token: str, name: str) -> bytes | None:
        """The plot of this name, if it was kept for this token."""
        with self._lock:
            return self._kept.get((token, name))
