"""What pages say of evidence that somebody altered in the archive, and what they vouch for."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from time import sleep

import pytest

from infrastructure.event_store.store import FILE
from infrastructure.read_models import FILE as READ_MODEL
from tests.altering import spoil_tiles
from tests.archives import Members, answered
from tests.interface.api.conftest import append, begin_run, ok
from tests.interface.web.kept_run import Kept, kept_run
from tests.interface.web.reading import journal, text_of
from tests.interface.web.visiting import post, signed_in

BUNDLE = Path(__file__).parents[2] / "conformance/valid/run-with-everything.eval752.zip"
VOUCHED = "Each event on this page was compared with this archive's log just now"


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    with kept_run(tmp_path / "data") as kept:
        yield kept


def test_events_are_vouched_for_as_far_as_a_signed_head_goes(kept: Kept) -> None:
    told = text_of(kept.visitor.get(f"{kept.path}/events"))
    assert VOUCHED not in told
    assert "no signed head of the log covers them yet" in told
    kept.sign()
    answer = kept.visitor.get(f"{kept.path}/events")
    told, events = text_of(answer), answer.text.count('id="event-')
    assert VOUCHED in told
    assert VOUCHED in text_of(kept.visitor.get(f"{kept.path}/events", params={"after": 4}))
    ok(append(kept.recorder, f"runs/{kept.run}", {"type": "run.annotated", "annotation": "x"}))
    told = text_of(kept.visitor.get(f"{kept.path}/events"))
    assert VOUCHED not in told
    assert f"The events up to {events} were compared" in told
    assert "No signed head covers the later ones yet" in told


def test_an_altered_event_is_not_shown_but_named_with_both_sides(kept: Kept) -> None:
    kept.sign()
    for path in (f"{kept.path}/events", f"{kept.path}/history?to=5"):
        assert kept.visitor.get(path).status_code == 200
    kept.alter(b'"attempt":1,"epoch":1,"item":1', b'"attempt":7,"epoch":1,"item":1')
    altered = text_of(kept.visitor.get(f"{kept.path}/events"), 500)
    assert "The archive does not hold what it promised" in altered
    place = altered.index(f"run/{kept.run}, version ")
    expected = altered.index("the event that the signed log has, leaf hash ")
    found = altered.index("another one, leaf hash ")
    assert place < expected < found < altered.index("Restore the archive from a backup")
    version = int(altered[place:].split("version ")[1].split()[0])
    moment = {"to": version}
    assert "version" in text_of(kept.visitor.get(f"{kept.path}/history", params=moment), 500)
    before = {"to": version - 1}
    assert kept.visitor.get(f"{kept.path}/history", params=before).status_code == 200


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"attempt":1,"epoch":1,"item":1', b'"attempt":7,"epoch":1,"item":1'),
        (b'"attempt":1,"epoch":1,"item":1', b'"attempt":1,"epoch":1,"item"=1'),
        (b'"version":6}', b'"version":5}'),
        (b'"version":1}', b'"version":2}'),
    ],
)
def test_an_item_with_an_altered_event_is_not_shown_and_neither_is_its_proof_given(
    kept: Kept, old: bytes, new: bytes
) -> None:
    kept.sign()
    other = begin_run(kept.recorder, kept.dataset)
    ok(append(kept.recorder, f"runs/{other}", answered(1)))
    beside = f"/compare/items/1?run={kept.run}&run={other}"
    assert VOUCHED in text_of(kept.visitor.get(f"{kept.path}/items/1"))
    assert "events that this page rests on were compared" in text_of(kept.visitor.get(beside))
    kept.alter(old, new)
    shown = len(journal(kept.service))
    for path in (f"{kept.path}/items/1", beside, f"{kept.path}/items/1/proof"):
        told = text_of(kept.visitor.get(path), 500)
        assert "The archive does not hold what it promised" in told
        assert f"run/{kept.run}, version " in told
        assert "Restore the archive from a backup" in told
    proof = kept.service.root.get(f"/v1/runs/{kept.run}/items/1/proof")
    problem = proof.json()
    assert (proof.status_code, problem["type"]) == (500, "urn:eval752:problem:archive-damaged")
    assert problem["place"].startswith(f"run/{kept.run}, version ")
    assert len(journal(kept.service)) == shown
    item = kept.visitor.get(f"{kept.path}/items/0")
    assert (b'version":1' in old) == (VOUCHED not in item.text)


@pytest.mark.parametrize(
    ("stream", "old", "new", "version"),
    [
        ("run", b'"authenticated:0', b'"authenticated:1', 1),  # who registered it
        ("run", b'"attempt":1,"epoch":1,"item":0', b'"attempt":7,"epoch":1,"item":0', 4),
        ("run", b'"size":10', b'"size":11', 11),  # its seal
        ("dataset", b'"kind":"answer"', b'"kind":"choice"', 7),
    ],
)
def test_an_altered_event_in_the_timeline_is_damage_whatever_moment_is_shown(
    kept: Kept, stream: str, old: bytes, new: bytes, version: int
) -> None:
    erase: Members = {"type": "part.erased", "target": 2, "kind": "answer"}
    ok(append(kept.service.root, f"datasets/{kept.dataset}", erase))
    kept.sign()
    history, moment = f"{kept.path}/history", {"to": 2}
    assert "answer of item 0" in text_of(kept.visitor.get(history, params=moment))
    changed = f"{stream}/{kept.run if stream == 'run' else kept.dataset}"
    kept.alter(old, new, changed)
    told = text_of(kept.visitor.get(history, params=moment), 500)
    assert f"{changed}, version {version}" in told
    assert "Restore the archive from a backup" in told
    assert kept.visitor.get(f"{history}/state", params=moment).status_code == 200


def test_a_timeline_says_who_and_when_by_the_events_that_were_compared(kept: Kept) -> None:
    kept.sign()
    with closing(sqlite3.connect(kept.folder / READ_MODEL, isolation_level=None)) as raw:
        tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'spans%'"
        for (table,) in raw.execute(tables).fetchall():
            raw.execute(f"UPDATE {table} SET actor = 'claimed:somebody-else', facts = '{{}}'")
    told = text_of(kept.visitor.get(f"{kept.path}/history"))
    assert "somebody-else" not in told
    assert "trial 1" in told


def test_a_config_or_a_part_of_an_altered_event_is_not_shown(kept: Kept) -> None:
    kept.sign()
    paths = kept.path, f"{kept.path}/parts/run/1/config"
    assert [kept.visitor.get(path).status_code for path in paths] == [200, 200]
    kept.alter(b'"trial":1', b'"trial":7')
    looks = len(journal(kept.service))
    for path in paths:
        assert f"run/{kept.run}, version 1" in text_of(kept.visitor.get(path), 500)
    assert len(journal(kept.service)) == looks


def test_an_item_is_vouched_for_as_far_as_a_signed_head_goes(kept: Kept) -> None:
    told = text_of(kept.visitor.get(f"{kept.path}/items/1"))
    assert "shown as they are stored: no signed head of the log covers them yet" in told
    kept.sign()
    assert VOUCHED in text_of(kept.visitor.get(f"{kept.path}/items/1"))


def test_an_altered_question_is_not_shown_either(kept: Kept) -> None:
    kept.sign()
    kept.alter(b'"item":1', b'"item":9', stream=f"dataset/{kept.dataset}")
    told = text_of(kept.visitor.get(f"{kept.path}/items/1"), 500)
    assert f"dataset/{kept.dataset}, version " in told
    proof = kept.service.root.get(f"/v1/runs/{kept.run}/items/1/proof")
    assert (proof.status_code, proof.json()["title"]) == (
        500,
        "The archive does not hold what it promised",
    )


def test_what_another_archive_recorded_is_not_vouched_for(kept: Kept) -> None:
    kind = {"Content-Type": "application/zip"}
    ok(kept.service.root.post("/v1/imports", content=BUNDLE.read_bytes(), headers=kind), 201)
    kept.sign()
    administrator = signed_in(kept.service, "administrator")
    streams = [each.stream for each in kept.service.service.archive.store.streams()]
    (run,) = {each[4:] for each in streams if each.startswith("run/")} - {kept.run}
    told = text_of(administrator.get(f"/runs/{run}/events"))
    assert "Another archive recorded this run" in told
    assert "were not checked for this page" in told
    assert VOUCHED not in told
    told = text_of(administrator.get(f"/runs/{run}/items/0"))
    assert "Another archive recorded this" in told
    assert VOUCHED not in told


def test_a_damaged_log_is_told_and_takes_no_events_away(kept: Kept) -> None:
    kept.sign()
    spoil_tiles(kept.folder)
    told = text_of(kept.visitor.get(f"{kept.path}/events"))
    assert VOUCHED not in told
    assert "could not be compared with the log" in told
    assert "eval752 log rebuild" in told
    assert "item.answered" in told
    item = text_of(kept.visitor.get(f"{kept.path}/items/1"))
    assert VOUCHED not in item
    assert "Answered attempt 1" in item
    overview, history = (text_of(kept.visitor.get(kept.path + each)) for each in ("", "/history"))
    for page in (item, overview, history):
        assert page.count("could not be compared with the log") == 1


def test_what_waits_for_the_log_keeps_no_other_reader_waiting(kept: Kept) -> None:
    kept.sign()
    paths = ("events", "history", "history/state", "items/1")
    asks = [partial(kept.visitor.get, f"{kept.path}/{path}") for path in paths]
    asks += [
        partial(kept.recorder.get, f"/v1{kept.path}/{path}") for path in ("history", "items/1")
    ]
    log, asked = kept.service.service.lanes.log, 8
    with ThreadPoolExecutor(asked * len(asks)) as pool:
        with kept.service.service.archive.log.held():  # as while its tiles are made anew
            answers = [pool.submit(ask) for ask in asks * asked]
            while log.statistics().tasks_waiting < len(answers) - log.total_tokens:
                sleep(0.01)
                assert not any(answer.done() for answer in answers)
            assert kept.visitor.get(f"{kept.path}/items").status_code == 200
            assert kept.recorder.get(f"/v1{kept.path}/items").status_code == 200
        assert {answer.result().status_code for answer in answers} == {200}


def test_an_event_that_is_no_json_is_damage_with_its_version_and_no_bug(kept: Kept) -> None:
    assert kept.visitor.get(kept.path).status_code == 200  # the read models have it
    kept.alter(b'{"actor"', b'["actor"')
    told = text_of(kept.visitor.get(f"{kept.path}/events"), 500)
    assert "The archive does not hold what it promised" in told
    assert f"run/{kept.run}, version 1" in told
    assert "A bug" not in told
    assert text_of(kept.visitor.get("/")).count("what the archive holds of the run") == 0
    answer = kept.service.root.get(f"/v1/runs/{kept.run}/history")
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (500, "urn:eval752:problem:archive-damaged")
    assert problem["place"] == f"run/{kept.run}, version 1"


def test_a_verification_of_what_was_altered_says_where_and_keeps_saying_so(kept: Kept) -> None:
    post(kept.visitor, f"{kept.path}/verification")
    assert "Verified here" in text_of(kept.visitor.get(kept.path))
    kept.alter(b'"attempt":1,"epoch":1,"item":1', b'"attempt":7,"epoch":1,"item":1')
    assert post(kept.visitor, f"{kept.path}/verification").status_code == 303
    for _ in range(2):
        told = text_of(kept.visitor.get(f"{kept.path}/verification"))
        assert "The evidence of this run did not hold" in told
        assert f"run/{kept.run}, version " in told
        assert "Expected" in told
        assert "Restore the archive from a backup" in told
        assert "Verify again" in told
    overview = text_of(kept.visitor.get(kept.path))
    assert "the archive is damaged here" in overview
    assert "Shareable denied" in overview
    assert "Identified not shown" in overview
    runs = kept.visitor.get("/").text
    assert 'class="mark denied"' in runs.split("<tbody")[1].split("</tbody")[0]
    assert 'class="mark shown"' not in runs.split("<tbody")[1].split("</tbody")[0]


def test_damage_counts_until_the_next_verification(kept: Kept) -> None:
    kept.alter(b'"attempt":1,"epoch":1,"item":1', b'"attempt":7,"epoch":1,"item":1')
    post(kept.visitor, f"{kept.path}/verification")
    assert "did not hold" in text_of(kept.visitor.get(f"{kept.path}/verification"))
    kept.alter(b'"attempt":7,"epoch":1,"item":1', b'"attempt":1,"epoch":1,"item":1')
    post(kept.visitor, f"{kept.path}/verification")
    told = text_of(kept.visitor.get(f"{kept.path}/verification"))
    assert "did not hold" not in told
    assert "Verified" in told


def test_a_report_of_before_is_not_given_once_damage_was_found(kept: Kept) -> None:
    assert kept.visitor.get(f"{kept.path}/report").status_code == 200
    kept.alter(b'"attempt":1,"epoch":1,"item":1', b'"attempt":7,"epoch":1,"item":1')
    post(kept.visitor, f"{kept.path}/verification")
    told = text_of(kept.visitor.get(f"{kept.path}/report"), 500)
    assert f"run/{kept.run}, version " in told


def test_a_flipped_byte_in_a_block_is_told_with_stream_and_versions_wherever_it_is_met(
    kept: Kept,
) -> None:
    post(kept.visitor, f"{kept.path}/verification")
    kept.flip()
    place = f"run/{kept.run}, version"
    for page in ("", "/items", "/items/1", "/history/state", "/items/1/proof", "/bundle"):
        told = text_of(kept.visitor.get(kept.path + page), 500)
        assert place in told
        assert "Restore the archive from a backup" in told
    for path in ("", "/items/1", "/items/1/proof", "/bundle"):
        answer = kept.service.root.get(f"/v1{kept.path}{path}")
        problem = answer.json()
        assert (answer.status_code, problem["type"]) == (500, "urn:eval752:problem:archive-damaged")
        assert problem["place"].startswith(place)
        assert problem["expected"]
        assert problem["found"]


def test_damage_that_a_page_meets_withdraws_verdict_marks_and_what_was_kept(kept: Kept) -> None:
    post(kept.visitor, f"{kept.path}/verification")
    gets = [kept.visitor.get(kept.path + each) for each in ("", "/report", "/bundle")]
    assert [answer.status_code for answer in gets] == [200, 200, 200]
    assert "Verified" in text_of(kept.visitor.get(f"{kept.path}/verification"))
    assert 'class="mark shown"' in kept.marks()
    assert "damage" not in kept.health().lower()
    kept.flip(4)
    text_of(kept.visitor.get(f"{kept.path}/items/0"), 500)
    told = text_of(kept.visitor.get(f"{kept.path}/verification"))
    assert "The evidence of this run did not hold" in told
    assert f"run/{kept.run}, version" in told
    assert "Restore the archive from a backup" in told
    assert 'class="mark denied"' in kept.marks()
    assert 'class="mark shown"' not in kept.marks()
    for page in ("/report", "/bundle"):
        assert f"run/{kept.run}, version" in text_of(kept.visitor.get(kept.path + page), 500)
    assert "fails Damage was found in the evidence of 1 run;" in kept.health()


def test_a_verification_of_a_flipped_block_says_where(kept: Kept) -> None:
    kept.flip()
    assert post(kept.visitor, f"{kept.path}/verification").status_code == 303
    told = text_of(kept.visitor.get(f"{kept.path}/verification"))
    assert "The evidence of this run did not hold" in told
    assert f"run/{kept.run}, version" in told
    assert "a sound block" in told


def test_damage_of_a_dataset_is_damage_of_its_runs(kept: Kept) -> None:
    post(kept.visitor, f"{kept.path}/verification")
    kept.flip(2, f"dataset/{kept.dataset}")
    text_of(kept.visitor.get(f"{kept.path}/items/0"), 500)
    told = text_of(kept.visitor.get(f"{kept.path}/verification"))
    assert f"dataset/{kept.dataset}, version" in told
    assert 'class="mark shown"' not in kept.marks()
    assert "the evidence of 1 dataset;" in kept.health()


def test_damage_beyond_the_seal_counts_until_it_is_mended(kept: Kept) -> None:
    ok(append(kept.recorder, f"runs/{kept.run}", {"type": "run.annotated", "annotation": "x"}))
    post(kept.visitor, f"{kept.path}/verification")
    assert "Verified" in text_of(kept.visitor.get(f"{kept.path}/verification"))
    last = kept.service.service.archive.store.version(kept.service.service.own("run", kept.run))
    path, held = f"{kept.path}/parts/run/{last}/annotation", []
    for sound in (False, True):
        kept.flip(last)
        assert kept.visitor.get(path).status_code == (200 if sound else 500)
        post(kept.visitor, f"{kept.path}/verification")
        told = text_of(kept.visitor.get(f"{kept.path}/verification"))
        held.append("did not hold" not in told)
        assert (f"run/{kept.run}, version {last}" in told) is not sound
    assert held == [False, True]
    assert "damage" not in kept.health().lower()


def test_nobody_is_told_of_damage_in_runs_that_they_do_not_see(kept: Kept) -> None:
    ok(kept.service.root.post("/v1/projects", json={"project": "other"}), 201)
    stranger = signed_in(kept.service, "auditor", "other")
    kept.flip()
    text_of(kept.visitor.get(kept.path), 500)
    assert "Damage" in text_of(kept.visitor.get("/archive"))
    assert "Damage" not in text_of(stranger.get("/archive"))
    assert stranger.get(kept.path).status_code == 404


def test_a_verification_that_meets_other_damage_leaves_no_verdict_of_before(kept: Kept) -> None:
    post(kept.visitor, f"{kept.path}/verification")
    with closing(sqlite3.connect(kept.folder / FILE, isolation_level=None)) as raw:
        raw.execute("UPDATE streams SET state = x'00' WHERE originator_id LIKE '%:run/%'")
    told = text_of(post(kept.visitor, f"{kept.path}/verification"), 500)
    assert "The archive does not hold what it promised" in told
    assert "was not verified here" in text_of(kept.visitor.get(f"{kept.path}/verification"))
