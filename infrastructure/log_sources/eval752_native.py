"""eval_752's own zips: a server's export or a browser's capture, as entries (docs/sources.md).

Not here: a sealed bundle, which is imported and not archived.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from application.log_source import Account, Entry, SealedBundle, SourceFile
from domain.errors import InvalidInput, UnreadableFile, shown
from infrastructure.log_sources import native_config
from infrastructure.log_sources.bounded_zip import BoundedZip
from infrastructure.log_sources.lines import lines_of
from infrastructure.log_sources.loose_json import Members
from infrastructure.log_sources.native_items import Items, id_text, with_assets, with_section
from infrastructure.log_sources.native_results import actions_of, take_epoch, take_item
from infrastructure.log_sources.zip_json import asset_of, document, rows
from infrastructure.log_sources.zip_limits import DEFAULT, Limits

_MAGIC: Final = b"PK"
_SEALED: Final = "events.jsonl"
_RESULTS: Final = "results.jsonl"
_RUN_CONFIG: Final = "run_config.json"
_MANIFEST: Final = "manifest.json"
_META: Final = "meta.json"
_SECTIONS: Final = "sections/"
_ASSETS: Final = "assets/"


class NativeSource:
    """Opens eval_752's own zips."""

    kind = "an eval_752 export (a zip with sections/*.jsonl)"

    def __init__(self, limits: Limits = DEFAULT) -> None:
        self._limits = limits

    def open(self, path: Path) -> "NativeFile | None":
        """Open a zip that has sections; None for anything else.

        Raises:
            SealedBundle: when it is one.
            InvalidInput: when it is a zip that is not allowed.
        """
        if not _begins_as_zip(path):
            return None
        members = BoundedZip(path, self._limits)
        try:
            names = members.names()
            if _SEALED in names:
                remedy = "Use eval752 import, which verifies it."
                expected, found = "an export that is not sealed", "a sealed bundle"
                raise SealedBundle(path.name, expected, found, remedy)
            if any(map(_is_section, names)):
                return NativeFile(members, path)
        except BaseException:
            members.close()
            raise
        members.close()
        return None


