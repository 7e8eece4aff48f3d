"""What is erased is in no file any more, however it was stored."""

import random
import sys
from contextlib import closing, suppress
from pathlib import Path

from application.ports import Append, ItemKey, Page
from infrastructure.event_store.store import FILE, SqliteEventStore, open_store
from tests.contracts.pages import KEY, OTHER, append, erasing, page, part

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

FRAME = b"\x28\xb5\x2f\xfd"


def everything_in(folder: Path) -> bytes:
    """The bytes of all files, and what is packed in them, where it lies in one piece."""
    data = b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    frames = data.split(FRAME)[1:]
    return data + b"".join(unpacked(FRAME + frame) for frame in frames)


def unpacked(data: bytes) -> bytes:
    """What can be unpacked from the start of these bytes."""
    decompressor, out = zstd.ZstdDecompressor(), b""
    with suppress(zstd.ZstdError, EOFError):
        for start in range(0, len(data), 64):
            out += decompressor.decompress(data[start : start + 64])
    return out


def secret(number: int) -> bytes:
    """A line that no packing makes smaller, so that its bytes stand in the file as they are."""
    return random.Random(number).randbytes(160).replace(b"\n", b"")


def shows(number: int, data: bytes) -> bool:
    """Whether some of a secret is there; a block may be cut where a page of the file ends."""
    line = secret(number)
    return any(line[start : start + 16] in data for start in range(0, len(line) - 16, 16))


def test_a_secret_can_be_found_before_it_is_erased(store: SqliteEventStore, tmp_path: Path) -> None:
    store.commit([append(page(1, {"request": secret(1)}))])
    assert shows(1, everything_in(tmp_path))
    store.close()
    assert shows(1, everything_in(tmp_path))


def test_an_erased_text_cannot_be_unpacked_either(store: SqliteEventStore, tmp_path: Path) -> None:
    store.commit([append(page(1, {"request": part("SECRET " * 50)}))])
    assert b"SECRET SECRET SECRET" in everything_in(tmp_path)
    store.commit([erasing(1, (1, "request"))])
    assert b"SECRET" not in everything_in(tmp_path)


def test_an_erased_part_is_in_no_file_at_once(store: SqliteEventStore, tmp_path: Path) -> None:
    store.commit([append(page(1, {"request": secret(1)}, {"request": secret(2)}))])
    store.commit([erasing(2, (1, "request"))])
    left = everything_in(tmp_path)
    assert not shows(1, left)
    assert shows(2, left)


def test_a_reader_who_stands_between_two_pages_is_no_hindrance(
    store: SqliteEventStore, tmp_path: Path
) -> None:
    store.commit([append(page(1, {"request": secret(1)}), page(2, {}), page(3, {}))])
    with closing(open_store(tmp_path, writable=False)) as other:
        readers = [store.pages(KEY, 1), other.pages(KEY, 1)]
        firsts = [next(reader).first for reader in readers]
        store.commit([erasing(3, (1, "request"))])
        assert not shows(1, everything_in(tmp_path))
        assert firsts == [2, 2]
        assert [[rest.first for rest in reader] for reader in readers] == [[3, 4], [3, 4]]


def test_of_many_blocks_of_all_sizes_nothing_is_left_behind(
    store: SqliteEventStore, tmp_path: Path
) -> None:
    chance = random.Random(752)
    sizes = [chance.choice([1, 1, 2, 3, 40]) for _ in range(70)]
    numbers = iter(range(sum(sizes)))
    for size in sizes:
        after = store.version(KEY)
        events = [{"request": secret(next(numbers))} for _ in range(size)]
        store.commit([append(page(after + 1, *events))])
    targets = list(range(1, sum(sizes) + 1))
    chance.shuffle(targets)
    kept = set(targets[: len(targets) // 2])
    for start in range(len(kept), len(targets), 50):
        some = [(version, "request") for version in targets[start : start + 50]]
        store.commit([erasing(store.version(KEY), *some)])
    left = everything_in(tmp_path)
    assert {version for version in targets if shows(version - 1, left)} == kept


def test_a_disclosed_part_leaves_no_second_copy(store: SqliteEventStore, tmp_path: Path) -> None:
    events = [{"request": secret(number), "response": secret(900 + number)} for number in range(60)]
    pages = [page(1 + at, event) for at, event in enumerate(events)]
    bare = [page(1 + at, event, withheld=["request"]) for at, event in enumerate(events)]
    store.commit([Append(KEY, 0, bare, b"")])
    store.disclose(KEY, pages)
    assert [list(each.parts) for each in store.pages(KEY)] == [list(each.parts) for each in pages]
    erased = [(version, kind) for version in range(1, 61) for kind in ("request", "response")]
    store.commit([erasing(60, *erased)])
    left = everything_in(tmp_path)
    assert not any(shows(number, left) or shows(900 + number, left) for number in range(60))


def test_outside_ids_stand_in_no_index(store: SqliteEventStore, tmp_path: Path) -> None:
    added = append(page(1, {"item": secret(1)}))
    added.items = [ItemKey("PATIENT-752", 0, 1)]
    store.commit([added])
    store.count_trial("PATIENT-MODEL", "PATIENT-CONFIG", "PATIENT-RUN")
    assert b"PATIENT" not in everything_in(tmp_path)


def test_what_a_crash_kept_in_the_log_is_gone_when_the_store_is_opened(
    store: SqliteEventStore, tmp_path: Path
) -> None:
    store.commit([append(page(1, {"request": secret(1)}))])
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    store.scrub = lambda: None  # type: ignore[method-assign]  # the crash comes before it
    store.commit([erasing(1, (1, "request"))])
    for path in tmp_path.glob(f"{FILE}*"):
        (crashed / path.name).write_bytes(path.read_bytes())
    assert shows(1, everything_in(crashed))
    with closing(open_store(crashed, writable=True)) as opened:
        assert opened.version(KEY) == 2
        assert not shows(1, everything_in(crashed))


def test_erasing_in_a_mirror_touches_no_other_stream(store: SqliteEventStore) -> None:
    pages: list[Page] = [page(1, {"request": secret(1)})]
    store.commit([Append(KEY, 0, pages, b""), Append(OTHER, 0, pages, b"")])
    store.commit([erasing(1, (1, "request"))])
    assert list(next(store.pages(OTHER)).parts) == [secret(1)]
