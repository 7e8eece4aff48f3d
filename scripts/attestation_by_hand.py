"""Writes the attestation of a bundle from its members, in the plainest way.

Shares nothing with ``domain``: a second writing of the format. Not here: what is wrong in which
file.
"""

import json
from base64 import b64encode
from typing import Any, Final

from scripts.bundle_by_hand import ARCHIVE, MANIFEST, SUMS, Members, Signer, ordered
from scripts.recording_by_hand import canonical, digest

ATTESTATION: Final = "proof/attestation.json"
TYPE: Final = "application/vnd.in-toto+json"


def statement(members: Members) -> dict[str, Any]:
    """The statement on the run of these members."""
    events = [json.loads(line) for line in members["events.jsonl"].splitlines()]
    run = [event for event in events if event["stream"].startswith("run/")]
    registered, end = run[0], json.loads(members[MANIFEST])["streams"][-1]
    facts = registered["facts"]
    items_root, dataset = {"rfc9162Sha256": facts["items_root"]}, f"dataset/{facts['dataset']}"
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "predicate": {
            "configuration": [
                {"digest": items_root, "name": dataset},
                {"digest": {"sha256": registered["parts"]["config"]}, "name": "config"},
            ],
            "result": _result(run),
        },
        "predicateType": "https://in-toto.io/attestation/test-result/v0.1",
        "subject": [
            {"digest": {"sha256": digest(members[SUMS])}, "name": "SHA256SUMS"},
            {
                "annotations": _counts(run),
                "digest": {"rfc9162Sha256": end["root"]},
                "name": end["stream"],
            },
        ],
    }


def _counts(run: list[Any]) -> dict[str, int]:
    types = [event["type"] for event in run]
    counts = {"answered": types.count("item.answered"), "failed": types.count("item.failed")}
    planned = _planned(run)
    return {**counts, "planned": len(planned)} if planned else counts


def _planned(run: list[Any]) -> set[tuple[int, int]]:
    return {
        (item, epoch)
        for event in run
        if event["type"] == "run.planned"
        for first, last in event["facts"]["ranges"]
        for item in range(first, last + 1)
        for epoch in range(1, event["facts"]["epochs"] + 1)
    }


def _result(run: list[Any]) -> str:
    states = {"run.completed", "run.failed", "run.canceled", "run.started", "run.resumed"}
    *_, last = ["run.registered", *(each["type"] for each in run if each["type"] in states)]
    if last != "run.completed":
        return "FAILED"
    answered = {
        (event["facts"]["item"], event["facts"]["epoch"])
        for event in run
        if event["type"] == "item.answered"
    }
    planned = _planned(run)
    whole = planned and planned <= answered and not _counts(run)["failed"]
    return "PASSED" if whole else "WARNED"


def to_sign(payload: bytes, kind: str = TYPE) -> bytes:
    """What DSSE signs."""
    return f"DSSEv1 {len(kind)} {kind} {len(payload)} ".encode() + payload


def envelope(payload: bytes, signature: bytes, named: Signer = ARCHIVE) -> dict[str, Any]:
    """The envelope."""
    keyid = f"{named.name}+{named.key_id.hex()}"
    signed = {"keyid": keyid, "sig": b64encode(signature).decode()}
    encoded = b64encode(payload).decode()
    return {"payload": encoded, "payloadType": TYPE, "signatures": [signed]}


def signing(payload: bytes, signer: Signer = ARCHIVE) -> bytes:
    """The member with this payload, signed."""
    signature = signer.private.sign(to_sign(payload))
    return canonical(envelope(payload, signature, signer)) + b"\n"


def attested(members: Members, data: bytes | None = None) -> Members:
    """These members with the archive's attestation, or with this one."""
    if data is None:
        data = signing(canonical(statement(members)))
    return ordered({**members, ATTESTATION: data})
