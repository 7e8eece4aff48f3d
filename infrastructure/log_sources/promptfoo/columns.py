"""The columns of a promptfoo result file: each a prompt with a provider, and so a run.

Not here: which rows are of a column (``matrix``), and whether what is stated of them is true.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from application.log_source import Account
from domain.canonical import Json
from infrastructure.log_sources.json_values import object_at
from infrastructure.log_sources.loose_json import Members
from infrastructure.log_sources.promptfoo.container import Container
from infrastructure.log_sources.promptfoo.rows import label_of, provider_of

COLUMNS: Final = ("prompts", "table.head.prompts")
"""Where columns are listed."""


class Column(NamedTuple):
    """A prompt with its provider, as far as the file tells.

    ``provider`` is its id, or its label as long as no row tells. ``prompt`` is what the file states
    of the two; ``metrics`` are what the file says of its results,
    at ``place``; ``cell`` is its number in the rows of the file's own table.
    """

    provider: str = ""
    label: str = ""
    prompt: Json = None
    metrics: Mapping[str, Json] = {}
    place: str = ""
    cell: int = -1


def stated_columns(container: Container) -> Sequence[Column]:
    """The columns that the file lists; none where it lists none, or two that look alike."""
    for name in COLUMNS:
        columns = [*_listed(container, name)]
        if columns:
            keys = {(column.provider, column.label) for column in columns}
            return columns if len(keys) == len(columns) or name == "prompts" else []
    return []


def place_of(columns: Sequence[Column], provider: str, label: str) -> int | None:
    """The column of a provider and prompt."""
    wanted = (provider, label)
    found = (n for n, column in enumerate(columns) if (column.provider, column.label) == wanted)
    return next(found, None)


def provider_and_model(provider: str) -> Members:
    """What stands before the first colon of a provider's id, and behind it."""
    name, _, model = provider.partition(":")
    return {"provider": name or "unknown", "model": model or name or "unknown"}


def parameters_of(config: Mapping[str, Json], column: Column) -> Json:
    """What the eval's config sets for the provider of a column, by its label or else its id."""
    listed = config.get("providers")
    entries = [object_at(each) for each in (listed if isinstance(listed, list) else [listed])]
    for name in (object_at(column.prompt).get("provider"), column.provider):
        for entry in entries:
            if name and name in (entry.get("label"), entry.get("id")):
                return object_at(entry, "config")
            if isinstance(name, str) and name in entry:
                return object_at(entry[name], "config")
    return {}


def only_provider(config: Mapping[str, Json]) -> str:
    """The provider of an eval that has no other; nothing where it has several."""
    listed = config.get("providers")
    entries = listed if isinstance(listed, list) else [listed]
    return provider_of({"provider": entries[0]}) if len(entries) == 1 else ""


def _listed(container: Container, name: str) -> Iterator[Column]:
    for number, (place, entry) in enumerate(container.elements(name, Account())):
        members: Members = entry if isinstance(entry, dict) else {}
        metrics = members.get("metrics")
        yield Column(
            provider=provider_of(members),
            label=label_of(entry),
            prompt={n: v for n, v in members.items() if n != "metrics"} or entry,
            metrics=metrics if isinstance(metrics, dict) else {},
            place=f"{place}.metrics",
            cell=number,
        )
