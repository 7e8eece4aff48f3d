"""The pages of runs and results over HTTP: what they show, and what they leave behind."""

import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import httpx
import pytest
from markupsafe import escape

from domain.evaluation.failures import error_kind
from interface.web import wording
from interface.web.plots import PLOTS
from tests.archives import Members, answered
from tests.interface.api.conftest import Served, append, begin_run, new_dataset, new_run, ok
from tests.interface.web.pages_archive import HOSTILE, Shown, png
from tests.interface.web.reading import journal, text_of
from tests.interface.web.visiting import post

ROW = re.compile(r'<tr data-run="([0-9a-f-]+)">')


def runs_of(client: httpx.Client, **query: str) -> list[str]:
    answer = client.get("/", params=query)
    assert answer.status_code == 200
    return ROW.findall(answer.text)


def test_runs_are_searched_and_sorted(visitor: httpx.Client, shown: Shown) -> None:
    assert runs_of(visitor) == [shown.hostile, shown.running, shown.ordinary]
    assert runs_of(visitor, sort="registered")[0] == shown.ordinary
    assert runs_of(visitor, q="status:running capitals") == [shown.running]
    assert runs_of(visitor, q="score:<0.9") == [shown.ordinary]
    assert runs_of(visitor, q="score:0.9..1 model:m-1") == [shown.running]
    assert runs_of(visitor, q=shown.ordinary[:30]) == [shown.ordinary]
    assert "No run is like that" in text_of(visitor.get("/", params={"q": "model:none"}))


@pytest.mark.parametrize(
    ("path", "query"), [("/", "statu:x"), ("/", "score:half"), ("/runs/{}/items", "section:9")]
)
def test_a_wrong_qualifier_is_told_at_the_field(
    visitor: httpx.Client, shown: Shown, path: str, query: str
) -> None:
    answer = visitor.get(path.format(shown.ordinary), params={"q": query})
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.text
    assert f'value="{query}"' in answer.text
    assert "expected" in answer.text


def test_the_table_goes_on_where_a_page_ends(service: Served, visitor: httpx.Client) -> None:
    client = service.as_role("recorder")
    dataset = new_dataset(client, 1, "many")
    begun = [begin_run(client, dataset) for _ in range(53)]
    first = visitor.get("/", params={"q": "many"})
    more = re.search(r'name="cursor" value="([^"]+)"', first.text)
    assert more
    rest = visitor.get("/", params={"q": "many", "cursor": more[1]})
    assert [*ROW.findall(first.text), *ROW.findall(rest.text)] == begun[::-1]
    assert 'name="cursor"' not in rest.text


def test_a_run_tells_what_it_is_and_what_of_it_is_evident(
    visitor: httpx.Client, shown: Shown
) -> None:
    told = text_of(visitor.get(f"/runs/{shown.ordinary}"))
    for part in ("m-1 on capitals", "bench-1", "all 12 planned results", "section 1", "q-9"):
        assert part in told
    assert "Inspectable not shown known when the run is verified" in told
    running = text_of(visitor.get(f"/runs/{shown.running}"))
    assert "11 of 12 planned results are open; the run is running" in running
    assert "Verify now" not in running
    assert "Download" not in running


def test_that_somebody_looked_is_recorded_before_they_see_it(
    service: Served, visitor: httpx.Client, shown: Shown
) -> None:
    before = len(journal(service))
    run = f"run/{shown.hostile}"
    visitor.get(f"/runs/{shown.hostile}")
    visitor.get(f"/runs/{shown.hostile}/items/0")
    visitor.get(f"/runs/{shown.hostile}/assets/{shown.image}")
    events = journal(service)[before:]
    assert [event["type"] for event in events] == ["archive.disclosed"] * 3
    assert {event["facts"]["stream"] for event in events[:2]} == {run}
    assert (events[1]["facts"]["item"], events[1]["facts"]["epoch"]) == (0, 1)
    assert all(event["actor"].startswith("authenticated:") for event in events)


def test_lists_are_no_disclosure(service: Served, visitor: httpx.Client, shown: Shown) -> None:
    before = len(journal(service))
    for path in ("/", f"/runs/{shown.ordinary}/items", f"/runs/{shown.ordinary}/events"):
        assert visitor.get(path).status_code == 200
    assert len(journal(service)) == before


