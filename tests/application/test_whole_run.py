"""A run with all that its events say of each result."""

from typing import Any

from application.whole_run import WholeResult, WholeRun
from interface.bootstrap.archive import Archive
from tests.archives import CHOICE, COMPLETED, RUN, Members, answered, begin_run, key, record

JUDGE: Members = {"name": "judge", "method": "judge", "parameters": {}}


def failed(item: int, error: str, **more: int) -> Members:
    return {"type": "item.attempt_failed", "item": item, "error": error, **more}


def judged(value: int, kind: str = "score.revised", **more: int) -> Members:
    return {"type": kind, "item": 1, "scorer": "judge", "score": {"value": value}, **more}


def note(text: str, **more: int) -> Members:
    return {"type": "run.annotated", "annotation": text, **more}


def recorded(archive: Archive) -> None:
    begin_run(archive, 2, CHOICE, JUDGE)
    second: dict[str, Any] = {"epoch": 2}
    record(archive, RUN, failed(1, "a"), failed(0, "b"), failed(1, "c"), failed(1, "d", **second))
    record(archive, RUN, answered(0), answered(1), answered(1, **second))
    record(archive, RUN, judged(1, "item.scored"), judged(2, "item.scored", **second), COMPLETED)
    record(archive, RUN, judged(3), judged(4))
    record(archive, RUN, note("all"), note("item", item=1), note("one", item=1, epoch=2))


def results(run: WholeRun) -> dict[tuple[int, int], WholeResult]:
    return {(each.result.item, each.result.epoch): each for each in run.results()}


def test_attempts_scores_and_annotations_stand_with_their_results(archive: Archive) -> None:
    recorded(archive)
    with archive.replayer(key(archive)) as replayer:
        run = WholeRun(replayer)
        found = results(run)
        assert list(found) == [(0, 1), (1, 1), (1, 2)]
        attempts = {at: [e.value("error") for e in each.attempts] for at, each in found.items()}
        assert attempts == {(0, 1): ["b"], (1, 1): ["a", "c"], (1, 2): ["d"]}
        scores = [score.value("score") for score in found[1, 1].scores[1]]
        assert scores == [{"value": 1}, {"value": 3}, {"value": 4}]
        assert [len(each) for each in found[1, 2].scores.values()] == [1, 1]
        notes = {
            at: [e.value("annotation") for e in each.annotations] for at, each in found.items()
        }
        assert notes == {(0, 1): [], (1, 1): ["item"], (1, 2): ["item", "one"]}
        assert [each.value("annotation") for each in run.annotations()] == ["all"]
        assert {each.actor for each in found[1, 1].attempts} == {"claimed:local"}


def test_where_it_began_and_ended_is_known(archive: Archive) -> None:
    recorded(archive)
    with archive.replayer(key(archive)) as replayer:
        run = WholeRun(replayer)
        ended = run.happened("run.completed")
        assert ended
        assert ended.type == "run.completed"
        assert run.happened("run.failed") is None
        assert [head.stream.partition("/")[0] for head in run.heads] == ["dataset", "run"]
        assert (run.items, run.scorers, run.superseded_by) == (2, ["choice", "judge"], "")
