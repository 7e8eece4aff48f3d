"""Good bundles of the conformance folder, with what each check comes to.

Not here: what they record in common (``recordings``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final

from scripts.attestation_by_hand import attested
from scripts.bundle_by_hand import (
    ARCHIVE,
    KEYS,
    NOTE,
    SUMS,
    Members,
    Signer,
    build,
    closed,
    container,
    note_text,
    summed,
)
from scripts.conformance_fixture import named, run_of, whole, with_event, with_run
from scripts.conformance_item import good_items
from scripts.conformance_time import good_times
from scripts.conformance_witness import good_witnesses
from scripts.log_by_hand import SEAL_PROOF, Proof, far_proof_of, leaf, proof_of
from scripts.policies_by_hand import BEFORE, SEALED_BY, trusting
from scripts.recording_by_hand import (
    DATASET,
    Event,
    Part,
    Recording,
    Stream,
    canonical,
    digest,
)
from scripts.recordings import (
    ASSETS,
    ROWS,
    SMALL,
    added,
    answered,
    dataset,
    everything,
    planned,
    registered,
    run,
    scored,
    sealed,
)

PASSED, FAILED, NOT_SHOWN = "passed", "failed", "not shown"
OF_A_RUN: Final = {
    **dict.fromkeys(("container", "digests", "manifest", "events", "stream", "tree"), PASSED),
    **dict.fromkeys(("parts", "assets", "completeness", "replay", "rescoring", "evidence"), PASSED),
    **dict.fromkeys(("signature", "inclusion", "consistency", "time", "witness"), NOT_SHOWN),
    "policy": NOT_SHOWN,
}
KINDS: Final = {"answer", "config", "environment", "error", "item", "question", "rationale",
                "response", "score", "annotation"}  # fmt: skip


@dataclass(frozen=True)
class Good:
    """A good bundle; ``outcomes`` are those that differ from the run's where all is shown."""

    name: str
    why: str
    members: Members
    outcomes: Mapping[str, str] = field(default_factory=dict[str, str])
    given: Mapping[str, Any] = field(default_factory=dict[str, Any])
    method: int = 0

    def content(self) -> bytes:
        """The file."""
        return container(self.members, self.method)

    def description(self) -> dict[str, Any]:
        """What stands beside it."""
        outcomes = {**OF_A_RUN, **self.outcomes}
        told = {"exit": int(FAILED in outcomes.values()), "outcomes": outcomes, "why": self.why}
        return {**told, **self.given}


def _unknown(*checks: str) -> dict[str, str]:
    return dict.fromkeys(checks, NOT_SHOWN)


def goods() -> Iterator[Good]:
    """All of them."""
    yield from _runs()
    yield from _datasets()
    yield from _proofs()
    yield from _logged()
    yield from (Good(*good) for good in (*good_times(), *good_witnesses()))
    yield from _withheld()
    yield from _limits()
    yield from _work()
    yield from (Good(*good) for good in good_items())


def _runs() -> Iterator[Good]:
    events = run_of(SMALL)
    judged = _unknown("rescoring")
    rich = closed(build(everything(), assets=ASSETS))
    yield Good("smallest-run", "two items, two answers, two scores", whole(SMALL))
    yield Good("run-with-everything", "each type of event and each kind of part", rich, judged)
    yield Good("run-with-everything-deflated", "the other profile", rich, judged, method=8)
    for method, members in _methods():
        yield Good(f"scored-by-{method.replace('_', '-')}", "it can be recomputed", members)
    crashed = with_run([*events[:4], sealed()])
    partly = {"completeness": FAILED, **_unknown("evidence", "rescoring")}
    yield Good("crashed-run", "sealed as it was found; one is missing", whole(crashed), partly)
    unplanned = whole(with_run([events[0], *events[2:]]))
    missing = _unknown("completeness", "evidence")
    yield Good("run-without-a-plan", "complete against what?", unplanned, missing)
    bare = with_run([registered(), *events[1:4], events[5], *events[7:]])
    yield Good("run-without-scorers", "answers alone", whole(bare), judged)
    early = whole(with_run([events[0], sealed()]))
    nothing = _unknown("completeness", "evidence", "rescoring")
    yield Good("run-that-never-began", "registered and sealed", early, nothing)
    yield Good("run-of-an-archived-file", "second-hand", _archived(),
               _unknown("evidence"))  # fmt: skip
    yield Good("run-on-another-archives-dataset", "two origins", whole(_elsewhere()))


