"""What an archive attests of a run: an in-toto statement in a DSSE envelope (format, section 10).

The statement follows from the events and the bundle digest, so a verifier makes it anew and
compares bytes: nothing that was signed is ever parsed. It holds digests and counts alone. Not here:
the signature, and whether one is to be trusted.
"""

from base64 import b64decode, b64encode
from typing import Any, Final, NamedTuple, cast

from domain.bundle import layout
from domain.bundle.history import History
from domain.bundle.item_history import ItemHistory
from domain.canonical import Json, decode_canonical, encode
from domain.errors import InvalidInput, shown
from domain.evaluation.plan import Plan
from domain.evaluation.results import ANSWERED, CHUNK, FAILED
from domain.evaluation.run import Run
from domain.transparency.signed_note import VerifierKey

PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"
STATEMENT_TYPE: Final = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE: Final = "https://in-toto.io/attestation/test-result/v0.1"
TREE: Final = "rfc9162Sha256"
"""The digest of a tree is its root, and no SHA-256 of a file: it goes by a name of its own."""


class Envelope(NamedTuple):
    """The signed bytes, a hint at the key, and the signature."""

    payload: bytes
    keyid: str
    signature: bytes

    def encode(self) -> bytes:
        """The member's bytes."""
        signed: Json = {"keyid": self.keyid, "sig": b64encode(self.signature).decode()}
        payload = b64encode(self.payload).decode()
        document: Json = {"payload": payload, "payloadType": PAYLOAD_TYPE, "signatures": [signed]}
        return encode(document) + b"\n"


def read_envelope(data: bytes) -> Envelope:
    """Read what :meth:`Envelope.encode` prints; what is signed stays bytes.

    Raises:
        InvalidInput: for anything else.
    """
    place = layout.ATTESTATION
    document = decode_canonical(data.removesuffix(b"\n"), place)
    found = document.get("payloadType") if isinstance(document, dict) else None
    if found != PAYLOAD_TYPE:
        raise InvalidInput(f"{place}, payloadType", shown(PAYLOAD_TYPE), shown(found))
    try:
        members = cast("dict[str, Any]", document)
        (signed,) = members["signatures"]
        payload, signature = (
            b64decode(text, validate=True) for text in (members["payload"], signed["sig"])
        )
        envelope = Envelope(payload, str(signed["keyid"]), signature)
    except (KeyError, TypeError, ValueError):
        envelope = None
    if envelope is None or envelope.encode() != data:
        expected = "exactly the envelope of format section 10"
        raise InvalidInput(place, expected, "another document")
    return envelope


def to_sign(payload: bytes, payload_type: str = PAYLOAD_TYPE) -> bytes:
    """The bytes that are signed: DSSE's pre-authentication encoding of type and payload."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def keyid(key: VerifierKey) -> str:
    """The hint at a key: its verifier key without the key itself."""
    return f"{key.name}+{key.key_id.hex()}"


def statement(digest: str, history: History) -> bytes | None:
    """The statement on a bundle of this digest; None where there is no whole run to speak of."""
    run = history.run
    if run is None or isinstance(history, ItemHistory):
        return None
    *_, head = history.heads.values()
    counts, result = _outcome(run, history.plan)
    document: Json = {
        "_type": STATEMENT_TYPE,
        "predicate": {
            "configuration": [
                {"digest": {TREE: run.items_root}, "name": f"dataset/{run.dataset}"},
                {"digest": {"sha256": history.run_config}, "name": "config"},
            ],
            "result": result,
        },
        "predicateType": PREDICATE_TYPE,
        "subject": [
            {"digest": {"sha256": digest}, "name": layout.SUMS},
            {"annotations": counts, "digest": {TREE: head.tree.root().hex()}, "name": head.stream},
        ],
    }
    return encode(document)


def _outcome(run: Run, plan: Plan) -> tuple[dict[str, Json], str]:
    """The counts, and what they come to; it says how the run went, and nothing of its scores."""
    answered = failed = as_planned = 0
    for (epoch, number), chunk in run.results.chunks.items():
        outcomes = [bits & 3 for bits in chunk]
        failed += outcomes.count(FAILED)
        places = [at for at, outcome in enumerate(outcomes, number * CHUNK) if outcome == ANSWERED]
        answered += len(places)
        as_planned += sum(plan.includes(item, epoch) for item in places)
    counts: dict[str, Json] = {"answered": answered, "failed": failed}
    if plan.declared:
        counts["planned"] = plan.results
    if run.status != "completed":
        return counts, "FAILED"
    is_whole = plan.declared and as_planned == plan.results and not failed
    return counts, "PASSED" if is_whole else "WARNED"
