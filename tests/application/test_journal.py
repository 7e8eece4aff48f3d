"""The archive's own stream: what left and what came in, in order, under its own name."""

import pytest

from application.journal import Journal, of_bundle
from application.ports import StreamKey
from domain.errors import Conflict, InvalidInput
from domain.transparency.signed_note import VerifierKey
from interface.bootstrap.archive import Archive
from tests.archives import (
    DATASET,
    RUN,
    stored,
    types,
)

ROOT = "0" * 64


def test_the_first_event_names_the_archives_key_and_is_written_once(archive: Archive) -> None:
    for _ in range(2):
        archive.journal().created()
    (created,) = stored(archive, "archive")
    named = VerifierKey.parse(created.event.facts["key"])
    assert (named.name, named.public_key) == ("archive-a", archive.signer.public_key)


def test_exports_and_imports_follow_each_other(archive: Archive) -> None:
    journal = archive.journal()
    journal.write([of_bundle("archive.exported", StreamKey("archive-b", RUN), 7, ROOT, "1" * 64)])
    archive.store.commit(
        [
            journal.append(
                [of_bundle("archive.imported", StreamKey("archive-b", DATASET), 8, ROOT, "2" * 64)]
            )
        ]
    )
    journal.write([of_bundle("archive.exported", StreamKey("archive-b", RUN), 7, ROOT, "1" * 64)])
    events = [found.event for found in stored(archive, "archive")]
    assert [event.version for event in events] == [1, 2, 3, 4]
    assert [e.type for e in events[1:]] == [
        "archive.exported",
        "archive.imported",
        "archive.exported",
    ]
    assert events[2].facts == {
        "digest": "2" * 64,
        "root": ROOT,
        "size": 8,
        "source": "archive-b",
        "stream": DATASET,
    }
    assert sorted(event.at for event in events) == [event.at for event in events]


def test_an_entry_is_written_with_what_it_tells_of_or_not_at_all(archive: Archive) -> None:
    journal = archive.journal()
    entry = journal.append(
        [of_bundle("archive.imported", StreamKey("archive-b", RUN), 7, ROOT, ROOT)]
    )
    journal.write([of_bundle("archive.exported", StreamKey("archive-b", RUN), 7, ROOT, ROOT)])
    with pytest.raises(Conflict):
        archive.store.commit([entry])
    assert types(archive, "archive") == ["archive.created", "archive.exported"]


@pytest.mark.parametrize(
    ("stream", "digest"), [("run/7", ROOT), (RUN, "7"), (RUN, ROOT.replace("0", "A"))]
)
def test_what_is_no_stream_or_digest_is_not_written(
    archive: Archive, stream: str, digest: str
) -> None:
    with pytest.raises(InvalidInput):
        archive.journal().write(
            [of_bundle("archive.exported", StreamKey("archive-b", stream), 7, ROOT, digest)]
        )
    assert types(archive, "archive") == ["archive.created"]


def test_an_actor_is_an_opaque_id(archive: Archive) -> None:
    with pytest.raises(InvalidInput, match="actor"):
        Journal(archive.store, archive.clock, archive.signer, "Jane")
