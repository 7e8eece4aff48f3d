"""The lock of the one writer."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from domain.errors import Refused, StorageFull
from infrastructure.lock import WriterLock
from tests.full_disks import files_of_at_most

ROOT = Path(__file__).parents[2]


def test_a_second_writer_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    with WriterLock(tmp_path / "lock"), pytest.raises(Refused, match=f"process {os.getpid()}"):
        WriterLock(tmp_path / "lock")


def test_a_lock_is_free_again_once_it_is_released(tmp_path: Path) -> None:
    lock = WriterLock(tmp_path / "lock")
    lock.release()
    lock.release()
    WriterLock(tmp_path / "lock").release()


def test_a_process_that_is_killed_holds_no_lock(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from infrastructure.lock import WriterLock\n"
        "lock = WriterLock(Path(sys.argv[1])); print('held', flush=True); input()"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "lock")]
    with subprocess.Popen(command, cwd=ROOT, stdout=-1, stdin=-1) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(Refused, match=f"process {holder.pid}"):
            WriterLock(tmp_path / "lock")
        holder.kill()
    WriterLock(tmp_path / "lock").release()


def test_a_folder_that_is_not_there_is_refused_in_plain_words(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="a place to write"):
        WriterLock(tmp_path / "none" / "lock")


def test_a_lock_that_cannot_name_its_holder_is_free_again(tmp_path: Path) -> None:
    with files_of_at_most(0), pytest.raises(StorageFull):
        WriterLock(tmp_path / "lock")
    WriterLock(tmp_path / "lock").release()