class NativeFile:
    """One of eval_752's own zips: see `application.log_source.LogFile`."""

    mapping = "eval752-export-1"

    def __init__(self, members: BoundedZip, path: Path) -> None:
        self._members, self._names = members, dict.fromkeys(members.names())
        self._stem = path.name.removesuffix(".zip").removesuffix(".eval752")
        self._items = Items()
        self._environment: Members = {}
        self._assets: dict[str, str] = {}
        self._asset_members: dict[str, str] = {}
        self.files: Sequence[SourceFile] = [
            SourceFile(path.name, "application/zip", f"{members.digest()}.zip")
        ]

    @property
    def runs(self) -> int:
        """One, if there are results."""
        return int(_RESULTS in self._names)

    def dataset(self, account: Account) -> Iterator[Entry]:
        """The dataset as entries."""
        self._items = Items()
        told = (_MANIFEST, _META) if self.runs else (_MANIFEST, _META, _RUN_CONFIG)
        documents = {
            name.removesuffix(".json"): document(self._members, name, account)
            for name in told
            if name in self._names
        }
        self._environment = native_config.environment(documents)
        config = native_config.dataset_config(documents, self._stem)
        yield Entry({"type": "dataset.registered", "config": config}, _META)
        for name in filter(_is_section, self._names):
            yield from self._section(name, account)
        account.found["items"] += len(self._items)
        self._account_for_rest(account)

    def run(self, _: int, account: Account) -> Iterator[Entry]:
        """The run as entries."""
        config = document(self._members, _RUN_CONFIG, account) if _RUN_CONFIG in self._names else {}
        started, finished = native_config.run_times(config)
        parts: Members = {"config": native_config.run_config(config, account, _RUN_CONFIG)}
        parts |= self._environment
        yield Entry({"type": "run.registered", **parts, **started}, _RUN_CONFIG)
        yield Entry({"type": "run.started", **started}, _RUN_CONFIG)
        yield from self._results(account)
        if end := native_config.run_end(config):
            yield Entry({"type": end, **finished}, _RUN_CONFIG)

    def unread(self) -> Iterator[tuple[str, bytes]]:
        """The first MiB of each member that is kept in the original only, by lines."""
        for name in self._rest():
            first = next(self._members.chunks(name), b"")
            for number, line in lines_of([first], name):
                yield f"{name}, line {number}", line

    def asset(self, name: str) -> Iterator[bytes]:
        """The bytes of the file, or of a member that an item referred to."""
        if name == self.files[0].asset:
            return self._members.raw()
        return self._members.chunks(self._asset_members[name])

    def close(self) -> None:
        """Let the file go."""
        self._members.close()

    def _section(self, member: str, account: Account) -> Iterator[Entry]:
        section = member.removeprefix(_SECTIONS).removesuffix(".jsonl")
        self._items.begin(member)
        for row in rows(self._members, member, account):
            given = row.members.get("id")
            outside = id_text(given)
            if outside is None:
                raise InvalidInput(f"{row.place}, id", "a string", shown(given))
            if outside != given:
                account.note("an item's id that is a number: its digits", row.place)
            self._items.add(outside, row.number)
            members = with_section({**row.members, "id": outside}, section)
            yield self._item(members, row.place, row.size)

    def _item(self, row: Members, place: str, size: int) -> Entry:
        assets: list[str] = []

        def rename(reference: str, at: str) -> str:
            if reference not in self._names:
                raise InvalidInput(at, f"{reference} among the members", "no such member")
            assets.append(self._asset_of(reference))
            return f"{_ASSETS}{assets[-1]}"

        if "inputs" in row:
            inputs = f"{place}, item {row['id']!r}, inputs"
            row["inputs"] = with_assets(row["inputs"], rename, inputs)
        named = {"question": sorted(set(assets))} if assets else {}
        return Entry({"type": "dataset.item_added", "row": row}, place, size, named)

    def _results(self, account: Account) -> Iterator[Entry]:
        seen: dict[tuple[int, int], int] = {}
        for number, place, size, record in rows(self._members, _RESULTS, account):
            account.found["results"] += 1
            at = self._at(record, place)
            first = seen.setdefault(at, number)
            if first != number:
                found = f"another one in line {first}"
                raise InvalidInput(place, "the only result of its item and epoch", found)
            item, epoch = at
            for action in actions_of(record, {"item": item, "epoch": epoch}, place, account):
                yield Entry(action, place, size)

    def _at(self, record: Members, place: str) -> tuple[int, int]:
        reference = take_item(record)
        item = self._items.index(id_text(reference) or "")
        if item is None:
            expected = "the id of an item of the sections"
            raise InvalidInput(f"{place}, item", expected, shown(reference))
        return item, take_epoch(record, place)

    def _asset_of(self, member: str) -> str:
        if member not in self._assets:
            asset = self._assets[member] = asset_of(self._members, member)
            self._asset_members[asset] = member
        return self._assets[member]

    def _rest(self) -> Sequence[str]:
        """The members that are not read."""
        read = {_MANIFEST, _META, _RUN_CONFIG, _RESULTS}
        return [
            name
            for name in self._names
            if name not in read and not _is_section(name) and not name.startswith(_ASSETS)
        ]

    def _account_for_rest(self, account: Account) -> None:
        idle = [n for n in self._names if n.startswith(_ASSETS) and n not in self._assets]
        account.found["assets"] += len(self._asset_members) + len(idle)
        for name in idle:
            account.note("an asset that no item refers to: in the original only", name)
        for name in self._rest():
            account.note("a member that is not read: in the original only", name)


def _begins_as_zip(path: Path) -> bool:
    if path.exists() and not path.is_file():  # opening a pipe would wait for its writer
        return False
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError as error:
        found = error.strerror or str(error)
        raise UnreadableFile(path.name, "a readable file", found) from error


def _is_section(name: str) -> bool:
    return name.startswith(_SECTIONS) and name.endswith(".jsonl")
