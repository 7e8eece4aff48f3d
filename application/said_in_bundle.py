"""What was said of a bundle's run as a whole: findings of its reader, that it is superseded, notes.

Pure, from what a verifier has walked. Not here: the same of a run in an archive (``said_of_run``).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from application.filed_findings import FiledFindings, findings_in, is_of_run, place_of_findings
from domain.bundle.history import MOST_SAID, SaidAt
from domain.bundle.reading import Content, Reading
from domain.canonical import Json

_PART: Final = "annotation"


class Note(NamedTuple):
    """An event that says something of the run; ``value`` is None where it says no words.

    ``gone`` is withheld or erased where its words are that.
    """

    version: int
    at: str
    actor: str
    by: str
    """The run that takes the place of this one; "" of a mere annotation."""
    value: Json
    gone: str


class Found(NamedTuple):
    """Findings of the reader of a log file, and the event that tells them."""

    note: Note
    findings: FiledFindings


class SaidInBundle(NamedTuple):
    """What was said of a run; of all ``total`` notes the newest, the newest first.

    ``found`` and ``superseded`` (the last time that this was said) are not among the notes. Those
    below ``filed`` were written by the archiving of a log file, from what the file says.
    """

    found: Found | None
    superseded: Note | None
    notes: Sequence[Note]
    total: int
    filed: int
    first_seal: int | None


def said_in_bundle(reading: Reading, registered: Mapping[str, Any]) -> SaidInBundle:
    """What was said of the run that was registered with these facts."""
    said = reading.history.said
    found = _found(reading, registered)
    apart = {found.note.version if found else None, said.superseded and said.superseded.version}
    notes = [each for each in reversed(said.last) if each.version not in apart]
    return SaidInBundle(
        found,
        _note(reading, said.superseded) if said.superseded else None,
        [_note(reading, each) for each in notes[:MOST_SAID]],
        said.total - bool(found) - bool(said.superseded),
        (said.first_seal or 0) if "archived_from" in registered else 0,
        said.first_seal,
    )


def _found(reading: Reading, registered: Mapping[str, Any]) -> Found | None:
    said = reading.history.said
    at = said.before_seal
    if at is None or at.version != place_of_findings(registered, said.first_seal):
        return None
    content = reading.at(at.place, "said")
    findings = findings_in(content.value(_PART)) if is_of_run(content.type, content.facts) else None
    return Found(_note(reading, at), findings) if findings else None


def _note(reading: Reading, at: SaidAt) -> Note:
    content = reading.at(at.place, "said")
    by = content.facts.get("by", "")
    return Note(at.version, content.at, content.actor, by, content.value(_PART), _gone(content))


def _gone(content: Content) -> str:
    if _PART not in content.undisclosed:
        return ""
    marker = content.text(_PART) or b""
    return "erased" if marker.startswith(b'{"erased"') else "withheld"
