"""The JavaScript verifier comes to what the Python one does, wherever both look."""

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, find, settings
from hypothesis.errors import NoSuchExample

from domain.errors import InvalidInput, UnreadableFile
from domain.verification.checks import Check
from domain.verification.policy_document import read_document
from infrastructure.bundle_zip import BundleWriter
from infrastructure.bundle_zip.headers import Method
from interface import verifying
from interface.policies import Demands, with_demands
from interface.verifying import verify_file
from scripts.attestation_by_hand import ATTESTATION, attested, signing, statement
from scripts.bundle_by_hand import ARCHIVE, Members
from scripts.conformance_fixture import whole
from scripts.recording_by_hand import canonical
from scripts.recordings import SMALL
from tests.domain.verification import test_mutations as mutations
from tests.domain.verification.test_policy_document import REFUSED
from tests.interface.web.conftest import NODES, Ask, ask_node

FOLDER: Final = Path(__file__).parents[2] / "conformance"
FILES: Final = sorted(FOLDER.glob("valid/*.json")) + sorted(FOLDER.glob("invalid/*/*.json"))
NOT_DONE: Final = {Check.REPLAY, Check.RESCORING, Check.EVIDENCE}
SHARED: Final = [check.number for check in Check if check not in NOT_DONE]
"""All checks but those that the JavaScript verifier does not do."""

WORDED_OTHERWISE: Final = {"JSON", "UTF-8", "a deflate stream", "the members of format section 8"}
"""What is expected where the words of what was found are those of a language's own parser."""

BEYOND_53_BITS: Final = "9007199254740992"
"""Python shows it as the double that it is, with a point."""


@pytest.fixture(autouse=True)
def _no_timestamps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have Python check no timestamps either: JavaScript only sees that they are in their place."""
    monkeypatch.setattr(verifying, "find_timestamp_verifier", lambda: None)


def told(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_bytes())
    return document


def question(path: Path) -> dict[str, Any]:
    given = told(path)
    policy = {"digest": given.get("digest", ""), "keys": given.get("keys", [])}
    policy["required"], policy["document"] = given.get("require", []), given.get("policy", {})
    return {"ask": "verify", "file": str(path.with_suffix(".eval752.zip")), "policy": policy}


def by_python(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What the Python verifier answers to the same question."""
    given = asked.get("policy", {})
    demands = Demands(given.get("digest") or None, given.get("keys", []), given.get("required", []))
    policy = with_demands(read_document(given.get("document", {}), "policy"), demands, ("", "", ""))
    try:
        report = verify_file(Path(asked["file"]), policy)
    except UnreadableFile as problem:
        names = ("place", "expected", "found")
        told = {name: getattr(problem, name) for name in names}
        return {"error": "UnreadableFile", **told}
    return {"answer": report.to_json()}


