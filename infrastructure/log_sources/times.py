"""Times that other tools state, as claims in UTC. Not here: under which names they stand."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from domain.canonical import Json
from infrastructure.log_sources.loose_json import Members

_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d[T ](?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)", re.ASCII
)


def occurred(places: Sequence[Members], names: Sequence[str]) -> Members:
    """The first time under one of these names that says its zone, as a fact in UTC."""
    for members in places:
        for name in names:
            if time := _utc(members.get(name)):
                return {"occurred": time}
    return {}


def _utc(value: Json) -> str:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        return ""
    try:
        time = datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        return ""
    return time.isoformat(timespec="microseconds").replace("+00:00", "Z")
