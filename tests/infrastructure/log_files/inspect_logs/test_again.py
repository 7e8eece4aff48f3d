"""Whatever happens in a run: its log, archived, has the same results and comes to the same."""

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from application.ports import StreamKey
from application.whole_run import WholeResult, WholeRun
from domain.bundle.views import score_value
from domain.evaluation import results
from infrastructure.log_files.inspect_logs.shown import Shown
from interface.bootstrap.archive import Archive
from tests.archives import open_fixed
from tests.eval_files import archived, exported, samples
from tests.histories import random_history

UNFINISHED = ("eval.dataset.sample_ids", "results.total_samples")
"""What a log says of results that there were to be and are not: to be found, if there are some."""

Values = dict[tuple[str, int], dict[str, float]]


def whole_results(archive: Archive, run: StreamKey | str) -> tuple[WholeRun, list[WholeResult]]:
    of = run if isinstance(run, StreamKey) else StreamKey(archive.signer.origin, run)
    with archive.replayer(of) as replayer:
        whole = WholeRun(replayer)
        found = list(whole.results())
        for each in found:  # its parts are read as long as it is open
            each.result.row.value("item")
        return whole, found


def values(whole: WholeRun, found: list[WholeResult]) -> Values:
    """The scores that are disclosed, by scorer."""
    told: Values = {}
    for each in found:
        item = Shown(whole.asset).value(each.result.row, "item")
        outside = str(item["id"]) if isinstance(item, dict) else str(item)
        scores = {whole.scorers[n]: score_value(last) for n, last in each.result.scores.items()}
        known = {name: value for name, value in scores.items() if value is not None}
        told[outside, each.result.epoch] = known
    return told


def counts(whole: WholeRun, found: list[WholeResult]) -> dict[str, int]:
    """What is to be counted of it in an archive."""
    revisable = whole.run.status in {"completed", "failed", "canceled"}
    told = dict.fromkeys(("results", "failed attempts", "scores", "score edits"), 0)
    told["results"] = len(found)
    for each in found:
        failed = results.unpack(each.result.bits).outcome == results.FAILED
        told["failed attempts"] += max(len(each.attempts), int(failed))
        for states in each.scores.values():
            shown = [score_value(state) is not None for state in states]
            told["scores"] += shown[-1]
            told["score edits"] += max(sum(shown) - 1, 0) if shown[-1] and revisable else 0
    return {name: count for name, count in told.items() if count}


@settings(max_examples=30)
@given(st.randoms())
def test_a_log_archived_again_counts_and_comes_to_the_same(chance: Random) -> None:
    history = random_history(chance)
    run = history[-1].key
    with TemporaryDirectory() as folder:
        here = Path(folder)
        with (
            open_fixed(here / "a", "archive-a") as first,
            open_fixed(here / "b", "archive-b") as then,
        ):
            first.store.commit(history)
            path = exported(first, here / "run.eval", run)
            whole, found = whole_results(first, run)
            assert len(samples(path)) == len(found)
            report = archived(then, path)
            told = {count.kind: count.archived for count in report.counts if count.kind != "items"}
            assert told == counts(whole, found)
            assert all(each.place.startswith(UNFINISHED) for each in report.findings)
            assert values(*whole_results(then, report.runs[0])) == values(whole, found)
