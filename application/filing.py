"""Filing: a log file's entries become the actions of two streams, in batches, with derived ids.

Streams and events have their ids from the file's digest: the same file gives the same ids. Not
here: recording, and what entries mean.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import chain, islice
from typing import Any, Final

from application.access import MAIN
from application.actions import Action, action_of
from application.filed_findings import annotation_of
from application.likely_secrets import SecretSearch
from application.log_source import Account, Entry, LogFile
from domain.canonical import Json

MAX_ACTIONS: Final = 1000
MAX_BYTES: Final = 4 * 2**20
REGISTERED: Final = frozenset({"dataset.registered", "run.registered"})


class Filing:
    """A log file with the streams that it goes to: entries become actions with ids, in batches.

    In each project, it goes to others: no project finds out what another one has archived.
    """

    def __init__(self, log: LogFile, original: bool, project: str = MAIN) -> None:
        self.log, self.original = log, original
        digests = " ".join(file.asset.partition(".")[0] for file in log.files)
        seed = (
            f"{log.mapping}\n{digests}"
            if project == MAIN
            else f"{project} {log.mapping}\n{digests}"
        )
        names = ["dataset", *("run" if n == 1 else f"run {n}" for n in range(1, log.runs + 1))]
        seeds = (f"{seed}\n{name}" for name in names)
        self._seeds = {_stream(name, seed): seed for name, seed in zip(names, seeds, strict=True)}
        self.dataset, *runs = self._seeds
        self.runs: Sequence[str] = runs
        self.main: Sequence[str] = runs or [self.dataset]
        self.main_id = derived_id(self._seeds[self.main[0]], 1)

    def originals(self) -> list[str]:
        """The assets that the file itself is kept as; none where it is not to be kept."""
        return [*dict.fromkeys(file.asset for file in self.log.files if self.original)]

    def batches(self, account: Account) -> Iterator[tuple[str, Sequence[Action]]]:
        """Walk the file and take account of it; yield streams with their next actions."""
        closing = [_bare("dataset.frozen"), _bare("stream.sealed")]
        entries = chain(self.log.dataset(account), closing)
        yield from self._of_stream(self.dataset, entries)
        filed = 0
        for number, stream in enumerate(self.runs):
            entries = chain(self.log.run(number, account), _findings(account, filed))
            yield from self._of_stream(stream, chain(entries, [_bare("stream.sealed")]))
            filed = len(account.findings)

    def withholding(
        self, secrets: SecretSearch, *, original: bool
    ) -> Iterator[tuple[str, Sequence[Action]]]:
        """Withhold the parts that hold secrets, and the ``original`` where it is kept; seal again.

        Ids follow from what is withheld, whenever that is found.
        """
        for stream, seed in self._seeds.items():
            found = {kind: parts for (of, kind), parts in secrets.parts.items() if of == stream}
            if original and stream in self.main:
                found["original"] = array("Q", [1])
            withheld = _withheld(seed, found)
            ids = sha256()
            while batch := [*islice(withheld, MAX_ACTIONS)]:
                ids.update(" ".join(action.id for action in batch).encode())
                yield stream, batch
            if found:
                seal = derived_id(f"{seed}\nsealed {ids.hexdigest()}", 0)
                yield stream, [Action("stream.sealed", id=seal, place="secrets")]

    def _of_stream(
        self, stream: str, entries: Iterable[Entry]
    ) -> Iterator[tuple[str, Sequence[Action]]]:
        batch: list[Action] = []
        size = 0
        for position, entry in enumerate(entries, 1):
            if batch and (len(batch) == MAX_ACTIONS or size + entry.size > MAX_BYTES):
                yield stream, batch
                batch, size = [], 0
            action = self._action(stream, entry)
            action.id = derived_id(self._seeds[stream], position)
            batch.append(action)
            size += entry.size
        yield stream, batch

    def _action(self, stream: str, entry: Entry) -> Action:
        members = entry.members
        if members["type"] == "run.registered":
            members = {**members, "dataset": self.dataset.removeprefix("dataset/")}
        action = action_of(members, entry.place)
        action.assets = entry.assets
        if action.type in REGISTERED:
            action.facts["archived_from"] = self.log.mapping
        if self.original and stream in self.main and action.type in REGISTERED:
            action.parts["original"] = self._original()
            action.assets = {**entry.assets, "original": self.originals()}
        return action

    def _original(self) -> Json:
        """What the file is; of several, also which asset is which."""
        first, *more = files = self.log.files
        told: dict[str, Json] = {"media_type": first.media_type, "name": first.name}
        if more:
            told["files"] = {file.name: file.asset for file in files}
        return told


def _findings(account: Account, filed: int) -> Iterator[Entry]:
    """What was found since so many findings were filed, as an annotation of the run."""
    if fresh := account.findings[filed:]:
        members: dict[str, Json] = {"type": "run.annotated", "annotation": annotation_of(fresh)}
        yield Entry(members, fresh[0].place)


def _stream(name: str, seed: str) -> str:
    return f"{name.partition(' ')[0]}/{derived_id(seed, 0)}"


def _bare(event_type: str) -> Entry:
    return Entry({"type": event_type}, event_type)


def _withheld(seed: str, parts: Mapping[str, "array[int]"]) -> Iterator[Action]:
    for kind, positions in sorted(parts.items()):
        for position in positions:
            facts: dict[str, Any] = {"kind": kind, "target": position}
            event_id = derived_id(f"{seed}\nwithheld {kind}", position)
            yield Action("part.withheld", facts, id=event_id, place="secrets")


def position_of(action: Action) -> int:
    """The place of a filed action in its stream, which is its version there."""
    return int(action.id[-8:], 16)


def derived_id(seed: str, position: int) -> str:
    """A UUIDv8 (RFC 9562, section 5.8): 90 bits from the seed, then 32 of the position.

    Ids of one stream ascend, which the store's index on them likes far better than chance.
    """
    digits = sha256(seed.encode()).hexdigest()
    variant = "89ab"[int(digits[15], 16) & 3]
    prefix = f"{digits[:8]}-{digits[8:12]}-8{digits[12:15]}-{variant}{digits[16:19]}"
    return f"{prefix}-{digits[19:23]}{position:08x}"
