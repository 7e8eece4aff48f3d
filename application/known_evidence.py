"""The five properties of a run as far as its row tells them, without verifying anything.

What the row does not show is not shown, and says how it would be. Not here: the verifier, which
alone can show all five (``domain.verification.evidence``), and whose words these are.
"""

from collections.abc import Sequence

from application.rows import RunRow
from domain.verification.evidence import by_the_clock, identified
from domain.verification.report import Property

_LATER = "known when the run is verified"


def known_properties(
    row: RunRow, last: str, *, second_hand: bool, sealing_due: bool = False
) -> Sequence[Property]:
    """The properties of a run.

    Args:
        row: the run.
        last: when the last event came that is known of.
        second_hand: whether it was archived from another tool's log file.
        sealing_due: whether it is known that it has to be sealed again (``sealing_due``).
    """
    named = f"{row.provider} / {row.model}, dataset {row.dataset.stream.partition('/')[2]}"
    return [
        identified(None if row.provider is None else named, second_hand=second_hand),
        by_the_clock((row.registered, last), row.key.origin, second_hand=second_hand),
        _complete(row),
        Property("inspectable", None, _LATER),
        _shareable(row, sealing_due=sealing_due),
    ]


def _complete(row: RunRow) -> Property:
    if row.planned is None:
        return Property("complete", None, "no plan was declared")
    if not row.open:
        return Property("complete", True, f"all {row.planned} planned results")
    told = f"{row.open} of {row.planned} planned results are open; the run is {row.status}"
    is_over = row.sealed is not None or row.ended is not None
    return Property("complete", False if is_over else None, told)


def _shareable(row: RunRow, *, sealing_due: bool) -> Property:
    if row.sealed is None:
        return Property("shareable", None, "not sealed yet, so no bundle of it can leave")
    if sealing_due:
        told = "no bundle of it can leave until it is sealed again"
        return Property("shareable", None, told)
    return Property("shareable", None, _LATER)
