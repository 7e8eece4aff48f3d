"""Where a run as a whole is annotated or superseded. Not here: what is said, which is content."""

from typing import Final

from application.ports import StreamKey
from application.read_model import SaidRow
from infrastructure.read_models.tables import Tables, bounded, dataset_of, need_stream

_COUNT: Final = """SELECT count(*) FROM annotations$ INDEXED BY annotations_of_runs$
    WHERE run = ? AND item IS NULL"""
_VERSIONS: Final = """SELECT version FROM annotations$ INDEXED BY annotations_of_runs$
    WHERE run = ? AND item IS NULL AND version < ? ORDER BY version DESC LIMIT ?"""
_SUPERSEDED: Final = """SELECT max(version) FROM milestones$
    WHERE stream = ? AND type = 'run.superseded'"""
_FIRST_SEAL: Final = """SELECT min(version) FROM milestones$
    WHERE stream = ? AND type = 'stream.sealed'"""


def said(tables: Tables, key: StreamKey, before: int, limit: int) -> SaidRow:
    """Those below a version, the newest first.

    Raises:
        NotFound: when this is no run that is here.
    """
    run, _ = need_stream(tables, key)
    dataset_of(tables, run, key)
    (total,) = tables.one(_COUNT, run) or (0,)
    versions = [row[0] for row in tables.execute(_VERSIONS, run, before, bounded(limit))]
    (superseded,) = tables.one(_SUPERSEDED, run) or (None,)
    (first_seal,) = tables.one(_FIRST_SEAL, run) or (None,)
    return SaidRow(total, versions, superseded, first_seal)
