"""Erasing and withholding parts: what must be erased together, so that no copy stays.

Not here: the deletion of parts, which the store does with the append.
"""

from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress

from application.actions import Action
from application.ports import Assets, EventStore, PartKey, StreamKey
from application.stored import StoredEvents
from domain.bundle.disclosure import marks
from domain.bundle.parts import assets_of
from domain.errors import NotFound, Refused


def erased_assets(
    store: EventStore, events: StoredEvents, key: StreamKey, actions: Sequence[Action]
) -> Sequence[str]:
    """Check that these erasures leave no copy behind, and return the assets that go with them.

    Raises:
        Refused: naming what is not there to erase, or what holds the same and is not erased too.
    """
    targets = _targets(actions)
    names: list[str] = []
    for target, action in targets.items():
        for name in assets_of(_held_part(events, key, target, action)):
            _check_alone(action, name, set(store.asset_holders(key, name)) - targets.keys())
            names.append(name)
    if targets:
        first = next(iter(targets.values()))
        _check_original(events, key, targets.keys(), first)
        _check_runs(store, events, key, first)
    return names


def check_withheld(
    events: StoredEvents,
    key: StreamKey,
    actions: Sequence[Action],
    fresh: Mapping[int, Collection[str]],
) -> None:
    """Check that what is withheld is there, or among the ``fresh``: versions with their kinds.

    Raises:
        Refused: naming what is not.
    """
    for action in actions:
        if action.type == "part.withheld":
            version, kind = action.facts["target"], action.facts["kind"]
            has = fresh.get(version, ())
            with suppress(NotFound):
                has = has or events.at(key, version).event.parts
            if kind not in has:
                expected = f"a part that version {version} has: {', '.join(has) or 'none'}"
                raise Refused(action.place, expected, kind)


def left_out_since(store: EventStore, key: StreamKey, version: int) -> bool:
    """Whether events of a stream behind this version erase or withhold parts."""
    pages = store.pages(key, version, parts=False)
    later = (page.lines[max(version - page.first + 1, 0) :] for page in pages)
    return any(mark for lines in later for mark in marks(lines))


@contextmanager
def forgetting(store: EventStore, assets: Assets, names: Sequence[str]) -> Generator[None]:
    """Delete those of these assets that no part lists once the block has ended, well or not.

    They are noted before: what a crash leaves behind, :func:`forget_doomed` deletes.
    """
    if not names:
        yield
        return
    assets.doom(names)
    try:
        yield
    finally:
        forget_doomed(store, assets)


def forget_doomed(store: EventStore, assets: Assets) -> None:
    """Delete what was noted to be deleted and is not held."""
    if doomed := assets.doomed():
        for name in doomed:
            if not store.asset_is_held(name):
                assets.delete(name)
        assets.doom(())


def _targets(actions: Sequence[Action]) -> dict[PartKey, Action]:
    targets: dict[PartKey, Action] = {}
    for action in actions:
        if action.type == "part.erased":
            target = PartKey(action.facts["target"], action.facts["kind"])
            if target in targets:
                found = f"{target.kind} of version {target.version} again"
                raise Refused(action.place, "each part erased once", found)
            targets[target] = action
    return targets


def _held_part(events: StoredEvents, key: StreamKey, target: PartKey, action: Action) -> bytes:
    held: Mapping[str, bytes] = {}
    with suppress(NotFound):
        held = events.at(key, target.version).parts
    if target.kind not in held:
        has = ", ".join(sorted(held)) or "none"
        expected = f"a part that version {target.version} holds: {has}"
        raise Refused(action.place, expected, target.kind)
    return held[target.kind]


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


def _check_runs(store: EventStore, events: StoredEvents, key: StreamKey, action: Action) -> None:
    """The file that a dataset was archived from hangs on the run, where there was one."""
    for other in store.streams() if key.stream.startswith("dataset/") else ():
        if other.origin != key.origin or not other.stream.startswith("run/"):
            continue  # what others have recorded, nobody can erase here
        registered = events.at(other, 1)
        facts, about = registered.event.facts, (key.origin, key.stream.removeprefix("dataset/"))
        if (facts["dataset_origin"], facts["dataset"]) == about and "original" in registered.parts:
            remedy = f"Erase kind original of version 1 of {other.stream} first."
            raise Refused(action.place, "no original file with the same content", "one", remedy)
