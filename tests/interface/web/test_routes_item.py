"""Pages of items whose own ids are numbers, and of results that were never recorded."""

from pathlib import Path

import httpx

from domain.bundle import layout
from tests.archives import COMPLETED, Members, added, answered, member_of
from tests.interface.api.conftest import Served, append, begin_run, new_dataset, ok
from tests.interface.web.reading import text_of
from tests.interface.web.visiting import post


def numbered(client: httpx.Client) -> str:
    """A sealed run over items 0 and 1, whose own ids are 1 and 2."""
    dataset = ok(client.post("/v1/datasets", json={"config": {"name": "numbered"}}), 201)["id"]
    rows = (added(number, id=f"{number + 1}") for number in range(2))
    ok(append(client, f"datasets/{dataset}", *rows))
    ok(client.post(f"/v1/datasets/{dataset}/seal"))
    run = begin_run(client, dataset)
    answers: list[Members] = [
        {"type": "item.answered", "item": n, "response": {"text": f"answer {n}"}} for n in range(2)
    ]
    ok(append(client, f"runs/{run}", *answers, COMPLETED))
    ok(client.post(f"/v1/runs/{run}/seal"))
    return run


def test_page_and_bundle_are_of_the_item_at_this_place(
    service: Served, visitor: httpx.Client, tmp_path: Path
) -> None:
    run = numbered(service.as_role("recorder"))
    told = text_of(visitor.get(f"/runs/{run}/items/1"))
    assert "answer 1" in told
    assert "answer 0" not in told
    (tmp_path / "item.zip").write_bytes(visitor.get(f"/runs/{run}/items/1/proof").content)
    content = member_of(tmp_path / "item.zip", layout.PARTS)
    assert b"answer 1" in content
    assert b"answer 0" not in content
    assert visitor.get(f"/runs/{run}/items/x/proof").status_code == 400


def dropped(client: httpx.Client, *end: Members) -> str:
    """A run over two items, of which one was asked, and only once in two epochs."""
    run = begin_run(client, new_dataset(client, 2, "dropped"), plan={"epochs": 2})
    ok(append(client, f"runs/{run}", answered(0), *end))
    return run


def test_a_result_that_a_completed_run_has_not_is_told_as_missing(
    service: Served, visitor: httpx.Client
) -> None:
    run = dropped(service.as_role("recorder"), COMPLETED)
    told = text_of(visitor.get(f"/runs/{run}/items/1"))
    assert (
        "neither an answer nor an explicit error was recorded of it. The run is completed" in told
    )
    assert "None yet" not in told
    assert "Missing:" in text_of(visitor.get(f"/runs/{run}/items/0?epoch=2"))
    assert "Missing:" not in text_of(visitor.get(f"/runs/{run}/items/0"))
    running = dropped(service.as_role("recorder"))
    told = text_of(visitor.get(f"/runs/{running}/items/1"))
    assert "None yet." in told
    assert "Missing:" not in told


def test_what_is_missing_is_led_to_from_where_it_is_told(
    service: Served, visitor: httpx.Client
) -> None:
    run = dropped(service.as_role("recorder"), COMPLETED)
    ok(service.root.post(f"/v1/runs/{run}/seal"))
    assert f'href="/runs/{run}/items?q=status:open"' in visitor.get(f"/runs/{run}").text
    assert post(visitor, f"/runs/{run}/verification").status_code == 303
    told = visitor.get(f"/runs/{run}/verification").text
    for path, place in (
        ("items/1", "item 1, epoch 1"),
        ("items/0?epoch=2", "item 0, epoch 2"),
    ):
        assert f'<a href="/runs/{run}/{path}">{place}</a>' in told
        assert "Missing:" in text_of(visitor.get(f"/runs/{run}/{path}"))