def _methods() -> Iterator[tuple[str, Members]]:
    rows: list[tuple[str, dict[str, Any], Any, str, float, Any]] = [
        ("exact_match", {"articles": True}, "the Seine", "Seine!", 1, "seine"),
        ("multiple_choice", {"credit": "partial"}, ["A", "B"], "A, C", 0.5, ["A", "C"]),
        ("numeric", {"relative_tolerance": 0.1}, -100, "\u2212110 \u00b0C", 1, "\u2212110"),
        ("regex", {"ignorecase": True, "pattern": "^(yes|no)$"}, None, "Yes", 1, "Yes"),
        ("set_f1", {}, ["red", "green"], "red", 0.6666666666666666, ["red"]),
    ]
    for method, parameters, answer, text, value, extracted in rows:
        question = {"choices": ["London", "Paris", "Rome"], "inputs": {"text": "?"}}
        item = {"id": method, "type": "mcq_multi"}
        row = Event(
            "dataset.item_added", parts={"answer": answer, "item": item, "question": question}
        )
        scorer = {"method": method, "name": method, "parameters": parameters}
        begin = registered(scorer), planned(0), Event("run.started")
        end = answered(0, text), scored(0, value, extracted)
        yield method, whole([dataset(row), run(*begin, *end)])


def _archived() -> Members:
    log = b'{"a log file":"of another tool"}\n'
    name = f"{sha256(log).hexdigest()}.json"
    original = Part({"media_type": "application/json", "name": "log.json"}, (name,))
    begin = named(run_of(SMALL)[0], archived_from="a-tool")
    begin = replace(begin, parts={**begin.parts, "original": original})
    return closed(build(with_event(1, begin), assets={name: log}))


def _elsewhere() -> Recording:
    begin = named(run_of(SMALL)[0], dataset_origin="archive-0000")
    return [Stream(DATASET, SMALL[0].events, "archive-0000"), with_event(1, begin)[1]]


def _datasets() -> Iterator[Good]:
    alone = _unknown("completeness", "evidence", "rescoring")
    yield Good("dataset-alone", "two items", closed(build([dataset(*ROWS)])), alone)
    yield Good("dataset-empty", "no items", closed(build([dataset()])), alone)
    events = [*dataset(*ROWS).events]
    open_still = [Stream(DATASET, [*events[:3], events[4]])]
    yield Good("dataset-not-frozen", "sealed while open", closed(build(open_still)), alone)
    begin = registered(), Event("run.started")
    empty = whole([dataset(), run(*begin)])
    yield Good("run-on-an-empty-dataset", "nothing to plan, nothing to answer", empty, alone)


def _proofs() -> Iterator[Good]:
    sound = whole(SMALL)
    trusted = {"keys": [ARCHIVE.verifier_key], "require": ["signature"]}
    shown = {"policy": PASSED, "signature": PASSED}
    yield Good("signed-by-a-trusted-key", "the verifier has the key", sound, shown, trusted)
    yield Good("digest-told", "the verifier was told it", sound, {"policy": PASSED},
               {"digest": digest(sound[SUMS])})  # fmt: skip
    yield Good("unsigned", "no proofs at all", summed(sound))
    without = {name: data for name, data in sound.items() if name != KEYS}
    yield Good("key-left-out", "the verifier has the key", without, shown, trusted)
    yield Good("key-left-out-and-unknown", "nobody can check it", without)
    witness = Signer("witness.example/w1", "a witness")
    twice = {**sound, NOTE: sound[NOTE] + witness.line(note_text(sound))}
    yield Good("cosigned", "another's line changes nothing", twice, shown, trusted)
    yield from _by_policy(sound)
    yield from _attested(trusted)


