"""Pages that take long: made behind the answer, once for each who and what, none given wrongly."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from time import sleep
from typing import Any

import httpx
import pytest

from interface.api import routes_bundles
from interface.bootstrap.bundle_files import ExportOptions
from interface.web import making, under_way
from interface.web.pages import add_pages
from interface.web.under_way import Stopped
from tests.archives import Members, answered
from tests.compared_runs import JUDGE, given, judged
from tests.interface.api.conftest import Served, append, begin_run, new_dataset, new_run, ok, served
from tests.interface.web.held_up import Gate, held_up
from tests.interface.web.reading import journal, text_of
from tests.interface.web.visiting import post, signed_in

ERASED: Members = {"type": "part.erased", "target": 4, "kind": "response"}
SECRET = "The answer is a secret."
SOON = 30


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(under_way, "PATIENCE", 0)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate = held_up(monkeypatch)
    yield gate
    gate.opened.set()


@pytest.fixture
def auditor(service: Served) -> httpx.Client:
    """Whom nothing was made for yet."""
    return signed_in(service, "auditor")


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


def at_last(client: httpx.Client, path: str) -> httpx.Response:
    """What is there once the page does not say any more that it waits."""
    for _ in range(SOON * 100):
        answer = client.get(path)
        if answer.status_code != 202:
            return answer
        sleep(0.01)
    raise AssertionError(text_of(answer, 202))


def recorded(service: Served, before: int) -> list[str]:
    return [event["type"] for event in journal(service)[before:]]


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


def test_a_token_that_was_revoked_gets_nothing_that_is_kept(
    service: Served, auditor: httpx.Client, run: str, gate: Gate
) -> None:
    gate.opened.set()
    path = f"/runs/{run}/report"
    assert SECRET in at_last(auditor, path).text
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


def wait(until: Callable[[], bool]) -> None:
    for _ in range(SOON * 100):
        if until():
            return
        sleep(0.01)
    raise AssertionError("it did not come about")


def kept(service: Served, run: str) -> bool:
    """Whether something of a run is kept, of whatever it is."""
    return run in str([*service.app.state.kept._kept])


def test_what_was_erased_since_is_given_to_nobody(
    service: Served, auditor: httpx.Client, run: str, gate: Gate
) -> None:
    gate.opened.set()
    path = f"/runs/{run}/report"
    assert SECRET in at_last(auditor, path).text
    ok(append(service.root, f"runs/{run}", ERASED))
    assert not kept(service, run)
    answer = auditor.get(path)
    assert "a seal over all that was erased or withheld" in text_of(answer, 409)
    ok(service.root.post(f"/v1/runs/{run}/seal"))
    answer = at_last(auditor, path)
    assert answer.status_code == 200
    assert SECRET not in answer.text
    assert gate.made == 2


def test_what_was_erased_while_it_was_made_is_given_to_nobody(
    service: Served, auditor: httpx.Client, run: str, gate: Gate
) -> None:
    path = f"/runs/{run}/report"
    assert auditor.get(path).status_code == 202
    wait(lambda: gate.made == 1)
    erase(service, run)
    gate.opened.set()
    answer = at_last(auditor, path)
    assert answer.status_code == 200
    assert SECRET not in answer.text
    assert gate.made == 2


def test_what_was_withheld_by_an_event_since_is_not_given(
    service: Served, auditor: httpx.Client, run: str, gate: Gate
) -> None:
    gate.opened.set()
    path = f"/runs/{run}/report"
    assert SECRET in at_last(auditor, path).text
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


def two_runs(service: Served) -> list[str]:
    dataset = new_dataset(service.root, 3)
    config = {"provider": "p", "model": "m", "scorers": [dict(JUDGE)]}
    runs = [begin_run(service.root, dataset, config=config) for _ in range(2)]
    for run in runs:
        ok(append(service.root, f"runs/{run}", *judged_items(0, 1)))
    return runs


def judged_items(*items: int) -> list[Members]:
    return [*map(given, items), *(judged(item, 1) for item in items)]


def comparison_of(runs: list[str]) -> str:
    return f"/compare?run={runs[0]}&run={runs[1]}"


@pytest.fixture
def _scipy() -> None:
    pytest.importorskip("scipy", reason="SciPy has no wheel here")


@pytest.mark.usefixtures("_scipy")
def test_a_comparison_is_waited_for_as_well_and_recorded_each_time_it_is_seen(
    service: Served, auditor: httpx.Client, gate: Gate
) -> None:
    runs = two_runs(service)
    path, before = comparison_of(runs), len(journal(service))
    told = text_of(auditor.get(path), 202)
    assert re.search("Comparison of 2 runs It is being made, since 20", told)
    assert auditor.get(path).headers["refresh"] == "5"
    assert recorded(service, before) == []
    gate.opened.set()
    answer = at_last(auditor, path)
    assert "B scores the same as A on 2 paired items" in text_of(answer)
    again = auditor.get(path)
    assert recorded(service, before) == ["archive.disclosed"] * 4
    assert gate.made == 1
    for each in (answer, again):
        plot = re.search(r'src="(/compare/plots/[0-9a-f]{32}\.svg)"', each.text)
        assert plot
        assert auditor.get(plot[1]).status_code == 200


@pytest.mark.usefixtures("_scipy")
def test_runs_that_grow_meanwhile_are_given_as_they_were_to_who_waited_and_then_compared_anew(
    service: Served, auditor: httpx.Client, gate: Gate
) -> None:
    runs = two_runs(service)
    path = comparison_of(runs)
    assert auditor.get(path).status_code == 202
    wait(lambda: gate.made == 1)
    for run in runs:
        ok(append(service.root, f"runs/{run}", *judged_items(2)))
    gate.opened.set()
    assert "on 2 paired items" in text_of(at_last(auditor, path))
    assert "on 3 paired items" in text_of(at_last(auditor, path))
    assert "on 3 paired items" in text_of(auditor.get(path))
    assert gate.made == 2


@pytest.mark.usefixtures("_scipy")
@pytest.mark.parametrize("left_out", ["part.erased", "part.withheld"])
@pytest.mark.parametrize("when", ["while it is made", "before it is seen", "after it was seen"])
def test_a_score_that_was_left_out_meanwhile_is_not_compared(
    service: Served, auditor: httpx.Client, gate: Gate, left_out: str, when: str
) -> None:
    runs = two_runs(service)
    path = comparison_of(runs)
    if when == "after it was seen":
        gate.opened.set()
        assert "on 2 paired items" in text_of(at_last(auditor, path))
    else:
        assert auditor.get(path).status_code == 202
        wait(lambda: gate.made == 1)
        if when == "before it is seen":
            gate.opened.set()
            wait(lambda: not service.app.state.under_way.keys)
    ok(append(service.root, f"runs/{runs[1]}", {"type": left_out, "target": 6, "kind": "score"}))
    gate.opened.set()
    told = text_of(at_last(auditor, path))
    assert "on 1 paired item" in told
    word = left_out.removeprefix("part.")
    assert f"B, beside A, has 1 result whose score is not shown here: {word}." in told


@pytest.mark.usefixtures("_scipy")
def test_what_cannot_be_compared_is_told_with_the_form_also_to_who_waited(
    service: Served, auditor: httpx.Client, gate: Gate
) -> None:
    gate.opened.set()
    runs = [new_run(service.root)[1], new_run(service.root)[1]]
    answer = at_last(auditor, comparison_of(runs))
    assert "They cannot be compared like this." in text_of(answer, 409)
    assert 'name="by_id"' in answer.text


def test_a_bundle_that_is_not_wanted_any_more_leaves_nothing(service: Served, run: str) -> None:
    def stop(_: int) -> None:
        raise Stopped

    key, folder = service.service.own("run", run), service.service.archive.folder / "exports"
    before = {*folder.iterdir()}
    with pytest.raises(Stopped):
        routes_bundles._prepare(service.service, key, ExportOptions(), stop)
    assert {*folder.iterdir()} == before
