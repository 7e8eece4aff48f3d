"""What is known of the five properties of runs: by a verification here, or else by their rows.

A verification counts for the version of the run that it was of, until whatever reads its evidence
finds it damaged. Kept in memory, for this process.
Not here: verifying (``routes_verification``), and what rows tell (``application.known_evidence``).
"""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import Final, NamedTuple

from application.history_page import history_page
from application.known_evidence import known_properties
from application.ports import StreamKey
from application.rows import RunRow
from domain.errors import EvidenceDamaged, StreamDamaged, TablesDiffer
from domain.verification.report import Property, Report
from interface.api.found_damage import FoundDamage
from interface.api.service import Service

_MOST: Final = 1000
_FIVE: Final = ("identified", "timestamped", "complete", "inspectable", "shareable")
_DAMAGED: Final = "what the archive holds of the run is damaged"
_OF_DAMAGED: Final = [
    Property(name, False if name == "shareable" else None, _DAMAGED) for name in _FIVE
]
"""Nothing is evident from it, and no bundle of it would verify."""
_OF_DIFFERING: Final = [
    Property(name, None, "the archive's tables differ from the run's events") for name in _FIVE
]
"""Its bundle may show them all, but that is not what stands beside the marks."""


class Verdict(NamedTuple):
    """A verification of a run as it was at a version.

    Its report, or else the damage for which there is no bundle of the run to be examined; both,
    where it is the archive's tables that differ.
    """

    version: int
    at: str
    report: Report | None
    damage: StreamDamaged | None = None

    @property
    def verified(self) -> bool:
        """Whether there was nothing to find."""
        return self.report is not None and self.report.verified and self.damage is None

    @property
    def is_of_tables(self) -> bool:
        """Whether the damage is that of tables, and the evidence may be sound."""
        return isinstance(self.damage, TablesDiffer)

    @property
    def properties(self) -> Sequence[Property]:
        """The five properties, as far as it shows them."""
        if self.is_of_tables:
            return _OF_DIFFERING
        return self.report.properties if self.report is not None else _OF_DAMAGED


class Verdicts:
    """The last verdict of each run that was verified here; usable by any number of threads."""

    def __init__(self, damage: FoundDamage) -> None:
        self._damage, self._lock = damage, Lock()
        self._kept: OrderedDict[StreamKey, Verdict] = OrderedDict()

    def keep(self, key: StreamKey, verdict: Verdict) -> None:
        """Keep a verdict instead of the one before."""
        with self._lock:
            self._kept[key] = verdict
            self._kept.move_to_end(key)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)

    def withdraw(self, key: StreamKey) -> None:
        """Forget what was found of a run."""
        with self._lock:
            self._kept.pop(key, None)

    def of(self, row: RunRow) -> Verdict | None:
        """The verdict on a run as it is now; where what is kept of it is damaged, that."""
        found = self._kept.get(row.key)
        current = found if found and found.version == row.version else None
        damaged = self._damage.of(row.key.stream, row.dataset.stream)
        if damaged is None:
            return current
        report = current.report if current and isinstance(damaged.damage, TablesDiffer) else None
        return Verdict(row.version, damaged.at, report, damaged.damage)


def properties_of(
    service: Service, verdicts: Verdicts, row: RunRow, *, sealing_due: bool = False
) -> Sequence[Property]:
    """The five properties of a run, in their order; ``sealing_due`` as in ``known_properties``."""
    verdict = verdicts.of(row)
    if verdict and verdict.properties and not (sealing_due and verdict.verified):
        return verdict.properties
    try:
        (registered,) = history_page(service.archive.store, row.key, 0, 1)
    except EvidenceDamaged as damage:
        service.damage.note(damage, row.key.stream)
        return _OF_DAMAGED
    second_hand = "archived_from" in registered.event["facts"]
    last = row.ended or row.started or row.registered
    return known_properties(row, last, second_hand=second_hand, sealing_due=sealing_due)
