"""Numbers in few digits for people to read. Pure.

Not here: numbers in bundles and for programs, which are never rounded.
"""

import re

_MOST = 12
"""Digits; what differs from a rounder number beyond them is the noise of adding doubles up."""


def rounded(value: float, digits: int = 4) -> str:
    """A finite number in so many digits, or in as many more as keep it from looking rounder.

    0.99996 is not told as 1, nor 1,000,001 as 1e+06: an auditor would take either for exact.
    """
    value += 0.0  # so that −0 is 0
    whole = len(f"{abs(value):.0f}") if 1 <= abs(value) < 10**_MOST else 0
    told = f"{value:g}"
    for precision in range(max(digits, min(whole + 1, _MOST)), _MOST + 1):
        told = f"{value:.{precision}g}"
        if float(told) == value or _digits(told) == precision:
            break
    return told


def _digits(told: str) -> int:
    """How many digits count."""
    return len(re.sub(r"e.*|\D", "", told).lstrip("0"))