def items_of(client: httpx.Client, run: str, **query: str) -> list[int]:
    answer = client.get(f"/runs/{run}/items", params=query)
    assert answer.status_code == 200
    return [int(found) for found in re.findall(rf'href="/runs/{run}/items/(\d+)"', answer.text)]


def test_results_are_searched_and_sorted(visitor: httpx.Client, shown: Shown) -> None:
    run = shown.ordinary
    assert items_of(visitor, run) == [*range(12)]
    assert items_of(visitor, run, q="status:failed") == [11]
    assert items_of(visitor, run, q="score:<1") == [1, 5, 9]
    assert items_of(visitor, run, q='section:"section 1" scorer:choice score:0') == [1, 5, 9]
    assert items_of(visitor, run, sort="-latency_ms")[:2] == [10, 9]
    assert items_of(visitor, run, q="q-1") == [1, 10, 11]


def test_a_result_shows_all_that_is_held_and_what_is_not(
    visitor: httpx.Client, shown: Shown
) -> None:
    told = text_of(visitor.get(f"/runs/{shown.ordinary}/items/1"))
    for part in (
        *("What is the capital of country 1?", "Rome", "The answer is none of these."),
        *("recomputed, the same", "The capital of 1?", "Previous", "Next", "Leaf hash"),
    ):
        assert part in told
    hostile = text_of(visitor.get(f"/runs/{shown.hostile}/items/0"))
    assert "Error: erased." in hostile
    assert "judged, not recomputable" in hostile
    assert text_of(visitor.get(f"/runs/{shown.ordinary}/items/99"), 404)
    assert text_of(visitor.get(f"/runs/{shown.ordinary}/items/1?epoch=0"), 400)
    assert text_of(visitor.get(f"/runs/{shown.ordinary}/items/1?epoch=7"), 404)


PATHS = (
    "/?q={run}", "/?q={hostile}", "/runs/{run}", "/runs/{run}/items",
    "/runs/{run}/items?q={hostile}", "/runs/{run}/items/0", "/runs/{run}/items/1",
    "/runs/{run}/events", "/runs/{run}/verification",
    "/runs/{hostile}", "/sign-in?next=/{hostile}",
)  # fmt: skip


