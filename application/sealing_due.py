"""Which streams of a run have to be sealed (again) before a bundle of it can leave.

By the read models, as pages ask it each time. Not here: the export, which looks into the streams
themselves (``export``), and sealing (``sealing``).
"""

from collections.abc import Sequence

from application.ports import StreamKey
from application.read_model import ReadModel
from application.rows import RunRow


def sealing_due(read_model: ReadModel, run: RunRow) -> Sequence[StreamKey]:
    """The dataset, the run, both or none: each whose last seal is not over all that was left out.

    A stream that has no seal at all is due as well.

    Raises:
        NotFound: when the run or its dataset is not here.
    """
    dataset = read_model.dataset(run.dataset)
    due: list[StreamKey] = []
    if dataset.sealed is None or read_model.left_out_of_items(
        dataset.key, dataset.sealed, dataset.version, 1
    ):
        due.append(dataset.key)
    if run.sealed is None or read_model.left_out_between(run.key, run.sealed, run.version, 1):
        due.append(run.key)
    return due


def how_to_seal(key: StreamKey) -> str:
    """What who may record it does, and what an auditor asks for."""
    path = f"/v1/{key.stream.replace('/', 's/')}/seal"
    at_service = f"at a service, its recorder or an administrator sends POST {path}"
    return f"Seal it: eval752 seal {key.stream}; {at_service}."
