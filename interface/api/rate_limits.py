"""How often a token may ask, and how often an address may fail to show one that counts.

In memory, for this process. Not here: who asks (``access``); whoever finds that out calls these.
"""

from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from time import time
from typing import Final

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from interface.api.errors import TooManyRequests
from interface.api.settings import Settings

_NETWORK: Final = 64
"""Bits of an IPv6 address that one household has: whoever has one such address has them all."""


class RateLimiter:
    """Counts, and refuses what is beyond the rates of the settings."""

    def __init__(self, settings: Settings) -> None:
        self._windows = FixedWindowRateLimiter(MemoryStorage())
        self._requests = parse(settings.token_rate)
        self._failures = parse(settings.failure_rate)

    def hit(self, token_id: str) -> None:
        """Count a request of a token.

        Raises:
            TooManyRequests: when it has had its share of this window.
        """
        self._count(self._requests, "token", token_id)

    def failed(self, address: str) -> None:
        """Count a failure to authenticate, from an address.

        A right token is not kept out by others who fail behind the same address.

        Raises:
            TooManyRequests: when it has failed too often in this window.
        """
        self._count(self._failures, "address", _household(address))

    def _count(self, rate: RateLimitItem, kind: str, name: str) -> None:
        if self._windows.hit(rate, kind, name):
            return
        reset = self._windows.get_window_stats(rate, kind, name).reset_time
        expected = f"at most {rate.amount} in {rate.get_expiry()} seconds"
        raise TooManyRequests(f"the {kind}", expected, "more").after(max(1, ceil(reset - time())))


def _household(address: str) -> str:
    """An IPv4 address as it is, and an IPv6 address without what its holder may choose."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ip_network((parsed, _NETWORK), strict=False))
