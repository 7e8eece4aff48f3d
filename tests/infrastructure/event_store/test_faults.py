import pytest
from eventsourcing.persistence import ConnectionUnavailableError, OperationalError

from domain.errors import ArchiveDamaged, Refused
from infrastructure.event_store.faults import told


def test_a_connection_that_did_not_come_free_is_no_damage() -> None:
    with pytest.raises(Refused, match="do it again"), told("events.db"):
        raise ConnectionUnavailableError("Timed out waiting for connection")


def test_what_only_the_library_says_is_damage() -> None:
    with pytest.raises(ArchiveDamaged, match="a sound database"), told("events.db"):
        raise OperationalError("no row")
