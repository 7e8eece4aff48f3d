"""Writes the results of a run in a form of another tool: as a table, or as a log of Inspect AI.

Opens the file and its form; loads no store. Not here: what stands in it, and evidence: only a
bundle is that.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from application.export import kinds_to_withhold
from application.replaying import Replayer
from application.whole_run import WholeRun
from domain.errors import InvalidInput
from infrastructure.log_files.inspect_logs import SUFFIX, write_eval_file
from infrastructure.new_file import new_file
from infrastructure.table_files import FORMATS
from interface.tables import write_table

INSPECT: Final = "inspect"
FORMS: Final = (*FORMATS, INSPECT)


def check_form(form: str, target: Path, withhold: Sequence[str]) -> None:
    """Check what was asked for, before anything is read or recorded.

    Raises:
        InvalidInput: when there is no such form or kind, or the name is none for the form.
    """
    if form not in FORMS:
        raise InvalidInput("--as", f"one of {', '.join(FORMS)}", ascii(form[:40]))
    if form == INSPECT and target.suffix != SUFFIX:
        expected = f"a name that ends in {SUFFIX}, by which Inspect knows its logs"
        raise InvalidInput("--output", expected, ascii(target.name[:80]))
    kinds_to_withhold(withhold, "--withhold")


def suffix_of(form: str) -> str:
    """How the names of such files end."""
    return SUFFIX if form == INSPECT else f".{form}"


def write_form(
    replayer: Replayer, form: str, target: Path, *, deflated: bool, overwrite: bool
) -> int:
    """Write the results of a run in a form that was checked; return how many there are.

    Raises:
        Refused: when there is no run, or the target is taken or cannot be written.
    """
    if form != INSPECT:
        return write_table(replayer, form, target, overwrite=overwrite)
    whole = WholeRun(replayer)
    with new_file(target, overwrite=overwrite) as file:
        return write_eval_file(file, whole, deflated=deflated)
