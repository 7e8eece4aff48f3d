"""Heads that others have seen: page by page, and how old the newest proven time is."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from infrastructure.content.stamps import FileStamps
from interface.web import heads_shown
from interface.web.heads_shown import heads_seen

NOW = "2026-11-26T12:00:00.000000Z"


@pytest.fixture
def timestamps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FileStamps:
    """Timestamps that are their times in plain text: reading real ones needs a real authority."""
    monkeypatch.setattr(heads_shown, "stamped_at", _time)
    return FileStamps(tmp_path / "timestamps")


def _time(data: bytes) -> datetime | None:
    return datetime.fromisoformat(data.decode()).astimezone(UTC) if data else None


def test_heads_are_those_of_either_kind_and_lead_on(timestamps: FileStamps, tmp_path: Path) -> None:
    cosignatures = FileStamps(tmp_path / "cosignatures", "note")
    for size in (3, 5, 9):
        timestamps.put(size, "https://tsa.example/", b"2026-11-26T11:00:00Z")
    for size in (5, 7):
        cosignatures.put(size, "w1", b"no line")
    first = heads_seen(timestamps, cosignatures, NOW, None, 3)
    assert [(head.size, [each.kind for each in head.by]) for head in first.shown] == [
        (9, ["timestamp"]),
        (7, ["cosignature"]),
        (5, ["timestamp", "cosignature"]),
    ]
    assert [each.at for each in first.shown[2].by] == ["2026-11-26T11:00:00Z", None]
    last = heads_seen(timestamps, cosignatures, NOW, first.before, 3)
    assert ([head.size for head in last.shown], last.before) == ([3], None)
    assert last.proven == first.proven


@pytest.mark.parametrize(
    ("then", "age"),
    [
        ("2026-11-26T12:00:30Z", "0 minutes ago"),
        ("2026-11-26T11:58:59Z", "1 minute ago"),
        ("2026-11-26T09:59:59Z", "2 hours ago"),
        ("2026-11-25T11:00:00Z", "1 day ago"),
        ("2026-10-26T12:00:00Z", "31 days ago"),
    ],
)
def test_the_newest_proven_time_is_the_earliest_of_the_newest_head(
    timestamps: FileStamps, tmp_path: Path, then: str, age: str
) -> None:
    timestamps.put(5, "a", b"2026-01-01T00:00:00Z")
    timestamps.put(9, "a", b"2026-11-26T12:00:59Z")
    timestamps.put(9, "b", then.encode())
    proven = heads_seen(timestamps, FileStamps(tmp_path / "none"), NOW, None, 3).proven
    assert proven == (9, then, age)


def test_a_time_that_cannot_be_read_proves_nothing(timestamps: FileStamps, tmp_path: Path) -> None:
    timestamps.put(9, "a", b"")
    found = heads_seen(timestamps, FileStamps(tmp_path / "none"), NOW, None, 3)
    assert (found.proven, found.shown[0].by[0].at) == (None, None)
