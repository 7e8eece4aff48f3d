"""Killed while archiving: what is there has its content, nothing else is, and it goes on."""

from itertools import count
from pathlib import Path

import pytest

from tests.archives import left_over, open_fixed
from tests.crash import dying
from tests.crash.works import archive_run
from tests.native_exports import PNG, item, members_of, result, write_zip


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A run of two items, one with an image."""
    items = [item(0), item(1, inputs={"text": "?", "images": ["assets/d.png"]})]
    members = members_of(items, [result(0), result(1)]) | {"assets/d.png": PNG}
    return write_zip(tmp_path / "run.eval752.zip", members)


def _check(folder: Path, log: Path) -> None:
    with open_fixed(folder, "archive-a") as archive:
        assert left_over(archive) == []
    archive_run(folder, log)
    with open_fixed(folder, "archive-a") as archive:
        kept = [path.read_bytes() for path in (folder / "assets").glob("*/*.*")]
        assert sorted(kept) == sorted([PNG, log.read_bytes()])
        assert left_over(archive) == []


@pytest.mark.parametrize(
    "fault", [dying.at_change, dying.before_commit, dying.within_commit, dying.after_commit]
)
def test_a_death_at_any_point_leaves_no_asset_that_no_part_lists(
    tmp_path: Path, log: Path, fault: dying.Die
) -> None:
    folders = (tmp_path / f"{number}" for number in count(1))
    died = 0
    for died, folder in enumerate(folders):
        if dying.survives(fault, died + 1, archive_run, folder, log):
            break
        _check(folder, log)
    assert died >= 3
