"""Archiving: another tool's log file becomes a sealed dataset and, with results, sealed runs.

All of the file is recorded in one transaction, or nothing. Streams and events have their ids from
its digest, so that archiving it again changes nothing that is there. Not here: any file's form
(``log_source``), and judgement about what the file claims: the verifier reports its origin as not
shown.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain, islice
from typing import Final, NamedTuple

from application.access import MAIN
from application.actions import Action
from application.archive_report import ArchiveReport, Count, OnSecrets
from application.erasing import forget_doomed
from application.filing import REGISTERED, Filing, position_of
from application.likely_secrets import SecretDetector, SecretSearch
from application.log_source import Account, LogFile
from application.ports import Assets, EventStore, StreamKey
from application.record import Recorder
from domain.errors import Refused

Begins = Callable[[Sequence[StreamKey]], None]


RESULT_ANNOTATED: Final = "run.annotated, of an item"

KINDS: Final = {
    "items": ("dataset.item_added",),
    "results": ("item.answered", "item.failed", RESULT_ANNOTATED),
    "failed attempts": ("item.attempt_failed",),
    "scores": ("item.scored",),
    "score edits": ("score.revised",),
}


@dataclass(slots=True)
class _Pass:
    """What one pass over the file came to; ``noted`` are the assets that were put for it."""

    secrets: SecretSearch
    account: Account = field(default_factory=Account)
    types: Counter[str] = field(default_factory=Counter[str])
    assets: set[str] = field(default_factory=set[str])
    noted: list[str] = field(default_factory=list[str])
    recorded: int = 0
    known: int = 0
    withheld: int = 0

    def take(self, log: LogFile, stream: str, actions: Iterable[Action]) -> None:
        """Count actions, the assets that they name, and what may be a secret in them."""
        for action in actions:
            self.types[_counted_as(action)] += 1
            at = position_of(action)
            self.secrets.take(stream, at, action)
            for kind, names in action.assets.items():
                if kind != "original":
                    self.assets.update(names)
                    for name in names:
                        if name.endswith(_TEXT):
                            self.secrets.take_asset(stream, at, kind, log.asset(name))

    def counts(self) -> Sequence[Count]:
        """Counts by kind, in the file and in the archive."""
        archived = {kind: sum(self.types[name] for name in types) for kind, types in KINDS.items()}
        archived["assets"] = len(self.assets)
        kinds = [*archived, *(self.account.found.keys() - archived.keys())]
        counts = [Count(kind, self.account.found[kind], archived.get(kind, 0)) for kind in kinds]
        return [count for count in counts if count.found or count.archived]


_TEXT: Final = (".json", ".txt")
"""Assets that are looked through for secrets; the others are pictures and sounds."""


class Means(NamedTuple):
    """What log files are archived with."""

    recorder: Recorder
    store: EventStore
    assets: Assets
    detector: SecretDetector


class Archiver:
    """Archives log files."""

    def __init__(self, means: Means, project: str = MAIN, begins: Begins | None = None) -> None:
        """Archive for a project; ``begins`` is told which streams will begin, before they do.

        What it commits is in the same transaction.
        """
        self._recorder, self._store, self._assets, self._detector = means
        self._project, self._begins = project, begins

    def archive(
        self, log: LogFile, *, original: bool = True, on_secrets: OnSecrets = OnSecrets.WARN
    ) -> ArchiveReport:
        """Archive a log file; ``original`` says whether to keep the file itself as well.

        Raises:
            InvalidInput: when the file cannot be archived; nothing is recorded.
            Refused: when it holds a likely secret and none is allowed, or changes meanwhile.
            Conflict: when the archive holds something else under its ids.
        """
        filing = Filing(log, original, self._project)
        if on_secrets is OnSecrets.REFUSE:
            self._check_secrets(filing)
        try:
            with self._store.whole():
                self._tell_beginnings(filing)
                seen = self._record(filing)
                if on_secrets is OnSecrets.WITHHOLD:
                    self._withhold(filing, seen)
        finally:
            self._forget(filing)
        return ArchiveReport(
            mapping=log.mapping,
            digest=log.files[0].asset.partition(".")[0],
            dataset=filing.dataset,
            runs=filing.runs,
            counts=seen.counts(),
            recorded=seen.recorded,
            known=seen.known,
            original=self._holds_original(filing),
            notes=seen.account.notes(),
            compared=seen.account.compared,
            findings=[*dict.fromkeys(seen.account.findings)],
            secrets=seen.secrets.first,
            secret_count=seen.secrets.count,
            withheld=seen.withheld,
        )

    def _tell_beginnings(self, filing: Filing) -> None:
        if self._begins:
            streams = (filing.dataset, *filing.runs)
            keys = (StreamKey(self._recorder.origin, stream) for stream in streams)
            self._begins([key for key in keys if not self._store.version(key)])

    def _record(self, filing: Filing) -> _Pass:
        seen = _Pass(SecretSearch(self._detector))
        self._keep_original(filing, seen)
        for stream, batch in filing.batches(seen.account):
            seen.take(filing.log, stream, batch)
            here = self._store.known_ids([action.id for action in batch])
            new = (action for action in batch if action.id not in here)
            names = chain.from_iterable(chain(*action.assets.values()) for action in new)
            self._keep(filing.log, seen, names)
            # The name of a file and whether it is kept were decided when it was archived first.
            open_to_change = {a.id for a in batch if a.type in REGISTERED} & here.keys()
            receipt = self._recorder.record(
                stream, [action for action in batch if action.id not in open_to_change]
            )
            seen.recorded += receipt.recorded
            seen.known += receipt.known + len(open_to_change)
        seen.secrets.take_rest(filing.log.unread())
        _check_unchanged(filing.log)
        return seen

    def _withhold(self, filing: Filing, seen: _Pass) -> None:
        """Withhold what may hold a secret, also of what is here already, and seal again."""
        if not seen.secrets.count:
            return
        holds_original = self._holds_original(filing)
        for stream, batch in filing.withholding(seen.secrets, original=holds_original):
            receipt = self._recorder.record(stream, batch)
            seen.recorded += receipt.recorded
            seen.known += receipt.known
            seen.withheld += sum(action.type == "part.withheld" for action in batch)

    def _check_secrets(self, filing: Filing) -> None:
        """Look through the whole file, before anything of it is written anywhere."""
        seen = _Pass(SecretSearch(self._detector))
        for stream, batch in filing.batches(seen.account):
            seen.take(filing.log, stream, batch)
        seen.secrets.take_rest(filing.log.unread())
        if seen.secrets.count:
            raise _secrets_refused(seen.secrets)

    def _keep_original(self, filing: Filing, seen: _Pass) -> None:
        """Put the files before the first event, unless they are part of an event that is here."""
        if not self._store.known_ids([filing.main_id]):
            self._keep(filing.log, seen, filing.originals())

    def _keep(self, log: LogFile, seen: _Pass, names: Iterable[str]) -> None:
        """Put what new events refer to, noted before; what was erased must not come back."""
        lacking = [*dict.fromkeys(name for name in names if not self._assets.holds(name))]
        if lacking:
            seen.noted += lacking
            self._assets.doom(seen.noted)
        for name in lacking:
            self._put(log, name)

    def _forget(self, filing: Filing) -> None:
        """Forget what the streams were like within, and delete what no part lists in the end."""
        for stream in (filing.dataset, *filing.runs):
            self._recorder.close_stream(stream)
        self._recorder.events.forget()
        forget_doomed(self._store, self._assets)

    def _put(self, log: LogFile, name: str) -> None:
        if self._assets.put(log.asset(name), name.partition(".")[2]) != name:
            raise _changed(log)

    def _holds_original(self, filing: Filing) -> bool:
        key = StreamKey(self._recorder.origin, filing.main[0])
        return "original" in self._recorder.events.at(key, 1).parts


def _counted_as(action: Action) -> str:
    """Its type; an annotation of an item stands for a result, and one of a run for none."""
    annotated = action.type == "run.annotated" and "item" in action.facts
    return RESULT_ANNOTATED if annotated else action.type


def _secrets_refused(secrets: SecretSearch) -> Refused:
    told = "; ".join(f"{secret.rule} at {secret.place}" for secret in islice(secrets.first, 5))
    more = secrets.count - 5
    found = f"{told}; and {more} more" if more > 0 else told
    remedy = "Withdraw them, and remove them from the file or archive it so that they are withheld."
    return Refused("secrets", "none", found, remedy)


def _check_unchanged(log: LogFile) -> None:
    for file in log.files:
        digest = sha256()
        for chunk in log.asset(file.asset):
            digest.update(chunk)
        if digest.hexdigest() != file.asset.partition(".")[0]:
            raise _changed(log)


def _changed(log: LogFile) -> Refused:
    name = log.files[0].name
    remedy = "Archive a copy that nothing writes to."
    return Refused(name, "a file that stays as it is", "one that changed while it was read", remedy)
