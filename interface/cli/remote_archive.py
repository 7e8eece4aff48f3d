"""An archive behind a service, as commands need it. Not here: HTTP (``interface.client``)."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from application.archive_report import ArchiveReport, LogOptions
from application.bundle_events import Verified
from application.comparison import Asked, Comparison, Direction, Flip
from application.export import Exported
from application.finding import find_by_id, named, not_found
from application.importing import Change, Imported
from application.item_detail import EventDetail, ItemDetail
from application.ports import Progress, StreamKey
from application.project import Rebuilt
from application.replaying import Replayer
from application.rows import DatasetRow, RunRow
from domain.verification.policy import Policy
from interface.cli.archived import BundleOptions, Sealed, Sending
from interface.cli.asset_folder import AssetFolder
from interface.cli.credentials import read_token
from interface.cli.remote_history import RemoteHistory
from interface.cli.remote_log import RemoteLog
from interface.cli.remote_session import RemoteSession
from interface.client import BadAnswer, Client
from interface.client.downloading import Downloaded
from interface.run_forms import write_form
from interface.shown import DatasetShown, KeyChanged, KeyShown, RunShown, TokenShown
from interface.verifying import described, open_members


@contextmanager
def open_remote(url: str, token_file: str | None) -> Generator["RemoteArchive"]:
    """The archive of a service, with the user's token for it."""
    with Client(url, read_token(token_file)) as client:
        yield RemoteArchive(client)


