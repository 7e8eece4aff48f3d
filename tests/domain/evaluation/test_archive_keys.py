"""Which key is in force follows from events, and those that may not follow change nothing."""

from copy import deepcopy

import pytest

from domain.errors import Eval752Error
from domain.evaluation.archive_keys import ArchiveKeys
from domain.evaluation.events import Event
from domain.transparency.signed_note import VerifierKey
from tests.events import event

ORIGIN = "archive-7f3a"
KEYS = [VerifierKey(ORIGIN, bytes([number]) * 32) for number in range(4)]
IDS = [key.key_id.hex() for key in KEYS]
CLAIM = "2026-01-01T00:00:00.000000Z"


def time(version: int) -> str:
    return f"2026-11-23T09:00:{version:02}.000000Z"


def told(event_type: str, version: int, **facts: object) -> Event:
    made = event(event_type, facts, stream="archive", version=version)
    return made._replace(at=time(version), origin=ORIGIN)


def created(number: int = 0) -> Event:
    return told("archive.created", 1, key=KEYS[number].encode())


def rotated(old: int, new: int, version: int = 2) -> Event:
    return told("key.rotated", version, old=IDS[old], key=KEYS[new].encode())


def compromised(old: int, version: int = 3, **facts: object) -> Event:
    return told("key.compromised", version, old=IDS[old], **facts)


def keys_after(*events: Event) -> ArchiveKeys:
    keys = ArchiveKeys()
    for each in events:
        keys.apply(each)
    return keys


def states(keys: ArchiveKeys) -> list[tuple[str, str]]:
    return [(key.id, key.state) for key in keys.keys]


def test_a_key_is_in_force_until_the_next_one_is() -> None:
    keys = keys_after(created(), rotated(0, 1, 5), rotated(1, 2, 7))
    assert states(keys) == [(IDS[0], "retired"), (IDS[1], "retired"), (IDS[2], "in force")]
    times = [(key.begun, key.version, key.ended) for key in keys.keys]
    assert times == [(time(1), 1, time(5)), (time(5), 5, time(7)), (time(7), 7, "")]
    assert keys.in_force == keys.keys[-1]


def test_a_compromised_key_in_force_has_a_successor_at_once() -> None:
    keys = keys_after(created(), compromised(0, key=KEYS[1].encode(), since=CLAIM))
    assert states(keys) == [(IDS[0], "compromised"), (IDS[1], "in force")]
    assert (keys.keys[0].compromised, keys.keys[0].ended) == (CLAIM, time(3))


def test_a_retired_key_may_turn_out_to_be_compromised() -> None:
    keys = keys_after(created(), rotated(0, 1), compromised(0))
    assert states(keys) == [(IDS[0], "compromised"), (IDS[1], "in force")]
    assert keys.keys[0].compromised == time(3)


def test_other_events_of_the_stream_say_nothing_of_keys() -> None:
    keys = keys_after(created(), told("project.added", 2, project="x"))
    assert states(keys) == [(IDS[0], "in force")]


BEFORE = [created(), rotated(0, 1)]
FOREIGN = VerifierKey("archive-0000", bytes(32)).encode()


@pytest.mark.parametrize(
    ("before", "refused"),
    [
        ([], rotated(0, 1)),
        ([], compromised(0, key=KEYS[1].encode())),
        (BEFORE, rotated(0, 2)),
        (BEFORE, rotated(1, 0)),
        (BEFORE, rotated(1, 1)),
        (BEFORE, told("key.rotated", 3, old=IDS[1], key=FOREIGN)),
        (BEFORE, told("key.rotated", 3, old=IDS[1], key="no key")),
        (BEFORE, compromised(1)),
        (BEFORE, compromised(1, key=KEYS[0].encode())),
        (BEFORE, compromised(0, key=KEYS[2].encode())),
        (BEFORE, compromised(3)),
        ([*BEFORE, compromised(0)], compromised(0, 4)),
    ],
)
def test_what_may_not_follow_is_refused_and_changes_nothing(
    before: list[Event], refused: Event
) -> None:
    keys = keys_after(*before)
    unchanged = deepcopy(keys)
    with pytest.raises(Eval752Error):
        keys.apply(refused)
    assert keys == unchanged
