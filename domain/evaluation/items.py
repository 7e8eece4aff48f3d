"""What an item says of itself. Not here: its question and answer, which are parts of their own."""

from collections.abc import Mapping
from typing import Any

from domain.canonical import Json


def section_name(item: Mapping[str, Json]) -> str:
    """The section that an item names, itself or in its ``meta`` as eval_752 does; else ""."""
    meta: Any = item.get("meta")
    for place in (item, meta if isinstance(meta, dict) else {}):
        if isinstance(name := place.get("section"), str):
            return name
    return ""
