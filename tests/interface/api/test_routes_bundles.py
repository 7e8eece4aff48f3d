"""Bundles over HTTP: the same bytes as from the command line, and every departure an event."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from application import unroll
from application.ports import StreamKey
from application.stored import events_of
from domain.errors import InvalidInput
from domain.evaluation.events import Event
from domain.transparency.signed_note import VerifierKey, parse
from domain.verification.policy import Policy
from interface.api.service import Room, open_service
from interface.verifying import described, verify_file
from tests.archives import Members, actions, answered
from tests.interface.api.conftest import (
    Served,
    append,
    begin_run,
    new_dataset,
    new_run,
    ok,
    served,
)
from tests.witnesses import TestWitness

ZIP = {"Content-Type": "application/zip"}


def journal(service: Served) -> list[Event]:
    store = service.service.archive.store
    pages = store.pages(StreamKey(service.service.origin, "archive"))
    return [stored.event for page in pages for stored in events_of(page)]


@pytest.fixture(scope="module")
def run(service: Served) -> str:
    return new_run(service.as_role("recorder"))[1]


def tag_of(answer: httpx.Response, digest: str) -> str:
    return f'"{digest}-{sha256(answer.content).hexdigest()[:32]}"'


def test_a_bundle_verifies_and_its_tag_tells_its_digest_and_its_file(
    service: Served, auditor: httpx.Client, run: str, tmp_path: Path
) -> None:
    got = auditor.get(f"/v1/runs/{run}/bundle")
    (tmp_path / "b.zip").write_bytes(got.content)
    report = verify_file(tmp_path / "b.zip", Policy())
    assert report.verified
    assert got.headers["etag"] == tag_of(got, report.digest)
    last = journal(service)[-1]
    assert (last.type, last.facts["digest"]) == ("archive.exported", report.digest)
    assert last.actor.startswith("authenticated:")
    again = auditor.get(f"/v1/runs/{run}/bundle")
    assert again.content == got.content
    assert journal(service)[-1].version == last.version + 1


def test_a_download_that_was_cut_goes_on(auditor: httpx.Client, run: str) -> None:
    path = f"/v1/runs/{run}/bundle"
    whole = auditor.get(path)
    middle = len(whole.content) // 2
    rest = {"Range": f"bytes={middle}-", "If-Range": whole.headers["etag"]}
    got = auditor.get(path, headers=rest)
    assert (got.status_code, got.content) == (206, whole.content[middle:])
    assert got.headers["content-range"].endswith(f"/{len(whole.content)}")
    changed = auditor.get(path, headers={**rest, "If-Range": '"another"'})
    assert (changed.status_code, changed.content) == (200, whole.content)
    beyond = auditor.get(path, headers={"Range": f"bytes={len(whole.content)}-"})
    assert beyond.status_code == 416
    assert beyond.headers["content-range"] == f"bytes */{len(whole.content)}"
    for odd in ("bytes=5-1", "bytes=a-b", "lines=1-2", "bytes=0-1,3-4"):
        assert auditor.get(path, headers={"Range": odd}).status_code == 200


def test_what_others_said_of_its_head_meanwhile_is_in_the_next_download(
    service: Served, auditor: httpx.Client, run: str
) -> None:
    path, archive = f"/v1/runs/{run}/bundle", service.service.archive
    before = auditor.get(path)
    key = StreamKey(service.service.origin, f"run/{run}")
    head = archive.log.covering(archive.store.index(key, archive.store.version(key)) + 1)
    assert head
    assert archive.prover().seen(key, archive.store.version(key)) == (0, 0)
    witness = TestWitness(None)
    archive.cosignatures.put(head.size, witness.key.encode(), witness.line(parse(head.note).text))
    assert archive.prover().seen(key, archive.store.version(key)) == (0, 1)
    after = auditor.get(path)
    digests = [answer.headers["etag"].partition("-")[0] for answer in (before, after)]
    assert digests[0] == digests[1]
    assert before.headers["etag"] != after.headers["etag"]
    rest = {"Range": "bytes=1-", "If-Range": before.headers["etag"]}
    assert auditor.get(path, headers=rest).status_code == 200, "it is another file now"


def test_what_is_withheld_is_not_in_it(auditor: httpx.Client, run: str, tmp_path: Path) -> None:
    query = {"withhold": ["question", "answer"], "compress": "true"}
    got = auditor.get(f"/v1/runs/{run}/bundle", params=query)
    (tmp_path / "b.zip").write_bytes(got.content)
    report = verify_file(tmp_path / "b.zip", Policy())
    assert report.verified
    assert report.about["withheld"] == ["answer", "original", "question", "request"]
    assert got.headers["etag"] == tag_of(got, report.digest)
    stored = auditor.get(f"/v1/runs/{run}/bundle", params={"withhold": ["question", "answer"]})
    assert stored.headers["etag"] == tag_of(stored, report.digest) != got.headers["etag"]
    refused = auditor.get(f"/v1/runs/{run}/bundle", params={"withhold": "everything"})
    assert (refused.status_code, refused.json()["place"]) == (400, "withhold")


def test_what_is_erased_is_in_no_file_that_waits(service: Served, recorder: httpx.Client) -> None:
    _, run = new_run(recorder)
    assert recorder.get(f"/v1/runs/{run}/bundle").status_code == 200
    erase: Members = {"type": "part.erased", "target": 4, "kind": "request"}
    ok(append(service.root, f"runs/{run}", erase))
    folder: Path = service.service.archive.folder / "exports"
    assert [*folder.iterdir()] == []
    assert recorder.get(f"/v1/runs/{run}/bundle").status_code == 409
    ok(service.root.post(f"/v1/runs/{run}/seal"))
    assert b"country 0" in recorder.get(f"/v1/runs/{run}/bundle").content


def test_what_an_import_erases_is_in_no_file_that_waits(service: Served, tmp_path: Path) -> None:
    erase: Members = {"type": "part.erased", "target": 4, "kind": "request"}
    with served(tmp_path / "other") as other:
        _, run = new_run(other.root)
        before = other.root.get(f"/v1/runs/{run}/bundle").content
        ok(append(other.root, f"runs/{run}", erase, {"type": "stream.sealed"}))
        after = other.root.get(f"/v1/runs/{run}/bundle").content
    ok(service.root.post("/v1/imports", content=before, headers=ZIP), 201)
    assert service.root.get(f"/v1/runs/{run}/bundle").content == before
    ok(service.root.post("/v1/imports", content=after, headers=ZIP), 201)
    folder: Path = service.service.archive.folder / "exports"
    assert [*folder.iterdir()] == []
    assert service.root.get(f"/v1/runs/{run}/bundle").content == after


def test_what_a_fuller_import_tells_is_scored_with_at_once(service: Served, tmp_path: Path) -> None:
    with served(tmp_path / "other") as other:
        dataset = new_dataset(other.root)
        path = f"/v1/datasets/{dataset}/bundle"
        full = other.root.get(path).content
        less = other.root.get(path, params={"withhold": "answer"}).content
    ok(service.root.post("/v1/imports", content=less, headers=ZIP), 201)
    run = begin_run(service.root, dataset)
    before = ok(append(service.root, f"runs/{run}", answered(0)))
    assert (before["recorded"], before["unscored"]) == (1, 1)
    ok(service.root.post("/v1/imports", content=full, headers=ZIP), 201)
    after = ok(append(service.root, f"runs/{run}", answered(1)))
    assert (after["recorded"], after["unscored"]) == (2, 0)


def test_no_bundle_is_written_while_too_many_are_on_their_way(
    service: Served, run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder: Path = service.service.archive.folder / "exports"
    slow = folder / "slow.download"
    slow.write_bytes(b"x" * 100)
    monkeypatch.setattr(service.service.exports, "_most_lent", 99)
    refused = service.root.get(f"/v1/runs/{run}/bundle", params={"withhold": "score"})
    assert (refused.status_code, "retry-after" in refused.headers) == (429, True)
    slow.unlink()
    again = service.root.get(f"/v1/runs/{run}/bundle", params={"withhold": "score"})
    assert again.status_code == 200


def test_what_is_erased_while_it_is_read_is_no_damage(
    service: Served, recorder: httpx.Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _, run = new_run(recorder)
    erase: Members = {"type": "part.erased", "target": 4, "kind": "request"}
    read, times = unroll.unroll, iter(range(2))

    def late(*arguments: Any) -> Any:
        if next(times) == 0:  # the batch is durable, and its request waits for this export
            batch = actions(erase, {"type": "stream.sealed"})
            service.service.writer.record(f"run/{run}", batch, "claimed:test").result()
        return read(*arguments)

    monkeypatch.setattr("application.export.unroll", late)
    got = recorder.get(f"/v1/runs/{run}/bundle")
    (tmp_path / "b.zip").write_bytes(got.content)
    report = verify_file(tmp_path / "b.zip", Policy())
    assert report.verified
    assert next(times, None) is None


def test_a_run_that_is_not_sealed_is_no_bundle(recorder: httpx.Client) -> None:
    dataset, _ = new_run(recorder)
    document = {"dataset": dataset, "config": {"provider": "p", "model": "m"}}
    run = ok(recorder.post("/v1/runs", json=document), 201)["id"]
    refused = recorder.get(f"/v1/runs/{run}/bundle")
    assert (refused.status_code, "seal" in refused.json()["remedy"].lower()) == (409, True)


def test_a_bundle_that_is_sent_is_verified_and_not_kept(
    service: Served, auditor: httpx.Client, run: str
) -> None:
    bundle = auditor.get(f"/v1/runs/{run}/bundle").content
    good = ok(auditor.post("/v1/verifications", content=bundle, headers=ZIP))
    assert good["verified"]
    assert len(good["checks"]) == 18
    assert journal(service)[-1].facts == {"digest": good["digest"], "verdict": "verified"}
    spoiled = bundle.replace(b"country 1?", b"country 2?")
    bad = ok(auditor.post("/v1/verifications", content=spoiled, headers=ZIP))
    assert not bad["verified"]
    wrong = {"expect_digest": "0" * 64}
    told = ok(auditor.post("/v1/verifications", params=wrong, content=bundle, headers=ZIP))
    assert not told["verified"]


@pytest.mark.parametrize(
    ("body", "status"), [(b"", 422), (b"PK", 422), (b"{}", 422), (b"PK\x05\x06" + bytes(18), 200)]
)
def test_what_is_no_bundle_is_unreadable_or_a_finding(
    auditor: httpx.Client, body: bytes, status: int
) -> None:
    got = auditor.post("/v1/verifications", content=body, headers=ZIP)
    assert got.status_code == status
    assert not got.json().get("verified")


def test_demands_are_those_of_the_command_line(auditor: httpx.Client, run: str) -> None:
    bundle = auditor.get(f"/v1/runs/{run}/bundle").content
    asked: Any = {"require": "time"}
    told = ok(auditor.post("/v1/verifications", params=asked, content=bundle, headers=ZIP))
    assert not told["verified"]
    refused = auditor.post("/v1/verifications", params={"require": "x"}, content=b"", headers=ZIP)
    assert (refused.status_code, refused.json()["place"]) == (400, "require")


def test_an_import_is_a_mirror_in_the_project_of_who_sent_it(
    auditor: httpx.Client, run: str, tmp_path: Path
) -> None:
    bundle = auditor.get(f"/v1/runs/{run}/bundle").content
    with served(tmp_path / "other") as other:
        ok(other.root.post("/v1/projects", json={"project": "audit"}), 201)
        taker = other.as_role("recorder", "audit")
        taken = ok(taker.post("/v1/imports", content=bundle, headers=ZIP), 201)
        assert {each["change"] for each in taken["streams"]} == {"new"}
        again = ok(taker.post("/v1/imports", content=bundle, headers=ZIP))
        assert {each["change"] for each in again["streams"]} == {"already here"}
        reader = other.as_role("auditor", "audit")
        assert reader.get(f"/v1/runs/{run}/bundle").content == bundle
        stranger = other.as_role("recorder")
        assert stranger.get(f"/v1/runs/{run}").status_code == 404
        refused = stranger.post("/v1/imports", content=bundle, headers=ZIP)
        assert (refused.status_code, run in refused.text) == (409, False)
        mirror = append(other.root, f"runs/{run}", {"type": "hold.placed"})
        assert (mirror.status_code, "mirror" in mirror.text) == (409, True)


def trusting(key: str) -> str:
    name = key.partition("+")[0]
    return f"[[origins]]\nname = '{name}'\n[[origins.keys]]\nkey = '{key}'\n"


def test_the_services_own_policy_decides_what_comes_in_and_what_is_verified(
    auditor: httpx.Client, run: str, tmp_path: Path
) -> None:
    bundle = auditor.get(f"/v1/runs/{run}/bundle").content
    (tmp_path / "b.zip").write_bytes(bundle)
    own, other = described(tmp_path / "b.zip").key, VerifierKey("archive-0", bytes(32)).encode()
    folder = tmp_path / "other"
    folder.mkdir(mode=0o700)
    (folder / "policy.toml").write_text(trusting(other))
    with served(folder) as strict:
        refused = strict.root.post("/v1/imports", content=bundle, headers=ZIP)
        problem = refused.json()
        assert (refused.status_code, problem["found"]) == (422, "findings in policy")
        assert problem["remedy"].startswith("The archive's own policy requires it")
        (finding,) = problem["report"]["checks"][17]["findings"]
        assert "an origin that you do not trust" in finding["found"]
        told = ok(strict.root.post("/v1/verifications", content=bundle, headers=ZIP))
        assert not told["verified"]
        more = {"key": own}
        told = ok(strict.root.post("/v1/verifications", params=more, content=bundle, headers=ZIP))
        assert told["verified"]
    (tmp_path / "named.toml").write_text(trusting(own))
    with served(tmp_path / "third", policy=tmp_path / "named.toml") as trustful:
        ok(trustful.root.post("/v1/imports", content=bundle, headers=ZIP), 201)


def test_a_run_that_was_given_up_is_kept_out_by_the_policy_and_no_other_copy_would_help(
    recorder: httpx.Client, auditor: httpx.Client, tmp_path: Path
) -> None:
    run = begin_run(recorder, new_dataset(recorder))
    ok(append(recorder, f"runs/{run}", answered(0)))
    ok(recorder.post(f"/v1/runs/{run}/seal"))
    bundle = auditor.get(f"/v1/runs/{run}/bundle").content
    (tmp_path / "p.toml").write_text("require = ['completeness']")
    with served(tmp_path / "other", policy=tmp_path / "p.toml") as strict:
        refused = strict.root.post("/v1/imports", content=bundle, headers=ZIP)
        assert refused.json()["found"] == "findings in completeness, policy"
        assert refused.json()["remedy"].startswith("The archive's own policy requires it")
        spoiled = bundle.replace(b"country 1?", b"country 2?")
        refused = strict.root.post("/v1/imports", content=spoiled, headers=ZIP)
        assert refused.json()["remedy"].startswith("Ask for another copy")


def test_a_service_does_not_start_with_a_policy_that_is_none(tmp_path: Path) -> None:
    policy = tmp_path / "p.toml"
    for text in ("wants = 1", "="):
        policy.write_text(text)
        with (
            pytest.raises(InvalidInput, match=r"p\.toml"),
            open_service(tmp_path / "data", Room(0, 0), 1, policy),
        ):
            pass
    assert not (tmp_path / "data").exists()


def test_findings_keep_a_bundle_out(
    service: Served, auditor: httpx.Client, recorder: httpx.Client, run: str
) -> None:
    bundle = auditor.get(f"/v1/runs/{run}/bundle").content
    spoiled = bundle.replace(b"country 1?", b"country 2?")
    refused = recorder.post("/v1/imports", content=spoiled, headers=ZIP)
    assert refused.status_code == 422
    assert not refused.json()["report"]["verified"]
    assert auditor.post("/v1/imports", content=bundle, headers=ZIP).status_code == 403