def _attested(trusted: Mapping[str, Any]) -> Iterator[Good]:
    """Bundles in which the archive says how the run went."""
    sound, shown = attested(whole(SMALL)), {"policy": PASSED, "signature": PASSED}
    yield Good("attested", "all that was planned is answered", sound, shown, trusted)
    yield Good("attested-and-nobody-trusted", "the key that came along signed it", sound)
    without = {name: data for name, data in sound.items() if name != KEYS}
    yield Good("attested-and-no-key", "nobody can check it", without)
    bare = {name: data for name, data in sound.items() if name != NOTE}
    yield Good("attested-and-not-signed", "the note was left out", bare)
    everywhere = closed(build(everything(), assets=ASSETS))
    yield Good("attested-with-errors", "some of it failed", attested(everywhere),
               _unknown("rescoring"))  # fmt: skip
    hidden = closed(build(everything(), withhold={"question", "config"}, assets=ASSETS))
    yield Good("attested-and-withheld", "it tells nothing of what is withheld", attested(hidden),
               _unknown("evidence", "rescoring"))  # fmt: skip
    unplanned = whole(with_run([*run_of(SMALL)[:1], *run_of(SMALL)[2:]]))
    yield Good("attested-without-a-plan", "complete against what?", attested(unplanned),
               _unknown("completeness", "evidence"))  # fmt: skip


def _by_policy(sound: Members) -> Iterator[Good]:
    shown = {"policy": PASSED, "signature": PASSED}
    times = {"from": BEFORE, "until": SEALED_BY}
    policy = {**trusting(ARCHIVE, **times), "digests": [digest(sound[SUMS]), digest(b"another")]}
    policy["require"] = ["completeness", "9"]
    yield Good("as-a-policy-wants-it", "sealed while the key was trusted", sound, shown,
               {"policy": policy})  # fmt: skip
    yield Good("as-an-empty-policy-wants-it", "it wants nothing", sound, {}, {"policy": {}})
    double = Signer(ARCHIVE.name, "another key")
    both = {**sound, NOTE: sound[NOTE] + double.line(note_text(sound))}
    compromised = {"policy": trusting(ARCHIVE, double, compromised=BEFORE)}
    yield Good("signed-by-a-sound-key-too", "one of two is compromised", both, shown, compromised)


def _logged() -> Iterator[Good]:
    sound = whole(SMALL)
    proof = proof_of(sound)
    trusted = {"keys": [ARCHIVE.verifier_key], "require": ["inclusion"]}
    shown = {"policy": PASSED, "signature": PASSED, "inclusion": PASSED}
    witness = Signer("witness.example/w1", "a witness").line(proof.text)
    double = Signer(ARCHIVE.name, "another key")
    far = far_proof_of(sound, 2**40 + 12_345, 52)
    rows = {
        "log-proof": (proof.file(), "the verifier has the key"),
        "log-proof-cosigned": (proof.file() + witness, "another's line changes nothing"),
        "log-proof-also-by-an-unknown-key": (proof.file() + double.line(proof.text), "rotated"),
        "log-proof-from-a-long-log": (far.file(), "the numbers are larger than 32 bits"),
    }
    for name, (data, why) in rows.items():
        yield Good(name, why, {**sound, SEAL_PROOF: data}, shown, trusted)
    first = Proof(0, [], 1, leaf(sound["events.jsonl"].splitlines()[-1]))
    yield Good("log-proof-of-the-first-event", "no hashes", {**sound, SEAL_PROOF: first.file()},
               shown, trusted)  # fmt: skip
    known = {**shown, "inclusion": NOT_SHOWN}
    by_another = {**sound, SEAL_PROOF: proof.file(double)}
    given = {"keys": [ARCHIVE.verifier_key]}
    yield Good("log-proof-by-an-unknown-key", "whose log is it?", by_another, known, given)
    unknown = {**sound, SEAL_PROOF: proof.file()}
    yield Good("log-proof-and-no-key", "a key that came along is anyone's", unknown)
    without = {name: data for name, data in unknown.items() if name not in {NOTE, KEYS}}
    yield Good("log-proof-alone", "nobody can check who signed", without)


