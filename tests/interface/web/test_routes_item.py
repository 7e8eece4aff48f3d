"""Pages of items whose own ids are numbers, where datasets count from 1: a page is of the index."""

from pathlib import Path

import httpx

from domain.bundle import layout
from tests.archives import COMPLETED, Members, added, member_of
from tests.interface.api.conftest import Served, append, begin_run, ok
from tests.interface.web.reading import text_of


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
