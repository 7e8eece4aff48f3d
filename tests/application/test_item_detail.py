import pytest

from application.item_detail import EventDetail, ItemDetail, ItemDetails
from domain.errors import NotFound
from domain.transparency.merkle import leaf_hash
from interface.bootstrap.archive import Archive
from tests.archives import (
    CHOICE,
    COMPLETED,
    DATASET,
    RUN,
    Members,
    answered,
    begin_run,
    key,
    record,
    stored,
)

JUDGE: Members = {"name": "judge", "method": "judge", "parameters": {}}
EXACT: Members = {"name": "exact", "method": "exact_match", "parameters": {}}
REGEX: Members = {"name": "letter", "method": "regex", "parameters": {"pattern": "[A-Z]"}}
ELSEWHERE: Members = {"name": "other", "method": "external", "parameters": {}}


def detail(archive: Archive, item: int = 0, epoch: int = 1) -> ItemDetail:
    with archive.read_model() as read_model:
        details = ItemDetails(archive.store, read_model, archive.signer.origin)
        return details.result(key(archive), item, epoch)


def scored(scorer: str, value: float, event: str = "item.scored") -> Members:
    return {"type": event, "item": "q-0", "scorer": scorer, "score": {"value": value}}


def bases(archive: Archive) -> list[str]:
    return [score.basis for score in detail(archive).scores]


def test_everything_about_a_result_is_gathered(archive: Archive) -> None:
    begin_run(archive)
    failed: Members = {"type": "item.attempt_failed", "item": "q-0", "error": "busy"}
    note: Members = {"type": "run.annotated", "item": 0, "annotation": "odd"}
    record(archive, RUN, failed, answered(0), note)
    found = detail(archive)
    assert (found.result.outside, found.result.status, found.result.attempts) == (
        "q-0",
        "answered",
        2,
    )
    assert found.question.value("answer") == "Paris"
    assert [event.type for event in found.attempts] == ["item.attempt_failed", "item.answered"]
    assert found.attempts[0].value("error") == "busy"
    assert [event.value("annotation") for event in found.annotations] == ["odd"]
    (score,) = found.scores
    assert (score.name, score.method, score.until) == ("choice", "multiple_choice", None)


def test_an_event_stands_with_its_place_and_digests(archive: Archive) -> None:
    begin_run(archive)
    record(archive, RUN, answered(0))
    answer: EventDetail = detail(archive).attempts[0]
    event, line, _ = stored(archive)[answer.version - 1]
    assert (answer.stream, answer.id, answer.at) == (RUN, event.id, event.at)
    assert answer.leaf == leaf_hash(line).hex()
    assert {part.kind: part.digest for part in answer.parts} == event.parts


def test_a_score_that_follows_is_recomputed(archive: Archive) -> None:
    begin_run(archive)
    record(archive, RUN, answered(0))
    assert bases(archive) == ["recomputed, the same"]


def test_a_score_that_does_not_follow_is_told(archive: Archive) -> None:
    begin_run(archive)
    record(archive, RUN, answered(0, score=False), scored("choice", 0.25))
    assert bases(archive) == ["recomputed, and it is 1"]


def test_a_judged_or_revised_score_is_not_recomputed(archive: Archive) -> None:
    begin_run(archive, 1, CHOICE, JUDGE, ELSEWHERE)
    record(archive, RUN, answered(0), scored("judge", 1), scored("other", 0), COMPLETED)
    record(archive, RUN, scored("choice", 0, "score.revised"))
    assert sorted(bases(archive)) == [
        "computed elsewhere",
        "judged, not recomputable",
        "recomputed, the same",
        "revised by hand, not recomputable",
    ]


def test_what_is_erased_is_said_to_be_and_recomputes_nothing(archive: Archive) -> None:
    begin_run(archive)
    record(archive, RUN, answered(0))
    record(archive, RUN, {"type": "part.erased", "target": 4, "kind": "response"})
    found = detail(archive)
    status = {part.kind: part.status for part in found.attempts[0].parts}
    assert status == {"request": "disclosed", "response": "erased"}
    assert found.attempts[0].value("response") is None
    assert found.scores[0].basis == "not recomputed: what it follows from is not disclosed"


def test_a_score_is_recomputed_as_far_as_its_method_needs_what_is_erased(archive: Archive) -> None:
    begin_run(archive, 1, CHOICE, EXACT, REGEX)
    record(archive, RUN, answered(0, "Paris"))
    for erased, recomputed in (
        ("question", ["exact", "letter"]),
        ("item", ["exact", "letter"]),
        ("answer", ["letter"]),
    ):
        record(archive, DATASET, {"type": "part.erased", "kind": erased, "target": 2})
        same = [s.name for s in detail(archive).scores if s.basis == "recomputed, the same"]
        assert same == recomputed


@pytest.mark.parametrize(("item", "epoch"), [(7, 1), (0, 2)])
def test_a_result_that_is_not_there_is_not_found(archive: Archive, item: int, epoch: int) -> None:
    begin_run(archive)
    with pytest.raises(NotFound):
        detail(archive, item, epoch)


def test_an_item_is_found_by_its_own_id_or_its_index(archive: Archive) -> None:
    begin_run(archive)
    with archive.read_model() as read_model:
        details = ItemDetails(archive.store, read_model, archive.signer.origin)
        dataset = key(archive, DATASET)
        assert [details.index_of(dataset, name) for name in ("q-2", "2")] == [2, 2]
        for name in ("q-9", "-1", "", "9" * 400, "²"):
            with pytest.raises(NotFound):
                details.index_of(dataset, name)
        with pytest.raises(NotFound):
            details.item(dataset, 9)
