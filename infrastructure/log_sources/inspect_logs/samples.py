"""Reads what is mapped of Inspect samples, and leaves the rest unparsed.

A sample's transcript is most of its bytes, and repeats its messages. Not here: what becomes of the
members that are read.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from application.log_source import Account
from domain.canonical import Json
from domain.errors import InvalidInput, shown
from infrastructure.log_sources.asset_spill import AssetSpill
from infrastructure.log_sources.inspect_logs.container import Container, read_noting
from infrastructure.log_sources.inspect_logs.media import Media, references
from infrastructure.log_sources.json_pieces import members, values
from infrastructure.log_sources.loose_json import Members, check_depth, read_printed
from infrastructure.log_sources.native_items import id_text

LEFT: Final = frozenset({"events", "events_data", "message_pool", "store", "timelines"})
ITEM: Final = frozenset({
    "id", "epoch", "input", "choices", "target", "description", "sandbox", "files", "setup",
    "metadata",
})  # fmt: skip
"""What an item is made of; ``id`` and ``epoch`` say which sample it is."""

LIMIT: Final = 48 * 2**20
ORDINARY: Final = 2**20
"""So many bytes take less time and memory parsed at once than in pieces."""

_ATTACHMENTS: Final = "attachments"
_TRANSCRIPT: Final = "transcript"
"""Where the logs of 2024 keep events and, as ``content``, attachments."""
_ATTACHED: Final = frozenset({_ATTACHMENTS, _TRANSCRIPT})
_APART: Final = LEFT | _ATTACHED
_EMPTY: Final = len("null")


class Sample(NamedTuple):
    """What was read of a sample: its place, its size in bytes, its members, and its media."""

    place: str
    size: int
    members: Members
    media: Media


class _Whole(NamedTuple):
    size: int
    members: Members


class _Read(NamedTuple):
    """What was read: ``left`` are the names of what was not, and says anything."""

    size: int
    members: Members
    left: Sequence[str]
    attachments: Members


class Samples:
    """The samples of a log by number; what they hold as media goes to a spill."""

    def __init__(self, container: Container, spill: AssetSpill) -> None:
        self._container, self._spill = container, spill
        self.keys = container.keys()

    def place(self, number: int) -> str:
        """Where a sample stands."""
        return self._container.place(number)

    def read(self, number: int, account: Account, only: Collection[str] = ()) -> Sample:
        """All members of a sample that are not left, or these only.

        Raises:
            InvalidInput: when it cannot be read, is not the one that it is called, or has more
                than 48 MiB to read.
        """
        wanted = only.__contains__ if only else _is_read
        read = self._read_at_once(number, wanted) or self._read_in_pieces(number, wanted, account)
        place = self.place(number)
        for name in () if only else read.left:
            if name != _ATTACHMENTS:
                account.note(f"a sample's {name}: in the original only", place)
        self._check(number, read.members)
        media = Media(read.attachments, self._spill, place, account)
        return Sample(place, read.size, read.members, media)

    def left(self, number: int) -> Iterator[tuple[str, bytes]]:
        """Places and text of what is not read of a sample."""
        place = self.place(number)
        if whole := self._whole(number):
            for name, value in whole.members.items():
                if name in _APART:
                    yield f"{place}, {name}", json.dumps(value, ensure_ascii=False).encode()
            return
        for name, _, data, _ in values(self._container.sample(number), place):
            if name in _APART:
                yield f"{place}, {name}", data

    def _whole(self, number: int) -> "_Whole | None":
        """A sample parsed at once: if it is of ordinary size, and nothing in it is to be mapped."""
        data = b""
        for chunk in self._container.sample(number):
            data += chunk
            if len(data) > ORDINARY:
                return None
        value = read_printed(data.strip())
        return _Whole(len(data), value) if isinstance(value, dict) else None

    def _read_at_once(self, number: int, wanted: Callable[[str], bool]) -> "_Read | None":
        whole = self._whole(number)
        if whole is None:
            return None
        kept = {name: value for name, value in whole.members.items() if wanted(name)}
        for name, value in kept.items():
            check_depth(value, f"{self.place(number)}, {name}")
        rest = (name for name in whole.members if name not in kept)
        left = [name for name in rest if _is_said(whole.members[name])]
        return _Read(whole.size, kept, left, _attachments_of(whole.members))

    def _read_in_pieces(
        self, number: int, wanted: Callable[[str], bool], account: Account
    ) -> "_Read":
        place, left = self.place(number), dict[str, int]()
        texts = dict(members(self._container.sample(number), wanted, LIMIT, place, left))
        attached = self._attachments(number, texts.values(), left.keys() & _ATTACHED, account)
        found: Members = {
            name: read_noting(text, f"{place}, {name}", account) for name, text in texts.items()
        }
        said = [name for name, size in left.items() if size > _EMPTY]
        return _Read(sum(map(len, texts.values())), found, said, attached)

    def _attachments(
        self, number: int, texts: Iterable[bytes], held: Collection[str], account: Account
    ) -> Members:
        """The attachments that the texts refer to; for these alone the sample is read again."""
        wanted = {reference for text in texts for reference in references(text)}
        if not wanted:
            return {}
        place, found = self.place(number), Members()
        for name in held:
            chunks = _of_member(self._container.sample(number), name.__eq__, place)
            if name == _TRANSCRIPT:
                chunks = _of_member(chunks, "content".__eq__, place)
            for key, text in members(chunks, wanted.__contains__, LIMIT, f"{place}, {name}"):
                found[key] = read_noting(text, f"{place}, {name}", account)
        return found

    def _check(self, number: int, found: Members) -> None:
        """The id and epoch in a sample must be those that its place states."""
        key = self.keys[number]
        given: tuple[Json, Json] = id_text(found.get("id")), found.get("epoch")
        if given != key:
            expected = f"id {key.id!r} and epoch {key.epoch}"
            raise InvalidInput(
                self.place(number), expected, f"{shown(given[0])} and {shown(given[1])}"
            )


def _is_read(name: str) -> bool:
    return name not in _APART


def _is_said(value: Json) -> bool:
    """Whether a member that is not read says anything."""
    return value is not None and value not in ({}, [], "")


def _attachments_of(sample: Members) -> Members:
    """What references may refer to, wherever it stands."""
    transcript = sample.get(_TRANSCRIPT)
    content = transcript.get("content") if isinstance(transcript, dict) else None
    held = (sample.get(_ATTACHMENTS), content)
    return {name: value for each in held if isinstance(each, dict) for name, value in each.items()}


def _of_member(
    chunks: Iterable[bytes], wanted: Callable[[str], bool], place: str
) -> Iterator[bytes]:
    """The bytes of a member's value as they come."""
    return (data for name, _, data, _ in values(chunks, place) if wanted(name))
