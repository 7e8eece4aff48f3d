"""Killed while its key is replaced: an archive opens, with one key in force, and the command again.

Never is a key in force of which no event tells, nor does an event name a key that is lost.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from shutil import copytree

import pytest

from infrastructure.log_tiles.heads import FileHeads
from infrastructure.signing.keys import FILE
from tests.archives import open_fixed
from tests.crash import dying
from tests.crash.works import compromise_key, rotate_key, sign_log
from tests.key_history import check_keys
from tests.story import record_story


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an archive with a signed head; to be copied."""
    folder = tmp_path_factory.mktemp("signed") / "archive"
    with open_fixed(folder, "archive-a") as archive:
        record_story(archive)
        archive.log.checkpoint()
    return folder


def keys_in(folder: Path) -> list[str]:
    """The states of the keys, after all that must hold of them was checked."""
    with open_fixed(folder, "archive-a") as archive:
        check_keys(archive)
        return [key.state for key in archive.signer.known()]


def is_handing_over(folder: Path) -> bool:
    with open_fixed(folder, "archive-a") as archive:
        return archive.signer.is_handing_over


def first_key(folder: Path) -> str:
    with open_fixed(folder, "archive-a") as archive:
        return archive.signer.known()[0].id


def in_the_end(folder: Path, expected: list[str]) -> None:
    assert keys_in(folder) == expected
    assert [path.name for path in (folder / "identity").iterdir()] == [FILE]


WORKS: Sequence[tuple[dying.Work, list[str]]] = [
    (rotate_key, ["retired", "in force"]),
    (compromise_key, ["compromised", "in force"]),
]
COMMITS = [dying.before_commit, dying.within_commit, dying.after_commit]


def arguments(work: dying.Work, folder: Path) -> Iterable[object]:
    return (folder,) if work is rotate_key else (folder, first_key(folder))


@pytest.mark.parametrize(("work", "expected"), WORKS)
def test_a_death_at_any_change_of_a_file_leaves_one_key_in_force(
    tmp_path: Path, signed: Path, work: dying.Work, expected: list[str]
) -> None:
    def copied(number: int) -> Iterable[object]:
        return arguments(work, Path(copytree(signed, tmp_path / f"{number}")))

    died = 0
    for died in dying.deaths(dying.at_change, work, copied):
        folder = tmp_path / f"{died}"
        states = keys_in(folder)
        assert states in (["in force"], expected)
        is_over = work is rotate_key and states == expected and not is_handing_over(folder)
        work(*arguments(work, folder))
        in_the_end(folder, ["retired", *expected] if is_over else expected)
    assert died >= 5


@pytest.mark.parametrize("fault", COMMITS)
@pytest.mark.parametrize(("work", "expected"), WORKS)
def test_a_death_at_the_event_leaves_one_key_in_force(
    tmp_path: Path, signed: Path, work: dying.Work, expected: list[str], fault: dying.Die
) -> None:
    folder = Path(copytree(signed, tmp_path / "archive"))
    given = [*arguments(work, folder)]
    assert not dying.survives(fault, 1, work, *given)
    assert keys_in(folder) == (expected if fault is dying.after_commit else ["in force"])
    work(*given)
    in_the_end(folder, expected)


def test_a_death_between_event_and_head_is_mended_by_the_next_head(
    tmp_path: Path, signed: Path
) -> None:
    folder = Path(copytree(signed, tmp_path / "archive"))
    last = FileHeads(folder / "log").last()
    assert not dying.survives(dying.after_commit, 1, rotate_key, folder)
    assert FileHeads(folder / "log").last() == last
    sign_log(folder)
    in_the_end(folder, ["retired", "in force"])
