"""Pages that take long: made behind the answer, once for each who and what, none given wrongly."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from interface.api import routes_bundles
from interface.bootstrap.bundle_files import ExportOptions
from interface.web import making
from interface.web.pages import add_pages
from interface.web.under_way import Stopped
from tests.archives import Members, answered
from tests.interface.api.conftest import Served, append, begin_run, new_dataset, new_run, ok, served
from tests.interface.web.held_up import Gate
from tests.interface.web.reading import journal, text_of
from tests.interface.web.visiting import post, signed_in
from tests.interface.web.waited_for import at_last, recorded, wait

pytestmark = pytest.mark.usefixtures("impatient")

ERASED: Members = {"type": "part.erased", "target": 4, "kind": "response"}
SECRET = "The answer is a secret."


@pytest.fixture
def run(service: Served) -> str:
    """A run that was never reported."""
    return secret_run(service)


def secret_run(service: Served) -> str:
    dataset = new_dataset(service.root, 2)
    run = begin_run(service.root, dataset)
    answers = [answered(0, SECRET), answered(1)]
    ok(append(service.root, f"runs/{run}", *answers, {"type": "run.completed"}))
    ok(service.root.post(f"/v1/runs/{run}/seal"))
    return run


def erase(service: Served, run: str) -> None:
    ok(append(service.root, f"runs/{run}", ERASED))
    ok(service.root.post(f"/v1/runs/{run}/seal"))


def test_a_report_that_takes_long_is_waited_for_by_a_page_and_made_once_for_all_tabs(
    service: Served, auditor: httpx.Client, run: str, gate: Gate
) -> None:
    path, before = f"/runs/{run}/report", len(journal(service))
    tabs = [auditor.get(path) for _ in range(3)]
    for answer in tabs:
        told = text_of(answer, 202)
        assert re.search(r"Evidence report of run .* is being made, since 20\d\d-", told)
        assert answer.headers["refresh"] == "5"
        assert answer.headers["cache-control"] == "no-store"
        assert SECRET not in answer.text
    assert recorded(service, before) == []
    gate.opened.set()
    answer = at_last(auditor, path)
    assert answer.status_code == 200
    assert "Evidence report" in answer.text
    assert "refresh" not in answer.headers
    assert recorded(service, before) == ["archive.verified", "archive.disclosed"]
    assert auditor.get(path).text == answer.text
    assert recorded(service, before) == ["archive.verified", *["archive.disclosed"] * 2]
    assert gate.made == 1


def test_who_else_asks_has_it_made_for_themselves_and_who_may_not_see_it_does_not(
    service: Served, auditor: httpx.Client, run: str, gate: Gate
) -> None:
    gate.opened.set()
    path = f"/runs/{run}/report"
    assert at_last(auditor, path).status_code == 200
    ok(service.root.post("/v1/projects", json={"project": f"p-{run[-8:]}"}), 201)
    assert signed_in(service, "auditor", f"p-{run[-8:]}").get(path).status_code == 404
    assert signed_in(service, "recorder").get(path).status_code in {403, 404}
    assert gate.made == 1
    assert at_last(signed_in(service, "auditor"), path).status_code == 200
    assert gate.made == 2


def test_what_is_withheld_is_another_report(auditor: httpx.Client, run: str, gate: Gate) -> None:
    gate.opened.set()
    paths = [f"/runs/{run}/report{query}" for query in ("", "?withhold=response")]
    texts = [at_last(auditor, path).text for path in paths]
    assert [SECRET in text for text in texts] == [True, False]
    assert [SECRET in auditor.get(path).text for path in paths] == [True, False]
    assert gate.made == 2


def test_a_page_of_what_is_left_out_says_so_while_it_waits(
    auditor: httpx.Client, run: str, gate: Gate
) -> None:
    answer = auditor.get(f"/runs/{run}/report?withhold=response&withhold=config")
    assert re.search("without config, response It is being made", text_of(answer, 202))
    path = f"/runs/{run}/report?withhold=response&withhold=response"
    assert re.search("without response It is being made", text_of(auditor.get(path), 202))


def made_before(client: httpx.Client, run: str, gate: Gate) -> str:
    """The path of a report with the secret in it, which the client has seen."""
    gate.opened.set()
    path = f"/runs/{run}/report"
    assert SECRET in at_last(client, path).text
    return path


def test_a_token_that_was_revoked_gets_nothing_that_is_kept(
    service: Served, auditor: httpx.Client, run: str, gate: Gate
) -> None:
    path = made_before(auditor, run, gate)
    revoke(service)
    before = len(journal(service))
    assert auditor.get(path).status_code == 303
    assert recorded(service, before) == []


def test_what_is_made_for_a_token_that_is_revoked_meanwhile_is_not_kept(
    service: Served, auditor: httpx.Client, run: str, gate: Gate
) -> None:
    assert auditor.get(f"/runs/{run}/report").status_code == 202
    wait(lambda: gate.made == 1)
    revoke(service)
    before = len(journal(service))
    gate.opened.set()
    wait(lambda: not service.app.state.under_way.keys)
    assert recorded(service, before) == []
    assert kept(service, run) is False


def revoke(service: Served) -> None:
    """Revoke the token that was made last."""
    *_, last = service.service.book.tokens
    ok(service.root.delete(f"/v1/tokens/{last.id}"), 204)


def kept(service: Served, run: str) -> bool:
    """Whether something of a run is kept, of whatever it is."""
    return run in str([*service.app.state.kept._kept])


def check_made_anew(client: httpx.Client, path: str, gate: Gate) -> None:
    """What is there is another one, without what was in it before."""
    answer = at_last(client, path)
    assert answer.status_code == 200
    assert SECRET not in answer.text
    assert gate.made == 2


def test_what_was_erased_since_is_given_to_nobody(
    service: Served, auditor: httpx.Client, run: str, gate: Gate
) -> None:
    path = made_before(auditor, run, gate)
    ok(append(service.root, f"runs/{run}", ERASED))
    assert not kept(service, run)
    answer = auditor.get(path)
    assert "a seal over all that was erased or withheld" in text_of(answer, 409)
    ok(service.root.post(f"/v1/runs/{run}/seal"))
    check_made_anew(auditor, path, gate)


def test_what_was_erased_while_it_was_made_is_given_to_nobody(
    service: Served, auditor: httpx.Client, run: str, gate: Gate
) -> None:
    path = f"/runs/{run}/report"
    assert auditor.get(path).status_code == 202
    wait(lambda: gate.made == 1)
    erase(service, run)
    gate.opened.set()
    check_made_anew(auditor, path, gate)


def test_what_was_withheld_by_an_event_since_is_not_given(
    service: Served, auditor: httpx.Client, run: str, gate: Gate
) -> None:
    path = made_before(auditor, run, gate)
    ok(append(service.root, f"runs/{run}", {**ERASED, "type": "part.withheld"}))
    assert auditor.get(path).status_code == 409
    ok(service.root.post(f"/v1/runs/{run}/seal"))
    assert SECRET not in at_last(auditor, path).text


def test_what_is_sealed_anew_is_reported_anew(
    service: Served, auditor: httpx.Client, run: str, gate: Gate
) -> None:
    gate.opened.set()
    path = f"/runs/{run}/report"
    before = at_last(auditor, path).text
    note = {"type": "run.annotated", "annotation": "seen"}
    ok(append(service.root, f"runs/{run}", note))
    assert auditor.get(path).text == before
    ok(service.root.post(f"/v1/runs/{run}/seal"))
    assert at_last(auditor, path).text != before
    assert gate.made == 2


def test_a_fault_is_told_once_without_its_words_and_does_not_stay(
    auditor: httpx.Client, run: str, gate: Gate
) -> None:
    path = f"/runs/{run}/report"
    gate.faults.append(ValueError("sk-secret"))
    gate.opened.set()
    answer = at_last(auditor, path)
    told = text_of(answer, 500)
    assert "sk-secret" not in answer.text
    assert "Traceback" not in answer.text
    assert "name the request" in told
    assert "refresh" not in answer.headers
    assert at_last(auditor, path).status_code == 200


def test_one_token_has_so_many_made_at_once(
    service: Served, auditor: httpx.Client, run: str, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "AT_ONCE", 2)
    kinds = ("response", "request", "config")
    paths = [f"/runs/{run}/report?withhold={kind}" for kind in kinds]
    assert [auditor.get(path).status_code for path in paths] == [202, 202, 429]
    assert auditor.get(paths[0]).status_code == 202
    assert signed_in(service, "auditor").get(paths[2]).status_code == 202
    gate.opened.set()
    assert at_last(auditor, paths[0]).status_code == 200
    assert at_last(auditor, paths[2]).status_code == 200


@pytest.mark.parametrize("path", ["/runs/{0}/report", "/compare?run={0}&run={1}&by_id=true"])
def test_a_service_that_stops_ends_what_it_makes(tmp_path: Path, gate: Gate, path: str) -> None:
    with served(tmp_path / "data", add_pages) as service:
        runs = [new_run(service.root)[1] for _ in range(2)]
        assert signed_in(service, "auditor").get(path.format(*runs)).status_code == 202
        wait(lambda: gate.made == 1)
        state = service.app.state
    check_ended(gate, state, tmp_path)


def test_a_verification_that_goes_on_ends_with_the_service(tmp_path: Path, gate: Gate) -> None:
    with served(tmp_path / "data", add_pages) as service:
        _, run = new_run(service.root)
        administrator = signed_in(service, "administrator")
        assert post(administrator, f"/runs/{run}/verification").status_code == 303
        wait(lambda: gate.made == 1)
        state = service.app.state
    check_ended(gate, state, tmp_path)


def check_ended(gate: Gate, state: Any, folder: Path) -> None:
    assert gate.ended.is_set()
    assert state.under_way.keys == []
    assert not (folder / "data" / "exports").exists()
    assert not (folder / "data" / "spool").exists()


def test_a_bundle_that_is_not_wanted_any_more_leaves_nothing(service: Served, run: str) -> None:
    def stop(_: int) -> None:
        raise Stopped

    key, folder = service.service.own("run", run), service.service.archive.folder / "exports"
    before = {*folder.iterdir()}
    with pytest.raises(Stopped):
        routes_bundles._prepare(service.service, key, ExportOptions(), stop)
    assert {*folder.iterdir()} == before
