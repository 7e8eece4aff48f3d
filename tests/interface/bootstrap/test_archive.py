"""The services over an archive that is open: the read models are there, and follow the events."""

from interface.bootstrap.archive import Archive
from tests.archives import (
    key,
)


def test_read_models_are_rebuilt_from_nothing(archive: Archive) -> None:
    with archive.read_model() as read_model:
        before = read_model.summary(key(archive))
    archive.rebuild()
    with archive.read_model() as read_model:
        assert read_model.summary(key(archive)) == before
