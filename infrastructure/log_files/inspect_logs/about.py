"""What a log says of its own origin: which run of which archive, up to where, and what is left out.

Not here: what Inspect's own members say.
"""

from collections.abc import Mapping
from typing import Final

from application.whole_run import WholeRun
from domain.canonical import Json
from domain.evaluation.stream import Head
from infrastructure.log_files.inspect_logs.members import Members
from infrastructure.log_files.json_text import Value
from infrastructure.log_files.json_text import object_of as text_object

KEY: Final = "eval752"
"""Under which name it stands in metadata."""

_MAPPING: Final = "inspect-export-1"
_ABOUT: Final = (
    "Written by eval752 from its archive, for use in other tools. This log is no evidence: only a"
    " bundle (.eval752.zip) of the run can be verified."
)


def with_ours(metadata: Members, ours: Mapping[str, Value]) -> dict[str, Value]:
    """Metadata with what we add to it; what an earlier export had added is kept within."""
    if not ours:
        return {**metadata}
    before = {"previous": metadata[KEY]} if KEY in metadata else {}
    return {**metadata, KEY: text_object({**ours, **before})}


def about(whole: WholeRun, summary: Json) -> dict[str, Value]:
    """Of which run a log is, and what the archive makes of its results."""
    dataset, run = map(_end, whole.heads)
    told: dict[str, Value] = {
        "about": _ABOUT,
        "mapping": _MAPPING,
        "dataset": dataset,
        "run": run,
        "summary": summary,
        "withheld_kinds": [*sorted(whole.withheld - {"original"})],
    }
    if whole.superseded_by:
        told["superseded_by"] = f"run/{whole.superseded_by}"
    return told


def _end(head: Head) -> Json:
    root = head.tree.root().hex()
    return {"origin": head.origin, "root": root, "stream": head.stream, "version": head.version}
