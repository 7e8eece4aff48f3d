"""Finds what RUN|DATASET means. Not here: the rules (``application.finding``)."""

from application.finding import find_by_id, find_by_name, not_found
from application.ports import StreamKey
from interface.bootstrap import Archive


def find(archive: Archive, name: str) -> StreamKey:
    """The stream that is meant.

    Raises:
        Refused: when there is none, or more than one.
    """
    key = find_by_id(archive.store, name, archive.signer.origin)
    if key is None:
        with archive.read_model() as read_model:
            key = find_by_name(read_model, name)
    if key is None:
        raise not_found(name)
    return key