def _withheld() -> Iterator[Good]:
    def built(kinds: set[str]) -> Members:
        return closed(build(everything(), withhold=kinds, assets=ASSETS))

    hidden = _unknown("evidence", "rescoring")
    yield Good("questions-withheld", "requests go with them", built({"question"}), hidden)
    yield Good("scores-withheld", "no mean of what is not shown", built({"score"}), hidden)
    yield Good("all-withheld", "events alone", built(KINDS | {"request"}), hidden)
    yield from _withheld_by_events(hidden)
    none = closed(build(SMALL, withhold={"rationale"}))
    yield Good("withheld-and-none-there", "0 rationales are withheld", none)


def _withheld_by_events(hidden: Mapping[str, str]) -> Iterator[Good]:
    response, score = ({"kind": kind, "target": at} for kind, at in (("response", 6), ("score", 7)))
    twice = [Event("part.withheld", response), Event("part.withheld", response)]
    events = [*run_of(SMALL), *twice, Event("part.withheld", score), sealed()]
    yield Good("parts-withheld", "an answer and its score", whole(with_run(events)), hidden)
    gone = with_run([*events, Event("part.erased", response), sealed()])
    yield Good("part-withheld-then-erased", "it is erased", whole(gone), hidden)
    also = closed(build(with_run(events), withhold={"score"}))
    yield Good("part-withheld-as-is-its-kind", "it counts by kind", also, hidden)


def _limits() -> Iterator[Good]:
    rows = [added(number, section=f"{number}") for number in range(12)]
    many = [dataset(*rows), run(registered(), planned(11), Event("run.started"), *_failures(12))]
    yield Good("twelve-sections", "section 10 stands behind section 9", whole(many),
               _unknown("rescoring"))  # fmt: skip
    begin = registered(), Event("run.started"), answered(0, "B", epoch=10_000)
    last = whole([SMALL[0], run(*begin)])
    unplanned = _unknown("completeness", "evidence", "rescoring")
    yield Good("epoch-10000", "the last there is", last, unplanned)
    deep: Any = "B"
    for _ in range(125):
        deep = [deep]
    response = {"text": "B", "thoughts": deep}
    parts = {**run_of(SMALL)[3].parts, "response": response}
    nested = with_event(4, replace(run_of(SMALL)[3], parts=parts))
    yield Good("nested-to-the-limit", "126 levels in a part, 128 at most in a view", whole(nested))


def _failures(count: int) -> list[Event]:
    return [
        Event("item.failed", {"epoch": 1, "item": item}, {"error": "503"}) for item in range(count)
    ]


def _work() -> Iterator[Good]:
    steps = "a pattern of size 9,000 and a response of 408 bytes, 18 times"
    yield Good("work-to-the-limit", steps, _worked(0))
    short = f"{steps}, and the bundle is one byte too short for the last"
    yield Good("work-beyond-the-limit", short, _worked(-1), _unknown("rescoring"))


def _worked(more: int) -> Members:
    """Scores whose work a bundle of so many bytes is given, and these ``more`` (scoring, 9)."""
    epochs, text = 18, "b" * 397
    scorer = {"method": "regex", "name": "a", "parameters": {"pattern": "(a{1000}){9}"}}
    results = [
        event
        for epoch in range(1, epochs + 1)
        for event in (answered(0, text, epoch=epoch), scored(0, 0, None, epoch=epoch))
    ]
    work = epochs * 9_000 * len(canonical({"text": text}))

    def made(description: int) -> Members:
        first, *rest = dataset(added(1)).events
        config = {"description": "x" * description, "name": "long"}
        begin = registered(scorer), planned(0, epochs=epochs), Event("run.started")
        rows = Stream(DATASET, [replace(first, parts={"config": config}), *rest])
        return whole([rows, run(*begin, *results)])

    bare = made(0)
    content = len(bare["events.jsonl"]) + len(bare["parts.jsonl"])
    return made(work // 64 - 1_000_000 - content + more)
