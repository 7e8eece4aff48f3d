"""Erasing: what must be erased together, so that no copy of the content stays.

Not here: the deletion itself, which the store does with the append.
"""

from collections.abc import Collection, Sequence

from application.actions import Action
from application.ports import EventStore, PartKey, StreamKey
from application.stored import StoredEvents
from domain.bundle.parts import assets_of
from domain.errors import Refused


def erased_assets(
    store: EventStore, events: StoredEvents, key: StreamKey, actions: Sequence[Action]
) -> Sequence[str]:
    """Check that these erasures leave no copy behind, and return the assets that go with them.

    Raises:
        Refused: naming what is not there to erase, or what holds the same and is not erased too.
    """
    targets = {PartKey(a.facts["target"], a.facts["kind"]): a for a in actions if _erases(a)}
    names: list[str] = []
    for target, action in targets.items():
        stored = events.at(key, target.version)
        line = stored.parts.get(target.kind)
        if line is None:
            has = ", ".join(sorted(stored.parts)) or "no parts"
            raise Refused(action.place, f"a part of version {target.version}: {has}", target.kind)
        for name in assets_of(line):
            _check_alone(action, name, set(store.asset_holders(key, name)) - targets.keys())
            names.append(name)
    if targets:
        _check_original(events, key, targets.keys(), next(iter(targets.values())))
    return names


def _erases(action: Action) -> bool:
    return action.type == "part.erased"


def _check_alone(action: Action, name: str, others: set[PartKey]) -> None:
    if others:
        told = ", ".join(f"{kind} of version {version}" for version, kind in sorted(others))
        remedy = "Erase these in the same batch."
        raise Refused(
            action.place, "no other part with the same asset", f"{name} in {told}", remedy
        )


def _check_original(
    events: StoredEvents, key: StreamKey, targets: Collection[PartKey], action: Action
) -> None:
    holds_original = "original" in events.at(key, 1).parts
    if holds_original and PartKey(1, "original") not in targets:
        remedy = "Erase kind original of version 1 in the same batch."
        raise Refused(action.place, "no original file with the same content", "one", remedy)
