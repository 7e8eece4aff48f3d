"""The library's own cases for recorders, on ours.

They count versions from ``INITIAL_VERSION`` in one case and from 0 in the others; pages are
counted from 0, so all of them run with the triggers that refuse gaps.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from unittest.mock import patch
from uuid import uuid4

import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent

from infrastructure.event_store.connections import Datastore
from infrastructure.event_store.recorder import PageRecorder

# their module imports a cipher that needs a library of its own, and that these cases don't use
with patch.dict(sys.modules, {"eventsourcing.cipher": SimpleNamespace(AESCipher=None)}):
    from eventsourcing.tests import persistence


class _OurRecorder(persistence.RecorderTestCase):
    INITIAL_VERSION = 0

    def new_originator_id(self) -> str:
        return str(uuid4())

    def create_recorder(self) -> PageRecorder:
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        datastore = Datastore(Path(folder.name) / "events.sqlite3", writable=True)
        self.addCleanup(datastore.close)
        recorder = PageRecorder(datastore)
        recorder.create_table()
        return recorder


class TestPageRecorder(
    _OurRecorder, persistence.ApplicationRecorderTestCase[PageRecorder]
):  # its methods are the tests
    def test_a_gap_is_refused(self) -> None:
        recorder = self.create_recorder()
        recorder.insert_events(_events("stream", [0, 1]))
        for versions in ([3], [2, 4], [1], [-1]):
            with pytest.raises(IntegrityError):
                recorder.insert_events(_events("stream", versions))
        assert len(recorder.select_events("stream")) == 2

    def test_a_failed_insert_leaves_nothing_and_the_next_one_works(self) -> None:
        recorder = self.create_recorder()
        with pytest.raises(IntegrityError):
            recorder.insert_events([*_events("a", [0]), *_events("b", [1])])
        assert recorder.insert_events(_events("a", [0])) == [1]


class TestNonInterleavingNotificationIDs(
    _OurRecorder, persistence.NonInterleavingNotificationIDsBaseCase
):
    pass


def _events(originator_id: str, versions: Sequence[int]) -> list[StoredEvent]:
    return [StoredEvent(originator_id, version, "topic", b"state") for version in versions]
