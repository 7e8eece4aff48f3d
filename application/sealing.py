"""Sealing: one event over all that a stream holds, after a dataset's own freezing.

Not here: what a seal states (``completing``), and what may be sealed (``domain.evaluation``).
"""

from application.actions import Action, Receipt
from application.record import Recorder
from domain.evaluation.dataset import Dataset


def seal(recorder: Recorder, stream: str, actor: str = "") -> Receipt | None:
    """Freeze a dataset that is open, and seal the stream; None where its last event is a seal.

    Raises:
        Refused: when the stream does not exist.
    """
    state = recorder.state(stream)
    if state.head.sealed and state.head.sealed == state.head.version:
        return None
    is_open = isinstance(state.subject, Dataset) and state.subject.state == "open"
    types = ["dataset.frozen"] * is_open + ["stream.sealed"]
    actions = [Action(name, place=f"seal {stream}") for name in types]
    return recorder.record(stream, actions, actor)
