"""Actions of a sample as entries: media become assets, and so do messages beyond a part's limit.

Not here: what the actions say.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from application.log_source import Account, Entry
from domain.canonical import encode
from infrastructure.log_sources.asset_spill import AssetSpill
from infrastructure.log_sources.inspect_logs.samples import Sample
from infrastructure.log_sources.loose_json import Members

LARGE: Final = 4 * 2**20
"""Half of what a part may have: the messages of a larger sample are an asset of their own."""

_KINDS: Final = ("request", "response", "error", "score", "rationale")


def entries_of(
    actions: Iterable[Members], sample: Sample, spill: AssetSpill, account: Account
) -> Iterator[Entry]:
    """Each action as an entry, the first with the size of all of the sample."""
    size = sample.size
    for action in actions:
        assets: dict[str, list[str]] = {}
        for kind in _KINDS:
            if kind in action:
                sample.media.names.clear()
                action[kind] = sample.media.resolved(action[kind])
                names = sample.media.names
                if sample.size > LARGE and (name := _set_apart(action, kind, spill)):
                    account.note("messages of more than 4 MiB: an asset", sample.place)
                    names.add(name)
                if names:
                    assets[kind] = sorted(names)
        yield Entry(action, sample.place, size, assets)
        size = 0


def _set_apart(action: Members, kind: str, spill: AssetSpill) -> str:
    """Keep the messages of a part as an asset, where they are large, and return its name."""
    part = action[kind]
    if not isinstance(part, dict) or "messages" not in part:
        return ""
    data = encode(part["messages"])
    if len(data) <= LARGE:
        return ""
    name = spill.keep(data, "json")
    part["messages"] = f"assets/{name}"
    return name
