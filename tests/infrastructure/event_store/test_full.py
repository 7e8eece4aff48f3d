"""A disk that takes no more."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from domain.errors import StorageFull
from infrastructure.event_store.store import SqliteEventStore, open_store
from tests.contracts.pages import KEY, answered, append, page, plain

ROOT = Path(__file__).parents[3]
SMALL, LARGE = page(1, *answered("small")), page(2, *answered("large" * 100_000))


def test_what_does_not_fit_is_not_written_and_what_fits_is(
    store: SqliteEventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.commit([append(SMALL)])
    limit_pages(store, "(SELECT page_count + 2 FROM pragma_page_count)")
    large = page(2, *answered(*(f"large {number}" for number in range(2000))))
    for _ in range(2):
        with pytest.raises(StorageFull, match="nothing of it was written"):
            store.commit([append(large)])
    assert [plain(each) for each in store.pages(KEY)] == [plain(SMALL)]
    limit_pages(store, "1000000")
    store.commit([append(large)])
    assert store.version(KEY) == 2001


def limit_pages(store: SqliteEventStore, limit: str) -> None:
    with store._recorder.datastore.get_connection(commit=True) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT page_count + 2 FROM pragma_page_count")
        pages = cursor.fetchone()[0] if limit.startswith("(") else int(limit)
        cursor.execute(f"PRAGMA max_page_count = {pages}")


LIMITED = """
import resource, sys
from pathlib import Path
from domain.errors import StorageFull
from infrastructure.event_store.store import open_store
from tests.infrastructure.event_store.test_full import KEY, append, answered, page

store = open_store(Path(sys.argv[1]), writable=True)
store.commit([append(page(1, *answered("small")))])
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
try:
    while True:
        version = store.version(KEY)
        store.commit([append(page(version + 1, *answered(*map(str, range(100)))))])
except StorageFull as error:
    print(version, store.version(KEY), sum(len(page.lines) for page in store.pages(KEY)))
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
store.commit([append(page(version + 1, *answered("again")))])
store.close()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are those of POSIX")
def test_a_file_that_may_not_grow_is_told_and_written_on_once_it_may(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LIMITED, str(tmp_path)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    before, version, lines = map(int, told.stdout.split())
    assert before == version == lines > 1
    with closing(open_store(tmp_path, writable=False)) as store:
        assert store.version(KEY) == version + 1
