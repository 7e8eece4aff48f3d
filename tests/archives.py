"""Archives for tests: real ones, in a folder, whose bytes are a function of what is recorded.

Clock, ids, salts and key follow from the archive's name, so the same recording gives the same
bundle on every machine. Not here: what is expected of them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from application.actions import Action, Receipt, read_action
from application.bundle_events import Verified, verified
from application.export import Exported
from application.importing import Change
from application.ports import Clock, StreamKey
from application.stored import StoredEvent, events_of
from domain.canonical import Json, encode
from domain.syntax import is_asset_name
from domain.verification.policy import Policy
from infrastructure.bundle_zip.reader import open_bundle
from infrastructure.bundle_zip.writer import BundleWriter
from infrastructure.signing.keys import FILE
from interface.bootstrap.archive import Archive
from interface.bootstrap.opening import open_archive
from interface.verifying import examined

Members = Mapping[str, Json]

DATASET = "dataset/00000000-0000-7000-8000-0000000000d5"
RUN = "run/00000000-0000-7000-8000-00000000002a"
CHOICE: Members = {"name": "choice", "method": "multiple_choice", "parameters": {}}
ANSWERS = ("Paris", "Rome", "Oslo")


class FixedClock:
    """A second passes with each question for the time; ids and salts are counted."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._asked = 0

    def now(self) -> str:
        """UTC in 27 characters."""
        begin = datetime(2026, 11, 23, 9, tzinfo=UTC)
        return f"{begin + timedelta(seconds=self._count()):%Y-%m-%dT%H:%M:%S.%fZ}"

    def event_id(self) -> str:
        """A UUID of the form of version 7."""
        digits = self._digits()
        return f"{digits[:8]}-{digits[8:12]}-7{digits[12:15]}-8{digits[15:18]}-{digits[18:30]}"

    def salts(self, count: int) -> Sequence[str]:
        """So many salts."""
        return [self._digits()[:32] for _ in range(count)]

    def _count(self) -> int:
        self._asked += 1
        return self._asked

    def _digits(self) -> str:
        return sha256(f"{self._seed} {self._count()}".encode()).hexdigest()


class Timed(FixedClock):
    """A clock that shows these times, and then the last one for ever."""

    def __init__(self, *times: str) -> None:
        super().__init__("timed")
        self._times = [*times]

    def now(self) -> str:
        """The next of the times."""
        return self._times.pop(0) if len(self._times) > 1 else self._times[0]


@contextmanager
def open_fixed(folder: Path, name: str, clock: Clock | None = None) -> Iterator[Archive]:
    """Open the archive ``name`` in ``folder`` for writing, as ``open_archive`` does."""
    keep_identity(folder, name)
    with open_archive(folder, writable=True) as archive:
        seed = f"{name} from position {archive.store.position()}"
        yield replace(archive, clock=clock or FixedClock(seed))


def keep_identity(folder: Path, name: str) -> None:
    """Put the identity that follows from the name where an archive looks for its own."""
    file = folder / "identity" / FILE
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        seed = sha256(name.encode()).hexdigest()
        file.write_bytes(encode({"ed25519_seed": seed, "origin": name}))
        file.chmod(0o600)


def actions(*members: Members) -> list[Action]:
    """Actions as a caller's lines give them."""
    lines = map(encode, map(dict, members))
    return [read_action(line, f"line {number}") for number, line in enumerate(lines, 1)]


def record(archive: Archive, stream: str, *members: Members) -> Receipt:
    """Record these lines as one batch, by a recorder that remembers nothing."""
    return archive.recorder().record(stream, actions(*members))


def registered(name: str = "capitals") -> Members:
    """The line that begins a dataset."""
    return {"type": "dataset.registered", "config": {"name": name}}


def added(number: int, answer: str | None = None, **more: Json) -> Members:
    """The line that adds item ``q-<number>``, multiple choice among :data:`ANSWERS`."""
    row: dict[str, Json] = {
        "id": f"q-{number}",
        "type": "mcq_single",
        "inputs": {"text": f"What is the capital of country {number}?"},
        "choices": [*ANSWERS],
        "answer": answer or ANSWERS[number % 3],
        "meta": {"section": f"section {number % 2}"},
    }
    return {"type": "dataset.item_added", "row": {**row, **more}}


FROZEN: Members = {"type": "dataset.frozen"}
SEALED: Members = {"type": "stream.sealed"}
PLANNED: Members = {"type": "run.planned"}
STARTED: Members = {"type": "run.started"}
COMPLETED: Members = {"type": "run.completed"}


