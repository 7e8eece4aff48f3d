"""What commands say of evidence that somebody altered in the archive's folder: where it is."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from application.ports import StreamKey
from application.stored import StoredEvents
from domain.evaluation.events import Event
from interface.bootstrap.opening import open_archive
from tests.altering import alter, spoil_tiles
from tests.interface.cli.running import RUN, Said, contents, eval752, lines, stream_of

ATTEMPT = ("run", b'"attempt":1,"epoch":1,"item":0', b'"attempt":7,"epoch":1,"item":0')
TRIAL = ("run", b'"trial":1', b'"trial":7')
ITEM = ("dataset", b'"item":0', b'"item":9')
AT = ("dataset", b'"at":"20', b'"at":"19')


class Signed(NamedTuple):
    """An archive under a signed head, with one event behind the seal of its run."""

    data: Path
    run: str
    dataset: str

    def says(self, *arguments: object) -> Said:
        """What a command says, in whose arguments the streams are named so."""
        streams = {"RUN": self.run, "DATASET": self.dataset}
        return eval752(*(streams.get(str(each), each) for each in arguments), "--data", self.data)

    def event(self, stream: str, version: int) -> Event:
        with open_archive(self.data, writable=False) as archive:
            key = StreamKey(archive.signer.origin, stream)
            return StoredEvents(archive.store).at(key, version).event


@pytest.fixture
def signed(data: Path) -> Signed:
    run, dataset = stream_of(data, "run/"), stream_of(data, "dataset/")
    note = {"type": "run.annotated", "stream": run, "annotation": "seen"}
    assert eval752("record", "--data", data, stdin=lines([note])).code == 0
    assert eval752("log", "checkpoint", "--data", data).code == 0
    return Signed(data, run, dataset)


def is_told(said: Said, stream: str, version: int) -> bool:
    """Whether a command has failed for an altered event, and shown nothing."""
    told = " ".join(said.err.split())
    place = f"{stream}, version {version}: expected the event that the signed log has, leaf hash "
    return said.code == 2 and not said.out and place in told and "Restore the archive" in told


@pytest.mark.parametrize(
    ("arguments", "change", "version"),
    [
        (("show", "RUN", "--item", "q-1"), ATTEMPT, 4),
        (("show", "RUN", "--item", "q-1"), TRIAL, 1),
        (("show", "RUN", "--item", "q-1"), ITEM, 2),
        (("show", "DATASET", "--item", "q-1"), ITEM, 2),
        (("show", "RUN"), TRIAL, 1),
        (("show", "DATASET"), AT, 1),
        (("replay", "RUN"), ATTEMPT, 4),
        (("replay", "RUN"), ITEM, 2),
        (("replay", "DATASET"), ITEM, 2),
        (("export", "RUN", "--as", "inspect"), ATTEMPT, 4),
    ],
)
def test_an_altered_event_is_told_with_its_place_and_nothing_is_shown(
    signed: Signed,
    tmp_path: Path,
    arguments: Sequence[str],
    change: tuple[str, bytes, bytes],
    version: int,
) -> None:
    target = ("-o", tmp_path / "run.eval") if "export" in arguments else ()
    stream = signed.run if change[0] == "run" else signed.dataset
    alter(signed.data, stream, *change[1:])
    said = signed.says(*arguments, *target)
    assert is_told(said, stream, version), said
    assert not (tmp_path / "run.eval").exists()


def test_an_event_behind_the_last_seal_is_compared_in_a_replay_too(signed: Signed) -> None:
    last = signed.says("replay", "RUN", "--json").document["version"]
    known = signed.event(signed.run, last).id.encode()
    alter(signed.data, signed.run, known, b"00000000-0000-7000-8000-000000000000")
    assert is_told(signed.says("replay", "RUN"), signed.run, last)


def test_a_comparison_of_altered_runs_is_told_as_damage(signed: Signed) -> None:
    registered, *others = RUN
    dataset = signed.dataset.partition("/")[2]
    again = [{**registered, "id": f"{registered['id'][:-1]}2", "dataset": dataset}, *others]
    said = eval752("record", "--data", signed.data, stdin=lines(again))
    assert said.code == 0, said
    streams = contents(signed.data)
    (other,) = {each for each in streams if each.startswith("run/")} - {signed.run}
    assert signed.says("compare", "RUN", other).code == 0
    alter(signed.data, signed.run, *TRIAL[1:])
    assert is_told(signed.says("compare", "RUN", other), signed.run, 1)


def test_no_item_is_proven_in_a_tree_of_items_that_is_not_the_runs(
    signed: Signed, tmp_path: Path
) -> None:
    digest = signed.event(signed.dataset, 3).parts["question"].encode()
    alter(signed.data, signed.dataset, digest, b"0" * 64)
    target = tmp_path / "item.eval752.zip"
    said = signed.says("prove", "RUN", "--item", "q-1", "-o", target)
    assert is_told(said, signed.dataset, 3), said
    assert not target.exists()


@pytest.mark.parametrize(
    "arguments", [("show", "RUN"), ("show", "RUN", "--item", "q-1"), ("replay", "RUN")]
)
def test_a_damaged_log_is_told_and_takes_nothing_away(
    signed: Signed, arguments: Sequence[str]
) -> None:
    before = signed.says(*arguments)
    spoil_tiles(signed.data)
    said = signed.says(*arguments)
    assert (said.code, said.out, before.err) == (0, before.out, "")
    assert "could not be compared with the log" in said.err
    assert "eval752 log rebuild" in said.err