def shared(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Of a report, what both verifiers look at; of an error, all."""
    if "answer" not in answer:
        return dict(answer)
    report = answer["answer"]
    checks = [line for line in report["checks"] if line["check"] in SHARED]
    return {"digest": report["digest"], "about": report["about"], "checks": checks}


def bare(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The same without the words: outcomes, places and numbers of findings."""
    told = shared(answer)
    if "checks" not in told:
        return {"error": told["error"]}
    told["checks"] = [
        (line["check"], line["outcome"], line["findings_total"], places(line))
        for line in told["checks"]
    ]
    return told


def places(line: Mapping[str, Any]) -> list[str]:
    return [finding["place"] for finding in line["findings"]]


def with_own_words(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The same, less what each implementation says in its own words."""
    told: dict[str, Any] = json.loads(json.dumps(shared(answer)))
    for line in told.get("checks", []):
        for finding in line["findings"]:
            about_others = finding["place"] in {f"check {c.number}, {c.label}" for c in NOT_DONE}
            if finding["expected"] in WORDED_OTHERWISE or about_others:
                del finding["found"]
            elif BEYOND_53_BITS in finding["found"]:
                finding["found"] = finding["found"].removesuffix(".0")
    return told


def differing(questions: Sequence[dict[str, Any]], answers: Iterable[Any]) -> list[Any]:
    """The questions to which the two answer differently, with both answers."""
    pairs = (
        (asked, by_python(asked), theirs) for asked, theirs in zip(questions, answers, strict=True)
    )
    return [
        (asked["file"], bare(ours), bare(theirs))
        for asked, ours, theirs in pairs
        if bare(ours) != bare(theirs)
    ]


@pytest.mark.parametrize("program", NODES, ids=[str(index) for index in range(len(NODES))])
def test_on_every_conformance_bundle_both_come_to_the_same(program: Path) -> None:
    questions = [question(path) for path in FILES]
    assert len(questions) > 500
    answers = ask_node(program, questions, [])
    for asked, theirs in zip(questions, answers, strict=True):
        ours = by_python(asked)
        assert bare(theirs) == bare(ours), asked["file"]
        assert with_own_words(theirs) == with_own_words(ours), asked["file"]


def test_what_it_does_not_do_is_not_shown_and_says_so(ask: Ask) -> None:
    path = FOLDER / "valid" / "run-with-everything.json"
    (answer,) = ask([question(path)])
    lines = {line["name"]: line for line in answer["answer"]["checks"]}
    for check in NOT_DONE:
        assert lines[check.label]["outcome"] == "not shown"
        assert "this verifier does not do it" in lines[check.label]["detail"]
    assert [*answer["answer"]] == ["none_failed", "digest", "about", "checks", "properties", "rss"]


def test_it_needs_neither_webcrypto_nor_decompression_streams(ask: Ask) -> None:
    questions = [question(path) for path in FILES]
    assert [bare(each) for each in ask(questions, "--bare")] == [
        bare(each) for each in ask(questions)
    ]


def packed(members: Mapping[str, bytes], target: Path, method: Method = Method.STORED) -> Path:
    with target.open("wb") as file, BundleWriter(file, method=method) as bundle:
        for name, data in members.items():
            bundle.copy(name, [data])
    return target


def flipped(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice([1, 1, 1, 2, 5])):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


@pytest.mark.parametrize("seed", range(3))
def test_whichever_bits_of_a_good_file_are_flipped_both_find_it_alike(
    ask: Ask, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    good = [path.with_suffix(".eval752.zip") for path in FILES if path.parent.name == "valid"]
    questions = []
    for number in range(300):
        file = tmp_path / f"{number}.zip"
        file.write_bytes(flipped(chance.choice(good).read_bytes(), chance))
        questions.append({"ask": "verify", "file": str(file)})
    assert not differing(questions, ask(questions))


WAYS: Final = [
    mutations.changed_bytes,
    mutations.changed_lines,
    lambda data: (
        mutations.changed_json(data) if data.startswith(b"{") else mutations.changed_bytes(data)
    ),
]


@pytest.mark.parametrize("way", WAYS, ids=["bytes", "lines", "values"])
def test_whatever_is_changed_and_summed_and_signed_anew_both_find_it_alike(
    ask: Ask, tmp_path: Path, way: mutations.Way
) -> None:
    questions = []
    for number, members in enumerate(changed(way, 120)):
        method = Method.DEFLATED if number % 3 == 0 else Method.STORED
        file = packed(members, tmp_path / f"{number}.zip", method)
        policy = {"keys": [ARCHIVE.verifier_key]} if number % 2 else {}
        questions.append({"ask": "verify", "file": str(file), "policy": policy})
    assert not differing(questions, ask(questions))


def test_whatever_is_changed_in_an_attestation_both_find_it_alike(ask: Ask, tmp_path: Path) -> None:
    chance = random.Random(1)
    sound = attested(whole(SMALL))
    payload = canonical(statement(sound))
    questions = []
    for number in range(200):
        resigned = signing(flipped(payload, chance))
        data = resigned if number % 2 else flipped(sound[ATTESTATION], chance)
        file = packed({**sound, ATTESTATION: data}, tmp_path / f"{number}.zip")
        questions.append({"ask": "verify", "file": str(file)})
    assert not differing(questions, ask(questions))


def changed(way: mutations.Way, count: int) -> list[Members]:
    """So many changed bundles, the same each time."""
    found: list[Members] = []
    quiet = settings(
        max_examples=3 * count,
        database=None,
        derandomize=True,
        suppress_health_check=[*HealthCheck],
    )

    def keep(change: tuple[str, Members]) -> bool:
        found.append(change[1])
        return False

    with pytest.raises(NoSuchExample):
        find(mutations.changed_members(way), keep, settings=quiet)
    return found[:count]


def test_a_blob_is_read_like_a_file(ask: Ask) -> None:
    path = FOLDER / "valid" / "run-with-everything.eval752.zip"
    hexed = path.read_bytes().hex()
    by_blob, by_array = ask([{"ask": "blob", "hexed": hexed}, {"ask": "verify", "hexed": hexed}])
    assert by_blob == by_array
    assert by_blob["answer"]["none_failed"]


def test_it_tells_how_far_it_is_and_stops_when_told(ask: Ask) -> None:
    path = FOLDER / "valid" / "run-with-everything.eval752.zip"
    (answer,) = ask([{"ask": "cancel", "file": str(path)}])
    ((progress,), name) = (answer["answer"]["told"], answer["answer"]["name"])
    assert name == "AbortError"
    assert 0 < progress["done"] < progress["total"]


def test_what_can_no_longer_be_read_is_unreadable_and_no_finding(ask: Ask) -> None:
    path = FOLDER / "valid" / "run-with-everything.eval752.zip"
    questions = [{"ask": "breakOff", "file": str(path), "reads": reads} for reads in range(60)]
    *broken, last = ask(questions)
    assert last == {"answer": True}
    told = {"error": "UnreadableFile", "place": "on a stick", "expected": "a readable file"}
    assert broken[0] == {**told, "found": "the medium was removed"}
    assert all(answer in (broken[0], last) for answer in broken)


@pytest.mark.parametrize(
    ("policy", "place"),
    [
        ({"digest": "48484E91"}, "digest"),
        ({"keys": ["archive"]}, "verifier key"),
        ({"required": ["19"]}, "required"),
        ({"required": ["18"]}, "required"),
        ({"required": ["policy"]}, "required"),
    ],
)
def test_a_policy_that_is_none_is_refused(ask: Ask, policy: dict[str, Any], place: str) -> None:
    file = FOLDER / "valid" / "unsigned.eval752.zip"
    (answer,) = ask([{"ask": "verify", "file": str(file), "policy": policy}])
    assert (answer["error"], answer["place"]) == ("InvalidInput", place)


def test_a_policy_document_is_refused_by_both_at_the_same_place(ask: Ask) -> None:
    file = FOLDER / "valid" / "unsigned.eval752.zip"
    documents = [each for each, *_ in REFUSED if is_json(each)]
    questions = [
        {"ask": "verify", "file": str(file), "policy": {"document": each}} for each in documents
    ]
    assert len(questions) > 25
    for document, answer in zip(documents, ask(questions), strict=True):
        with pytest.raises(InvalidInput) as refused:
            read_document(document, "policy")
        assert (answer["error"], answer["place"]) == ("InvalidInput", refused.value.place), document


def is_json(document: object) -> bool:
    """Whether JSON can say it: it has no times of its own."""
    try:
        json.dumps(document)
    except TypeError:
        return False
    return True


@pytest.mark.soak
@pytest.mark.parametrize("name", ["run.eval752.zip", "deflated.eval752.zip"])
def test_a_bundle_of_a_hundred_megabytes_takes_bounded_memory(
    ask: Ask, large: Path, name: str
) -> None:
    small = FOLDER / "valid" / "unsigned.eval752.zip"
    questions = [{"ask": "verify", "file": str(file)} for file in (small, large / name)]
    before, after = (answer["answer"] for answer in ask(questions))
    assert after["none_failed"]
    assert after["rss"] - before["rss"] < 160 * 1024  # KiB: far less than the bundle is long


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from scripts import measurements  # noqa: PLC0415 - loads the whole archive

    folder = tmp_path_factory.mktemp("large")
    for measure in (
        measurements.measure_record,
        measurements.measure_export,
        measurements.measure_compress,
    ):
        measure(folder, 25_000)
    return folder
