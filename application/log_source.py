"""The port for other tools' log files: what such a file says, in the words of actions.

A source tells its kind of file by the bytes, and gives what it says as entries. Not here: any
file's form, and how entries are recorded (``archiving``).
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

from domain.canonical import Json
from domain.errors import InvalidInput, Refused
from domain.verification.report import Finding


class Entry(NamedTuple):
    """One thing that a log file says.

    ``members`` are those of an action (``application.actions``), where items, scorers and epochs
    are numbers; ``assets`` are those that parts refer to, by kind; ``size`` is about how many bytes
    of content it has.
    """

    members: dict[str, Json]
    place: str
    size: int = 0
    assets: Mapping[str, Sequence[str]] = {}


class SourceFile(NamedTuple):
    """A file as it was given: its name without folders, and the asset that it is."""

    name: str
    media_type: str
    asset: str


class Declared(NamedTuple):
    """What the caller says of a plain file, which cannot say itself what its columns are.

    ``maps`` are paths of mapping files or texts of ``NAME=COLUMN`` pairs, in the order given.
    """

    maps: Sequence[str | Path] = ()
    provider: str = ""
    model: str = ""
    dataset: str = ""

    def check(self, mark: str = "") -> None:
        """Check that there is a mapping, without which the rest means nothing.

        Raises:
            InvalidInput: naming what is said nevertheless, with ``mark`` before its name.
        """
        said = [name for name in ("provider", "model", "dataset") if getattr(self, name)]
        if said and not self.maps:
            remedy = f"Other files say it themselves; CSV and JSONL need {mark}map as well."
            raise InvalidInput(f"{mark}{said[0]}", f"{mark}map with it", "none", remedy)


class SealedBundle(Refused):
    """The file is no log file but a bundle of ours, which is to be imported."""


class Note(NamedTuple):
    """Something that is not archived just as it stood: what, how often, and where first."""

    what: str
    times: int
    first: str


@dataclass(slots=True)
class Account:
    """What a walk through a log file came to: how many of each kind there were, and notes.

    ``compared`` statements of the file about its own results were held against these; those that
    do not follow are ``findings``, and stay with the run that was walked when they were made.
    """

    found: Counter[str] = field(default_factory=Counter[str])
    compared: int = 0
    findings: list[Finding] = field(default_factory=list[Finding])
    _noted: dict[str, tuple[int, str]] = field(default_factory=dict[str, tuple[int, str]])

    def note(self, what: str, place: str, times: int = 1) -> None:
        """Count something that was mapped or left out."""
        before, first = self._noted.get(what, (0, place))
        self._noted[what] = before + times, first

    def compare(self, place: str, what: str, stated: Json, held: Json) -> None:
        """Hold what the file states of its results against what they come to."""
        self.compared += 1
        if not _same(stated, held):
            found = f"{what} {stated!r:.200} stated"
            self.findings.append(
                Finding(place, f"{what} {held!r:.200}, as its results give", found)
            )

    def notes(self) -> Sequence[Note]:
        """All notes, in the order in which each was first made."""
        return [Note(what, times, first) for what, (times, first) in self._noted.items()]


def _same(stated: Json, held: Json) -> bool:
    """Whether two values are equal; numbers but for what adding in another order makes of them."""
    if isinstance(stated, int | float) and isinstance(held, int | float):
        return math.isclose(stated, held, rel_tol=1e-9, abs_tol=1e-9)
    return stated == held


class LogFile(Protocol):
    """One log file of another tool, opened. It gives the same entries at every walk.

    Every method raises ``InvalidInput``, naming member and line, for what it cannot read.
    """

    @property
    def mapping(self) -> str:
        """The kind of file and the version of its rules (docs/sources.md), in one word."""
        ...

    @property
    def files(self) -> Sequence[SourceFile]:
        """The file, or the files that belong together; the first gives them its name."""
        ...

    @property
    def runs(self) -> int:
        """How many runs there are, all on its one dataset; 0 of a dataset alone."""
        ...

    def dataset(self, account: Account) -> Iterator[Entry]:
        """``dataset.registered`` and each ``dataset.item_added``, by index."""
        ...

    def run(self, number: int, account: Account, /) -> Iterator[Entry]:
        """``run.registered`` and what followed, of the run of this number from 0.

        Asked for in order, when the dataset has been walked.
        """
        ...

    def unread(self) -> Iterator[tuple[str, bytes]]:
        """Places and pieces of the text that is kept in the original files only."""
        ...

    def asset(self, name: str, /) -> Iterator[bytes]:
        """The bytes of an asset that entries or ``files`` named, in chunks of at most 1 MiB."""
        ...

    def close(self) -> None:
        """Let the files go."""
        ...


class LogSource(Protocol):
    """A reader for one kind of log file."""

    @property
    def kind(self) -> str:
        """What it reads, for people."""
        ...

    def open(self, path: Path) -> LogFile | None:
        """Open a file of this kind; None for one of another kind.

        Raises:
            UnreadableFile: when it is of this kind but cannot be read.
            InvalidInput: when it is hostile, or something that is not to be archived so.
        """
        ...
