"""Every link and form on every page leads somewhere, and no page takes what it does not have."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from fastapi.routing import APIRoute

from interface.web.pages import ROUTERS, add_pages
from tests.archives import answered
from tests.interface.api.conftest import Served, append, begin_run, new_dataset, ok, served
from tests.interface.web import comparing_archive, history_archive
from tests.interface.web.crawling import crawl
from tests.interface.web.pages_archive import fill
from tests.interface.web.reading import text_of
from tests.interface.web.visiting import signed_in

NOT_LED_TO = {"/sign-in", "/live", "/runs/{uuid}/history/state"}
"""For those who are not signed in, and for scripts."""


LONG: dict[str, Any] = {"text": "x" * 100_001}
"""So much of a part that a page has its beginning alone."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("archive") / "data"
    with served(folder, add_pages, token_rate="1000000/minute") as service:
        yield service


@pytest.fixture(scope="module")
def begin(service: Served) -> Sequence[str]:
    """Where to begin in an archive that has something of everything, and runs for two pages."""
    compared = comparing_archive.fill_compared(service, fill(service))
    history_archive.tell(service)
    client = service.as_role("recorder")
    dataset = new_dataset(client, 1, "many")
    runs = [begin_run(client, dataset) for _ in range(50)]
    notes = [{"type": "run.annotated", "annotation": f"{number}"} for number in range(21)]
    ok(append(client, f"runs/{runs[-1]}", answered(0, response=LONG), *notes))
    service.root.post("/v1/log/checkpoints")
    for size in range(1, 70):
        service.service.archive.cosignatures.put(size, "w1.example", b"")
    return ["/", f"/compare?{urlencode([('run', run) for run in compared.two])}"]


ROLES = [
    ("administrator", None, set[str]()),
    ("auditor", "main", {"/archive/actions", "/archive/tokens"}),
]


@pytest.mark.parametrize(("role", "project", "hidden"), ROLES)
def test_whatever_a_page_offers_is_there_and_leads_to_every_page(
    service: Served, begin: Sequence[str], role: str, project: str | None, hidden: set[str]
) -> None:
    found = crawl(signed_in(service, role, project), *begin)
    refused = {address for address, status in found.items() if status >= 400}
    assert {each for each in refused if not is_comparison(each, found[each])} == set()
    paths = {urlsplit(address).path for address in found}
    routes = [each for router in ROUTERS for each in router.routes if isinstance(each, APIRoute)]
    missed = {
        route.path
        for route in routes
        if "GET" in (route.methods or ()) and not any(map(route.path_regex.match, paths))
    }
    assert missed == NOT_LED_TO | hidden


def is_comparison(address: str, status: int) -> bool:
    """Whether runs were ticked that cannot be compared, which their comparison's page tells."""
    asked = urlsplit(address)
    names = [name for name, _ in parse_qsl(asked.query)]
    return (
        status == 409
        and names.count("run") > 1
        and ("compare" in names or asked.path == "/compare")
    )


def test_a_page_says_which_parameter_it_does_not_have(service: Served) -> None:
    visitor = signed_in(service, "auditor")
    answer = visitor.get("/?stauts=failed")
    assert "query parameter stauts" in text_of(answer, 400)
    assert "Sign out" in answer.text
