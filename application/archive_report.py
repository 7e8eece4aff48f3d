"""What archiving a log file is asked for, and what it came to.

Not here: the archiving (``archiving``), and how it is shown.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from application.likely_secrets import Secret
from application.log_source import Declared, Note
from domain.verification.report import Finding


class OnSecrets(StrEnum):
    """What to do when a file holds likely secrets."""

    WARN = "warn"
    REFUSE = "refuse"
    WITHHOLD = "withhold"


class LogOptions(NamedTuple):
    """How a log file is archived; what is ``declared`` explains plain ones.

    ``original`` says whether the file itself is kept.
    """

    original: bool = True
    on_secrets: OnSecrets = OnSecrets.WARN
    declared: Declared = Declared()


class Count(NamedTuple):
    """So many of a kind stood in the file, and so many are in the archive; notes tell why fewer."""

    kind: str
    found: int
    archived: int


class ArchiveReport(NamedTuple):
    """What archiving a log file came to; ``runs`` is empty for a dataset alone.

    ``known`` events were in the archive before; ``original`` says whether the file itself is kept.
    So many statements of the file about its results were ``compared``, and ``findings`` are those
    that do not follow from them. ``secrets`` are the first ones of ``secret_count``; so many parts
    were ``withheld`` for them.
    """

    mapping: str
    digest: str
    dataset: str
    runs: Sequence[str]
    counts: Sequence[Count]
    recorded: int
    known: int
    original: bool
    notes: Sequence[Note]
    compared: int
    findings: Sequence[Finding]
    secrets: Sequence[Secret]
    secret_count: int
    withheld: int
