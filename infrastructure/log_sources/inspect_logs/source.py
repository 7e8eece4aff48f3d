"""Logs of Inspect AI as entries (docs/sources.md).

Not here: the two forms of such a log (``eval_zip``, ``json_log``).
"""

from array import array
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from application.log_source import Account, Entry, SourceFile
from infrastructure.log_sources.asset_spill import AssetSpill
from infrastructure.log_sources.inspect_logs.comparison import Tally, compared
from infrastructure.log_sources.inspect_logs.container import Container
from infrastructure.log_sources.inspect_logs.entries import entries_of
from infrastructure.log_sources.inspect_logs.eval_zip import LIMITS, EvalZip
from infrastructure.log_sources.inspect_logs.header import Header
from infrastructure.log_sources.inspect_logs.index import Index
from infrastructure.log_sources.inspect_logs.items import row_of
from infrastructure.log_sources.inspect_logs.json_log import JsonLog, begins_as_log
from infrastructure.log_sources.inspect_logs.results import tell_own_item, told_of
from infrastructure.log_sources.inspect_logs.samples import ITEM, Sample, Samples
from infrastructure.log_sources.inspect_logs.scores import Scorers, scored, scores_of
from infrastructure.log_sources.lines import lines_of
from infrastructure.log_sources.loose_json import Members
from infrastructure.log_sources.raw_file import RawFile, digest_of
from infrastructure.log_sources.zip_limits import Limits

_ZIP: Final = b"PK"
_SURVEYED: Final = ITEM | {"scores", "score"}
_DIFFERS: Final = "an item that differs between epochs: as in the first, and in the result"


class InspectSource:
    """Opens logs of Inspect AI."""

    kind = "an Inspect AI log (.eval or .json)"

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits

    def open(self, path: Path) -> "InspectFile | None":
        """Open a log of either form; None for anything else.

        Raises:
            UnreadableFile: when it ends early, or cannot be read.
            InvalidInput: when it is a zip that is not allowed, or a log that is not to be archived.
        """
        first = _first_of(path)
        container: Container | None = None
        if first.startswith(_ZIP):
            container = EvalZip.open(path, self._limits)
        elif begins_as_log(first):
            container = JsonLog(path)
        return InspectFile(container, path) if container else None


class InspectFile:
    """One log of Inspect AI: see `application.log_source.LogFile`."""

    mapping = "inspect-log-1"
    runs = 1

    def __init__(self, container: Container, path: Path) -> None:
        self._container, self._spill = container, AssetSpill()
        try:
            self._samples = Samples(container, self._spill)
            self._header = Header(container, Account())
            keys = self._samples.keys
            self._index = Index(keys, self._header.ids, container.place)
            asset = f"{digest_of(container.raw())}.{container.suffix}"
        except BaseException:
            self.close()
            raise
        self._scorers = Scorers()
        self._differing: set[int] = set()
        self._edited = array("L")
        self.files: Sequence[SourceFile] = [SourceFile(path.name, container.media_type, asset)]

    def dataset(self, account: Account) -> Iterator[Entry]:
        """The dataset as entries; on the way, which scorers there are."""
        self._header = Header(self._container, account)
        self._scorers, self._differing = Scorers(revisable=bool(self._header.end())), set()
        config = self._header.dataset_config()
        yield Entry({"type": "dataset.registered", "config": config}, "header")
        row: Members = {}
        item = -1
        for index, number in self._index.by_item():
            sample = self._samples.read(number, Account(), _SURVEYED)  # the run's walk notes it all
            self._scorers.survey(scores_of(sample.members))
            told, assets = row_of(sample, self._index.ids[index])
            if index != item:
                item, row = index, told
                account.found["items"] += 1
                if sample.members.get("id") != self._index.ids[index]:
                    account.note("an item's id that is a number: its digits", sample.place)
                members: Members = {"type": "dataset.item_added", "row": {**row}}
                yield Entry(members, sample.place, sample.size, assets)
            elif told != row:
                self._differing.add(number)
                account.note(_DIFFERS, sample.place)

    def run(self, _number: int, account: Account, /) -> Iterator[Entry]:
        """The one run as entries."""
        header, tally = self._header, Tally()
        definitions = self._scorers.definitions(header.eval.get("scorers"))
        parts: Members = {"config": header.run_config(definitions, account)}
        parts["environment"] = header.environment()
        yield Entry({"type": "run.registered", **parts, **header.started()}, "header")
        yield Entry({"type": "run.started", **header.started()}, "header")
        self._edited = array("L")
        for number in range(len(self._index.items)):
            sample = self._samples.read(number, account)
            actions = self._result(number, sample, tally, account)
            yield from entries_of(actions, sample, self._spill, account)
        if end := header.end():
            yield Entry(end, "header")
            yield from self._revisions(account)
        yield from self._claims(tally, account)
        account.found["assets"] = len(self._spill)
        for name, _ in self._container.left():
            account.note("what repeats the rest of the log: in the original only", name)

    def unread(self) -> Iterator[tuple[str, bytes]]:
        """Transcripts, and the first MiB of what repeats samples."""
        for number in range(len(self._index.items)):
            yield from self._samples.left(number)
        for name, chunks in self._container.left():
            for line_number, line in lines_of([next(chunks, b"")], name):
                yield f"{name}, line {line_number}", line

    def asset(self, name: str, /) -> Iterator[bytes]:
        """The bytes of the file, or of media in it."""
        if name == self.files[0].asset:
            return self._container.raw()
        return self._spill.chunks(name)

    def close(self) -> None:
        """Let the file go."""
        self._container.close()
        self._spill.close()

    def _result(
        self, number: int, sample: Sample, tally: Tally, account: Account
    ) -> Iterator[Members]:
        account.found["results"] += 1
        if number in self._differing:
            tell_own_item(sample)
        at, model = self._index.at(number), str(self._header.eval["model"])
        told, actions = told_of(sample, self._scorers, at, model, account)
        failed = sample.members.get("error") is not None
        tally.take(self._index.items[number], told, failed=failed)
        if told.revisions:
            self._edited.append(number)
        yield from actions

    def _revisions(self, account: Account) -> Iterator[Entry]:
        """The edits of scores, which may follow the end of a run only: these samples again."""
        for number in self._edited:
            sample, again = self._samples.read(number, Account()), Account()
            scores, at = scores_of(sample.members), self._index.at(number)
            told = scored(scores, self._scorers, at, sample.place, again)
            account.found["score edits"] += len(told.revisions)
            yield from entries_of(told.revisions, sample, self._spill, again)

    def _claims(self, tally: Tally, account: Account) -> Iterator[Entry]:
        """What the log reports of the run, and how this fits to what its samples say."""
        reported = self._header.reported()
        told = compared(self._header, self._index, tally, account)
        for annotation in (Members(reported=reported), Members(recomputed=told)):
            yield Entry({"type": "run.annotated", "annotation": annotation}, "header")


def _first_of(path: Path) -> bytes:
    """How a file begins."""
    file = RawFile.of(path)
    if file is None:
        return b""
    with closing(file):
        return file.first().lstrip()
