"""Whatever is recorded, rightly or wrongly, is kept or refused, leaves, verifies and comes in."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from application.replaying import Moment
from domain.canonical import Json
from domain.errors import InvalidInput, Refused
from domain.evaluation.events import KINDS
from domain.verification.checks import Check
from domain.verification.policy import Policy
from interface.bootstrap.archive import Archive
from interface.verifying import verify_file
from tests.archives import (
    CHOICE,
    COMPLETED,
    DATASET,
    PLANNED,
    RUN,
    SEALED,
    STARTED,
    Members,
    actions,
    export,
    key,
    open_fixed,
    record,
    record_dataset,
    run_registered,
    stored,
    take,
)
from tests.naive_summary import NaiveSummary

ITEMS = st.one_of(st.integers(0, 4), st.integers(0, 4).map(lambda n: f"q-{n}"), st.just("q-99"))
ON = {"item": ITEMS, "epoch": st.integers(1, 2)}
TEXT = st.sampled_from(["The answer is A.", "B", "", "no idea"])
SCORE = st.sampled_from([0, 1, 0.1, 1e-7]).map(lambda value: {"value": value})


def _line(event_type: str, /, **members: st.SearchStrategy[Any]) -> st.SearchStrategy[Members]:
    return st.fixed_dictionaries({"type": st.just(event_type), **members})


NOTE = st.just({"note": "n"})
ANSWERED = _line(
    "item.answered",
    **ON,
    score=st.booleans(),
    latency_ms=st.integers(0, 50),
    request=st.just(["?"]),
    response=TEXT.map(lambda text: {"text": text}),
)
SCORED = {"scorer": st.sampled_from(["choice", "judge", 1]), "score": SCORE}
ON_RUN = st.one_of(
    ANSWERED,
    ANSWERED,
    ANSWERED,
    _line("item.attempt_failed", **ON, error=NOTE),
    _line("item.failed", **ON, error=NOTE),
    _line("item.scored", **ON, **SCORED, rationale=NOTE),
    _line("score.revised", **ON, **SCORED),
    _line("run.annotated", annotation=NOTE),
    _line("run.failed", error=NOTE),
    st.sampled_from([STARTED, COMPLETED, {"type": "run.resumed"}, {"type": "run.canceled"}]),
)
ON_ANY = st.one_of(
    _line("part.erased", target=st.integers(1, 20), kind=st.sampled_from(KINDS)),
    _line("hold.placed", annotation=NOTE),
    st.sampled_from([SEALED, {"type": "hold.released"}]),
)


@contextmanager
def told(*places: str) -> Iterator[None]:
    """What is refused is told at its place."""
    try:
        yield
    except (InvalidInput, Refused) as problem:
        if not problem.place.startswith(places):
            raise


class AnyRecording(RuleBasedStateMachine):
    """One archive records, another takes in each bundle, and a new one each bundle alone."""

    def __init__(self) -> None:
        super().__init__()
        self._opened = ExitStack()
        self._folder = Path(self._opened.enter_context(TemporaryDirectory()))
        self._numbers = count()
        self.archive, self.reader = self._open("archive-a"), self._open("archive-b")
        self._recorder = self.archive.recorder()
        self.shared: list[Path] = []

    def _open(self, name: str) -> Archive:
        return self._opened.enter_context(open_fixed(self._folder / name, name))

    def teardown(self) -> None:
        self._opened.close()

    @initialize(planned=st.booleans(), epochs=st.integers(1, 2))
    def begin(self, planned: bool, epochs: int) -> None:
        judge: Members = {"name": "judge", "method": "judge", "parameters": {}}
        plan: list[Members] = [{**PLANNED, "epochs": epochs, "ranges": [[0, 1]]}] if planned else []
        record_dataset(self.archive, 4)
        record(self.archive, RUN, run_registered(CHOICE, judge), *plan, STARTED)

    @rule(batch=st.lists(ON_RUN, min_size=1, max_size=4))
    def record_in_run(self, batch: Sequence[Members]) -> None:
        self._record(RUN, batch)

    @rule(batch=st.lists(ON_RUN | ON_ANY, max_size=3), stream=st.sampled_from([RUN, RUN, DATASET]))
    def record_anything(self, batch: Sequence[Members], stream: str) -> None:
        self._record(stream, batch)

    @rule()
    def seal(self) -> None:
        self._record(DATASET, [SEALED])
        self._record(RUN, [SEALED])

    def _record(self, stream: str, batch: Sequence[Members]) -> None:
        before = stored(self.archive, stream)
        recorded = 0
        with told("line "):
            recorded = self._recorder.record(stream, actions(*batch)).recorded
        after = stored(self.archive, stream)
        assert [s.line for s in before] == [s.line for s in after[: len(before)]]
        assert len(after) == len(before) + recorded

    @rule(withhold=st.sets(st.sampled_from(KINDS), max_size=2))
    def share(self, withhold: set[str]) -> None:
        path = self._folder / f"bundle-{next(self._numbers)}.zip"
        with told("run/", "dataset/"):
            export(self.archive, path, withhold=withhold)
        if not path.exists():
            return
        report = verify_file(path, Policy())
        assert not [c for c in Check if report.failed(c) and c is not Check.COMPLETENESS]
        self._pass_on(path)
        self.shared.append(path)
        take(self.reader, path)

    def _pass_on(self, path: Path) -> None:
        """Whoever takes in a bundle alone can hand on the same file."""
        archive = self._open(f"passing-on-{path.stem}")
        take(archive, path)
        again = path.with_suffix(".again")
        export(archive, again, key(self.archive))
        assert again.read_bytes() == path.read_bytes()

    @precondition(lambda self: self.shared)
    @rule(data=st.data())
    def take_in_again(self, data: st.DataObject) -> None:
        take(self.reader, data.draw(st.sampled_from(self.shared)))

    @invariant()
    def the_mirror_holds_nothing_that_the_archive_does_not(self) -> None:
        for of in (key(self.archive, DATASET), key(self.archive)):
            ours, theirs = stored(self.archive, of), stored(self.reader, of)
            for original, mirrored in zip(ours, theirs, strict=False):
                assert mirrored.line == original.line
            assert len(theirs) <= len(ours)

    @invariant()
    def the_state_is_a_naive_count(self) -> None:
        version = self.archive.store.version(key(self.archive))
        if version:
            with self.archive.replayer(key(self.archive)) as replayer:
                state: Json = replayer.state(Moment()).state
            assert state == NaiveSummary(self.archive, version).to_json()


QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large]
FEW = settings(max_examples=8, stateful_step_count=15, suppress_health_check=QUIET)
MANY = settings(max_examples=300, stateful_step_count=30, suppress_health_check=QUIET)


def test_any_recording_leaves_verifies_and_comes_in() -> None:
    run_state_machine_as_test(AnyRecording, settings=FEW)


@pytest.mark.soak
def test_very_many_recordings_do_so_too() -> None:
    run_state_machine_as_test(AnyRecording, settings=MANY)
