"""The history page over HTTP: the timeline, the run as it stood, and what changed between."""

import re
from html import unescape

import httpx
import pytest

from interface.web import routes_history
from tests.archives import Members, answered
from tests.interface.api.conftest import Served, append, begin_run, new_dataset, ok
from tests.interface.web.history_archive import ITEMS, Storied, tell
from tests.interface.web.pages_archive import Shown
from tests.interface.web.reading import journal, text_of
from tests.interface.web.test_routes_run import Markup

LINK = re.compile(r'href="([^"]+)"[^>]*>\s*(Later|Next page|First page|From the beginning)<')
ROW = re.compile(r'<td class="number"[^>]*><a href="/runs/[^/]+/items/(\d+)"')


@pytest.fixture(scope="module")
def storied(service: Served) -> Storied:
    return tell(service)


def part_of(answer: httpx.Response, first: str, last: str) -> str:
    """What a page says between two headings."""
    told = text_of(answer)
    return told[told.index(first) : told.index(last) if last else None]


def links(answer: httpx.Response) -> dict[str, str]:
    return {name: unescape(link).partition("#")[0] for link, name in LINK.findall(answer.text)}


def test_the_timeline_folds_like_events_and_tells_who_what_and_when(
    visitor: httpx.Client, storied: Storied
) -> None:
    answer = visitor.get(f"/runs/{storied.run}/history")
    told = part_of(answer, "Timeline Events", "As it stood")
    assert (
        f"39 item.answered, 1 item.attempt_failed, 1 item.failed, {ITEMS - 1} item.scored" in told
    )
    assert f"4–{storied.completed - 1}" in told
    assert "score.revised item 5 epoch 1, scorer 0" in told
    assert "part.erased the response of event 5" in told
    assert told.count("stream.sealed") == 2
    assert told.count("authenticated:") == storied.last - (storied.completed - 5)
    assert told.count("UTC") >= told.count("authenticated:")
    assert f'href="/runs/{storied.run}/items/5"' in answer.text


