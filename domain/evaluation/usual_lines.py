"""What nearly every envelope looks like: one pattern for each event type, made from its table.

A line that matches is one that ``write_event`` writes: canonical, with the members, facts and parts
of its type in their forms. Not here: the rules themselves (``events``), and any word on a line that
does not match; it may be good all the same, and the strict reader says what it is.
"""

import re
from collections.abc import Collection, Mapping
from typing import Final

from domain import syntax

_FACTS: Final[Mapping[str, str]] = {
    "archived_from": f'"{syntax.WORD}"',
    "attempt": "[1-9][0-9]{0,3}",
    "by": f'"{syntax.UUID}"',
    "dataset": f'"{syntax.UUID}"',
    "dataset_origin": f'"{syntax.ORIGIN}"',
    "digest": f'"{syntax.DIGEST}"',
    "epoch": "[1-9][0-9]{0,3}",
    "expires": f'"{syntax.TIME}"',
    "item": syntax.INDEX,
    "items": syntax.INDEX,
    "items_root": f'"{syntax.DIGEST}"',
    "latency_ms": syntax.INDEX,
    "occurred": f'"{syntax.TIME}"',
    "project": f'"{syntax.WORD}"',
    "role": f'"{syntax.WORD}"',
    "root": f'"{syntax.DIGEST}"',
    "same_config": syntax.INDEX,
    "scorer": "[0-9]",
    "scorers": "[0-9]",
    "section": "(?:0|[1-9][0-9]{0,2}|[1-3][0-9]{3})",
    "size": syntax.INDEX,
    "source": f'"{syntax.ORIGIN}"',
    "stream": f'"{syntax.STREAM}"',
    "target": syntax.ORDINAL,
    "token": f'"{syntax.UUID}"',
    "tokens_in": syntax.INDEX,
    "tokens_out": syntax.INDEX,
    "trial": syntax.ORDINAL,
    "verdict": f'"{syntax.WORD}"',
}
"""How the values of facts are usually written; a fact that is not here has no usual form."""


def usual_line(
    event_type: str, streams: Collection[str], facts: Mapping[str, bool], parts: Mapping[str, bool]
) -> re.Pattern[bytes] | None:
    """Return the pattern of a type's lines; None for a type that has none.

    Args:
        event_type: its name.
        streams: the kinds of stream that it stands in.
        facts: by name, whether it is required.
        parts: by kind, whether it is required.
    """
    if any(required and name not in _FACTS for name, required in facts.items()):
        return None
    stream = "|".join(syntax.STREAM_OF[kind] for kind in sorted(streams))
    digests = dict.fromkeys(parts, f'"{syntax.DIGEST}"')
    line = (
        rf'{{"actor":"{syntax.ACTOR}","at":"{syntax.TIME}","facts":{{{_members(facts, _FACTS)}}},'
        rf'"format":1,"id":"{syntax.UUID}","origin":"{syntax.ORIGIN}",'
        rf'"parts":{{{_members(parts, digests)}}},"stream":"(?:{stream})",'
        rf'"type":"{re.escape(event_type)}","version":{syntax.ORDINAL}}}'
    )
    return re.compile(line.encode())


def _members(names: Mapping[str, bool], forms: Mapping[str, str]) -> str:
    """The members of an object in their order, each with the comma that must part it from more."""
    found = ""
    for name in sorted(names.keys() & forms.keys()):
        member = rf'"{name}":{forms[name]}(?:,(?=")|(?=}}))'
        found += member if names[name] else f"(?:{member})?"
    return found
