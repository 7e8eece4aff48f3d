"""The one tree of errors that this project raises on purpose, drawn by whose fault each is.

::

    Eval752Error
    ├── InvalidInput        the caller's: what came in is not what the format or the command allows
    │   ├── UnreadableFile  … and it could not even be read as the kind of thing it claims to be
    │   └── ContainerRejected   a ZIP file, but none that the format allows (bundle.members)
    ├── Refused             the caller's: well-formed, but not allowed in the present state
    │   ├── Conflict        somebody else was first (version, event id, diverging bundle)
    │   │   └── SeenAnother     a witness has seen another size of the log (stamp_ports)
    │   ├── NotFound        names something that this archive does not hold
    │   ├── LogDiverged     the events are not those whose log was signed: no head, no proof
    │   ├── SealedBundle    not a log file to archive but a bundle to import (log_source)
    │   └── RootMismatch    a stated root is not that of the events (evaluation.stream)
    ├── ProofMalformed, ProofMismatch   the prover's: a proof that is none (transparency.proofs)
    ├── NotRecomputable     nobody's: the rules do not say what this scores (evaluation.scoring)
    ├── ArchiveDamaged      ours or the disk's: the archive does not hold what it promised
    │   └── StreamDamaged       … of one stream: who may read it, is told where
    │       ├── EvidenceDamaged     what somebody recorded is not there as it was
    │       └── TablesDiffer        what was made of the events does not say what they say
    └── StorageFull         the disk's: it took no more; what was being written is not there

The service has a branch of its own (``interface.api.errors``), and so has the client
(``interface.client.errors``).

Not here: findings. Bad *evidence* is not an error but a finding in a report
(``domain.verification``); any exception outside this tree is a bug of ours.
"""

import json
from typing import Final

RESTORE: Final = "Restore the archive from a backup, or import its bundles again."
"""What to do next where the archive is damaged."""

REBUILD: Final = (
    "Build the tables anew from the events (eval752 rebuild), and verify the run again."
)
"""What to do next where only its tables are."""


def shown(value: object) -> str:
    """A value as a message shows what was found: 80 characters of it at most.

    As whoever sent it knows it, in the words of JSON; a text stands in quotes, with escapes for
    what is no printable character, and so do bytes, with escapes for all that is not ASCII.
    """
    match value:
        case str():
            told = repr(value)
        case bytes() | bytearray():
            told = repr(bytes(value)).removeprefix("b")
        case _:
            told = json.dumps(value, default=str)
    return told if len(told) <= 80 else told[:77] + "..."


class Eval752Error(Exception):
    """Everything below. The message names the place, both sides and the way on."""

    def __init__(self, place: str, expected: str, found: str, remedy: str = "") -> None:
        self.place = place
        self.expected = expected
        self.found = found
        self.remedy = remedy
        super().__init__(place, expected, found, remedy)

    def __str__(self) -> str:
        """Say the place, what was expected, what was found, and what to do next."""
        told = f"{self.place}: expected {self.expected}, found {self.found}"
        return f"{told}. {self.remedy}" if self.remedy else told


class InvalidInput(Eval752Error):
    """What came in is not what the format or the command allows."""


class UnreadableFile(InvalidInput):
    """The file is not the kind of thing it claims to be, or ends early."""


class Refused(Eval752Error):
    """Well-formed, but not allowed in the present state."""


class Conflict(Refused):
    """Somebody else was first: both sides are named."""


class NotFound(Refused):
    """Names something that this archive does not hold."""


class LogDiverged(Refused):
    """The events are not those that the signed log has: to sign another head would fork it."""


class ArchiveDamaged(Eval752Error):
    """The archive does not hold what it promised; restore it from a backup or from its bundles."""


class StreamDamaged(ArchiveDamaged):
    """What the archive holds of one stream is not what it promised.

    It names streams, versions and digests, and quotes envelopes and what tables of runs show at
    most: no other content, nor places of this machine. So whoever may read the stream may be told.
    """

    @property
    def stream(self) -> str:
        """The stream with which its place begins; "" where that is an asset by itself."""
        name = self.place.partition(",")[0]
        return name if "/" in name else ""


class EvidenceDamaged(StreamDamaged):
    """An event, a part or an asset is not the one that was recorded."""


class TablesDiffer(StreamDamaged):
    """The tables that follow from a stream's events do not say what these say."""


class StorageFull(Eval752Error):
    """The disk, a quota or a limit took no more; nothing of what was being written is there."""