def test_the_timeline_goes_on_page_by_page_and_keeps_the_state(
    visitor: httpx.Client, storied: Storied, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = re.findall(r'data-first="(\d+)"', visitor.get(f"/runs/{storied.run}/history").text)
    monkeypatch.setattr(routes_history, "_SPANS", 2)
    answer = visitor.get(f"/runs/{storied.run}/history", params={"to": 9, "from": 5})
    found = []
    while True:
        found += re.findall(r'data-first="(\d+)"', answer.text)
        assert "After event 9 of" in text_of(answer)
        more = links(answer).get("Later")
        if not more:
            break
        answer = visitor.get(more)
    assert found == whole
    assert "From the beginning" in links(answer)


@pytest.mark.parametrize("path", ["history", "history/state"])
def test_the_run_is_shown_as_it_stood(visitor: httpx.Client, storied: Storied, path: str) -> None:
    run = f"/runs/{storied.run}/{path}"
    early = part_of(visitor.get(run, params={"to": 6}), "After event 6", "Results after")
    assert (
        "running Answered 1 of 40 Failed 0 Open 39 Failed tries 1 Mean of choice 1 over 1" in early
    )
    late = part_of(visitor.get(run), f"After event {storied.last}", "Results after")
    assert "completed Answered 39 of 40 Failed 1 Open 0" in late
    assert visitor.get(run, params={"to": storied.last}).text == visitor.get(run).text
    turned = text_of(visitor.get(run, params={"from": 6, "to": 3}))
    assert "After event 3 of" in turned
    assert "What changed from event 3 to 6" in turned


def test_the_state_alone_is_no_whole_page(visitor: httpx.Client, storied: Storied) -> None:
    answer = visitor.get(f"/runs/{storied.run}/history/state", params={"to": 6})
    tags = {tag for tag, _ in Markup(answer.text).found}
    assert not tags & {"html", "script", "form", "header"}


def test_a_time_says_the_last_event_until_then(visitor: httpx.Client, storied: Storied) -> None:
    run = f"/runs/{storied.run}/history"
    later = visitor.get(run, params={"time": "2999-01-01T00:00", "to": 3})
    assert f"After event {storied.last} of" in text_of(later)
    as_version = visitor.get(run, params={"to": "2999-01-01"})
    assert f"After event {storied.last} of" in text_of(as_version)
    before = visitor.get(run, params={"time": "1999-01-01T00:00:00"})
    assert "none before it" in text_of(before, 400)


@pytest.mark.parametrize(
    "query", [{"to": "x"}, {"to": 0}, {"to": 10**9}, {"from": "yesterday"}, {"time": "25:00"}]
)
def test_what_is_no_moment_is_told_at_the_form(
    visitor: httpx.Client, storied: Storied, query: dict[str, str]
) -> None:
    answer = visitor.get(f"/runs/{storied.run}/history", params=query)
    assert 'role="alert"' in answer.text
    field = {"to": "After event", "time": "At a time", "from": "Compare with event"}
    assert f"{field[next(iter(query))]}: expected a version" in text_of(answer, 400)
    assert f"After event {storied.last} of" in text_of(answer, 400)


def test_results_are_paged_as_of_the_version(
    visitor: httpx.Client, storied: Storied, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes_history, "_RESULTS", 15)
    answer = visitor.get(f"/runs/{storied.run}/history", params={"to": 9})
    found = []
    while True:
        found += [int(item) for item in ROW.findall(answer.text)]
        more = links(answer).get("Next page")
        if not more:
            break
        answer = visitor.get(more)
    assert found == [*range(ITEMS)]
    other = links(visitor.get(f"/runs/{storied.run}/history?to=8"))["Next page"]
    assert "cursor of this list" in text_of(visitor.get(other.replace("to=8", "to=9")), 400)


def test_what_changed_between_two_versions_is_told(visitor: httpx.Client, storied: Storied) -> None:
    asked = {"from": storied.completed, "to": storied.last}
    answer = visitor.get(f"/runs/{storied.run}/history", params=asked)
    told = part_of(answer, "What changed from", "Results after")
    assert "Mean of choice 0.7436 0.7692 +0.02564" in told
    assert "Answered 39 39 none" in told
    assert "5 q-5 answered 0 → to 1 revised Parts erased" in told
    assert "erased the response of item 0 , event 5" in told
    nothing = visitor.get(f"/runs/{storied.run}/history", params={"from": 3, "to": 3})
    assert "changed None. Parts erased or withheld None" in text_of(nothing)


def test_changes_are_paged(
    visitor: httpx.Client, storied: Storied, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes_history, "_CHANGES", 15)
    monkeypatch.setattr(routes_history, "_RESULTS", 0)
    answer = visitor.get(f"/runs/{storied.run}/history/state", params={"from": 3})
    assert "7 q-7 open → to failed –" in text_of(answer)
    found = []
    while True:
        found += [int(item) for item in ROW.findall(answer.text)]
        more = links(answer).get("Next page")
        if not more:
            break
        answer = visitor.get(more.replace("/history?", "/history/state?"))
    assert found == [*range(ITEMS)]


def test_a_history_is_no_disclosure(
    service: Served, visitor: httpx.Client, storied: Storied
) -> None:
    before = len(journal(service))
    visitor.get(f"/runs/{storied.run}/history", params={"from": 3, "to": 30})
    assert len(journal(service)) == before


def test_a_hostile_history_is_text(visitor: httpx.Client, shown: Shown) -> None:
    answer = visitor.get(f"/runs/{shown.hostile}/history", params={"from": 1})
    assert answer.status_code == 200
    for tag, attributes in Markup(answer.text).found:
        assert tag not in {"svg", "iframe", "style"}
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        assert tag != "script" or attributes["src"].startswith("/static/")


def test_an_item_is_proven_by_the_bundle_of_the_api(
    service: Served, visitor: httpx.Client, storied: Storied
) -> None:
    answer = visitor.get(f"/runs/{storied.run}/items/5/proof")
    asked = service.root.get(f"/v1/runs/{storied.run}/items/5/proof")
    assert answer.content == asked.content
    assert "attachment" in answer.headers["content-disposition"]
    events = journal(service)[-2:]
    assert [event["type"] for event in events] == ["archive.disclosed"] * 2
    assert {event["facts"]["item"] for event in events} == {5}


def test_what_cannot_be_proven_says_why(
    service: Served, visitor: httpx.Client, shown: Shown
) -> None:
    told = text_of(visitor.get(f"/runs/{shown.running}/items/0"))
    assert "This run is not sealed yet" in told
    assert "Download the item's bundle" not in told
    assert text_of(visitor.get(f"/runs/{shown.running}/items/0/proof"), 409)


def test_what_came_after_the_last_seal_is_said_to_be_unproven(
    service: Served, visitor: httpx.Client
) -> None:
    client = service.as_role("recorder")
    run = begin_run(client, new_dataset(client, 2))
    ok(append(client, f"runs/{run}", answered(0), answered(1)))
    ok(client.post(f"/v1/runs/{run}/seal"))
    revised: Members = {"type": "score.revised", "item": "q-1", "scorer": 0, "score": {"value": 0}}
    ok(append(client, f"runs/{run}", revised))
    assert "1 of the events above came after" in text_of(visitor.get(f"/runs/{run}/items/1"))
    assert "came after" not in text_of(visitor.get(f"/runs/{run}/items/0"))


def test_what_is_left_out_of_the_dataset_stands_in_the_order_of_time(
    service: Served, visitor: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = service.as_role("recorder")
    dataset = new_dataset(client, 4, "erased from")
    erase: Members = {"type": "part.erased", "target": 5, "kind": "item"}
    ok(append(service.root, f"datasets/{dataset}", erase))
    run = begin_run(client, dataset)
    ok(append(client, f"runs/{run}", answered(0)))
    ok(append(service.root, f"datasets/{dataset}", {**erase, "target": 2}))
    note: Members = {"type": "run.annotated", "annotation": "seen"}
    ok(append(client, f"runs/{run}", answered(1), note))
    ok(append(service.root, f"datasets/{dataset}", {**erase, "target": 3}))
    told = rows_of(visitor.get(f"/runs/{run}/history"))
    own = [row for row in told if row.isdigit()]
    assert own == sorted(own)
    assert told == ["item 3", *own[:-1], "item 0", own[-1], "item 1"]
    monkeypatch.setattr(routes_history, "_SPANS", 2)
    pages, address = list[str](), f"/runs/{run}/history"
    while address:
        answer = visitor.get(address)
        pages += rows_of(answer)
        address = links(answer).get("Later", "")
    assert pages == told
    beyond = visitor.get(f"/runs/{run}/history", params={"after": 1000})
    assert rows_of(beyond) == []
    assert "Nothing of this run is behind event 1,000" in text_of(beyond)
    assert "From the beginning" in links(beyond)


def rows_of(answer: httpx.Response) -> list[str]:
    """The first version of each span, and the item of each event of the dataset."""
    found = re.findall(r'data-first="(\d+)"|class="elsewhere">(.*?)</tr>', answer.text, re.DOTALL)
    return [first or re.findall(r">(item \d+)<", other)[0] for first, other in found]
