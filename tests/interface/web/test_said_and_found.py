"""Item pages and long content: what a recorder said apart from the archive's words, revisions."""

import json
import re
from typing import Any

import httpx
import pytest

from domain.canonical import Json
from interface.web.layout import MOST, MOST_BLOCKS, layout, raw_layout
from tests.archives import CHOICE, COMPLETED, Members, answered
from tests.interface.api.conftest import Served, append, begin_run, new_dataset, ok
from tests.interface.web.reading import journal, text_of

FORGED = {"value": 0, "How it was reached": "recomputed, the same", "Score": "1"}
ONE_MB = 1_000_000


def recorded(service: Served, *events: Members, **more: Any) -> str:
    """A run of one item, with a judge beside the rule."""
    return recorded_by(service.as_role("recorder"), *events, **more)


def recorded_by(client: httpx.Client, *events: Members, **more: Any) -> str:
    judge = {"name": "judge", "method": "judge", "parameters": {}}
    config = {"provider": "p", "model": "m", "scorers": [dict(CHOICE), judge]}
    run = begin_run(client, new_dataset(client, 1, "said"), config=config)
    ok(append(client, f"runs/{run}", answered(0, **more), *events))
    return run


def scored(kind: str, scorer: int, score: dict[str, Any], **more: Any) -> Members:
    return {"type": kind, "item": "q-0", "scorer": scorer, "score": score, **more}


def cards(page: str) -> list[str]:
    return re.findall(r'<article class="score.*?</article>', page, re.DOTALL)


def test_what_a_recorder_writes_into_a_score_stands_in_a_box_of_its_own(
    service: Served, visitor: httpx.Client
) -> None:
    run = recorded(service, scored("item.scored", 1, FORGED))
    _, card = cards(visitor.get(f"/runs/{run}/items/0").text)
    ours, theirs = card.split('<div class="said"')
    assert "What the recorder said of it" in theirs
    assert re.findall(r"<dt>(.*?)</dt>", ours) == ["Score", "How it was reached", "Recorded"]
    assert "judged, not recomputable" in ours
    assert re.findall(r"<dt>(.*?)</dt>", theirs.partition("<details")[0]) == [
        "<code>How it was reached</code>",
        "<code>Score</code>",
    ]


def test_a_role_that_is_not_usual_is_no_title_of_the_page(
    service: Served, visitor: httpx.Client
) -> None:
    messages: Json = [
        {"role": "Proven by the archive", "content": "x"},
        {"role": "tool", "content": "y"},
    ]
    run = recorded(
        service, request={"messages": messages}, response={"text": "A", "more": messages}
    )
    page = visitor.get(f"/runs/{run}/items/0").text
    assert "Proven by the archive</p>" not in page
    told = [block.title for block in layout(messages).blocks]
    assert told == ["role “Proven by the archive”", "tool"]


def test_scores_in_short_have_the_names_of_their_scorers(
    service: Served, visitor: httpx.Client
) -> None:
    run = recorded(service, scored("item.scored", 1, {"value": 0.25}))
    assert "choice 1 judge 0.25" in text_of(visitor.get(f"/runs/{run}/items/0"))


def test_who_revised_a_score_when_and_why_stands_in_its_card(
    service: Served, visitor: httpx.Client
) -> None:
    client = service.as_role("recorder")
    judged = scored("item.scored", 1, {"value": 0.25}, rationale="too short")
    run = recorded_by(client, judged, COMPLETED)
    ok(client.post(f"/v1/runs/{run}/seal"))
    half = scored("score.revised", 0, {"value": 0.5}, rationale="half of it is right")
    ok(append(client, f"runs/{run}", scored("score.revised", 0, {"value": 0}), half))
    told = [
        " ".join(re.sub(r"<[^>]+>", " ", card.partition("<details")[0]).split())
        for card in cards(visitor.get(f"/runs/{run}/items/0").text)
    ]
    rule, judge, first, second = told
    when = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC by authenticated:\S+, event"
    assert re.search(rf"Recorded {when} 5 No longer counts revised by event 9, below", rule)
    assert re.search(rf"Recorded {when} 6 What the recorder said of it Rationale too short", judge)
    assert "No longer counts" not in judge
    assert re.search(rf"Score 0 .* Revised by hand {when} 9; no reason was recorded No lon", first)
    assert re.search(rf"Score 0.5 .* Revised by hand {when} 10 What .* Reason half of", second)


