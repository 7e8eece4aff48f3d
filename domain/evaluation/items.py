"""What an item says of itself. Not here: its question and answer, which are parts of their own."""

from collections.abc import Mapping

from domain.canonical import Json


def section_name(item: Mapping[str, Json]) -> str:
    """The section that an item names, itself or in its ``meta`` as eval_752 does; else ""."""
    name, meta = item.get("section"), item.get("meta")
    if not isinstance(name, str) and isinstance(meta, dict):
        name = meta.get("section")
    return name if isinstance(name, str) else ""
