"""The page of a run's evidence report: what the command writes, and recorded before it is seen."""

import re
from pathlib import Path

import httpx

from application.history_page import history_page
from application.ports import StreamKey
from domain.transparency.signed_note import parse
from domain.verification.policy import Policy
from interface.web.evidence_report import evidence_report
from interface.web.pages import add_pages
from tests.interface.api.conftest import Served, new_run, ok, served
from tests.interface.web.pages_archive import Shown
from tests.interface.web.reading import text_of
from tests.interface.web.visiting import signed_in
from tests.witnesses import TestWitness


def journal(service: Served) -> list[tuple[str, dict[str, object]]]:
    archive = service.service.archive
    events = history_page(archive.store, archive.journal().key, 0, 1000)
    return [(found.event["type"], found.event["facts"]) for found in events]


def test_the_page_is_the_report_of_the_bundle_that_leaves(
    service: Served, visitor: httpx.Client, shown: Shown, tmp_path: Path
) -> None:
    answer = visitor.get(f"/runs/{shown.ordinary}/report")
    assert answer.status_code == 200
    bundle = tmp_path / "run.eval752.zip"
    bundle.write_bytes(visitor.get(f"/runs/{shown.ordinary}/bundle").content)
    made = evidence_report(bundle, Policy())
    assert answer.text == made.html
    policy = answer.headers["content-security-policy"]
    assert policy == f"{made.rules}; frame-ancestors 'none'"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"] == (
        f'inline; filename="run-{shown.ordinary[:13]}.report.html"'
    )


def test_verdict_and_disclosure_are_recorded(service: Served, shown: Shown) -> None:
    visitor = signed_in(service, "auditor")  # for whom it is made anew
    before = len(journal(service))
    page = visitor.get(f"/runs/{shown.ordinary}/report").text
    found = re.search(r"bundle ([0-9a-f]{64})</title>", page)
    assert found
    (verified, disclosed) = journal(service)[before:]
    assert verified == ("archive.verified", {"digest": found[1], "verdict": "verified"})
    assert disclosed[0] == "archive.disclosed"
    assert disclosed[1]["stream"] == f"run/{shown.ordinary}"


def test_the_bundle_without_the_same_content_is_the_one_that_it_is_of(
    visitor: httpx.Client, shown: Shown
) -> None:
    asked = f"/runs/{shown.ordinary}/{{}}?withhold=response&withhold=config"
    found = re.search(r"bundle ([0-9a-f]{64})</title>", visitor.get(asked.format("report")).text)
    assert found
    bundle = visitor.get(asked.format("bundle"))
    assert (bundle.status_code, bundle.headers["etag"][1:65]) == (200, found[1])
    assert visitor.get(f"/runs/{shown.ordinary}/bundle?withhold=everything").status_code == 400


def test_what_is_withheld_is_not_in_it(visitor: httpx.Client, shown: Shown) -> None:
    page = visitor.get(f"/runs/{shown.ordinary}/report?withhold=response&withhold=config").text
    assert "left out of this bundle on purpose" in page
    assert "The answer is none of these." not in page
    answer = visitor.get(f"/runs/{shown.ordinary}/report?withhold=everything")
    assert answer.status_code == 400


def test_a_run_that_is_not_sealed_has_none(
    service: Served, visitor: httpx.Client, shown: Shown
) -> None:
    before = len(journal(service))
    answer = visitor.get(f"/runs/{shown.running}/report")
    assert answer.status_code == 409
    assert "seal" in answer.text
    assert len(journal(service)) == before


def test_a_hostile_run_is_reported_as_text(
    service: Served, visitor: httpx.Client, shown: Shown
) -> None:
    ok(service.root.post(f"/v1/runs/{shown.hostile}/seal"))
    page = visitor.get(f"/runs/{shown.hostile}/report").text
    assert "&lt;script&gt;window.hacked" in page
    assert "<script" not in page


def test_the_run_shows_the_way_to_it_once_it_is_sealed(visitor: httpx.Client, shown: Shown) -> None:
    assert f'href="/runs/{shown.ordinary}/report"' in visitor.get(f"/runs/{shown.ordinary}").text
    assert "/report" not in visitor.get(f"/runs/{shown.running}").text


def test_a_report_tells_what_others_said_of_the_runs_head_meanwhile(tmp_path: Path) -> None:
    folder, witness, policy = tmp_path / "data", TestWitness(None), tmp_path / "policy.toml"
    policy.write_text(f"[witnesses]\nkeys = ['{witness.key.encode()}']\nquorum = 1\n")
    with served(folder, add_pages, policy=policy) as service:
        run = new_run(service.as_role("recorder"))[1]
        archive, visitor = service.service.archive, signed_in(service, "auditor")
        before = text_of(visitor.get(f"/runs/{run}/report"))
        assert "Not verified" in before
        key = StreamKey(service.service.origin, f"run/{run}")
        head = archive.log.covering(archive.store.index(key, archive.store.version(key)) + 1)
        assert head
        line = witness.line(parse(head.note).text)
        archive.cosignatures.put(head.size, witness.key.encode(), line)
        after = text_of(visitor.get(f"/runs/{run}/report"))
        assert "Not verified" not in after
        assert witness.key.name in after
