"""The pages of pairs whose scores differ: the table, and one item of two runs."""

import re
from html import unescape

import httpx
import pytest

from interface.web import routes_flips
from tests.archives import added, answered
from tests.interface.api.conftest import Served, append, begin_run, ok
from tests.interface.web.comparing_archive import WRONG, Compared, config_of, fill_compared
from tests.interface.web.pages_archive import Shown
from tests.interface.web.reading import journal, text_of


@pytest.fixture(scope="module")
def compared(service: Served, shown: Shown) -> Compared:
    return fill_compared(service, shown)


def flips(client: httpx.Client, runs: list[str], **more: str) -> httpx.Response:
    return client.get("/compare/flips", params={"run": runs, **more})


def items(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200
    return re.findall(r'<a href="/compare/items/(\d+)\?', answer.text)


def test_flips_are_listed_by_direction_with_links_into_both_runs(
    visitor: httpx.Client, compared: Compared
) -> None:
    both = flips(visitor, compared.two)
    assert items(both) == ["0", "2", "3"]
    assert items(flips(visitor, compared.two, direction="right")) == ["2", "3"]
    assert items(flips(visitor, compared.two, direction="wrong")) == ["0"]
    for run in compared.two:
        assert f'href="/runs/{run}/items/3"' in both.text
    assert "No item's scores differ like that" in text_of(
        flips(visitor, [compared.small, compared.medium], direction="wrong")
    )


def test_flips_come_page_by_page(
    visitor: httpx.Client, compared: Compared, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes_flips, "_LIMIT", 2)
    first = flips(visitor, compared.two)
    more = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert more
    rest = visitor.get(unescape(more[1]))
    assert [*items(first), *items(rest)] == ["0", "2", "3"]
    assert 'rel="next"' not in rest.text
    assert visitor.get(f"{unescape(more[1])}&direction=wrong").status_code == 400


@pytest.mark.parametrize(
    ("query", "status"),
    [({"run": []}, 400), ({"run": ["x"]}, 400), ({"run": ["x", "y", "z"]}, 400),
     ({"run": ["x", "y"]}, 404), ({"run": ["x", "y"], "direction": "up"}, 400)],
)  # fmt: skip
def test_flips_are_of_two_runs(visitor: httpx.Client, query: dict[str, str], status: int) -> None:
    for path in ("/compare/flips", "/compare/items/0"):
        assert "Error" in text_of(visitor.get(path, params=query), status)


def test_one_item_of_two_runs_has_the_question_once_and_both_answers(
    visitor: httpx.Client, compared: Compared
) -> None:
    answer = visitor.get("/compare/items/2", params={"run": compared.two})
    told = text_of(answer)
    assert told.count("What is the capital of country 2?") == 1
    assert told.index("A small") < told.index("I do not know.") < told.index("B large")
    assert told.index("B large") < told.index("The answer is C.")
    following = re.search(r'rel="next" href="([^"]+)"', answer.text)
    assert following
    assert "Item 3 q-3" in text_of(visitor.get(unescape(following[1])))
    last = visitor.get("/compare/items/3", params={"run": compared.two})
    assert 'rel="next"' not in last.text


def test_that_somebody_looks_is_recorded_for_both_runs(
    service: Served, visitor: httpx.Client, compared: Compared
) -> None:
    before = len(journal(service))
    visitor.get("/compare/items/2", params={"run": compared.two})
    found = [
        (event["facts"]["stream"], event["facts"]["item"]) for event in journal(service)[before:]
    ]
    assert found == [(f"run/{run}", 2) for run in compared.two]
    visitor.get("/compare/items/99", params={"run": compared.two})
    flips(visitor, compared.two)
    assert len(journal(service)) == before + 2


def test_of_two_datasets_the_item_of_the_second_is_the_one_with_the_same_id(
    service: Served, visitor: httpx.Client, compared: Compared
) -> None:
    client = service.as_role("recorder")
    shifted = new_dataset_from(client, 1)
    run = begin_run(client, shifted, config=config_of("shifted"))
    ok(append(client, f"runs/{run}", answered(2), {"type": "run.completed"}))
    found = flips(visitor, [compared.small, run], by_id="true")
    link = re.search(r'href="(/compare/items/2\?[^"]+)"', found.text)
    assert link
    assert "other=1" in link[1]
    told = text_of(visitor.get(unescape(link[1])))
    assert told.count("What is the capital of country 2?") == 2
    assert "Question in A" in told


def new_dataset_from(client: httpx.Client, first: int) -> str:
    """A dataset whose item 0 is ``q-<first>``."""
    uuid: str = ok(client.post("/v1/datasets", json={"config": {"name": "shifted"}}), 201)["id"]
    rows = (added(number, meta={"section": "other"}) for number in range(first, first + 3))
    ok(append(client, f"datasets/{uuid}", *rows))
    ok(client.post(f"/v1/datasets/{uuid}/seal"))
    return uuid


def test_a_result_that_one_run_does_not_have_is_not_there(
    service: Served, visitor: httpx.Client, compared: Compared
) -> None:
    query = {"run": compared.two, "epoch": "2"}
    assert visitor.get("/compare/items/2", params=query).status_code == 404


def test_hostile_answers_are_text_in_both_columns(
    visitor: httpx.Client, compared: Compared
) -> None:
    runs = [compared.hostile, compared.other_hostile]
    answer = visitor.get("/compare/items/0", params={"run": runs})
    assert answer.status_code == 200
    assert "<script>window" not in answer.text
    assert answer.text.count("&lt;script&gt;window.hacked = 1") > 4


def test_links_lead_to_the_item_of_that_number_also_where_another_has_it_for_an_id(
    service: Served, visitor: httpx.Client
) -> None:
    client = service.as_role("recorder")
    uuid = ok(client.post("/v1/datasets", json={"config": {"name": "from one"}}), 201)["id"]
    ok(append(client, f"datasets/{uuid}", *(added(n, id=str(n + 1)) for n in range(3))))
    ok(client.post(f"/v1/datasets/{uuid}/seal"))
    runs = [begin_run(client, uuid, config=config_of(model)) for model in ("one", "two")]
    ok(append(client, f"runs/{runs[0]}", answered(1, item="2")))
    ok(append(client, f"runs/{runs[1]}", answered(1, WRONG, item="2")))
    page = flips(visitor, runs).text
    assert items(flips(visitor, runs)) == ["1"]
    assert 'href="/compare/items/1?' in page
    for path in (f"/compare/items/1?run={runs[0]}&run={runs[1]}", f"/runs/{runs[0]}/items/1"):
        told = text_of(visitor.get(path))
        assert "Item 1 2" in told
        assert "What is the capital of country 1?" in told