def test_long_content_scrolls_and_short_content_does_not() -> None:
    assert not layout("a line\n" * 10).is_long
    assert layout("a line\n" * 30).is_long
    assert layout("x" * 3000).is_long
    assert layout([{"role": "user", "content": "short"}] * 30).is_long


def test_very_long_content_is_cut_and_says_how_much_there_is() -> None:
    told = layout([{"role": "user", "content": "x" * 60_000}] * 3)
    assert [len(block.text) for block in told.blocks] == [60_000, MOST - 60_000]
    assert (told.shown, told.size) == (MOST, 180_000)
    many = layout([{"role": "user", "content": "x"}] * (MOST_BLOCKS + 1))
    assert (many.shown, many.size) == (MOST_BLOCKS, MOST_BLOCKS + 1)
    raw = raw_layout("x" * ONE_MB)
    assert (raw.shown, raw.size) == (MOST, ONE_MB + 2)


def test_a_long_answer_is_there_in_part_and_whole_behind_a_link_which_is_recorded(
    service: Served, visitor: httpx.Client
) -> None:
    response = {"text": "long answer " * (ONE_MB // 12)}
    run = recorded(service, response=response, score=False)
    page = visitor.get(f"/runs/{run}/items/0")
    assert len(page.text) < 5 * MOST
    assert "This is the beginning: 100,000 of 999,996 characters." in text_of(page)
    (link,) = {*re.findall(rf'href="(/runs/{run}/parts/[^"]+/response)"', page.text)}
    before = len(journal(service))
    whole = visitor.get(link)
    assert json.loads(whole.content) == response
    assert whole.headers["content-disposition"].startswith("attachment")
    (event,) = journal(service)[before:]
    assert event["type"] == "archive.disclosed"
    assert (event["facts"]["stream"], event["facts"]["item"], event["facts"]["epoch"]) == (
        f"run/{run}",
        0,
        1,
    )


def test_parts_of_the_dataset_are_there_too_and_what_is_not_there_is_told(
    service: Served, visitor: httpx.Client
) -> None:
    run = recorded(service, COMPLETED)
    dataset = visitor.get(f"/runs/{run}/parts/dataset/2/question")
    assert dataset.json()["inputs"]
    assert visitor.get(f"/runs/{run}/parts/run/1/config").json()["model"] == "m"
    for path in ("run/1/response", "run/99/config", "run/1/x", "archive/1/config", "run/0/config"):
        assert visitor.get(f"/runs/{run}/parts/{path}").status_code in {400, 404}


@pytest.mark.parametrize("kind", ["response", "question"])
def test_what_was_erased_is_no_file_either(
    service: Served, visitor: httpx.Client, kind: str
) -> None:
    run = recorded(service, COMPLETED)
    of, version = ("run", 4) if kind == "response" else ("dataset", 2)
    path = f"/runs/{run}/parts/{of}/{version}/{kind}"
    assert visitor.get(path).status_code == 200
    dataset = ok(service.root.get(f"/v1/runs/{run}"))["run"]["dataset"]["stream"]
    stream = f"runs/{run}" if of == "run" else dataset.replace("dataset", "datasets")
    erase: Members = {"type": "part.erased", "target": version, "kind": kind}
    ok(append(service.root, stream, erase))
    assert "erased" in text_of(visitor.get(f"/runs/{run}/items/0"))
    assert visitor.get(path).status_code == 404
