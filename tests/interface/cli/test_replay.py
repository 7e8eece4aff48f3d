from pathlib import Path

import pytest

from domain.bundle import layout
from tests.interface.cli.running import eval752, stream_of, subprocess752
from tests.interface.cli.test_verify import changed


@pytest.fixture(params=["archive", "bundle"])
def source(request: pytest.FixtureRequest, made: Path, bundle: Path) -> tuple[object, ...]:
    """What to replay: the run in the archive, or its bundle, which must not differ."""
    stored = ("capitals", "--data", made / "archive")
    return stored if request.param == "archive" else (bundle,)


def test_history_and_state_are_told(source: tuple[object, ...]) -> None:
    said = eval752("replay", *source)
    assert (said.code, said.err) == (0, "")
    told = said.out.splitlines()
    assert told[0].startswith("dataset/")
    assert any(line.startswith("      2–3  ") and "2 dataset.item_added" in line for line in told)
    assert any(line.startswith("      4–8  ") for line in told)
    assert "  status completed, sealed" in told
    assert [line.split()[:6] for line in told if line.startswith("  all ")] == [
        ["all", "2", "2", "0", "0", "1"]
    ]


def test_every_event_is_told_where_it_is_asked(source: tuple[object, ...]) -> None:
    said = eval752("replay", *source, "--events")
    assert sum("  claimed:local  " in line for line in said.out.splitlines()) == 5 + 10
    assert "item.attempt_failed  item 1, epoch 1, attempt" in said.out


def test_no_event_is_told_where_none_is_asked(source: tuple[object, ...]) -> None:
    said = eval752("replay", *source, "--no-events")
    assert "claimed:local" not in said.out
    assert "status completed" in said.out


def test_what_is_beyond_the_limit_is_counted(source: tuple[object, ...]) -> None:
    said = eval752("replay", *source, "--events", "--limit", 3)
    assert "  … and 12 more; --limit 0 shows all" in said.out
    document = eval752("replay", *source, "--limit", 3, "--json").document
    assert (len(document["events"]), document["events_left_out"]) == (3, 12)


def test_the_state_at_a_version_is_that_of_then(source: tuple[object, ...]) -> None:
    then = eval752("replay", *source, "--at", 6, "--json").document
    assert len(then["events"]) == 5 + 6
    assert then["version"] == 6
    assert then["state"]["status"] == "running"
    assert then["state"]["all"]["answered"] == 1
    assert not then["state"]["sealed"]


def test_the_state_at_a_time_is_that_of_then(source: tuple[object, ...]) -> None:
    assert eval752("replay", *source, "--at", "2999-01-01").code == 0
    said = eval752("replay", *source, "--at", "1999-01-01")
    assert (said.code, said.out) == (2, "")
    assert "error: --at: expected a moment at which there were events" in said.err


def test_a_dataset_can_be_replayed(made: Path) -> None:
    data = made / "archive"
    said = eval752("replay", stream_of(data, "dataset/"), "--data", data)
    assert said.code == 0
    assert "  items    2" in said.out


def test_a_bundle_that_does_not_verify_is_refused_unless_it_is_asked_for(
    bundle: Path, tmp_path: Path
) -> None:
    def change(name: str, data: bytes) -> bytes:
        return data.replace(b'"score":0', b'"score":1') if name == layout.RESULTS else data

    forged = changed(bundle, tmp_path / "forged.zip", change)
    said = eval752("replay", forged)
    assert (said.code, said.out) == (2, "")
    assert "expected a bundle that verifies, found failed: 2 digests, 15 replay" in said.err
    said = eval752("replay", forged, "--anyway")
    assert said.code == 0
    assert said.err == "NOT VERIFIED, failed: 2 digests, 15 replay. What follows may be forged.\n"
    assert "status completed" in said.out


@pytest.mark.parametrize("member", [layout.PARTS, layout.EVENTS])
def test_a_history_that_cannot_be_followed_is_told(
    member: str, bundle: Path, tmp_path: Path
) -> None:
    def change(name: str, data: bytes) -> bytes:
        return b"".join(data.splitlines(keepends=True)[:4]) if name == member else data

    cut = changed(bundle, tmp_path / "cut.zip", change)
    said = eval752("replay", cut, "--anyway")
    assert said.code in {0, 2}
    assert "bug" not in said.err


def test_a_reader_that_goes_away_is_no_error(bundle: Path) -> None:
    import subprocess  # noqa: PLC0415 - a pipe of our own
    import sys  # noqa: PLC0415

    command = [sys.executable, "-m", "interface.cli.main", "replay", str(bundle), "--events"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 141


def test_a_narrow_ascii_output_is_served(bundle: Path) -> None:
    said = subprocess752("replay", bundle, COLUMNS="40", PYTHONIOENCODING="ascii")
    assert said.code == 0
    assert said.out.isascii()
