"""The forms of names in envelopes (format, section 4): origin, stream, actor, time, digest, id.

Each is a predicate over one value. Not here: what the names refer to.
"""

import re
from collections.abc import Callable
from typing import cast

MAX_INTEGER = 2**53 - 1
MAX_SCORERS = 40
MAX_ATTEMPTS = 2**16 - 1
MAX_EPOCHS = 10_000
MAX_SECTIONS = 2**12

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
DIGEST = r"[0-9a-f]{64}"
ORIGIN = r"[a-z0-9][a-z0-9./-]{0,127}"
STREAM_OF = {"archive": "archive", "dataset": f"dataset/{UUID}", "run": f"run/{UUID}"}
STREAM = rf"(?:{'|'.join(STREAM_OF.values())})"
WORD = r"[a-z][a-z0-9_-]{0,31}"
INDEX = r"(?:0|[1-9][0-9]{0,14})"
ORDINAL = r"[1-9][0-9]{0,14}"
"""Whole numbers from 0 and from 1 as they are printed, up to 15 digits of the 16 that there are."""
ACTOR = r"(?:claimed|authenticated):[a-z0-9._-]{1,64}"
TIME = (
    r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z"
)


def _matcher(pattern: str) -> Callable[[object], bool]:
    match = re.compile(pattern, re.ASCII).fullmatch

    def matches(value: object) -> bool:
        return isinstance(value, str) and match(value) is not None

    return matches


is_digest = _matcher(DIGEST)
is_salt = _matcher(r"[0-9a-f]{32}")
is_uuid = _matcher(UUID)
is_origin = _matcher(ORIGIN)
is_stream = _matcher(STREAM)
is_actor = _matcher(ACTOR)
is_word = _matcher(WORD)
is_asset_name = _matcher(r"[0-9a-f]{64}\.[a-z0-9]{1,8}")
is_key = _matcher(r"[!-~]{1,256}")
is_key_id = _matcher(r"[0-9a-f]{8}")
is_time = _matcher(TIME)
is_printed_index = _matcher(INDEX)
"""Digits are looked at before they are taken for a number: Python refuses long ones."""


def is_number(value: object) -> bool:
    """Whether this is a number of JSON; in Python, true and false are integers too."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_index(value: object) -> bool:
    """Whether this is a whole number from 0."""
    return type(value) is int and 0 <= value <= MAX_INTEGER


def is_ordinal(value: object) -> bool:
    """Whether this is a whole number from 1."""
    return type(value) is int and 1 <= value <= MAX_INTEGER


def is_attempt(value: object) -> bool:
    """Whether this can number an attempt: 1 to 65,535."""
    return type(value) is int and 1 <= value <= MAX_ATTEMPTS


def is_epoch(value: object) -> bool:
    """Whether this can number an epoch, or count them: 1 to 10,000."""
    return type(value) is int and 1 <= value <= MAX_EPOCHS


def is_section(value: object) -> bool:
    """Whether this can number a section: 0 to 4,095."""
    return type(value) is int and 0 <= value < MAX_SECTIONS


def is_scorer_count(value: object) -> bool:
    """Whether a run can have this many scorers."""
    return type(value) is int and 0 <= value <= MAX_SCORERS


def is_ranges(value: object) -> bool:
    """Whether this is a list of ``[first, last]``, not empty, ascending, each apart."""
    if not isinstance(value, list) or not value:
        return False
    before = -2
    for pair in cast("list[object]", value):
        if not isinstance(pair, list) or len(cast("list[int]", pair)) != 2:
            return False
        first, last = cast("list[int]", pair)
        if not is_index(first) or not is_index(last):
            return False
        if first > last or first <= before + 1:
            return False
        before = last
    return True
