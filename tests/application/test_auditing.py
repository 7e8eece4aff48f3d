"""An audit takes what extends the head that was kept, and nothing else."""

from collections.abc import Callable
from pathlib import Path

import pytest

from application.auditing import Unfollowed, audit
from domain.errors import InvalidInput
from domain.transparency.checkpoint import Checkpoint
from domain.transparency.signed_note import Note, VerifierKey
from domain.transparency.tiles import Tile
from infrastructure.signing.keys import KeyFiles
from infrastructure.signing.verify import verify_ed25519
from tests.logged import OTHER, Logged


class Shown:
    """A log as an auditor reads it; ``note`` is the head that it shows."""

    def __init__(self, logged: Logged, note: bytes = b"") -> None:
        self._log = logged.log()
        self.note = note or self._log.checkpoint().note
        self.gone: set[Tile] = set()

    def checkpoint(self) -> bytes:
        return self.note

    def tile(self, tile: Tile) -> bytes | None:
        return None if tile in self.gone else self._log.tile(tile)


@pytest.fixture
def logged(tmp_path: Path) -> Logged:
    logged = Logged(tmp_path / "log of a")
    logged.append(300)
    return logged


def wrong(logged: Logged, shown: Shown, kept: bytes | None) -> str:
    return audit(shown, logged.key, kept, verify_ed25519).wrong


def signed(logged: Logged, size: int, root: bytes) -> bytes:
    text = Checkpoint("archive-a", size, root).text()
    return Note(text, tuple(logged.keys.sign_head(text))).encode()


@pytest.mark.parametrize("more", [0, 1, 212, 600])
def test_what_extends_the_kept_head_is_taken(logged: Logged, more: int) -> None:
    kept = Shown(logged).note
    assert wrong(logged, Shown(logged), None) == ""
    if more:
        logged.append(more, OTHER)
    seen = audit(Shown(logged), logged.key, kept, verify_ed25519)
    assert seen.wrong == ""
    assert (seen.before and seen.before.size, seen.checkpoint.size) == (300, 300 + more)


def test_a_head_before_the_first_event_is_extended_by_any(logged: Logged) -> None:
    empty = signed(logged, 0, logged.root(0))
    assert wrong(logged, Shown(logged), empty) == ""


Forge = Callable[[Logged, Logged], tuple[Shown, str]]


def of_the_same_size(ours: Logged, theirs: Logged) -> tuple[Shown, str]:
    theirs.append(300, OTHER)
    return Shown(theirs), "two roots were signed for 300 events"


def longer(ours: Logged, theirs: Logged) -> tuple[Shown, str]:
    theirs.append(700, OTHER)
    return Shown(theirs), "does not extend that of 300 events"


def shorter(ours: Logged, theirs: Logged) -> tuple[Shown, str]:
    theirs.append(7, OTHER)
    return Shown(theirs), "a log of 300 events was signed before, and now one of 7"


def not_its_tiles(ours: Logged, theirs: Logged) -> tuple[Shown, str]:
    ours.append(5)
    Shown(ours)
    return Shown(ours, signed(ours, 305, bytes(32))), "do not lead to the root that was signed"


def by_another_key(ours: Logged, theirs: Logged) -> tuple[Shown, str]:
    theirs.append(300)
    theirs.identity = KeyFiles(theirs.folder / "another identity", "archive-a")
    return Shown(theirs), "no valid signature by archive-a"


def of_another_origin(ours: Logged, theirs: Logged) -> tuple[Shown, str]:
    text = Checkpoint("archive-b", 300, ours.root()).text()
    note = Note(text, tuple(ours.keys.sign_head(text)))
    return Shown(ours, note.encode()), "of 'archive-b', and the one that was kept"


def the_same_head_without_its_tiles(ours: Logged, theirs: Logged) -> tuple[Shown, str]:
    theirs.append(300, OTHER)
    shown = Shown(theirs)
    shown.note = Shown(ours).note
    return shown, "the tiles of 300 events do not lead to the root that was signed"


@pytest.mark.parametrize(
    "forge",
    [
        of_the_same_size,
        longer,
        shorter,
        not_its_tiles,
        by_another_key,
        of_another_origin,
        the_same_head_without_its_tiles,
    ],
)
def test_what_does_not_extend_it_is_found(logged: Logged, tmp_path: Path, forge: Forge) -> None:
    kept = Shown(logged).note
    theirs = Logged(tmp_path / "another log of a")
    theirs.identity = logged.identity
    shown, told = forge(logged, theirs)
    assert told in wrong(logged, shown, kept)


def test_the_log_must_be_the_one_that_the_key_names(logged: Logged) -> None:
    shown, _ = of_another_origin(logged, logged)
    assert wrong(logged, shown, None) == (
        "the head is of 'archive-b', and the key that signed it of 'archive-a'"
    )


@pytest.mark.parametrize("size", [1, 255, 256, 257, 511, 512, 700, 66_000])
def test_a_full_audit_reads_each_tile_of_hashes(tmp_path: Path, size: int) -> None:
    logged = Logged(tmp_path / "log of a")
    logged.append(size)
    shown = Shown(logged)
    seen = audit(shown, logged.key, None, verify_ed25519, full=True)
    kept = [each for each in logged.files() if each.startswith("log/tile/")]
    assert (seen.wrong, seen.read, seen.tiles) == ("", len(kept), len(kept))
    assert audit(shown, logged.key, None, verify_ed25519).read <= 3


@pytest.mark.parametrize("tile", [Tile(0, 0), Tile(0, 100), Tile(0, 255), Tile(0, 256), Tile(1, 0)])
def test_a_full_audit_finds_a_false_tile_below_the_edge(logged: Logged, tile: Tile) -> None:
    logged.append(66_000)
    shown = Shown(logged)
    path = logged.folder / "log" / tile.path
    path.write_bytes(bytes(32) + path.read_bytes()[32:])
    assert wrong(logged, shown, None) == ""
    found = audit(shown, logged.key, None, verify_ed25519, full=True).wrong
    assert found == f"{tile.path} does not lead to the root that was signed"


def test_a_full_tile_stands_for_a_partial_one_that_is_gone(logged: Logged) -> None:
    shown = Shown(logged)
    logged.append(300)
    logged.log().checkpoint()
    shown.gone = {Tile(0, 1, 44)}
    assert wrong(logged, shown, None) == ""


def test_a_log_without_its_tiles_is_none(logged: Logged) -> None:
    shown = Shown(logged)
    shown.gone = {Tile(0, 1, 44), Tile(0, 1)}
    with pytest.raises(Unfollowed, match=r"tile/0/001\.p/44") as unfollowed:
        wrong(logged, shown, None)
    assert unfollowed.value.note == shown.note


def test_what_is_no_checkpoint_is_refused(logged: Logged) -> None:
    shown = Shown(logged, b"hello")
    with pytest.raises(InvalidInput):
        wrong(logged, shown, None)
    other_key = VerifierKey("archive-a", bytes(32))
    assert audit(Shown(logged), other_key, None, verify_ed25519).wrong
