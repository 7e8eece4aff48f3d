"""The pages of comparisons over HTTP: what they show, refuse, and leave behind."""

import re
import sys
from html import unescape
from urllib.parse import urlencode
from xml.etree import ElementTree

import httpx
import pytest

from tests.interface.api.conftest import Served, ok
from tests.interface.web.comparing_archive import Compared, fill_compared
from tests.interface.web.pages_archive import Shown
from tests.interface.web.reading import journal, text_of
from tests.interface.web.visiting import signed_in

pytest.importorskip("scipy", reason="SciPy has no wheel here")


@pytest.fixture(scope="module")
def compared(service: Served, shown: Shown) -> Compared:
    return fill_compared(service, shown)


def asked(client: httpx.Client, runs: list[str], path: str = "", **more: str) -> httpx.Response:
    return client.get(f"/compare{path}", params={"run": runs, **more})


def test_the_sentence_comes_first_then_cautions_then_figures(
    visitor: httpx.Client, compared: Compared
) -> None:
    told = text_of(asked(visitor, compared.two))
    places = [
        told.index(part)
        for part in (
            "B scores 20.0 points higher than A on 5 paired items",
            "Before you rely on it",
            "A has results that failed, without answer or score: 1",
            "A 0.4, B 0.6, difference 20.0 points",
            "By section",
            "Flips",
        )
    ]
    assert places == sorted(places)
    assert "incomplete" not in told  # every planned result is answered or has failed
    assert "A right 1 1 flipped to wrong" in told
    assert "A wrong 2 flipped to right 1" in told
    assert "not paired of A 1 failed" in told


def test_that_somebody_compares_is_recorded_for_each_run(
    service: Served, visitor: httpx.Client, compared: Compared
) -> None:
    before = len(journal(service))
    asked(visitor, compared.two)
    events = journal(service)[before:]
    assert [event["type"] for event in events] == ["archive.disclosed"] * 2
    assert [event["facts"]["stream"] for event in events] == [f"run/{r}" for r in compared.two]


def test_of_several_runs_each_is_beside_the_first_and_another_can_be_put_there(
    visitor: httpx.Client, compared: Compared
) -> None:
    runs = [compared.small, compared.medium, compared.large]
    answer = asked(visitor, runs)
    told = text_of(answer)
    assert "Holm-corrected for 2 comparisons" in told
    assert "C beside A" in told
    first = re.search(r'href="([^"]+)">put first<span class="unseen">: C', answer.text)
    assert first
    turned = text_of(visitor.get(unescape(first[1])))
    assert "B scores 20.0 points lower than A" in turned


def test_a_run_twice_is_one(visitor: httpx.Client, compared: Compared) -> None:
    assert "Compare with…" in text_of(asked(visitor, [compared.small] * 2))


def test_one_run_is_offered_those_of_its_dataset(
    service: Served, visitor: httpx.Client, compared: Compared
) -> None:
    answer = asked(visitor, [compared.small])
    offered = re.findall(r'type="checkbox" name="run" value="([^"]+)"', answer.text)
    assert offered == [compared.large, compared.medium]
    stranger = signed_in(service, "recorder")
    assert asked(stranger, [compared.small]).status_code == 404
    assert f'href="/compare?run={compared.small}"' in visitor.get(f"/runs/{compared.small}").text
    assert "Tick two to 10 runs" in text_of(visitor.get("/compare"))


def test_datasets_that_differ_are_refused_with_the_way_on(
    visitor: httpx.Client, compared: Compared
) -> None:
    runs = [compared.small, compared.elsewhere]
    refused = asked(visitor, runs)
    told = text_of(refused, 409)
    assert "They cannot be compared like this." in told
    assert "found runs of two datasets" in told
    assert "tick on the comparison's page that they are matched by their own ids" in told
    assert "--" not in told
    assert "by_id=" not in told
    assert 'name="by_id" value="true"' in refused.text
    found = text_of(asked(visitor, runs, by_id="true"))
    assert "items are matched by their ids alone" in found
    assert "By section" not in found


def test_a_scorer_is_chosen_by_its_name(visitor: httpx.Client, compared: Compared) -> None:
    assert '<option value="choice" selected>' in asked(visitor, compared.two, scorer="choice").text
    told = text_of(asked(visitor, compared.two, scorer="none"), 409)
    assert "expected a scorer 'none'" in told
    assert "Choose one that all runs have." in told
    assert "--" not in told


def test_without_scipy_the_page_says_what_to_install_and_lists_flips_still(
    service: Served, compared: Compared, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "scipy.stats", None)
    visitor = signed_in(service, "auditor")  # for whom nothing was compared yet
    answer = asked(visitor, compared.two)
    assert "Install the extra compare where the archive is" in text_of(answer, 409)
    link = re.search(r'href="(/compare/flips[^"]+)"', answer.text)
    assert link
    assert "q-2" in text_of(visitor.get(unescape(link[1])))


@pytest.mark.parametrize(
    "query", [{"run": ["x"] * 11}, {"run": ["x", "y"], "by_id": "maybe"}, {"scorer": "s" * 201}]
)
def test_a_question_that_is_none_is_refused_by_a_page(
    visitor: httpx.Client, query: dict[str, str]
) -> None:
    assert "Error 400" in text_of(visitor.get("/compare", params=query), 400)


def test_the_plot_is_an_image_for_who_was_shown_the_page(
    service: Served, visitor: httpx.Client, compared: Compared
) -> None:
    runs = [compared.small, compared.medium, compared.large]
    plot = re.search(r'src="(/compare/plots/[0-9a-f]{32}\.svg)"', asked(visitor, runs).text)
    assert plot
    answer = visitor.get(plot[1])
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    root = ElementTree.fromstring(answer.content)
    texts = [element.text for element in root.iter() if element.tag.endswith("text")]
    assert {"B", "C", "0"} <= {*texts}
    assert not [each for each in root.iter() if each.tag.endswith(("script", "title"))]
    assert signed_in(service, "auditor").get(plot[1]).status_code == 404


def test_hostile_names_are_text(visitor: httpx.Client, compared: Compared) -> None:
    answer = asked(visitor, [compared.hostile, compared.other_hostile])
    assert answer.status_code == 200, answer.text
    assert "<script>window.hacked" not in answer.text
    assert "&lt;script&gt;window.hacked = 1&lt;/script&gt;&lt;img src=x" in answer.text
    assert "have configs that differ" in text_of(answer)


def test_every_link_of_the_page_leads_somewhere(visitor: httpx.Client, compared: Compared) -> None:
    page = asked(visitor, compared.two, scorer="choice").text
    for link in {*re.findall(r'href="(/compare[^"]+)"', page)}:
        assert visitor.get(unescape(link)).status_code == 200, link


def test_a_comparison_is_the_one_of_the_api(
    service: Served, visitor: httpx.Client, compared: Compared
) -> None:
    query = urlencode([("run", run) for run in compared.two])
    found = ok(service.root.get(f"/v1/compare?{query}"))
    assert found["against"][0]["sentence"] in text_of(asked(visitor, compared.two)).replace(
        "\u00a0", " "
    )
