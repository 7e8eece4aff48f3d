"""What an item says of itself. Not here: its question and answer, which are parts of their own."""

from collections.abc import Mapping

from domain.canonical import Json


def section_name(item: Mapping[str, Json]) -> str:
    """The section that an item names, itself or in its ``meta`` as eval_752 does; else ""."""
    meta = item.get("meta")
    places = [item, meta] if isinstance(meta, dict) else [item]
    names = (place.get("section") for place in places)
    return next((name for name in names if isinstance(name, str)), "")
