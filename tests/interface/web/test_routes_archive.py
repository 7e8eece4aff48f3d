"""The archive's page over HTTP: what each role is told, and what was done to the archive."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from threading import Event

import httpx
import pytest

from application import stamping_thread
from application.log_keeping import LogKeeper
from domain.errors import LogDiverged
from interface.bootstrap.archive import Archive
from interface.web import routes_archive
from interface.web.pages import add_pages
from tests.authorities import NEEDS_OPENSSL, OpensslAuthority, serving
from tests.interface.api.conftest import Served, new_run, ok, served
from tests.interface.web.pages_archive import Shown
from tests.interface.web.reading import text_of
from tests.interface.web.visiting import signed_in
from tests.witnesses import TIME, TestWitness


def of_all(service: Served) -> httpx.Client:
    """The browser of an auditor who sees all projects."""
    return signed_in(service, "auditor", None)


def test_everybody_is_told_what_the_archive_is_and_its_last_checkpoint(
    service: Served, visitor: httpx.Client, shown: Shown
) -> None:
    head = ok(service.root.post("/v1/log/checkpoints"))
    told = text_of(visitor.get("/archive"))
    key = service.service.archive.signer.key
    for part in (key.name, key.encode(), key.key_id.hex(), "in force", head["root"]):
        assert part in told
    assert " ".join(head["checkpoint"].split()) in told
    assert "Ready works It records and can be read." in told
    kept = visitor.get("/archive/checkpoint")
    assert kept.text == head["checkpoint"]
    assert f'filename="checkpoint-{head["size"]}.note"' in kept.headers["content-disposition"]


def test_what_a_role_may_not_see_is_not_offered(service: Served, shown: Shown) -> None:
    ok(service.root.post("/v1/projects", json={"project": "apart"}), 201)
    new_run(service.as_role("recorder", "apart"))
    administrator = text_of(signed_in(service, "administrator").get("/archive"))
    auditor = text_of(of_all(service).get("/archive"))
    of_project = text_of(signed_in(service, "auditor", "apart").get("/archive"))
    for told, can_manage, sees_all in (
        (administrator, True, True), (auditor, False, True), (of_project, False, False),
    ):  # fmt: skip
        assert ("Tokens and projects" in told) is can_manage
        assert ("The writer takes work." in told) is can_manage
        assert ("Recent actions" in told) is sees_all
        assert bool(re.search(r" Events [\d,]+ ", told)) is sees_all
    assert "Runs 4 Datasets 3" in auditor
    assert "Runs you may see 1 Datasets you may see 1" in of_project
    assert "Runs you may see 0" in text_of(signed_in(service, "recorder").get("/archive"))


def test_actions_are_told_the_newest_first_page_by_page(
    service: Served, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes_archive, "_LIMIT", 3)
    client = of_all(service)
    last = service.service.archive.store.version(service.service.archive.journal().key)
    found: list[int] = []
    path = "/archive/actions"
    while path:
        page = client.get(path)
        found += [
            int(each) for each in re.findall(r'<td class="number wide">(\d+)</td>', page.text)
        ]
        more = re.search(r'rel="next" href="([^"]+)"', page.text)
        path = unescape(more[1]) if more else ""
    assert found == [*range(last, 0, -1)]


def test_looks_can_be_left_out(service: Served, shown: Shown) -> None:
    client = of_all(service)
    client.get(f"/runs/{shown.ordinary}")
    assert "Content was looked at" in text_of(client.get("/archive/actions"))
    without = text_of(client.get("/archive/actions", params={"looks": "false"}))
    assert "Content was looked at" not in without
    assert "The archive began" in without
    assert "A token was made" in without


def test_who_did_it_goes_by_a_label_for_administrators_alone(service: Served) -> None:
    named = service.client(
        ok(service.root.post("/v1/tokens", json={"role": "administrator", "label": "Ada"}), 201)[
            "token"
        ]
    )
    ok(named.post("/v1/projects", json={"project": "by-ada"}), 201)
    assert re.search(
        r"A project was made project.added project by-ada Ada",
        text_of(signed_in(service, "administrator").get("/archive/actions")),
    )
    assert "Ada" not in text_of(of_all(service).get("/archive/actions"))


def test_an_action_of_a_key_tells_its_id_and_keys_their_state(tmp_path: Path) -> None:
    with served(tmp_path / "data", add_pages) as service:
        old = service.service.archive.signer.key.key_id.hex()
        ok(service.root.post("/v1/keys"), 201)
        ok(service.root.post(f"/v1/keys/{old}/compromised", json={}))
        new = service.service.archive.signer.key.key_id.hex()
        told = text_of(of_all(service).get("/archive"))
    assert f"{new} in force" in told
    assert f"{old} compromised" in told
    assert "nothing that it signed counts" in told
    assert f"The key was rotated key.rotated key {new}; old {old}" in told


def test_faults_of_threads_are_told_to_administrators(
    service: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = LogDiverged("log of x", "the 7 events whose head was signed", "6")
    clients = [signed_in(service, role) for role in ("administrator", "auditor")]
    unsettable = property(lambda _: fault, lambda _, __: None)  # by the thread, meanwhile
    monkeypatch.setattr(LogKeeper, "fault", unsettable, raising=False)
    monkeypatch.setattr(service.service.follower, "wait", _broken)
    told = [text_of(client.get("/archive")) for client in clients]
    assert "Signing fails log of x: expected the 7 events" in told[0]
    assert "Reading fails KeyError" in told[0]
    assert all("Ready fails It does not record, or cannot be read." in each for each in told)
    assert "the 7 events" not in told[1]


def _broken() -> None:
    raise KeyError


@pytest.fixture
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamping_thread, "LOOK", 0.01)


@NEEDS_OPENSSL
@pytest.mark.usefixtures("_often")
def test_who_else_has_seen_the_last_head_is_told_with_their_times(tmp_path: Path) -> None:
    openssl = OpensslAuthority(tmp_path / "authority")
    witness = TestWitness(None)
    with serving(openssl) as stamps, serving(witness) as cosigns:
        settings = {
            "timestamp_authorities": stamps.url,
            "timestamp_roots": openssl.root,
            "witnesses": f"{witness.key.encode()} {cosigns.url}",
            "checkpoint_interval": 3600,
        }
        with served(tmp_path / "data", add_pages, **settings) as service:
            client = signed_in(service, "administrator")
            last = ok(service.root.post("/v1/log/checkpoints"))["size"]
            sizes = _seen(service, last)
            told = text_of(client.get("/archive"))
            alone = text_of(client.get("/archive/heads"))
            heads = re.findall(r"timestamp (\S+) 20", alone)
    assert re.search(
        rf"timestamp {re.escape(stamps.url)} 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC", told
    )
    cosigned = f"{datetime.fromtimestamp(TIME, UTC):%Y-%m-%d %H:%M:%S} UTC"
    assert re.search(rf"cosignature w1.example\S+ {cosigned}", told)
    assert f"Timestamps works {stamps.url}: no fault when asked last." in told
    assert re.search(r"events existed by 20\d\d-\S+ \S+ UTC , which is \d+ minutes? ago\.", told)
    for each in ("proven: it existed by then", "claimed by the witness"):
        assert told.count(each) == len(sizes)
    assert heads == [stamps.url] * len(sizes)


def _seen(service: Served, last: int) -> Sequence[int]:
    """The heads once both have seen the last; the test's own limit of time ends the wait.

    Whether another one was signed when the service began is a matter of time.
    """
    archive: Archive = service.service.archive
    while not (archive.stamps.of(last) and archive.cosignatures.of(last)):
        Event().wait(0.01)
    return archive.stamps.sizes()
