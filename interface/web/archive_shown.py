"""What the archive's page shows: keys, log, who vouches for its head, health, how much there is.

Each is told only as far as somebody may see it. Not here: how it looks, and what was done to the
archive (``actions_shown``).
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from application.access import Permission, Principal, Role
from application.ports import StreamKey
from application.stamping_thread import StampingThreads
from domain.errors import Eval752Error, TablesDiffer
from interface.api.service import Service
from interface.api.timestamping import Stamping
from interface.shown import KeyShown, LogShown, log_shown, shown_key
from interface.web.heads_shown import HeadsSeen, heads_seen

_HEADS: Final = 10


class Health(NamedTuple):
    """Of one thing that the service does: whether it goes well, None where nobody is asked."""

    name: str
    holds: bool | None
    because: str


class Counts(NamedTuple):
    """How much there is that somebody sees; ``events`` None where that would tell of others."""

    runs: int
    datasets: int
    events: int | None


class ArchiveShown(NamedTuple):
    """All of it."""

    keys: Sequence[KeyShown]
    log: LogShown
    heads: HeadsSeen
    health: Sequence[Health]
    counts: Counts


def sees_everything(who: Principal) -> bool:
    """Whether somebody sees all projects, and so what was done to the archive as a whole."""
    return who.project is None and who.role is not Role.RECORDER


def archive_shown(
    service: Service, stamping: Stamping, who: Principal, *, stopping: bool
) -> ArchiveShown:
    """The archive as it is now."""
    archive = service.archive
    return ArchiveShown(
        [*map(shown_key, archive.signer.known())][::-1],
        log_shown(archive.log, archive.signer),
        heads(service, None, _HEADS),
        [*_health(service, stamping, who, stopping=stopping)],
        _counts(service, who),
    )


def heads(service: Service, before: int | None, most: int) -> HeadsSeen:
    """So many heads of the log that others have seen, below a size where one is given."""
    archive = service.archive
    return heads_seen(archive.stamps, archive.cosignatures, archive.clock.now(), before, most)


def _health(
    service: Service, stamping: Stamping, who: Principal, *, stopping: bool
) -> Iterator[Health]:
    """What ``/readyz`` says; for administrators what each thread says, as the metrics do."""
    yield from _damaged(service, who)
    reading = _reading(service)
    is_ready = service.writer.is_alive and not stopping and not reading
    told = "It records and can be read." if is_ready else "It does not record, or cannot be read."
    yield Health("ready", is_ready, told)
    if not who.may(Permission.MANAGE):
        return
    writes = service.writer.is_alive
    yield Health("recording", writes, "The writer takes work." if writes else "It is stopping.")
    yield Health("reading", not reading, reading or "The tables follow the events.")
    fault = service.keeper.fault
    yield Health("signing", not fault, str(fault) if fault else "The log's head can be signed.")
    yield from _asked("timestamps", stamping.timestamps, "timestamp authority")
    yield from _asked("witnesses", stamping.witnesses, "witness")


def _asked(name: str, threads: StampingThreads, what: str) -> Iterator[Health]:
    if not threads.names:
        yield Health(name, None, f"The settings name no {what}.")
    faults = dict(threads.faults)  # which threads change meanwhile
    for each in threads.names:
        fault = faults.get(each)
        yield Health(name, not fault, f"{each}: {fault or 'no fault when asked last.'}")


def _reading(service: Service) -> str:
    """What keeps the tables from following; "" where nothing does."""
    try:
        service.follower.wait()
    except Eval752Error as fault:
        return str(fault)
    except Exception as fault:  # noqa: BLE001 - whatever stopped the follower is told, not raised
        return type(fault).__name__
    return ""


def _counts(service: Service, who: Principal) -> Counts:
    """By the store, which is there also where the tables are not."""
    keys, store = _seen(service, who), service.archive.store
    events = sum(map(store.version, keys)) if sees_everything(who) else None
    return Counts(*_by_kind(keys), events)


def _damaged(service: Service, who: Principal) -> Iterator[Health]:
    """What was found damaged, of runs and datasets that somebody sees; nothing where nothing was.

    That nothing was met does not say that nothing is.
    """
    found = service.damage.all
    keys = [key for key in _seen(service, who) if key.stream in found] if found else []
    differing = [key for key in keys if isinstance(found[key.stream].damage, TablesDiffer)]
    if told := _told([key for key in keys if key not in differing]):
        where = "the page Verification of a run says where"
        yield Health("evidence", False, f"Damage was found in the evidence of {told}; {where}.")
    if told := _told(differing):
        told = f"The tables of {told} differ from the events: eval752 rebuild makes them anew."
        yield Health("tables", False, told)


def _told(keys: Sequence[StreamKey]) -> str:
    counts = zip(_by_kind(keys), ("run", "dataset"), strict=True)
    return " and ".join(f"{count} {kind}{'s' * (count > 1)}" for count, kind in counts if count)


def _seen(service: Service, who: Principal) -> Sequence[StreamKey]:
    """The streams that somebody sees."""
    keys = service.archive.store.streams()
    if sees_everything(who):
        return keys
    return [key for key in keys if who.sees(key, service.book.place(key))]


def _by_kind(keys: Sequence[StreamKey]) -> tuple[int, int]:
    """How many runs and datasets."""
    runs, datasets = (
        sum(key.stream.startswith(kind) for key in keys) for kind in ("run/", "dataset/")
    )
    return runs, datasets