class Markup(HTMLParser):
    """Every element of a page, with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


@pytest.mark.parametrize("path", PATHS)
def test_content_is_text_and_pages_have_nothing_inline(
    visitor: httpx.Client, shown: Shown, path: str
) -> None:
    hostile = HOSTILE.replace("/", "").replace("\0", "")
    answer = visitor.get(path.format(run=shown.hostile, hostile=quote(hostile)))
    for tag, attributes in Markup(answer.text).found:
        names = {*attributes}
        assert not names & {"style", "srcdoc", "action-xhr"}, tag
        assert not [name for name in names if name.startswith("on")], tag
        assert tag not in {"svg", "iframe", "object", "embed", "base", "style"}
        if tag == "script":
            assert attributes["src"].startswith("/static/")
        for name in names & {"src", "href", "action"}:
            assert attributes[name].startswith(("/", "#", "?")), attributes
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"


def test_an_image_of_the_archive_is_shown_and_nothing_of_it_runs(
    service: Served, visitor: httpx.Client, shown: Shown
) -> None:
    image = visitor.get(f"/runs/{shown.hostile}/assets/{shown.image}")
    assert (image.content, image.headers["content-type"]) == (png(), "image/png")
    assert image.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert image.headers["x-content-type-options"] == "nosniff"
    assert visitor.get(f"/runs/{shown.ordinary}/assets/{shown.image}").status_code == 404
    client = service.as_role("recorder")
    svg = ok(client.put("/v1/assets", params={"ext": "svg"}, content=b"<svg/>"), 201)["name"]
    run = begin_run(client, new_dataset(client, 1))
    ok(append(client, f"runs/{run}", answered(0, request={"image": f"assets/{svg}"})))
    kept = visitor.get(f"/runs/{run}/assets/{svg}")
    assert kept.headers["content-type"] == "application/octet-stream"
    assert kept.headers["content-disposition"] == f'attachment; filename="{svg}"'


@pytest.mark.parametrize("name", PLOTS)
def test_a_plot_is_an_image_without_script_whatever_names_are(
    visitor: httpx.Client, shown: Shown, name: str
) -> None:
    for run in (shown.ordinary, shown.running, shown.hostile):
        answer = visitor.get(f"/runs/{run}/plots/{name}.svg")
        assert answer.headers["content-type"] == "image/svg+xml"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        root = ElementTree.fromstring(answer.content)
        kinds = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert "rect" in kinds
        assert not kinds & {"script", "foreignObject", "image", "a", "use"}
        names = {key.lower() for element in root.iter() for key in element.attrib}
        assert not [each for each in names if each.startswith("on") or each.endswith("href")]
    assert visitor.get(f"/runs/{shown.ordinary}/plots/none.svg").status_code == 404


def failing_run(service: Served, *errors: Any) -> str:
    """A run that gave up as many items, in order, with these errors; the first is event 4."""
    client = service.as_role("recorder")
    run = begin_run(client, new_dataset(client, len(errors)))
    told = enumerate(errors)
    given_up: list[Members] = [
        {"type": "item.failed", "item": f"q-{n}", "error": error} for n, error in told
    ]
    ok(append(client, f"runs/{run}", *given_up))
    return run


ERROR_ROW = re.compile(
    r'<tr><th scope="row"(?: dir="auto")?>(.*?)</th><td class="number">(\d+)</td>'
)


def errors_of(client: httpx.Client, run: str) -> dict[str, int]:
    """The table of errors by kind."""
    _, _, table = client.get(f"/runs/{run}").text.partition('<table class="card-table kinds">')
    return {kind: int(count) for kind, count in ERROR_ROW.findall(table.partition("</table>")[0])}


def test_errors_are_told_by_kind(service: Served, visitor: httpx.Client) -> None:
    late, slow = {"kind": "timeout"}, {"code": 429, "message": "slow down"}
    run = failing_run(service, slow, late, late, "gave up", {"kind": HOSTILE})
    told = errors_of(visitor, run)
    hostile = escape(wording.name(error_kind({"kind": HOSTILE})))
    assert told == {"timeout": 2, "429": 1, str(hostile): 1, "<em>no kind</em>": 1}
    assert next(iter(told)) == "timeout"
    page = visitor.get(f"/runs/{run}")
    assert f'href="/runs/{run}/items/1">1</a>' in page.text
    assert f'href="/runs/{run}/items?q=status:failed"' in page.text
    drawn = visitor.get(f"/runs/{run}/plots/errors.svg").text
    for label in ("timeout", "429", "(no kind)"):
        assert f">{label}</text>" in drawn


def test_a_kind_that_is_called_like_a_row_of_the_archive_stands_in_quotes(
    service: Served, visitor: httpx.Client
) -> None:
    names = ("no kind", "withheld or erased", "other kinds")
    run = failing_run(service, "gave up", *({"kind": name} for name in names))
    told = errors_of(visitor, run)
    assert told == {**{f"“{name}”": 1 for name in names}, "<em>no kind</em>": 1}


def test_a_run_without_failures_tells_of_no_errors(visitor: httpx.Client, shown: Shown) -> None:
    page = visitor.get(f"/runs/{shown.running}").text
    assert "Errors by kind" not in page
    assert "plots/errors.svg" not in page
    assert "plots/outcomes.svg" in page


def test_an_erased_or_withheld_error_has_no_kind_any_more(
    service: Served, visitor: httpx.Client
) -> None:
    run = failing_run(service, {"kind": "jane"}, {"kind": "john"}, {"kind": "timeout"})
    assert errors_of(visitor, run) == {"jane": 1, "john": 1, "timeout": 1}
    assert ">jane<" in visitor.get(f"/runs/{run}/plots/errors.svg").text
    for version, kind in ((4, "part.erased"), (5, "part.withheld")):
        left_out: Members = {"type": kind, "target": version, "kind": "error"}
        ok(append(service.root, f"runs/{run}", left_out))
    assert errors_of(visitor, run) == {"timeout": 1, "<em>withheld or erased</em>": 2}
    drawn = visitor.get(f"/runs/{run}/plots/errors.svg").text
    assert "(withheld or erased)" in drawn
    assert not [name for name in ("jane", "john") if name in drawn]


def test_that_somebody_saw_the_kinds_of_errors_is_recorded(
    service: Served, visitor: httpx.Client, shown: Shown
) -> None:
    before = len(journal(service))
    visitor.get(f"/runs/{shown.ordinary}/plots/outcomes.svg")
    assert len(journal(service)) == before
    visitor.get(f"/runs/{shown.ordinary}/plots/errors.svg")
    (event,) = journal(service)[before:]
    assert (event["type"], event["facts"]["stream"]) == (
        "archive.disclosed",
        f"run/{shown.ordinary}",
    )


def test_a_plot_follows_the_run(service: Served, visitor: httpx.Client) -> None:
    client = service.as_role("recorder")
    run = begin_run(client, new_dataset(client, 2))
    path = f"/runs/{run}/plots/outcomes.svg"
    before = visitor.get(path).content
    ok(append(client, f"runs/{run}", answered(0)))
    after = visitor.get(path).content
    assert len(after) != len(before)
    assert visitor.get(path).content == after


def test_a_run_is_verified_here_and_its_page_tells(
    service: Served, visitor: httpx.Client, shown: Shown
) -> None:
    path = f"/runs/{shown.ordinary}"
    answer = post(visitor, f"{path}/verification")
    assert answer.headers["location"] == f"{path}/verification"
    told = text_of(visitor.get(f"{path}/verification"))
    assert "Verified" in told
    assert "all 12 planned results" in told
    assert "signature" in told
    assert (
        "request, response and scores of 11 of 12 results, the error of 1 that failed"
    ) in text_of(visitor.get(path))
    last = journal(service)[-2]
    assert (last["type"], last["facts"]["verdict"]) == ("archive.verified", "verified")


def test_a_verdict_counts_for_the_run_as_it_was(service: Served, visitor: httpx.Client) -> None:
    client = service.as_role("recorder")
    _, run = new_run(client)
    post(visitor, f"/runs/{run}/verification")
    assert "Verified here" in text_of(visitor.get(f"/runs/{run}"))
    ok(append(client, f"runs/{run}", {"type": "run.annotated", "annotation": "x"}))
    assert "without verifying" in text_of(visitor.get(f"/runs/{run}"))
    assert "was not verified here" in text_of(visitor.get(f"/runs/{run}/verification"))


def test_what_is_not_sealed_is_not_verified(visitor: httpx.Client, shown: Shown) -> None:
    told = text_of(post(visitor, f"/runs/{shown.running}/verification"), 409)
    assert "Not in the present state" in told


def test_the_bundle_is_that_of_the_api_and_its_leaving_is_recorded(
    service: Served, visitor: httpx.Client, shown: Shown
) -> None:
    answer = visitor.get(f"/runs/{shown.ordinary}/bundle")
    assert answer.content == service.root.get(f"/v1/runs/{shown.ordinary}/bundle").content
    assert "attachment" in answer.headers["content-disposition"]
    assert [event["type"] for event in journal(service)[-2:]] == ["archive.exported"] * 2


def test_events_are_told_in_order_page_by_page(visitor: httpx.Client, shown: Shown) -> None:
    path = f"/runs/{shown.ordinary}/events"
    found = re.findall(r'id="event-(\d+)"', visitor.get(path).text)
    assert found == [str(number) for number in range(1, 29)]
    assert "stream.sealed" in visitor.get(path, params={"after": 27}).text
    assert "run.registered" not in visitor.get(path, params={"after": 27}).text
    assert visitor.get(path, params={"after": -1}).status_code == 400


def test_files_of_the_pages_are_kept_for_ever_under_an_address_of_their_own(
    visitor: httpx.Client,
) -> None:
    style = re.search(r'href="(/static/[^"]+\.css)"', visitor.get("/").text)
    assert style
    answer = visitor.get(style[1])
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert visitor.get(style[1].replace("/static/", "/static/0")).status_code == 404
    assert visitor.get("/static/x/..%2f__init__.py").status_code == 404


def test_a_page_that_is_not_there_is_a_page(visitor: httpx.Client) -> None:
    answer = visitor.get("/runs/none")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["x-request-id"] in answer.text
    assert "Traceback" not in answer.text


def test_a_bug_is_told_on_a_page_without_a_word_of_what_it_was(
    visitor: httpx.Client, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the inside of it")

    monkeypatch.setattr("interface.web.routes_run.history_page", broken)
    answer = visitor.get(f"/runs/{shown.ordinary}/events")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "A bug of eval752" in answer.text
    assert "inside" not in answer.text