class RemoteArchive:
    """``interface.cli.archived.Archived`` over a client."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def find(self, name: str) -> StreamKey:
        """The stream that RUN|DATASET means."""
        key = find_by_id(self, name, str(self._client.archive()["origin"]))
        key = key or named(name, self._client.runs(), self._client.datasets())
        if key is None:
            raise not_found(name)
        return key

    def streams(self) -> Sequence[StreamKey]:
        """All streams that the token may see."""
        datasets = [row.key for row in self._client.datasets()]
        return [*datasets, *(row.key for row in self._client.runs())]

    def runs(self) -> Sequence[RunRow]:
        """All runs, the newest first."""
        return [*self._client.runs()]

    def datasets(self) -> Sequence[DatasetRow]:
        """All datasets, the newest first."""
        return [*self._client.datasets()]

    def run(self, key: StreamKey) -> RunShown:
        """One run."""
        return self._client.read_run(key.stream)

    def dataset(self, key: StreamKey) -> DatasetShown:
        """One dataset."""
        return self._client.read_dataset(key.stream)

    def item(self, dataset: StreamKey, item: str) -> EventDetail:
        """One item, by its own id or its index."""
        return self._client.item(dataset.stream, item)

    def result(self, run: StreamKey, item: str, epoch: int) -> ItemDetail:
        """What a run made of an item."""
        return self._client.result(run.stream, item, epoch)

    def compare(self, runs: Sequence[StreamKey], asked: Asked) -> Comparison:
        """Each run after the first beside it."""
        names, scorer = [run.stream for run in runs], asked.scorer or None
        return self._client.compare(names, scorer=scorer, by_id=asked.by_id)

    def flips(
        self, runs: Sequence[StreamKey], asked: Asked, direction: Direction
    ) -> Iterator[Flip]:
        """The results of two runs whose scores differ."""
        names, scorer = [run.stream for run in runs], asked.scorer or None
        told = {"scorer": scorer, "direction": direction.value}
        return self._client.flips(names, by_id=asked.by_id, **told)

    def history(self, key: StreamKey) -> AbstractContextManager[RemoteHistory]:
        """The history of a run with its dataset, or of a dataset."""
        return nullcontext(RemoteHistory(self._client, key))

    def session(self, folder: AssetFolder | None) -> RemoteSession:
        """What takes lines of actions, with the assets that they find in a folder."""
        link = None if folder is None else folder.linked(self._client.put_asset)
        return RemoteSession(self._client, link)

    def seal(self, key: StreamKey) -> Sealed:
        """Seal one stream."""
        receipt = self._client.seal(key.stream)
        return Sealed(receipt.version, receipt.recorded > 0)

    def dataset_name(self, key: StreamKey) -> str:
        """The name of a dataset, or of a run's; "" where it is not known."""
        rows = self._client.runs() if key.stream.startswith("run/") else self._client.datasets()
        row = next(row for row in rows if row.key == key)
        return (row.dataset_name if isinstance(row, RunRow) else row.name) or ""

    def export(
        self, key: StreamKey, target: Path, options: BundleOptions, progress: Progress
    ) -> Exported:
        """Bring a bundle here.

        Raises:
            BadAnswer: when it is another one than the service says; it is removed.
        """
        downloaded = self._client.download(
            key.stream,
            target,
            withhold=options.withhold,
            compress=options.deflated,
            overwrite=options.overwrite,
        )
        progress(downloaded.size)
        return _described(key, downloaded)

    def prove(self, run: StreamKey, item: str, target: Path, options: BundleOptions) -> Exported:
        """Bring a bundle of one item of a run here.

        Raises:
            BadAnswer: when it is another one than the service says; it is removed.
        """
        downloaded = self._client.download_item(
            run.stream, item, target, withhold=options.withhold, overwrite=options.overwrite
        )
        return _described(run, downloaded)

    def convert(self, key: StreamKey, target: Path, options: BundleOptions) -> int:
        """Make another tool's form, here, of the bundle that the service gives."""
        with TemporaryDirectory() as folder:
            bundle, withhold = Path(folder) / "run.zip", [*options.withhold, "original"]
            exported = self.export(key, bundle, BundleOptions(withhold), _unseen)
            with open_members(bundle) as members:
                replayer = Replayer(members, frozenset(exported.manifest.withheld))
                deflated, overwrite = options.deflated, options.overwrite
                return write_form(
                    replayer, options.form, target, deflated=deflated, overwrite=overwrite
                )

    def archive_log(self, path: Path, options: LogOptions, sending: Sending) -> ArchiveReport:
        """Send another tool's log file, with those that belong to it."""
        return self._client.archive_log(path, options, sending)

    def policy(self) -> Policy:
        """Nothing: the service has a policy of its own, and says what it refuses."""
        return Policy()

    def take_in(self, file: Path, bundle: Verified) -> Imported:
        """Import a bundle that was verified here; the service verifies it again."""
        told = self._client.import_bundle(file)
        known = {(end.origin, end.stream): end for end in bundle.manifest.streams}
        changes = [
            (known[stream["origin"], stream["stream"]], Change(stream["change"]))
            for stream in told["streams"]
        ]
        return Imported(str(told["digest"]), changes)

    @property
    def log(self) -> RemoteLog:
        """Its log."""
        return RemoteLog(self._client)

    def rebuild(self) -> Rebuilt:
        """Let the service build its read models from nothing."""
        return self._client.rebuild()

    def tokens(self) -> Iterator[TokenShown]:
        """All tokens, in the order in which they were issued."""
        return self._client.tokens()

    def issue(self, wanted: Mapping[str, Any]) -> TokenShown:
        """Make a token."""
        return self._client.issue_token(**wanted)

    def revoke(self, token: str) -> None:
        """Make a token useless."""
        self._client.revoke_token(token)

    def projects(self) -> Sequence[str]:
        """All projects."""
        return [*self._client.projects()]

    def add_project(self, project: str) -> None:
        """Make a project."""
        self._client.add_project(project)

    def keys(self) -> Sequence[KeyShown]:
        """All keys of the archive, the one in force last."""
        return [*self._client.keys()]

    def rotate_key(self) -> KeyChanged:
        """Put a new key in force."""
        return self._client.rotate_key()

    def compromise_key(self, key: str, since: str) -> KeyChanged:
        """Say that the key of this id is in other hands."""
        return self._client.compromise_key(key, since=since or None)


def _described(key: StreamKey, downloaded: Downloaded) -> Exported:
    digest, manifest, signer = described(downloaded.path)
    if downloaded.digest != digest:
        downloaded.path.unlink()
        raise BadAnswer(key.stream, f"the bundle {downloaded.digest}", digest)
    return Exported(digest, manifest, signer)


def _unseen(_bytes: int) -> None:
    """Progress that nobody sees."""