def run_registered(*scorers: Members, dataset: str = DATASET, **more: Json) -> Members:
    """The line that begins a run."""
    config: dict[str, Json] = {
        "provider": "p",
        "model": "m-1",
        "parameters": {},
        "scorers": [dict(scorer) for scorer in scorers],
    }
    about = dataset.removeprefix("dataset/")
    return {"type": "run.registered", "dataset": about, "config": {**config, **more}}


def answered(number: int, text: str | None = None, **more: Json) -> Members:
    """The line of a scored answer to ``q-<number>``: the right one, unless ``text`` is another."""
    told = text or f"The answer is {'ABC'[number % 3]}."
    return {
        "type": "item.answered",
        "item": f"q-{number}",
        "latency_ms": 100 + number,
        "request": {"messages": [{"role": "user", "content": f"The capital of {number}?"}]},
        "response": {"text": told},
        "score": True,
        **more,
    }


def record_dataset(archive: Archive, items: int = 3, stream: str = DATASET) -> None:
    """Record and seal a dataset."""
    rows = (added(number) for number in range(items))
    record(archive, stream, registered(), *rows, FROZEN, SEALED)


def record_run(archive: Archive, items: int = 3, stream: str = RUN) -> None:
    """Record and seal a run that answers each item of :data:`DATASET`."""
    answers = (answered(number) for number in range(items))
    begin = (run_registered(CHOICE), PLANNED, STARTED)
    record(archive, stream, *begin)
    record(archive, stream, *answers, COMPLETED, SEALED)


def begin_run(archive: Archive, items: int = 3, *scorers: Members) -> None:
    """Record and seal a dataset, and begin a run over it."""
    record_dataset(archive, items)
    record(archive, RUN, run_registered(*(scorers or [CHOICE])), PLANNED, STARTED)


def stored(archive: Archive, stream: StreamKey | str = RUN) -> list[StoredEvent]:
    """All events of a stream, with the parts that are held."""
    of = stream if isinstance(stream, StreamKey) else key(archive, stream)
    return [event for page in archive.store.pages(of) for event in events_of(page)]


def types(archive: Archive, stream: StreamKey | str = RUN) -> list[str]:
    """What has happened in a stream."""
    return [event.type for event, _, _ in stored(archive, stream)]


def with_asset(archive: Archive, action: Action, kind: str, data: bytes) -> str:
    """Let a part of the action refer to these bytes, and return their name."""
    name = archive.assets.put([data], "png")
    action.assets = {**action.assets, kind: [name]}
    return name


def left_over(archive: Archive) -> list[str]:
    """The files among the archive's assets that no part lists, and no note of what to delete."""
    files = [path.name for path in (archive.folder / "assets").rglob("*") if path.is_file()]
    kept = {name for name in files if is_asset_name(name) and archive.store.asset_is_held(name)}
    return [*archive.assets.doomed(), *({*files} - kept - {"doomed"})]


def key(archive: Archive, stream: str = RUN) -> StreamKey:
    """A stream of the archive's own."""
    return StreamKey(archive.signer.origin, stream)


def export(
    archive: Archive,
    path: Path,
    stream: StreamKey | str = RUN,
    withhold: Iterable[str] = (),
) -> Exported:
    """Write a bundle of a stream."""
    of = stream if isinstance(stream, StreamKey) else key(archive, stream)
    exporter = archive.exporter()
    extents = exporter.extents(of)
    with BundleWriter(path) as sink:
        return exporter.export(extents, sink, withhold, lambda _: None)


def names_in(path: Path) -> list[str]:
    """The names of a bundle's members."""
    with open_bundle(path) as members:
        return [*members.names()]


def member_of(path: Path, name: str) -> bytes:
    """One member of a bundle, whole."""
    with open_bundle(path) as members:
        return b"".join(members.chunks(name))


@contextmanager
def open_verified(path: Path) -> Iterator[Verified]:
    """A bundle that a verifier found sound, ready to be imported."""
    with examined(path, Policy()) as (examination, members):
        assert members is not None
        yield verified(members, examination)


def take(archive: Archive, path: Path) -> list[Change]:
    """Verify and import a bundle."""
    with open_verified(path) as bundle:
        return [change for _, change in archive.importer().take(bundle).changes]


def snapshot(archive: Archive) -> object:
    """All that an archive holds: streams, states, and the files beside the database."""
    keys = archive.store.streams()
    held = [(of, s.line, [*s.parts.items()]) for of in keys for s in stored(archive, of)]
    states = [archive.store.state(of) for of in keys]
    paths = (path for path in archive.folder.rglob("*") if path.is_file())
    files = {path: path.read_bytes() for path in paths if "sqlite3" not in path.name}
    return archive.store.position(), held, states, files
